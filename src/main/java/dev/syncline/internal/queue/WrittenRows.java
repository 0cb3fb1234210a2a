package dev.syncline.internal.queue;

import static dev.syncline.internal.capture.Identifiers.quote;

import dev.syncline.internal.capture.ColumnSchema;
import dev.syncline.internal.capture.JournalRows;
import dev.syncline.internal.capture.PendingChange;
import dev.syncline.internal.capture.SqliteValues;
import dev.syncline.internal.record.BoundTable;
import dev.syncline.internal.store.Unit;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Which rows one unit writes. The journals tell only of rows that were clean before, so triggers of this connection alone note the keys
 * of the others. A row that was pending and is pushed out by an {@code OR REPLACE} fires none of them and is not among those. Lives
 * within one unit.
 */
public final class WrittenRows implements AutoCloseable {
    private static final String NOTES = "syncline_written_";
    private static final int CHUNK = 500;

    private final Unit unit;
    private final List<BoundTable> tables;
    private final Map<BoundTable, Long> ends = new HashMap<>();

    /**
     * Begins to watch.
     *
     * @param unit the unit, before its first write
     * @param tables the synced tables
     * @throws SQLException if a statement fails
     */
    public WrittenRows(Unit unit, List<BoundTable> tables) throws SQLException {
        this.unit = unit;
        this.tables = tables;
        for (BoundTable table : tables) {
            ends.put(table, table.journal().lastSeq(unit.connection(), Long.MAX_VALUE));
            if (!table.journal().isEmpty(unit.connection())) {
                watch(table);
            }
        }
    }

    private void watch(BoundTable table) throws SQLException {
        String notes = NOTES + table.id();
        int width = table.schema().key().size();
        execute("CREATE TEMP TABLE " + notes + "("
                + IntStream.range(0, width).mapToObj(i -> "k" + i).collect(Collectors.joining(", ")) + ")");
        String host = " ON main." + quote(table.schema().name());
        String note = "INSERT INTO " + notes + " VALUES(";
        execute("CREATE TEMP TRIGGER " + notes + "_i AFTER INSERT" + host + " BEGIN " + note + key(table, "NEW")
                + "); END");
        execute("CREATE TEMP TRIGGER " + notes + "_d AFTER DELETE" + host + " BEGIN " + note + key(table, "OLD")
                + "); END");
        execute("CREATE TEMP TRIGGER " + notes + "_u AFTER UPDATE" + host + " BEGIN " + note + key(table, "OLD") + "); "
                + note + key(table, "NEW") + "); END");
    }

    private static String key(BoundTable table, String row) {
        return table.schema().key().stream()
                .map(column -> row + "." + quote(column.name()))
                .collect(Collectors.joining(", "));
    }

    /**
     * Gives the rows that were written and differ from what the backend has.
     *
     * @return their local ids as text, by table
     * @throws SQLException if a statement fails
     */
    public Map<BoundTable, Set<String>> pending() throws SQLException {
        Map<BoundTable, Set<String>> found = new LinkedHashMap<>();
        for (BoundTable table : tables) {
            Set<String> rows = new LinkedHashSet<>();
            addNew(table, rows);
            addNoted(table, rows);
            if (!rows.isEmpty()) {
                found.put(table, rows);
            }
        }
        return found;
    }

    private void addNew(BoundTable table, Set<String> rows) throws SQLException {
        long after = ends.getOrDefault(table, 0L);
        boolean more = true;
        while (more) {
            List<PendingChange> changes = table.journal().pending(unit.connection(), after, CHUNK, (key, why) -> {
                if (key != null) {
                    table.keys().encode(key).ifPresent(rows::add);
                }
            });
            for (PendingChange change : changes) {
                after = change.seq();
                table.keys().encode(change.key()).ifPresent(rows::add);
            }
            more = changes.size() == CHUNK;
        }
    }

    private void addNoted(BoundTable table, Set<String> rows) throws SQLException {
        if (ends.getOrDefault(table, 0L) == 0) {
            return;
        }
        List<ColumnSchema> columns = table.schema().key();
        try (JournalRows journal = table.journal().rows(unit.connection());
                Statement statement = unit.connection().createStatement();
                ResultSet noted = statement.executeQuery("SELECT DISTINCT * FROM temp." + NOTES + table.id())) {
            while (noted.next()) {
                @Nullable Object[] key = new Object[columns.size()];
                for (int i = 0; i < key.length; i++) {
                    key[i] = SqliteValues.read(
                            noted, i + 1, table.schema().name(), columns.get(i).name());
                }
                String rowId = table.keys().encode(key).orElse(null);
                if (rowId != null
                        && journal.isPending(table.keys().decode(rowId).orElseThrow())) {
                    rows.add(rowId);
                }
            }
        }
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = unit.connection().createStatement()) {
            statement.execute(sql);
        }
    }

    /** A unit that fails takes them back by itself; whatever is left of them goes with the connection. */
    @Override
    public void close() throws SQLException {
        for (BoundTable table : tables) {
            if (ends.getOrDefault(table, 0L) > 0) {
                for (String trigger : List.of("_i", "_d", "_u")) {
                    execute("DROP TRIGGER IF EXISTS temp." + NOTES + table.id() + trigger);
                }
                execute("DROP TABLE IF EXISTS temp." + NOTES + table.id());
            }
        }
    }
}
