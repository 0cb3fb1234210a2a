package dev.syncline.internal.record;

import dev.syncline.backend.RemoteRecord;
import dev.syncline.internal.capture.UnreadableValueException;
import dev.syncline.internal.store.Unit;
import java.sql.SQLException;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Keeps what one record does to a table from what others do to it. Lives within one unit of work. */
final class RecordIsolation {
    private final BoundTable table;
    private final TableSession session;
    private final Unit.Step flush;
    private @Nullable Set<EndingRecord> ending;

    /**
     * Begins without isolation.
     *
     * @param session the table in this unit
     * @param flush writes what was gathered
     */
    RecordIsolation(TableSession session, Unit.Step flush) {
        this.session = session;
        this.flush = flush;
        table = session.table();
    }

    /** Has each record written by itself from now on; those that ended the whole transaction before are put aside unseen. */
    void begin(Set<EndingRecord> ended) {
        ending = ended;
    }

    /** Runs what a record does. */
    void run(RemoteRecord record, Unit.Step step) throws SQLException {
        if (ending == null) {
            step.run();
            return;
        }
        EndingRecord me = new EndingRecord(table.id(), record.id());
        if (ending.contains(me)) {
            Optional<Object[]> key = session.ids().localKey(table, record.id());
            Optional<RowIdentity> row = key.flatMap(k -> RowIdentity.of(table, k, record.id()));
            if (row.isPresent()) {
                session.states().meet(row.get().compact());
            }
            session.aside().quarantine(record);
            return;
        }
        try {
            step.run();
            flush.run();
        } catch (Unit.UnitLostException lost) {
            throw new UnitEndedException(me, lost);
        }
    }

    /** A row is read before anything is done to it, so one that cannot be read is left as it is. */
    void readingRow(RemoteRecord record, Unit.Step step) throws SQLException {
        try {
            step.run();
        } catch (UnreadableValueException e) {
            session.aside().unreadable(record, e);
        }
    }
}
