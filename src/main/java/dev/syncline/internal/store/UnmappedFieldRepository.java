package dev.syncline.internal.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;

/**
 * The table {@code syncline_unmapped}: what the backend told of a row and no column holds, as JSON text, beside the row's state and
 * under the same compact key. It goes with the state, see {@link RowStateRepository#remove}.
 */
public final class UnmappedFieldRepository {
    private final Connection connection;
    private final int table;

    /**
     * Opens the fields of one table.
     *
     * @param connection the unit's connection
     * @param table the table's number
     */
    public UnmappedFieldRepository(Connection connection, int table) {
        this.connection = connection;
        this.table = table;
    }

    /**
     * Tells whether no row of the table has such fields.
     *
     * @return true if there is none
     * @throws SQLException if the table cannot be read
     */
    public boolean isEmpty() throws SQLException {
        try (PreparedStatement any =
                connection.prepareStatement("SELECT 1 FROM syncline_unmapped WHERE t = ? LIMIT 1")) {
            any.setInt(1, table);
            try (ResultSet rows = any.executeQuery()) {
                return !rows.next();
            }
        }
    }

    /**
     * Reads the fields of a row.
     *
     * @param key the row's compact key
     * @return JSON text of an object, or empty if the row has none
     * @throws SQLException if the table cannot be read
     */
    public Optional<String> find(Object key) throws SQLException {
        try (PreparedStatement find =
                connection.prepareStatement("SELECT fields FROM syncline_unmapped WHERE t = ? AND k = ?")) {
            find.setInt(1, table);
            find.setObject(2, key);
            try (ResultSet rows = find.executeQuery()) {
                return rows.next() ? Optional.of(rows.getString(1)) : Optional.empty();
            }
        }
    }

    /**
     * Stores the fields of a row in the place of those it had.
     *
     * @param key the row's compact key
     * @param fields JSON text of an object
     * @throws SQLException if the table cannot be written
     */
    public void save(Object key, String fields) throws SQLException {
        try (PreparedStatement save =
                connection.prepareStatement("INSERT OR REPLACE INTO syncline_unmapped(t, k, fields) VALUES(?, ?, ?)")) {
            save.setInt(1, table);
            save.setObject(2, key);
            save.setString(3, fields);
            save.executeUpdate();
        }
    }

    /**
     * Forgets the fields of a row.
     *
     * @param key the row's compact key
     * @throws SQLException if the table cannot be written
     */
    public void remove(Object key) throws SQLException {
        try (PreparedStatement remove =
                connection.prepareStatement("DELETE FROM syncline_unmapped WHERE t = ? AND k = ?")) {
            remove.setInt(1, table);
            remove.setObject(2, key);
            remove.executeUpdate();
        }
    }

    /**
     * Takes the fields of a row along to another key.
     *
     * @param from the compact key that the row had
     * @param to the one that it has from now on
     * @throws SQLException if the table cannot be written
     */
    public void move(Object from, Object to) throws SQLException {
        try (PreparedStatement move =
                connection.prepareStatement("UPDATE OR REPLACE syncline_unmapped SET k = ? WHERE t = ? AND k = ?")) {
            move.setObject(1, to);
            move.setInt(2, table);
            move.setObject(3, from);
            move.executeUpdate();
        }
    }
}
