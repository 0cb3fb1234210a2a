package dev.syncline.internal.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The table {@code syncline_unmet}: rows that were known when a walk began and have not been met since. Only what is in it may be
 * swept, so a mark that is lost spares a row, and a row made during the walk needs none. Keys are compact ones.
 */
public final class UnmetRows {

    private UnmetRows() {}

    /**
     * Notes some of the rows that are known.
     *
     * @param connection the unit's connection
     * @param table the table's number
     * @param most how many at the most; the next call goes on behind them
     * @return how many were noted; 0 if all are
     * @throws SQLException if the tables cannot be read or written
     */
    public static int note(Connection connection, int table, int most) throws SQLException {
        try (PreparedStatement insert =
                connection.prepareStatement("INSERT INTO syncline_unmet(t, k) SELECT t, k FROM syncline_row_state"
                        + " WHERE t = ?1 AND k > coalesce((SELECT max(k) FROM syncline_unmet WHERE t = ?1), -9e999)"
                        + " ORDER BY k LIMIT ?2")) {
            insert.setInt(1, table);
            insert.setInt(2, most);
            return insert.executeUpdate();
        }
    }

    /**
     * Notes one more row: a record that waited when the walk began, and that no page has told of since, has become it.
     *
     * @param connection the unit's connection
     * @param table the table's number
     * @param key its compact key
     * @throws SQLException if the table cannot be written
     */
    public static void add(Connection connection, int table, Object key) throws SQLException {
        try (PreparedStatement insert =
                connection.prepareStatement("INSERT OR IGNORE INTO syncline_unmet(t, k) VALUES(?, ?)")) {
            insert.setInt(1, table);
            insert.setObject(2, key);
            insert.executeUpdate();
        }
    }

    /**
     * Forgets some of the notes of an earlier walk.
     *
     * @param connection the unit's connection
     * @param table the table's number
     * @param most how many at the most
     * @return how many were forgotten; 0 if none is left
     * @throws SQLException if the table cannot be written
     */
    public static int forget(Connection connection, int table, int most) throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement("DELETE FROM syncline_unmet WHERE t = ?1 AND k IN"
                + " (SELECT k FROM syncline_unmet WHERE t = ?1 ORDER BY k LIMIT ?2)")) {
            delete.setInt(1, table);
            delete.setInt(2, most);
            return delete.executeUpdate();
        }
    }

    /**
     * Lists some of the rows that were not met, in the order of keys.
     *
     * @param connection the unit's connection
     * @param table the table's number
     * @param most how many at the most
     * @return their compact keys
     * @throws SQLException if the table cannot be read
     */
    public static List<Object> some(Connection connection, int table, int most) throws SQLException {
        return behind(connection, table, null, most);
    }

    /**
     * Lists the next of the rows that were not met, in the order of keys.
     *
     * @param connection the unit's connection
     * @param table the table's number
     * @param after the compact key behind which to begin; null for the first
     * @param most how many at the most
     * @return their compact keys
     * @throws SQLException if the table cannot be read
     */
    public static List<Object> behind(Connection connection, int table, @Nullable Object after, int most)
            throws SQLException {
        List<Object> keys = new ArrayList<>();
        try (PreparedStatement query = connection.prepareStatement(
                "SELECT k FROM syncline_unmet WHERE t = ? AND k > coalesce(?, -9e999) ORDER BY k LIMIT ?")) {
            query.setInt(1, table);
            query.setObject(2, after);
            query.setInt(3, most);
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    Object key = rows.getObject(1);
                    keys.add(key instanceof Number number ? (Object) number.longValue() : key);
                }
            }
        }
        return keys;
    }

    /**
     * Counts the rows that were not met.
     *
     * @param connection the unit's connection
     * @param table the table's number
     * @return how many
     * @throws SQLException if the table cannot be read
     */
    public static long count(Connection connection, int table) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement("SELECT count(*) FROM syncline_unmet WHERE t = ?")) {
            query.setInt(1, table);
            try (ResultSet rows = query.executeQuery()) {
                return rows.next() ? rows.getLong(1) : 0;
            }
        }
    }

    /**
     * Tells whether a row has not been met.
     *
     * @param connection the unit's connection
     * @param table the table's number
     * @param key its compact key
     * @return false if it was, or was made since the walk began
     * @throws SQLException if the table cannot be read
     */
    public static boolean isUnmet(Connection connection, int table, Object key) throws SQLException {
        try (PreparedStatement query =
                connection.prepareStatement("SELECT 1 FROM syncline_unmet WHERE t = ? AND k = ?")) {
            query.setInt(1, table);
            query.setObject(2, key);
            try (ResultSet rows = query.executeQuery()) {
                return rows.next();
            }
        }
    }
}
