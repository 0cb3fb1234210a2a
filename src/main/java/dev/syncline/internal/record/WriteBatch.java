package dev.syncline.internal.record;

import dev.syncline.backend.RemoteRecord;
import dev.syncline.internal.store.RowStateRepository;
import dev.syncline.internal.store.Unit;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Rows that are written together: one prepared statement, one batch, which is what makes a pull fast. If the host's table refuses
 * one of them, or takes different keys for the same, all are written one by one, and only those refused are put aside. Lives within one unit of work.
 */
final class WriteBatch {
    private final Unit unit;
    private final HostTable host;
    private final RowStateRepository states;
    private final List<Row> rows = new ArrayList<>();
    private boolean broken;

    WriteBatch(Unit unit, HostTable host, RowStateRepository states) {
        this.unit = unit;
        this.host = host;
        this.states = states;
    }

    boolean isEmpty() {
        return rows.isEmpty();
    }

    /** Gathers a row and the state that it is written with. */
    void add(RemoteRecord record, RowIdentity identity, RecordMapper.Incoming incoming) throws SQLException {
        if (!host.keysAreLoose() && !broken) {
            // Behind a savepoint too: what a trigger may have ended must not go on statement by statement.
            broken = host.needsFlush(incoming) && unit.attempt(host::flush).isPresent();
            host.addToBatch(identity.key(), incoming);
            states.save(identity.compact(), record.version());
        }
        rows.add(new Row(record, identity, incoming));
    }

    /** Writes what was gathered, and tells what became of each row. */
    void flush(Told told) throws SQLException {
        if (rows.isEmpty()) {
            states.flush();
            return;
        }
        List<Row> gathered = List.copyOf(rows);
        boolean together = !host.keysAreLoose() && !broken;
        rows.clear();
        broken = false;
        if (together) {
            Optional<SQLException> refused = unit.attempt(() -> {
                host.flush();
                states.flush();
            });
            if (refused.isEmpty()) {
                for (Row row : gathered) {
                    told.written(row);
                }
                return;
            }
        }
        host.clearBatch();
        states.clear();
        for (Row row : gathered) {
            Optional<SQLException> why = unit.attempt(() -> {
                host.write(row.identity().key(), row.incoming());
                states.save(row.identity().compact(), row.record().version());
                states.flush();
            });
            if (why.isEmpty()) {
                told.written(row);
            } else {
                states.clear();
                told.refused(row, why.get());
            }
        }
    }

    /**
     * A row of the batch.
     *
     * @param record the record it comes from
     * @param identity its names
     * @param incoming its values
     */
    record Row(RemoteRecord record, RowIdentity identity, RecordMapper.Incoming incoming) {}

    /** Hears what became of each row. */
    interface Told {
        /** The row is in the table. */
        void written(Row row) throws SQLException;

        /** The table refused the row. */
        void refused(Row row, SQLException why) throws SQLException;
    }
}
