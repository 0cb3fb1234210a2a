package dev.syncline.internal.engine;

import dev.syncline.backend.ChangeKind;
import dev.syncline.backend.OutgoingChange;
import dev.syncline.exception.SyncException;
import dev.syncline.internal.capture.JournalRows;
import dev.syncline.internal.queue.PushWindow;
import dev.syncline.internal.queue.SyncQueueManager;
import dev.syncline.internal.record.BoundTable;
import dev.syncline.internal.store.IdempotencyRepository;
import dev.syncline.internal.store.OperationRepository;
import dev.syncline.internal.store.SyncOperation;
import dev.syncline.internal.store.SyncOperation.Status;
import dev.syncline.internal.store.TogetherRepository;
import dev.syncline.internal.store.TogetherRepository.Member;
import dev.syncline.internal.store.TransactionManager;
import dev.syncline.internal.store.Unit;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends what one transaction of the host's has written as one batch, of which the backend applies all or nothing. If one of its changes
 * is refused or meets another state, that one ends as it would alone, and the others wait for it. Used by the run thread.
 */
final class TogetherPush {
    private static final Logger log = LoggerFactory.getLogger(TogetherPush.class);

    private final List<BoundTable> parentsFirst;
    private final TransactionManager transactions;
    private final SyncQueueManager queue;
    private final ResilientBackend backend;
    private final ChangeSender sender;
    private final TablePush sending;
    private final PushWindow window;
    private final Unanswered unanswered;
    private final Clock clock;

    TogetherPush(
            List<BoundTable> parentsFirst,
            TransactionManager transactions,
            SyncQueueManager queue,
            ResilientBackend backend,
            ChangeSender sender,
            TablePush sending,
            PushWindow window,
            Unanswered unanswered,
            Clock clock) {
        this.parentsFirst = parentsFirst;
        this.transactions = transactions;
        this.queue = queue;
        this.backend = backend;
        this.sender = sender;
        this.sending = sending;
        this.window = window;
        this.unanswered = unanswered;
        this.clock = clock;
    }

    /** Sends again what is on its way, under the keys that it has; where those help no longer its changes go by themselves. */
    void settleInFlight(SyncRun run) {
        for (Map.Entry<Long, List<Member>> unit : units().entrySet()) {
            Map<BoundTable, List<SyncOperation>> frozen = inFlight(unit.getValue());
            if (frozen.isEmpty()) {
                continue;
            }
            boolean keysHelp = frozen.entrySet().stream().noneMatch(part -> {
                var useless = unanswered.withUselessKeys(part.getKey());
                return part.getValue().stream().anyMatch(o -> o.hasGivenUp() || useless.contains(o.id()));
            });
            if (!keysHelp) {
                dissolve(unit.getKey(), "an earlier try is too long ago or failed too often");
            } else if (frozen.values().stream().flatMap(List::stream).allMatch(this::isDue)) {
                transactions.perform(
                        u -> frozen.values().forEach(part -> IdempotencyRepository.beginSend(u.handle(), part)));
                send(run, unit.getKey(), frozen, false);
            }
        }
    }

    private boolean isDue(SyncOperation operation) {
        long now = clock.millis();
        long due = operation.nextAttemptAt();
        return due <= now || due > now + Unanswered.LONGEST_IMPOSED.toMillis();
    }

    /** Sends each unit of which nothing has to wait; tells whether there was one. */
    boolean push(SyncRun run, Predicate<BoundTable> mustWait) {
        boolean sentAny = false;
        for (long unit : units().keySet()) {
            run.cancellation().check();
            sentAny |= push(run, unit, mustWait);
        }
        return sentAny;
    }

    private boolean push(SyncRun run, long number, Predicate<BoundTable> mustWait) {
        Optional<Map<BoundTable, List<String>>> rows = transactions.write(unit -> present(unit, number));
        if (rows.isEmpty() || rows.get().keySet().stream().anyMatch(mustWait)) {
            return false;
        }
        if (rows.get().values().stream().mapToInt(List::size).sum()
                > backend.capabilities().atomicBatch()) {
            dissolve(number, "the backend takes fewer at once");
            return false;
        }
        PushWindow.Memory before = window.memory();
        Map<BoundTable, List<SyncOperation>> claimed = transactions.writeDurably(unit -> {
            window.backTo(before);
            Map<BoundTable, List<SyncOperation>> frozen = queue.claimTogether(rows.get(), window);
            TogetherRepository.put(unit.handle(), number, members(frozen));
            return frozen;
        });
        if (claimed.values().stream().allMatch(List::isEmpty)) {
            return false;
        }
        boolean valid = true;
        Map<BoundTable, List<SyncOperation>> kept = new LinkedHashMap<>();
        for (Map.Entry<BoundTable, List<SyncOperation>> part : claimed.entrySet()) {
            List<SyncOperation> rest = sending.allowed(run, part.getKey(), part.getValue());
            valid &= rest.size() == part.getValue().size();
            kept.put(part.getKey(), rest);
        }
        if (!valid) {
            kept.forEach(queue::thaw);
            return false;
        }
        sending.beginSend(claimed.values().stream().flatMap(List::stream).toList());
        return send(run, number, claimed, true);
    }

    private Map<Long, List<Member>> units() {
        return transactions.read(
                unit -> TogetherRepository.isEmpty(unit.handle()) ? Map.of() : TogetherRepository.units(unit.handle()));
    }

    /** The rows of a unit that are still to be sent, parents first; empty if it has to wait or is no more. */
    private Optional<Map<BoundTable, List<String>>> present(Unit unit, long number) throws SQLException {
        List<Member> members = TogetherRepository.units(unit.handle()).getOrDefault(number, List.of());
        Map<Integer, List<Member>> byTable = new HashMap<>();
        members.forEach(
                m -> byTable.computeIfAbsent(m.table(), t -> new ArrayList<>()).add(m));
        Map<BoundTable, List<String>> rows = new LinkedHashMap<>();
        for (BoundTable table : parentsFirst) {
            List<String> pending = new ArrayList<>();
            try (JournalRows journal = table.journal().rows(unit.connection())) {
                for (Member member : byTable.getOrDefault(table.id(), List.of())) {
                    if (operation(unit, member).isPresent()) {
                        return Optional.empty();
                    }
                    if (journal.isPending(table.keys().decode(member.rowId()).orElseThrow())) {
                        pending.add(member.rowId());
                    }
                }
            }
            byTable.remove(table.id());
            if (!pending.isEmpty()) {
                rows.put(table, pending);
            }
        }
        if (!byTable.isEmpty()) {
            // A table that is not synced this time; what goes with its rows waits for them.
            return Optional.empty();
        }
        TogetherRepository.remove(unit.handle(), number);
        rows.forEach((table, ids) -> TogetherRepository.put(
                unit.handle(),
                number,
                ids.stream().map(id -> new Member(table.id(), id, null)).toList()));
        return rows.isEmpty() ? Optional.empty() : Optional.of(rows);
    }

    private Map<BoundTable, List<SyncOperation>> inFlight(List<Member> members) {
        return transactions.read(unit -> {
            Map<BoundTable, List<SyncOperation>> frozen = new LinkedHashMap<>();
            for (BoundTable table : parentsFirst) {
                for (Member member : members) {
                    if (member.table() == table.id()) {
                        operation(unit, member)
                                .ifPresent(o -> frozen.computeIfAbsent(table, t -> new ArrayList<>())
                                        .add(o));
                    }
                }
            }
            return frozen;
        });
    }

    private static Optional<SyncOperation> operation(Unit unit, Member member) {
        return member.operation() == null
                ? Optional.empty()
                : OperationRepository.byId(unit.handle(), member.operation())
                        .filter(operation -> operation.status() == Status.PROCESSING);
    }

    private static List<Member> members(Map<BoundTable, List<SyncOperation>> frozen) {
        List<Member> members = new ArrayList<>();
        frozen.forEach(
                (table, operations) -> operations.forEach(o -> members.add(new Member(table.id(), o.rowId(), o.id()))));
        return members;
    }

    private void dissolve(long number, String why) {
        log.warn("The changes of one transaction are sent one after the other, since {}", why);
        transactions.perform(unit -> TogetherRepository.remove(unit.handle(), number));
    }

    private boolean send(
            SyncRun run, long number, Map<BoundTable, List<SyncOperation>> operations, boolean justClaimed) {
        Map<SyncOperation, OutgoingChange> changes = new LinkedHashMap<>();
        for (BoundTable table : parentsFirst) {
            pack(table, operations, false, changes);
        }
        List<BoundTable> childrenFirst = new ArrayList<>(parentsFirst);
        Collections.reverse(childrenFirst);
        for (BoundTable table : childrenFirst) {
            pack(table, operations, true, changes);
        }
        if (justClaimed && changes.values().stream().anyMatch(TogetherPush::needsMoreThanABatch)) {
            operations.forEach(queue::thaw);
            dissolve(number, "one of them has no id or version at the backend yet");
            return false;
        }
        WholeBatch batch = new WholeBatch(backend, clock, operations);
        batch.send(changes, run.cancellation());
        if (batch.isRefusedAsAWhole()) {
            dissolve(number, "the backend does not take them as one");
            sendInOrder(run, operations);
            return true;
        }
        SyncException fatal = null;
        for (BoundTable table : operations.keySet()) {
            try {
                sending.received(run, table, batch.sent(table), justClaimed);
            } catch (SyncException ends) {
                fatal = ends;
            }
            queue.thaw(table, batch.withoutEffect(table));
        }
        if (fatal != null) {
            throw fatal;
        }
        return true;
    }

    /** Under the same keys, since an earlier try of the batch may have taken effect for all that a refusal of a later one says. */
    private void sendInOrder(SyncRun run, Map<BoundTable, List<SyncOperation>> operations) {
        for (BoundTable table : parentsFirst) {
            resend(run, table, operations, false);
        }
        List<BoundTable> childrenFirst = new ArrayList<>(parentsFirst);
        Collections.reverse(childrenFirst);
        for (BoundTable table : childrenFirst) {
            resend(run, table, operations, true);
        }
    }

    private void resend(
            SyncRun run, BoundTable table, Map<BoundTable, List<SyncOperation>> operations, boolean deletes) {
        List<SyncOperation> some = part(table, operations, deletes);
        if (!some.isEmpty()) {
            transactions.perform(unit -> IdempotencyRepository.beginSend(unit.handle(), some));
            sending.resend(run, table, some);
        }
    }

    private static List<SyncOperation> part(
            BoundTable table, Map<BoundTable, List<SyncOperation>> operations, boolean deletes) {
        return operations.getOrDefault(table, List.of()).stream()
                .filter(o -> (o.kind() == ChangeKind.DELETE) == deletes)
                .toList();
    }

    private void pack(
            BoundTable table,
            Map<BoundTable, List<SyncOperation>> operations,
            boolean deletes,
            Map<SyncOperation, OutgoingChange> changes) {
        List<SyncOperation> some = part(table, operations, deletes);
        if (!some.isEmpty()) {
            List<OutgoingChange> packed = sender.pack(table, some).changes();
            for (int i = 0; i < some.size(); i++) {
                changes.put(some.get(i), packed.get(i));
            }
        }
    }

    private static boolean needsMoreThanABatch(OutgoingChange change) {
        return change.id() == null || (change.kind() != ChangeKind.CREATE && change.baseVersion() == null);
    }
}
