package dev.syncline.internal.record;

import static dev.syncline.internal.capture.Identifiers.quote;

import dev.syncline.internal.capture.ColumnSchema;
import dev.syncline.internal.capture.SqliteValues;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Finds the rows of a table that refer to another row inside their JSON. Each search reads the table, since no index knows what is in
 * there. Lives within one unit of work.
 */
final class NestedReferrers {
    private final Connection connection;
    private final BoundTable child;

    NestedReferrers(Connection connection, BoundTable child) {
        this.connection = connection;
        this.child = child;
    }

    /** The keys of all rows with such a reference, each once. */
    List<Object[]> keys(BoundTable parent, Object value) throws SQLException {
        Map<String, Object[]> found = new LinkedHashMap<>();
        for (Row row : rows(parent, value)) {
            child.keys().encode(row.key()).ifPresent(id -> found.put(id, row.key()));
        }
        return List.copyOf(found.values());
    }

    /** Whether a row other than the one referred to itself has such a reference, and stays. */
    boolean any(BoundTable parent, @Nullable Object[] key, Departing departing) throws SQLException {
        Object value = key.length == 1 ? key[0] : null;
        if (value == null) {
            return false;
        }
        for (Object[] found : keys(parent, value)) {
            boolean itself = child == parent && found[0].equals(value);
            if (!itself && !departing.includes(child, found)) {
                return true;
            }
        }
        return false;
    }

    /** All rows with such a reference, each as often as it has columns with one. */
    List<Row> rows(BoundTable parent, Object value) throws SQLException {
        List<Row> found = new ArrayList<>();
        for (NestedReference reference : child.references().nested()) {
            if (reference.parent() == parent) {
                search(reference, value, found);
            }
        }
        return found;
    }

    private void search(NestedReference reference, Object value, List<Row> found) throws SQLException {
        List<ColumnSchema> key = child.schema().key();
        String column = quote(reference.column());
        // Text may be written with escapes, which only reading it undoes.
        String sql = "SELECT " + column + ", "
                + key.stream().map(part -> quote(part.name())).collect(Collectors.joining(", ")) + " FROM main."
                + quote(child.schema().name()) + " WHERE instr(" + column + ", ?) > 0 OR instr(" + column
                + ", '\\') > 0";
        try (PreparedStatement query = connection.prepareStatement(sql)) {
            query.setString(1, value.toString());
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    Object text = rows.getObject(1);
                    if (!reference.keysIn(text).contains(value)) {
                        continue;
                    }
                    Object[] parts = new Object[key.size()];
                    for (int i = 0; i < parts.length; i++) {
                        Object part = SqliteValues.read(
                                rows, i + 2, child.schema().name(), key.get(i).name());
                        parts[i] = part == null ? "" : part;
                    }
                    found.add(new Row(parts, reference, (String) text));
                }
            }
        }
    }

    /**
     * A row with such a reference.
     *
     * @param key its key
     * @param reference the reference
     * @param text what the column holds
     */
    @SuppressWarnings("ArrayRecordComponent") // goes straight back into SQL
    record Row(Object[] key, NestedReference reference, String text) {}
}
