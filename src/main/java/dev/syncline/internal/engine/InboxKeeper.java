package dev.syncline.internal.engine;

import dev.syncline.backend.ChangeKind;
import dev.syncline.exception.StorageException;
import dev.syncline.internal.capture.CaptureMute;
import dev.syncline.internal.capture.JournalRows;
import dev.syncline.internal.record.ApplyContext;
import dev.syncline.internal.record.ApplyOutcome;
import dev.syncline.internal.record.BoundTable;
import dev.syncline.internal.record.ParkedRow;
import dev.syncline.internal.record.RecordApplier;
import dev.syncline.internal.record.TableSession;
import dev.syncline.internal.record.UnstorableValueException;
import dev.syncline.internal.store.ConflictRepository;
import dev.syncline.internal.store.ConflictRepository.StoredConflict;
import dev.syncline.internal.store.DecisionRepository;
import dev.syncline.internal.store.DecisionRepository.OpenRow;
import dev.syncline.internal.store.OperationRepository;
import dev.syncline.internal.store.RunRepository.Fault;
import dev.syncline.internal.store.SyncOperation;
import dev.syncline.internal.store.TransactionManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows in each run what the host did to parked rows, and closes conflicts whose row was edited back to what it was, so that nothing
 * is left to dispute.
 */
final class InboxKeeper {
    private static final Logger log = LoggerFactory.getLogger(InboxKeeper.class);

    private static final int AT_ONCE = 200;

    private final Map<Integer, BoundTable> tables;
    private final TransactionManager transactions;

    InboxKeeper(List<BoundTable> tables, TransactionManager transactions) {
        this.tables = tables.stream().collect(Collectors.toMap(BoundTable::id, Function.identity()));
        this.transactions = transactions;
    }

    /**
     * Goes through the open conflicts: closes those that the host's own edits have settled, and takes note of what it edited since in the
     * others.
     */
    void followEdits(SyncRun run) {
        Passage passage = new Passage(0, List.of());
        do {
            passage = look(passage.end(), run.context());
            for (Moved moved : passage.moved()) {
                StoredConflict stored = moved.stored();
                BoundTable table = tables.get(stored.table());
                if (table != null && moved.settled()) {
                    closeOvertaken(run, table, stored);
                } else if (table != null) {
                    attempt(run, table, stored, parked -> parked.refresh(stored));
                }
            }
        } while (passage.end() > 0);
    }

    /** Looks at the next open conflicts in one unit, which costs far less than a unit for each. */
    private Passage look(long after, ApplyContext context) {
        return transactions.read(unit -> {
            List<OpenRow> some = DecisionRepository.openAfter(unit.handle(), after, AT_ONCE);
            List<Moved> moved = new ArrayList<>();
            Map<Integer, TableSession> sessions = new HashMap<>();
            try {
                for (OpenRow open : some) {
                    BoundTable table = tables.get(open.table());
                    Optional<StoredConflict> stored = ConflictRepository.find(unit.handle(), open.id());
                    if (table == null || stored.isEmpty()) {
                        continue;
                    }
                    TableSession session = sessions.get(open.table());
                    if (session == null) {
                        session = TableSession.of(unit, table, context);
                        sessions.put(open.table(), session);
                    }
                    Optional<Object[]> key = table.keys().decode(open.rowId());
                    boolean settled = key.isEmpty() || !session.journal().isPending(key.get());
                    if (settled
                            || !new ParkedRow(unit, session)
                                    .present(stored.get())
                                    .equals(stored.get().conflict())) {
                        moved.add(new Moved(stored.get(), settled));
                    }
                }
            } finally {
                for (TableSession session : sessions.values()) {
                    session.close();
                }
            }
            long end = some.size() < AT_ONCE ? 0 : some.get(some.size() - 1).place();
            return new Passage(end, moved);
        });
    }

    private void closeOvertaken(SyncRun run, BoundTable table, StoredConflict stored) {
        attempt(run, table, stored, parked -> {
            // Asked again inside the write lock: the host may have edited the row since.
            if (!isPending(table, stored.conflict().entityId())) {
                parked.closeOvertaken(stored);
            }
        });
    }

    /** One conflict that cannot be closed now stays open, and keeps nothing else from going on. */
    private void attempt(SyncRun run, BoundTable table, StoredConflict stored, Step step) {
        try {
            ApplyOutcome closed = transactions.write(unit -> {
                ApplyOutcome applied = new ApplyOutcome();
                CaptureMute.on(unit.connection());
                try (RecordApplier door = new RecordApplier(unit, table, run.context(), false, applied)) {
                    step.run(new ParkedRow(unit, door.session()));
                }
                CaptureMute.off(unit.connection());
                return applied;
            });
            closed.closed().forEach(resolved -> log.info("Resolved, since nothing is left to dispute: {}", resolved));
            run.noteOutcome(table, closed);
        } catch (StorageException refused) {
            run.noteFault(new Fault(table.spec().entity(), stored.conflict().entityId(), refused));
        } catch (IllegalStateException | UnstorableValueException notNow) {
            log.info("Conflict {} stays open: {}", stored.conflict().id(), notNow.toString());
        }
    }

    /** Forgets what was refused of rows that were edited back or overtaken since. */
    void dropStaleMarks() {
        for (BoundTable table : tables.values()) {
            List<SyncOperation> marks = transactions.read(
                    unit -> OperationRepository.list(unit.handle(), table.id(), SyncOperation.Status.FAILED));
            // What made a deletion be refused, such as rows that refer to it, may be gone: it is tried once a run.
            List<Long> stale = marks.stream()
                    .filter(mark -> mark.kind() == ChangeKind.DELETE || !isPending(table, mark.rowId()))
                    .map(SyncOperation::id)
                    .toList();
            if (!stale.isEmpty()) {
                transactions.perform(unit -> OperationRepository.delete(unit.handle(), stale));
            }
        }
    }

    private boolean isPending(BoundTable table, String rowId) {
        return transactions.read(unit -> {
            Optional<Object[]> key = table.keys().decode(rowId);
            try (JournalRows journal = table.journal().rows(unit.connection())) {
                return key.isPresent() && journal.isPending(key.get());
            }
        });
    }

    /**
     * What a look at some open conflicts found.
     *
     * @param end the place of the last one; 0 if no more follow
     * @param moved those whose row is not as it was
     */
    private record Passage(long end, List<Moved> moved) {}

    /**
     * An open conflict whose row was edited.
     *
     * @param stored the conflict
     * @param settled whether nothing of the local side is left
     */
    private record Moved(StoredConflict stored, boolean settled) {}

    private interface Step {
        void run(ParkedRow parked) throws SQLException;
    }
}
