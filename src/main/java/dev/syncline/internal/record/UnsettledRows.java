package dev.syncline.internal.record;

import dev.syncline.internal.capture.JournalRows;
import dev.syncline.internal.store.Unit;
import dev.syncline.internal.store.UnsettledRowIds;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a table that journal, queue or inbox hold something of. They are few as a rule, and every other row is spared three look-ups
 * and the early writing of what was gathered before it. Where they are many, every row counts as one of them. Lives within one unit of work.
 */
final class UnsettledRows {
    /** From here on the look-ups cost less than this list. */
    private static final int MOST = 1000;

    /** A unit that keeps adding such rows is not worth reading the list again and again. */
    private static final int READINGS = 20;

    private final Unit unit;
    private final BoundTable table;
    private final JournalRows journal;
    private @Nullable Set<String> rowIds;
    private boolean current;
    private int readings;

    UnsettledRows(Unit unit, BoundTable table, JournalRows journal) {
        this.unit = unit;
        this.table = table;
        this.journal = journal;
    }

    /** Whether something is held of a row, or may be. */
    boolean mayHold(RowIdentity row) throws SQLException {
        read();
        return rowIds == null || rowIds.contains(row.rowId());
    }

    /** Whether most rows are not among them. */
    boolean areFew() throws SQLException {
        read();
        return rowIds != null;
    }

    /** Something was stored of a row that need not have been among them. */
    void changed() {
        current = false;
    }

    private void read() throws SQLException {
        if (current) {
            return;
        }
        current = true;
        rowIds = readings++ < READINGS ? list() : null;
    }

    private @Nullable Set<String> list() throws SQLException {
        Set<String> ids = new HashSet<>(UnsettledRowIds.some(unit.handle(), table.id(), MOST + 1));
        Optional<List<Object[]>> journaled = journal.keys(MOST + 1);
        if (journaled.isEmpty()) {
            return null;
        }
        for (Object[] key : journaled.get()) {
            Optional<RowIdentity> row = RowIdentity.of(table, key, null);
            if (row.isEmpty()) {
                // A key without a text form; no record can be of that row.
                continue;
            }
            ids.add(row.get().rowId());
        }
        return ids.size() > MOST ? null : ids;
    }
}
