package dev.syncline.internal.engine;

import dev.syncline.backend.OutgoingChange;
import dev.syncline.backend.PushReceipt;
import dev.syncline.backend.PushResult;
import dev.syncline.exception.ClientException;
import dev.syncline.exception.SyncException;
import dev.syncline.exception.SyncOperationException;
import dev.syncline.exception.ValidationException;
import dev.syncline.internal.record.BoundTable;
import dev.syncline.internal.store.SyncOperation;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One batch of which the backend applies all or nothing, and what its answer says of each change. Used once, by the run thread. */
final class WholeBatch {
    private static final Logger log = LoggerFactory.getLogger(WholeBatch.class);

    private final ResilientBackend backend;
    private final Clock clock;
    private final Map<BoundTable, List<SyncOperation>> operations;
    private final Map<BoundTable, ChangeSender.Sent> sent = new LinkedHashMap<>();
    private final Map<BoundTable, List<SyncOperation>> withoutEffect = new HashMap<>();
    private boolean refusedAsAWhole;

    WholeBatch(ResilientBackend backend, Clock clock, Map<BoundTable, List<SyncOperation>> operations) {
        this.backend = backend;
        this.clock = clock;
        this.operations = operations;
        operations.keySet().forEach(table -> sent.put(table, new ChangeSender.Sent(backend::probe)));
    }

    /** What is known of the changes of a table. */
    ChangeSender.Sent sent(BoundTable table) {
        return Objects.requireNonNull(sent.get(table));
    }

    /** The changes of a table of which nothing is at the backend, since another was refused. */
    List<SyncOperation> withoutEffect(BoundTable table) {
        return withoutEffect.getOrDefault(table, List.of());
    }

    /** Whether the backend did not look at the single changes. */
    boolean isRefusedAsAWhole() {
        return refusedAsAWhole;
    }

    /** Sends the changes in this order. */
    void send(Map<SyncOperation, OutgoingChange> changes, Cancellation cancellation) {
        try {
            note(backend.pushTogether(List.copyOf(changes.values()), cancellation));
        } catch (Cancellation.CancelledException e) {
            each(ChangeSender.Sent::neverStarted);
        } catch (ClientException | ValidationException refused) {
            if (RunFailures.endsTheRun(refused)) {
                each((known, operation) -> known.unknown(operation, refused));
            } else {
                log.debug("A batch was refused as a whole", refused);
                refusedAsAWhole = true;
            }
        } catch (SyncException failure) {
            each((known, operation) -> known.unknown(operation, failure));
        }
    }

    private void each(BiConsumer<ChangeSender.Sent, SyncOperation> note) {
        operations.forEach((table, part) -> part.forEach(operation -> note.accept(sent(table), operation)));
    }

    private void note(List<PushReceipt> receipts) {
        Map<String, PushResult> byKey = new HashMap<>();
        receipts.forEach(receipt -> byKey.put(receipt.key(), receipt.result()));
        boolean refused = operations.values().stream()
                .flatMap(List::stream)
                .anyMatch(operation -> isRefusal(byKey.get(operation.key())));
        operations.forEach((table, part) -> {
            for (SyncOperation operation : part) {
                PushResult result = byKey.get(operation.key());
                if (refused && (result == null || result instanceof PushResult.Unserved)) {
                    withoutEffect.computeIfAbsent(table, t -> new ArrayList<>()).add(operation);
                } else if (result == null) {
                    sent(table).unmentioned(operation, passedOver(operation));
                } else {
                    sent(table).note(operation, result);
                }
            }
        });
    }

    private static boolean isRefusal(@Nullable PushResult result) {
        return result instanceof PushResult.Rejected || result instanceof PushResult.Conflicted;
    }

    private SyncException passedOver(SyncOperation operation) {
        return new SyncOperationException(
                "the answer to changes that take effect together does not tell what became of one of "
                        + operation.entity() + "; all are sent again under the same keys",
                Long.toString(operation.id()),
                operation.entity(),
                operation.kind().name(),
                clock.instant(),
                null);
    }
}
