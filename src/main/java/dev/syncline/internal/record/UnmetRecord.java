package dev.syncline.internal.record;

import dev.syncline.backend.RemoteRecord;
import dev.syncline.internal.store.HoldingRepository;
import dev.syncline.internal.store.HoldingRepository.Held;
import dev.syncline.internal.store.Unit;
import java.sql.SQLException;
import java.util.Optional;

/**
 * Records that wait without a row and that a walk over the whole table was not told of: the backend has them no more, so what they
 * wait for is not worth waiting for. One with a row is left to whatever decides about the row. Lives within one unit of work.
 */
public final class UnmetRecord implements AutoCloseable {
    private final Unit unit;
    private final BoundTable table;
    private final ApplyOutcome outcome;
    private final RecordApplier door;

    /**
     * Opens the door of one table.
     *
     * @param unit the unit; capture is silenced in it
     * @param table the table
     * @param context what all tables share
     * @param outcome collects what happens
     * @throws SQLException if the library's tables cannot be read
     */
    public UnmetRecord(Unit unit, BoundTable table, ApplyContext context, ApplyOutcome outcome) throws SQLException {
        this.unit = unit;
        this.table = table;
        this.outcome = outcome;
        door = new RecordApplier(unit, table, context, false, outcome);
    }

    /**
     * Tells whether a record may go: it waits, was still not told of, and no row here is of it.
     *
     * @param id its remote id
     * @return true if nothing but the backend would bring it
     * @throws SQLException if the tables cannot be read
     */
    public boolean removable(String id) throws SQLException {
        Optional<Held> held = HoldingRepository.find(unit.handle(), table.id(), id);
        if (held.filter(Held::unmet).isEmpty()) {
            return false;
        }
        TableSession session = door.session();
        Optional<Object[]> key = session.ids().localKey(table, id);
        Optional<RowIdentity> row = key.flatMap(k -> RowIdentity.of(table, k, id));
        return row.isEmpty()
                || (session.states().find(row.get().compact()).isEmpty()
                        && !session.host().exists(row.get().key()));
    }

    /**
     * Lets a record go if it may.
     *
     * @param id its remote id
     * @throws SQLException if the unit is doomed
     */
    public void remove(String id) throws SQLException {
        if (removable(id)) {
            HoldingRepository.release(unit.handle(), table.id(), id);
            outcome.released++;
        }
    }

    /**
     * Does what the backend told when it was asked for a record: lets it go if there is none, or takes over what was told.
     *
     * @param told the backend's record, a tombstone if there is none
     * @throws SQLException if the unit is doomed
     */
    public void follow(RemoteRecord told) throws SQLException {
        if (told.deleted()) {
            remove(told.id());
        } else {
            door.apply(told);
            door.flush();
        }
    }

    /** Releases the statements. */
    @Override
    public void close() throws SQLException {
        door.close();
    }
}
