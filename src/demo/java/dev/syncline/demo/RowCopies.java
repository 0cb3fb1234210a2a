package dev.syncline.demo;

import dev.syncline.demo.TableShape.Column;
import dev.syncline.demo.TableShape.Use;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;

/**
 * New rows for tables nobody wrote an application for: copies of a row under a new key. Where a parent was copied before, its
 * children belong to that copy, so that rows which have no remote id yet refer to each other.
 */
final class RowCopies {

    private static final int EACH = 2;

    private final List<EditableTable> tables;
    private final String device;
    private final long seed;
    private final Map<String, List<Object>> made = new LinkedHashMap<>();

    RowCopies(List<EditableTable> tables, String device, long seed) {
        this.tables = tables;
        this.device = device;
        this.seed = seed;
    }

    /** Whether this device's new rows are there already. */
    boolean areThere(Sql sql) throws SQLException {
        for (EditableTable table : tables) {
            Optional<Column> marked = table.markable();
            if (marked.isPresent()
                    && sql.number(
                                    "SELECT EXISTS(SELECT 1 FROM " + Sql.name(table.name()) + " WHERE "
                                            + Sql.name(marked.get().name()) + " = ?)",
                                    mark(1))
                            == 1) {
                return true;
            }
        }
        return false;
    }

    /** Makes them; returns how many there are. A table's own rules may refuse a copy. */
    int make(Sql sql) throws SQLException {
        int count = 0;
        for (EditableTable table : tables) {
            for (int n = 1; n <= EACH; n++) {
                count += make(table, n, sql);
            }
        }
        return count;
    }

    private int make(EditableTable table, int n, Sql sql) throws SQLException {
        Map<String, Object> own = new LinkedHashMap<>();
        table.shape().references().forEach((column, parent) -> {
            List<Object> parents = made.getOrDefault(parent, List.of());
            if (!parents.isEmpty()) {
                own.put(column, parents.get((n - 1) % parents.size()));
            }
        });
        String key = table.key().get(0);
        if (table.shape().serverIds()) {
            own.put(
                    key,
                    sql.number("SELECT coalesce(max(" + Sql.name(key) + "), 0) + 1 FROM " + Sql.name(table.name())));
        } else if (table.key().size() == 1 && table.use(key) == Use.TEXT && !own.containsKey(key)) {
            own.put(key, "made-on-" + device + "-" + n + "-" + seed);
        } else if (!own.keySet().containsAll(table.key())) {
            return 0;
        }
        table.markable().ifPresent(marked -> own.put(marked.name(), mark(n)));
        int inserted = insert(table, own, sql);
        if (inserted == 1 && table.key().size() == 1) {
            made.computeIfAbsent(table.name(), name -> new ArrayList<>()).add(own.get(key));
        }
        return inserted;
    }

    private static int insert(EditableTable table, Map<String, Object> own, Sql sql) throws SQLException {
        StringJoiner sources = new StringJoiner(", ");
        List<Object> values = new ArrayList<>();
        for (Column column : table.shape().columns()) {
            if (own.containsKey(column.name())) {
                sources.add("?");
                values.add(own.get(column.name()));
            } else {
                sources.add(Sql.name(column.name()));
            }
        }
        List<String> columns =
                table.shape().columns().stream().map(Column::name).toList();
        return sql.run(
                "INSERT OR IGNORE INTO " + Sql.name(table.name()) + "(" + Sql.names(columns) + ") SELECT " + sources
                        + " FROM " + Sql.name(table.name()) + " ORDER BY " + Sql.names(table.key()) + " LIMIT 1",
                values.toArray());
    }

    private String mark(int n) {
        return "made on " + device + ", no. " + n;
    }
}
