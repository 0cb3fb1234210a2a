package dev.syncline.internal.record;

import dev.syncline.internal.capture.ColumnSchema;
import dev.syncline.internal.capture.Identifiers;
import dev.syncline.internal.capture.SqliteValues;
import dev.syncline.internal.capture.TableSchema;
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
 * Columns of some table whose values are keys of another.
 *
 * @param table the referring table
 * @param parent the table referred to
 * @param columns the referring columns
 * @param parentColumns the columns referred to; empty for the parent's key
 */
public record Referrer(String table, String parent, List<String> columns, List<String> parentColumns) {

    /**
     * Reads the foreign keys of every table in the file; those of tables that are not synced count as well.
     *
     * @param connection any connection to the file
     * @return who refers to whom
     * @throws SQLException if the schema cannot be read
     */
    public static List<Referrer> inFile(Connection connection) throws SQLException {
        Map<String, Referrer> found = new LinkedHashMap<>();
        try (PreparedStatement keys = connection.prepareStatement(
                        "SELECT m.name, f.\"table\", f.id, f.\"from\", f.\"to\" FROM sqlite_master m,"
                                + " pragma_foreign_key_list(m.name) f WHERE m.type = 'table' ORDER BY m.name, f.id, f.seq");
                ResultSet rows = keys.executeQuery()) {
            while (rows.next()) {
                List<String> from = List.of(rows.getString(4));
                List<String> to = rows.getString(5) == null ? List.of() : List.of(rows.getString(5));
                found.merge(
                        rows.getString(1) + '\n' + rows.getInt(3),
                        new Referrer(rows.getString(1), rows.getString(2), from, to),
                        Referrer::plus);
            }
        }
        return List.copyOf(found.values());
    }

    private Referrer plus(Referrer part) {
        List<String> from = new ArrayList<>(columns);
        from.addAll(part.columns);
        List<String> to = new ArrayList<>(parentColumns);
        to.addAll(part.parentColumns);
        return new Referrer(table, parent, from, to);
    }

    /**
     * Tells whether any row refers to a given row. A row that refers to itself goes with itself and does not count.
     *
     * @param connection the unit's connection
     * @param schema the table referred to
     * @param key the row's key
     * @return true if another row refers to it
     * @throws SQLException if the table cannot be read
     */
    boolean refersTo(Connection connection, TableSchema schema, @Nullable Object[] key) throws SQLException {
        try (PreparedStatement any = connection.prepareStatement(search(schema, "1") + " LIMIT 1")) {
            HostTable.bindKey(any, 1, key);
            try (ResultSet rows = any.executeQuery()) {
                return rows.next();
            }
        }
    }

    /**
     * Finds the rows that refer to a given row, but for itself.
     *
     * @param connection the unit's connection
     * @param schema the table referred to
     * @param key the row's key
     * @param own the referring table
     * @return their keys
     * @throws SQLException if the table cannot be read
     */
    List<@Nullable Object[]> referring(
            Connection connection, TableSchema schema, @Nullable Object[] key, TableSchema own) throws SQLException {
        List<ColumnSchema> parts = own.key();
        String wanted = parts.stream()
                .map(part -> "c." + Identifiers.quote(part.name()))
                .collect(Collectors.joining(", "));
        List<@Nullable Object[]> found = new ArrayList<>();
        try (PreparedStatement all = connection.prepareStatement(search(schema, wanted))) {
            HostTable.bindKey(all, 1, key);
            try (ResultSet rows = all.executeQuery()) {
                while (rows.next()) {
                    @Nullable Object[] other = new @Nullable Object[parts.size()];
                    for (int i = 0; i < other.length; i++) {
                        other[i] = SqliteValues.read(
                                rows, i + 1, own.name(), parts.get(i).name());
                    }
                    found.add(other);
                }
            }
        }
        return found;
    }

    private String search(TableSchema schema, String wanted) {
        List<String> keyColumns = schema.key().stream().map(ColumnSchema::name).toList();
        List<String> target = parentColumns.isEmpty() ? keyColumns : parentColumns;
        List<String> joins = new ArrayList<>();
        for (int i = 0; i < columns.size(); i++) {
            joins.add("c." + Identifiers.quote(columns.get(i)) + " = p." + Identifiers.quote(target.get(i)));
        }
        String notItself = Identifiers.same(table, schema.name())
                ? keyColumns.stream()
                        .map(k -> "c." + Identifiers.quote(k) + " = p." + Identifiers.quote(k))
                        .collect(Collectors.joining(" AND ", " AND NOT (", ")"))
                : "";
        return "SELECT " + wanted + " FROM main." + Identifiers.quote(schema.name()) + " p JOIN main."
                + Identifiers.quote(table)
                + " c ON " + String.join(" AND ", joins)
                + keyColumns.stream()
                        .map(k -> "p." + Identifiers.quote(k) + " = ?")
                        .collect(Collectors.joining(" AND ", " WHERE ", ""))
                + notItself;
    }
}
