package dev.syncline.internal.record;

import dev.syncline.backend.RemoteRecord;
import dev.syncline.backend.VersionKind;
import dev.syncline.exception.ConsistencyException;
import dev.syncline.exception.FieldFault;
import dev.syncline.exception.SyncException;
import dev.syncline.exception.ValidationException;
import dev.syncline.internal.capture.UnreadableValueException;
import dev.syncline.internal.store.HoldingRepository;
import dev.syncline.internal.store.HoldingRepository.Reason;
import dev.syncline.internal.store.RunRepository.Fault;
import dev.syncline.internal.store.SqliteErrors;
import dev.syncline.internal.store.Unit;
import java.sql.SQLException;
import java.time.Clock;
import java.util.List;

/**
 * Puts records aside that cannot be applied now, with the reason, and lets them go when they are. Nothing that the backend told is
 * dropped because a row could not take it. Lives within one unit of work.
 */
final class PutAside {
    private final Unit unit;
    private final BoundTable table;
    private final Clock clock;
    private final VersionKind versions;
    private final ApplyOutcome outcome;
    private final HoldingRepository holding;
    private final Emptiness known;

    PutAside(Unit unit, BoundTable table, ApplyContext context, ApplyOutcome outcome, Emptiness known) {
        this.known = known;
        this.unit = unit;
        this.table = table;
        this.outcome = outcome;
        clock = context.clock();
        versions = context.versions();
        holding = new HoldingRepository(clock);
    }

    /** Holds a record until its reason has gone, unless a newer state of it is held already. */
    void hold(RemoteRecord record, Reason reason, String detail) {
        if (isOvertaken(record)) {
            outcome.skipped++;
            return;
        }
        holding.hold(unit.handle(), table.id(), record.id(), RecordText.write(record), reason, detail);
        known.held();
        outcome.held++;
    }

    /** Holds a record of which a column cannot hold a value. */
    void unstorable(RemoteRecord record, UnstorableValueException why) {
        hold(record, Reason.UNSTORABLE, why.rule());
        report(record, why, "a record of " + table.spec().entity() + " was put aside: its table cannot hold it");
    }

    /** Holds a record whose row here cannot be read, so that nobody can tell what it would overwrite. */
    void unreadable(RemoteRecord record, UnreadableValueException why) {
        hold(record, Reason.UNSTORABLE, "column " + why.column() + " of its row here is not valid UTF-8");
        FieldFault field =
                new FieldFault(why.column(), "text that is not valid UTF-8", "store it as a BLOB, or correct the text");
        fault(
                record,
                new ValidationException(
                        "a record of " + table.spec().entity()
                                + " was put aside, since its row here cannot be read. It is tried again after each pull",
                        List.of(field),
                        clock.instant(),
                        why));
    }

    /** Reports a value that was not taken over, without holding the record. */
    void report(RemoteRecord record, UnstorableValueException why, String message) {
        FieldFault field = new FieldFault(why.column(), why.rule(), why.fix());
        fault(record, new ValidationException(message, List.of(field), clock.instant(), why));
    }

    /** Holds a record that the host's table refused. */
    void refused(RemoteRecord record, SQLException why) {
        if (SqliteErrors.isUniqueTaken(why)) {
            // Its value may become free in this very run, so whether that is worth a word shows at its end.
            hold(record, Reason.UNIQUE, "another row holds a unique value that it brings");
            return;
        }
        String reason = "the table refuses it: " + why.getMessage();
        hold(record, Reason.UNSTORABLE, reason);
        fault(
                record,
                new ConsistencyException(
                        "a record of " + table.spec().entity() + " was put aside, " + reason
                                + ". It is tried again after each pull; correct the row or the constraint",
                        "UNSTORABLE_RECORD",
                        List.of(record.id()),
                        clock.instant(),
                        why));
    }

    /** Keeps a record that ends every transaction in which it is written. */
    void quarantine(RemoteRecord record) {
        hold(record, Reason.QUARANTINED, "a constraint or trigger of the table ends the whole transaction");
        fault(
                record,
                new ConsistencyException(
                        "a record of " + table.spec().entity()
                                + " was put aside, since a constraint or trigger of its table"
                                + " ends the whole transaction in which it is written (ROLLBACK). It is tried again"
                                + " when the schema of the file has changed, or after SyncManager.replayQuarantine()",
                        "UNSTORABLE_RECORD",
                        List.of(record.id()),
                        clock.instant(),
                        null));
    }

    /** Forgets what was held of a record's id, because this record is applied; a newer state of it goes on waiting. */
    void letGo(RemoteRecord record) {
        if (!known.noHeld() && !isOvertaken(record)) {
            HoldingRepository.release(unit.handle(), table.id(), record.id());
        }
    }

    /** A stale page must not cost what its cursor has passed long ago. */
    private boolean isOvertaken(RemoteRecord record) {
        return !known.noHeld()
                && HoldingRepository.find(unit.handle(), table.id(), record.id())
                        .map(held -> RecordText.read(held.record()).version())
                        .map(held -> RemoteChange.of(versions, held, record.version(), record.deleted()))
                        .filter(change -> change == RemoteChange.STALE)
                        .isPresent();
    }

    private void fault(RemoteRecord record, SyncException cause) {
        outcome.faults().add(new Fault(table.spec().entity(), record.id(), cause));
    }
}
