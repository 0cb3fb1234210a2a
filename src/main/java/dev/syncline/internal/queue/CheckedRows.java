package dev.syncline.internal.queue;

import static dev.syncline.internal.capture.Identifiers.quote;

import dev.syncline.internal.capture.ColumnSchema;
import dev.syncline.internal.record.BoundTable;
import dev.syncline.internal.store.Unit;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Rows of a host table as the consistency check reads and mends them, by the plain SQL that a host would use. */
final class CheckedRows {
    /** More of one kind tell nothing new. */
    static final int MOST = 1000;

    private final Unit unit;
    private final BoundTable table;

    CheckedRows(Unit unit, BoundTable table) {
        this.unit = unit;
        this.table = table;
    }

    /**
     * A row.
     *
     * @param key its key
     * @param values the columns that were asked for
     */
    // The array goes straight back into SQL.
    @SuppressWarnings("ArrayRecordComponent")
    record Row(Object[] key, List<@Nullable Object> values) {}

    /** Rows that meet a condition, on which {@code h} names the table; a thousand at the most. */
    List<Row> where(String condition) throws SQLException {
        List<Row> found = new ArrayList<>();
        each(condition + " LIMIT " + MOST, List.of(), found::add);
        return found;
    }

    /** Hears of rows. */
    interface Each {
        void row(Row row) throws SQLException;
    }

    /** Tells rows that meet a condition one by one, so that a large table needs no memory. */
    void each(String condition, List<String> columns, Each each) throws SQLException {
        int keys = table.schema().key().size();
        List<String> wanted = new ArrayList<>();
        table.schema().key().forEach(column -> wanted.add("h." + quote(column.name())));
        columns.forEach(column -> wanted.add("h." + quote(column)));
        String sql = "SELECT " + String.join(", ", wanted) + " FROM "
                + quote(table.schema().name()) + " AS h WHERE " + condition;
        try (PreparedStatement query = unit.connection().prepareStatement(sql);
                ResultSet rows = query.executeQuery()) {
            while (rows.next()) {
                Object[] key = new Object[keys];
                for (int i = 0; i < keys; i++) {
                    key[i] = Objects.requireNonNullElse(value(rows, i + 1), "");
                }
                List<@Nullable Object> values = new ArrayList<>();
                for (int i = 0; i < columns.size(); i++) {
                    values.add(value(rows, keys + i + 1));
                }
                each.row(new Row(key, values));
            }
        }
    }

    /** The driver gives small numbers as another class than large ones. */
    private static @Nullable Object value(ResultSet rows, int index) throws SQLException {
        Object value = rows.getObject(index);
        return value instanceof Integer number ? (Object) number.longValue() : value;
    }

    boolean exists(Object[] key) throws SQLException {
        try (PreparedStatement query = unit.connection()
                .prepareStatement("SELECT 1 FROM " + quote(table.schema().name()) + " WHERE " + byKey())) {
            bind(query, 1, key);
            try (ResultSet row = query.executeQuery()) {
                return row.next();
            }
        }
    }

    void set(Object[] key, String column, @Nullable Object value) throws SQLException {
        try (PreparedStatement update = unit.connection()
                .prepareStatement(
                        "UPDATE " + quote(table.schema().name()) + " SET " + quote(column) + " = ? WHERE " + byKey())) {
            update.setObject(1, value);
            bind(update, 2, key);
            update.executeUpdate();
        }
    }

    private String byKey() {
        return table.schema().key().stream()
                .map(column -> quote(column.name()) + " IS ?")
                .collect(Collectors.joining(" AND "));
    }

    private static void bind(PreparedStatement statement, int from, Object[] key) throws SQLException {
        for (int i = 0; i < key.length; i++) {
            statement.setObject(from + i, key[i]);
        }
    }

    boolean isOptional(String column) {
        boolean inKey = table.schema().key().stream().anyMatch(key -> key.name().equals(column));
        return !inKey
                && table.schema()
                        .column(column)
                        .filter(found -> !found.notNull() && !found.generated())
                        .isPresent();
    }

    static boolean has(BoundTable table, String column) {
        return table.schema().column(column).map(ColumnSchema::name).isPresent();
    }
}
