package dev.syncline.internal.record;

import dev.syncline.internal.store.HoldingRepository.Held;
import dev.syncline.internal.store.Unit;
import dev.syncline.internal.store.UnmetRows;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Records that waited, that the walk under way has not been told of, and that become rows before its sweep: the rows inherit the mark.
 * The backend may have deleted them since they were told, and no page says so. Lives within one unit of work.
 */
public final class UnmetArrivals {
    private final Unit unit;
    private final BoundTable table;
    private final TableSession session;
    private final List<String> expected = new ArrayList<>();

    /**
     * Begins.
     *
     * @param unit the unit
     * @param table the table
     * @param door the door through which the records pass
     */
    public UnmetArrivals(Unit unit, BoundTable table, RecordApplier door) {
        this.unit = unit;
        this.table = table;
        session = door.session();
    }

    /**
     * Looks at a record before it passes.
     *
     * @param held the record as it waits
     * @throws SQLException if the library's tables cannot be read
     */
    public void expect(Held held) throws SQLException {
        if (held.unmet() && row(held.id()).isEmpty()) {
            expected.add(held.id());
        }
    }

    /**
     * Marks the rows that records have become which passed.
     *
     * @throws SQLException if the marks cannot be written
     */
    public void mark() throws SQLException {
        for (String id : expected) {
            Optional<RowIdentity> row = row(id);
            if (row.isPresent()) {
                UnmetRows.add(unit.connection(), table.id(), row.get().compact());
            }
        }
        expected.clear();
    }

    /** The row of a record, as far as the backend is known to have told of it. */
    private Optional<RowIdentity> row(String id) throws SQLException {
        Optional<RowIdentity> row = session.ids().localKey(table, id).flatMap(key -> RowIdentity.of(table, key, id));
        return row.isPresent() && session.states().find(row.get().compact()).isPresent() ? row : Optional.empty();
    }
}
