package dev.syncline.internal.engine;

import dev.syncline.backend.ChangeKind;
import dev.syncline.exception.StorageException;
import dev.syncline.internal.capture.CaptureMute;
import dev.syncline.internal.capture.JournalRows;
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
        long place = 0;
        List<OpenRow> some;
        do {
            long after = place;
            some = transactions.read(unit -> DecisionRepository.openAfter(unit.handle(), after, AT_ONCE));
            for (OpenRow open : some) {
                BoundTable table = tables.get(open.table());
                if (table != null) {
                    followEdits(run, table, open);
                }
                place = open.place();
            }
        } while (some.size() == AT_ONCE);
    }

    private void followEdits(SyncRun run, BoundTable table, OpenRow open) {
        Optional<StoredConflict> stored = transactions.read(unit -> ConflictRepository.find(unit.handle(), open.id()));
        if (stored.isEmpty()) {
            return;
        }
        if (!isPending(table, open.rowId())) {
            closeOvertaken(run, table, stored.get());
        } else if (isEdited(run, table, stored.get())) {
            attempt(run, table, stored.get(), parked -> parked.refresh(stored.get()));
        }
    }

    private boolean isEdited(SyncRun run, BoundTable table, StoredConflict stored) {
        return transactions.read(unit -> {
            try (TableSession session = TableSession.of(unit, table, run.context())) {
                return !new ParkedRow(unit, session).present(stored).equals(stored.conflict());
            }
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
            run.noteOutcome(table, transactions.write(unit -> {
                ApplyOutcome applied = new ApplyOutcome();
                CaptureMute.on(unit.connection());
                try (RecordApplier door = new RecordApplier(unit, table, run.context(), false, applied)) {
                    step.run(new ParkedRow(unit, door.session()));
                }
                CaptureMute.off(unit.connection());
                return applied;
            }));
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

    private interface Step {
        void run(ParkedRow parked) throws SQLException;
    }
}
