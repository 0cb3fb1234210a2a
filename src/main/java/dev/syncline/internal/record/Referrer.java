package dev.syncline.internal.record;

import dev.syncline.internal.capture.ColumnSchema;
import dev.syncline.internal.capture.Identifiers;
import dev.syncline.internal.capture.TableSchema;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Columns of some table whose values are keys of another.
 *
 * @param table the referring table
 * @param columns the referring columns
 * @param parentColumns the columns referred to; empty for the parent's key
 */
record Referrer(String table, List<String> columns, List<String> parentColumns) {

    /**
     * Tells whether any row refers to a given row. A row that refers to itself goes with itself and does not count.
     *
     * @param connection the unit's connection
     * @param parent the table referred to
     * @param key the row's key
     * @return true if another row refers to it
     * @throws SQLException if the table cannot be read
     */
    boolean refersTo(Connection connection, TableSchema parent, @Nullable Object[] key) throws SQLException {
        List<String> keyColumns = parent.key().stream().map(ColumnSchema::name).toList();
        List<String> target = parentColumns.isEmpty() ? keyColumns : parentColumns;
        List<String> joins = new ArrayList<>();
        for (int i = 0; i < columns.size(); i++) {
            joins.add("c." + Identifiers.quote(columns.get(i)) + " = p." + Identifiers.quote(target.get(i)));
        }
        String notItself = Identifiers.same(table, parent.name())
                ? keyColumns.stream()
                        .map(k -> "c." + Identifiers.quote(k) + " = p." + Identifiers.quote(k))
                        .collect(Collectors.joining(" AND ", " AND NOT (", ")"))
                : "";
        String sql =
                "SELECT 1 FROM main." + Identifiers.quote(parent.name()) + " p JOIN main." + Identifiers.quote(table)
                        + " c ON " + String.join(" AND ", joins)
                        + keyColumns.stream()
                                .map(k -> "p." + Identifiers.quote(k) + " = ?")
                                .collect(Collectors.joining(" AND ", " WHERE ", ""))
                        + notItself + " LIMIT 1";
        try (PreparedStatement any = connection.prepareStatement(sql)) {
            for (int i = 0; i < key.length; i++) {
                any.setObject(i + 1, key[i]);
            }
            try (ResultSet rows = any.executeQuery()) {
                return rows.next();
            }
        }
    }
}
