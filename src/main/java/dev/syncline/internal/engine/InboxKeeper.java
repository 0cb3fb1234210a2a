package dev.syncline.internal.engine;

import dev.syncline.backend.ChangeKind;
import dev.syncline.conflict.Conflict;
import dev.syncline.conflict.ResolutionStrategy;
import dev.syncline.exception.FieldFault;
import dev.syncline.exception.StorageException;
import dev.syncline.exception.ValidationException;
import dev.syncline.internal.capture.CaptureMute;
import dev.syncline.internal.capture.JournalRows;
import dev.syncline.internal.capture.UnreadableValueException;
import dev.syncline.internal.record.ApplyContext;
import dev.syncline.internal.record.ApplyOutcome;
import dev.syncline.internal.record.BoundTable;
import dev.syncline.internal.record.ParkedRow;
import dev.syncline.internal.record.RecordApplier;
import dev.syncline.internal.record.UnstorableValueException;
import dev.syncline.internal.store.ConflictRepository;
import dev.syncline.internal.store.ConflictRepository.StoredConflict;
import dev.syncline.internal.store.OperationRepository;
import dev.syncline.internal.store.RunRepository.Fault;
import dev.syncline.internal.store.SyncOperation;
import dev.syncline.internal.store.TransactionManager;
import dev.syncline.internal.store.Unit;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Works on parked rows: carries out what a person decided, and closes conflicts whose row was edited back to what it was, so that
 * nothing is left to dispute.
 */
final class InboxKeeper {
    private static final Logger log = LoggerFactory.getLogger(InboxKeeper.class);

    private final Map<Integer, BoundTable> tables;
    private final TransactionManager transactions;

    InboxKeeper(List<BoundTable> tables, TransactionManager transactions) {
        this.tables = tables.stream().collect(Collectors.toMap(BoundTable::id, Function.identity()));
        this.transactions = transactions;
    }

    /** Closes conflicts that the host's own edits have settled. */
    void closeOvertaken(SyncRun run) {
        List<StoredConflict> open = transactions.read(unit -> ConflictRepository.open(unit.handle()));
        for (StoredConflict stored : open) {
            BoundTable table = tables.get(stored.table());
            if (table != null && !isPending(table, stored.conflict().entityId())) {
                closeOvertaken(run, table, stored);
            }
        }
    }

    /** One conflict that cannot be closed now stays open, and keeps nothing else from going on. */
    private void closeOvertaken(SyncRun run, BoundTable table, StoredConflict stored) {
        try {
            run.noteOutcome(table, transactions.write(unit -> {
                ApplyOutcome applied = new ApplyOutcome();
                // Asked again inside the write lock: the host may have edited the row since.
                if (!isPending(table, stored.conflict().entityId())) {
                    inDoor(unit, table, run.context(), applied, parked -> parked.closeOvertaken(stored));
                }
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

    /**
     * Carries out a decision. Unlike what came from the backend nobody would tell it again, so it is on the disk when this
     * returns.
     *
     * @param id the conflict
     * @param strategy the decision
     * @param context what all tables share
     * @return the resolved conflict, or empty if no conflict of this id is open
     */
    Optional<Conflict> resolve(String id, ResolutionStrategy strategy, ApplyContext context) {
        return transactions.writeDurably(unit -> {
            Optional<StoredConflict> stored = ConflictRepository.find(unit.handle(), id)
                    .filter(found -> !found.conflict().isResolved());
            if (stored.isEmpty()) {
                return Optional.<Conflict>empty();
            }
            BoundTable table = tables.get(stored.get().table());
            if (table == null) {
                throw new IllegalArgumentException("the table of conflict " + id + " is not synced any more");
            }
            ApplyOutcome outcome = new ApplyOutcome();
            try {
                inDoor(unit, table, context, outcome, parked -> parked.decide(stored.get(), strategy));
            } catch (UnstorableValueException e) {
                throw undecidable(stored.get(), new FieldFault(e.column(), e.rule(), e.fix()), context, e);
            } catch (UnreadableValueException e) {
                FieldFault field = new FieldFault(
                        e.column(), "text that is not valid UTF-8", "store it as a BLOB, or correct the text");
                throw undecidable(stored.get(), field, context, e);
            }
            return outcome.conflicts().stream().findFirst();
        });
    }

    private static ValidationException undecidable(
            StoredConflict stored, FieldFault field, ApplyContext context, RuntimeException why) {
        return new ValidationException(
                "conflict " + stored.conflict().id() + " of "
                        + stored.conflict().entityType()
                        + " cannot be settled like this, since a value of its row cannot be taken over; it stays open."
                        + " Correct the value named, then decide again",
                List.of(field),
                context.clock().instant(),
                why);
    }

    private static void inDoor(Unit unit, BoundTable table, ApplyContext context, ApplyOutcome outcome, Step step)
            throws SQLException {
        CaptureMute.on(unit.connection());
        try (RecordApplier door = new RecordApplier(unit, table, context, false, outcome)) {
            step.run(new ParkedRow(unit, door.session()));
        }
        CaptureMute.off(unit.connection());
    }

    private interface Step {
        void run(ParkedRow parked) throws SQLException;
    }
}
