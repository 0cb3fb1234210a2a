package dev.syncline.internal.capture;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What migrations of the host did to the columns of one table since images of its rows were stored outside the journal. The
 * journal follows a migration in the migration itself; who stores images elsewhere fits them with {@link #fit} and then calls
 * {@link #followed}, in one transaction.
 */
public final class TableChanges {
    private final long table;
    private final List<Change> changes;
    private final Map<String, @Nullable Object> defaults;

    private TableChanges(long table, List<Change> changes, Map<String, @Nullable Object> defaults) {
        this.table = table;
        this.changes = changes;
        this.defaults = defaults;
    }

    /**
     * Tells whether a migration has still to be followed. Costs one look-up.
     *
     * @param connection the connection
     * @param journal the table's journal
     * @return true if the host has changed columns
     * @throws SQLException if the file cannot be read
     */
    public static boolean any(Connection connection, Journal journal) throws SQLException {
        try (PreparedStatement query =
                connection.prepareStatement("SELECT 1 FROM main.syncline_table_change WHERE table_id = ? LIMIT 1")) {
            query.setLong(1, journal.tableId());
            try (ResultSet rows = query.executeQuery()) {
                return rows.next();
            }
        }
    }

    /**
     * Reads what has still to be followed.
     *
     * @param connection the connection, in a transaction that writes
     * @param journal the table's journal, which knows the table as it is now
     * @return the changes
     * @throws SQLException if the file cannot be read
     */
    public static TableChanges of(Connection connection, Journal journal) throws SQLException {
        List<Change> changes = new ArrayList<>();
        try (PreparedStatement query = connection.prepareStatement("SELECT kind, from_name, to_name"
                + " FROM main.syncline_table_change WHERE table_id = ? AND kind LIKE 'COLUMN%' ORDER BY seq")) {
            query.setLong(1, journal.tableId());
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    changes.add(new Change(rows.getString(1), rows.getString(2), rows.getString(3)));
                }
            }
        }
        Map<String, @Nullable Object> defaults = new LinkedHashMap<>();
        for (ColumnSchema column : journal.schema().imageColumns()) {
            defaults.put(column.name(), defaultOf(connection, journal.schema().name(), column));
        }
        return new TableChanges(journal.tableId(), changes, defaults);
    }

    /** As the column stores it, that is, with its affinity; a temporary table leaves the version of the file's schema alone. */
    private static @Nullable Object defaultOf(Connection connection, String table, ColumnSchema column)
            throws SQLException {
        if (column.defaultExpression() == null) {
            return null;
        }
        try (Statement statement = connection.createStatement()) {
            statement.execute("CREATE TEMP TABLE syncline_default(v " + column.affinity() + ")");
            statement.execute("INSERT INTO temp.syncline_default SELECT " + column.defaultExpression());
            Object value;
            try (ResultSet rows = statement.executeQuery("SELECT v FROM temp.syncline_default")) {
                rows.next();
                value = SqliteValues.read(rows, 1, table, column.name());
            }
            statement.execute("DROP TABLE temp.syncline_default");
            return value;
        }
    }

    /**
     * Fits an image to the table as it is now: a renamed column keeps its value, a new one has its default, a gone one goes.
     *
     * @param image a row as it was before the changes
     * @return the row with exactly the columns of the table
     */
    public RowImage fit(RowImage image) {
        Map<String, @Nullable Object> values = new LinkedHashMap<>();
        image.columns().forEach(column -> values.put(Identifiers.fold(column), image.get(column)));
        for (Change change : changes) {
            String from = change.from() == null ? null : Identifiers.fold(change.from());
            if (from != null && values.containsKey(from)) {
                Object value = values.remove(from);
                if (change.to() != null) {
                    values.put(Identifiers.fold(change.to()), value);
                }
            }
        }
        Map<String, @Nullable Object> fitted = new LinkedHashMap<>();
        defaults.forEach((column, initial) -> {
            String known = Identifiers.fold(column);
            fitted.put(column, values.containsKey(known) ? values.get(known) : initial);
        });
        return RowImage.of(fitted);
    }

    /**
     * Forgets the changes, because every stored image has followed.
     *
     * @param connection the connection, in the transaction that stored the images
     * @throws SQLException if the file cannot be written
     */
    public void followed(Connection connection) throws SQLException {
        try (PreparedStatement delete =
                connection.prepareStatement("DELETE FROM main.syncline_table_change WHERE table_id = ?")) {
            delete.setLong(1, table);
            delete.executeUpdate();
        }
    }

    /**
     * One change of a column.
     *
     * @param kind added, dropped or renamed
     * @param from its old name; null if it was added
     * @param to its new name; null if it was dropped
     */
    private record Change(
            String kind, @Nullable String from, @Nullable String to) {}
}
