package dev.syncline.internal.record;

import dev.syncline.internal.capture.ColumnSchema;
import dev.syncline.internal.capture.Identifiers;
import dev.syncline.table.RowQuery;
import dev.syncline.table.TableRow;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The statements by which a host's values get into its own table and out of it. Immutable. */
public final class RowStatements {
    private final BoundTable table;
    private final String name;
    private final String byKey;

    /**
     * Prepares the texts.
     *
     * @param table the table
     */
    public RowStatements(BoundTable table) {
        this.table = table;
        name = Identifiers.quote(table.schema().name());
        byKey = " WHERE " + each(table.schema().key(), " = ?", " AND ");
    }

    /**
     * Finds a column by the name that the host gives it.
     *
     * @param column the name
     * @return the column
     * @throws IllegalArgumentException if the table has none of that name
     */
    public ColumnSchema column(String column) {
        return RowSelect.column(table, column);
    }

    /**
     * Gives a query as SQL, for who runs it elsewhere.
     *
     * @param query the query
     * @return its text and arguments
     * @throws IllegalArgumentException if it does not fit the table
     */
    public RowSelect select(RowQuery query) {
        return RowSelect.rows(table, query);
    }

    /**
     * Reads the row that the result of a {@link #select} stands at.
     *
     * @param rows the result
     * @return the row
     * @throws SQLException if it cannot be read
     */
    public TableRow row(ResultSet rows) throws SQLException {
        return StoredRow.read(table.schema(), rows);
    }

    /**
     * Reads rows.
     *
     * @param connection a connection to the file
     * @param query which
     * @return the rows
     * @throws SQLException if they cannot be read
     */
    public List<TableRow> list(Connection connection, RowQuery query) throws SQLException {
        RowSelect select = select(query);
        try (PreparedStatement statement = prepare(connection, select.sql(), select.arguments());
                ResultSet rows = statement.executeQuery()) {
            List<TableRow> found = new ArrayList<>();
            while (rows.next()) {
                found.add(row(rows));
            }
            return found;
        }
    }

    /**
     * Counts rows.
     *
     * @param connection a connection to the file
     * @param query which
     * @return how many, whatever the query's page
     * @throws SQLException if they cannot be counted
     */
    public long count(Connection connection, RowQuery query) throws SQLException {
        RowSelect select = RowSelect.count(table, query);
        try (PreparedStatement statement = prepare(connection, select.sql(), select.arguments())) {
            return number(statement);
        }
    }

    /**
     * Adds a row.
     *
     * @param connection the unit's connection
     * @param values what its columns hold; others get their default
     * @throws SQLException if the table refuses it
     */
    public void insert(Connection connection, Map<ColumnSchema, Object> values) throws SQLException {
        String sql = values.isEmpty()
                ? "INSERT INTO " + name + " DEFAULT VALUES"
                : "INSERT INTO " + name + " (" + each(values.keySet(), "", ", ") + ") VALUES ("
                        + values.keySet().stream().map(column -> "?").collect(Collectors.joining(", ")) + ")";
        execute(connection, sql, values.values());
    }

    /**
     * Gives the key that SQLite chose for the row that was just added.
     *
     * @param connection the unit's connection
     * @return the key of a table whose key is the rowid
     * @throws SQLException if it cannot be read
     */
    public long chosenKey(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("SELECT last_insert_rowid()")) {
            return number(statement);
        }
    }

    /**
     * Changes columns of a row.
     *
     * @param connection the unit's connection
     * @param key the row
     * @param values what its columns hold from now on, at least one
     * @return whether there is such a row
     * @throws SQLException if the table refuses it
     */
    public boolean update(Connection connection, Collection<Object> key, Map<ColumnSchema, @Nullable Object> values)
            throws SQLException {
        List<@Nullable Object> arguments = new ArrayList<>(values.values());
        arguments.addAll(key);
        return execute(connection, "UPDATE " + name + " SET " + each(values.keySet(), " = ?", ", ") + byKey, arguments);
    }

    /**
     * Deletes a row.
     *
     * @param connection the unit's connection
     * @param key the row
     * @return whether there was one
     * @throws SQLException if rows refer to it
     */
    public boolean delete(Connection connection, Collection<Object> key) throws SQLException {
        return execute(connection, "DELETE FROM " + name + byKey, key);
    }

    private static String each(Collection<ColumnSchema> columns, String suffix, String between) {
        return columns.stream()
                .map(column -> Identifiers.quote(column.name()) + suffix)
                .collect(Collectors.joining(between));
    }

    private static boolean execute(Connection connection, String sql, Collection<? extends @Nullable Object> arguments)
            throws SQLException {
        try (PreparedStatement statement = prepare(connection, sql, arguments)) {
            return statement.executeUpdate() > 0;
        }
    }

    private static long number(PreparedStatement statement) throws SQLException {
        try (ResultSet rows = statement.executeQuery()) {
            rows.next();
            return rows.getLong(1);
        }
    }

    private static PreparedStatement prepare(
            Connection connection, String sql, Collection<? extends @Nullable Object> arguments) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        int parameter = 1;
        for (Object argument : arguments) {
            statement.setObject(parameter++, argument);
        }
        return statement;
    }
}
