package dev.syncline.internal.engine;

import dev.syncline.backend.OutgoingChange;
import dev.syncline.backend.PushReceipt;
import dev.syncline.backend.PushResult;
import dev.syncline.config.SyncOptions;
import dev.syncline.exception.ClientException;
import dev.syncline.exception.NetworkException;
import dev.syncline.exception.ServerException;
import dev.syncline.exception.SyncException;
import dev.syncline.exception.SyncOperationException;
import dev.syncline.exception.SyncTimeoutException;
import dev.syncline.exception.ValidationException;
import dev.syncline.internal.store.SyncOperation;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Sends changes in batches, each within the backend's number and ours of bytes. What happens to a batch as a whole says nothing of
 * the single changes: one that is refused is sent again in halves, down to the change that spoilt it.
 */
final class BatchSender {
    /** Key, method, entity, id and version, beside the fields. */
    private static final long FRAME_BYTES = 250;

    private static final int LEAST_BYTES = 1000;
    private static final int TOO_LARGE = 413;

    private final ResilientBackend backend;
    private final int most;
    private final OneByOne singly;
    private final Clock clock;
    /** What the backend was seen to refuse as too large is not sent again at that size. One batch is sent at a time. */
    private long mostBytes;

    BatchSender(ResilientBackend backend, SyncOptions options, Clock clock, OneByOne singly) {
        this.backend = backend;
        this.clock = clock;
        this.singly = singly;
        most = Math.min(backend.capabilities().batch(), options.pushBatch());
        mostBytes = options.pushBytes();
    }

    /** Sends changes without a batch. */
    interface OneByOne {
        void send(
                List<SyncOperation> operations,
                List<OutgoingChange> changes,
                Cancellation cancellation,
                ChangeSender.Sent sent);
    }

    /**
     * A frozen operation with what is sent of it.
     *
     * @param operation the operation
     * @param change the change
     */
    record Outgoing(SyncOperation operation, OutgoingChange change) {

        long bytes() {
            String payload = operation.payload();
            return FRAME_BYTES + (payload == null ? 0 : payload.getBytes(StandardCharsets.UTF_8).length);
        }
    }

    /** Sends all of them; what becomes of each is noted. */
    void send(List<Outgoing> all, Cancellation cancellation, ChangeSender.Sent sent) {
        int from = 0;
        while (from < all.size()) {
            long bytes = 0;
            int to = from;
            while (to < all.size() && to - from < most) {
                bytes += all.get(to).bytes();
                if (to > from && bytes > mostBytes) {
                    break;
                }
                to++;
            }
            sendPart(all.subList(from, to), cancellation, sent);
            from = to;
        }
    }

    private void sendPart(List<Outgoing> part, Cancellation cancellation, ChangeSender.Sent sent) {
        if (sent.fatal() != null || cancellation.isCancelled()) {
            part.forEach(one -> sent.neverStarted(one.operation()));
            return;
        }
        if (part.size() == 1) {
            sendSingly(part, cancellation, sent);
            return;
        }
        try {
            List<PushReceipt> receipts =
                    backend.pushBatch(part.stream().map(Outgoing::change).toList(), cancellation);
            note(part, receipts, sent);
        } catch (Cancellation.CancelledException e) {
            part.forEach(one -> sent.neverStarted(one.operation()));
        } catch (ClientException | ValidationException refused) {
            sendAfterRefusal(part, refused, cancellation, sent);
        } catch (SyncException failure) {
            if (maySpoilTheBatch(failure, sent)) {
                part.forEach(one -> sent.maybeArrived(one.operation(), failure));
                sendSingly(part, cancellation, sent);
            } else {
                part.forEach(one -> sent.unknown(one.operation(), failure));
            }
        }
    }

    /** Nothing of a refused batch took effect. */
    private void sendAfterRefusal(
            List<Outgoing> part, SyncException refused, Cancellation cancellation, ChangeSender.Sent sent) {
        int status = refused instanceof ClientException client ? client.status() : 0;
        if (RunFailures.endsTheRun(refused)) {
            part.forEach(one -> sent.unknown(one.operation(), refused));
        } else if (status == 404 || status == 405) {
            // There is no such address, so that smaller batches would fare no better.
            sendSingly(part, cancellation, sent);
        } else {
            if (status == TOO_LARGE) {
                long bytes = part.stream().mapToLong(Outgoing::bytes).sum();
                mostBytes = Math.max(LEAST_BYTES, Math.min(mostBytes, bytes / 2));
            }
            int half = part.size() / 2;
            sendPart(part.subList(0, half), cancellation, sent);
            sendPart(part.subList(half, part.size()), cancellation, sent);
        }
    }

    /**
     * One change may break the batch that it is in each time, and would keep all the others from going out. Only where keys make
     * a second send harmless, and only if the backend itself is well.
     */
    private boolean maySpoilTheBatch(SyncException failure, ChangeSender.Sent sent) {
        boolean unclear = failure instanceof ServerException
                || failure instanceof NetworkException
                || failure instanceof SyncTimeoutException;
        return unclear
                && failure.imposedDelay() == null
                && backend.capabilities().idempotencyKeys()
                && sent.isBackendWell(failure);
    }

    private void sendSingly(List<Outgoing> part, Cancellation cancellation, ChangeSender.Sent sent) {
        singly.send(
                part.stream().map(Outgoing::operation).toList(),
                part.stream().map(Outgoing::change).toList(),
                cancellation,
                sent);
    }

    private void note(List<Outgoing> part, List<PushReceipt> receipts, ChangeSender.Sent sent) {
        Map<String, PushResult> byKey = new HashMap<>();
        receipts.forEach(receipt -> byKey.put(receipt.key(), receipt.result()));
        for (Outgoing one : part) {
            PushResult result = byKey.get(one.change().key());
            if (result == null) {
                sent.unmentioned(one.operation(), passedOver(one.operation()));
            } else {
                sent.note(one.operation(), result);
            }
        }
    }

    private SyncException passedOver(SyncOperation operation) {
        return new SyncOperationException(
                "the answer to a batch does not tell what became of a change of " + operation.entity()
                        + "; it is sent again under the same key",
                Long.toString(operation.id()),
                operation.entity(),
                operation.kind().name(),
                clock.instant(),
                null);
    }
}
