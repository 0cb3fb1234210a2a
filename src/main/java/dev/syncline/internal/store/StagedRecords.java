package dev.syncline.internal.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;

/**
 * The tables {@code syncline_staging} and {@code syncline_staged}: which walks keep back what they read, and what they have read, the newest
 * of each id in the order in which it came.
 */
public final class StagedRecords {
    /** So much text is held in memory at once. */
    private static final int MOST_CHARS = 4_000_000;

    private final Clock clock;

    /**
     * Makes the repository.
     *
     * @param clock dates beginnings
     */
    public StagedRecords(Clock clock) {
        this.clock = clock;
    }

    /**
     * Has the next walk over a table keep back what it reads, and replace even what seems newer here.
     *
     * @param handle the unit's handle
     * @param table the table's number
     */
    public static void wantReload(Handle handle, int table) {
        handle.createUpdate("INSERT OR REPLACE INTO syncline_staging(t, reload, begun_at) VALUES(:t, 1, NULL)")
                .bind("t", table)
                .execute();
    }

    /**
     * Tells whether a walk is wanted that has not begun.
     *
     * @param handle the unit's handle
     * @param table the table's number
     * @return true until {@link #begin}
     */
    public static boolean isWanted(Handle handle, int table) {
        return has(handle, table, "begun_at IS NULL");
    }

    /**
     * Tells whether what the walk over a table reads is kept back, or lies ready.
     *
     * @param handle the unit's handle
     * @param table the table's number
     * @return true between {@link #begin} and {@link #end}
     */
    public static boolean isUnderWay(Handle handle, int table) {
        return has(handle, table, "begun_at IS NOT NULL");
    }

    /**
     * Tells whether what lies ready replaces even what seems newer here.
     *
     * @param handle the unit's handle
     * @param table the table's number
     * @return true if that was wanted
     */
    public static boolean isReload(Handle handle, int table) {
        return has(handle, table, "reload = 1");
    }

    private static boolean has(Handle handle, int table, String what) {
        return handle.createQuery("SELECT EXISTS(SELECT 1 FROM syncline_staging WHERE t = :t AND " + what + ")")
                .bind("t", table)
                .mapTo(Boolean.class)
                .one();
    }

    /**
     * Begins to keep back what is read, and drops what an earlier walk had kept.
     *
     * @param handle the unit's handle
     * @param table the table's number
     */
    public void begin(Handle handle, int table) {
        drop(handle, table);
        handle.createUpdate("INSERT OR REPLACE INTO syncline_staging(t, reload, begun_at) VALUES(:t,"
                        + " coalesce((SELECT reload FROM syncline_staging WHERE t = :t), 0), :now)")
                .bind("t", table)
                .bind("now", clock.millis())
                .execute();
    }

    /**
     * Keeps records back, in place of older ones of the same ids.
     *
     * @param connection the unit's connection
     * @param table the table's number
     * @param records the records as text by id, in their order
     * @throws SQLException if the table cannot be written
     */
    public static void put(Connection connection, int table, Map<String, String> records) throws SQLException {
        try (PreparedStatement insert =
                connection.prepareStatement("INSERT OR REPLACE INTO syncline_staged(t, id, record) VALUES(?, ?, ?)")) {
            for (Map.Entry<String, String> record : records.entrySet()) {
                insert.setInt(1, table);
                insert.setString(2, record.getKey());
                insert.setString(3, record.getValue());
                insert.addBatch();
            }
            insert.executeBatch();
        }
    }

    /**
     * Lists some of what is kept back, in the order in which it came.
     *
     * @param connection the unit's connection
     * @param table the table's number
     * @param after where to go on: the number of the last one of the call before; 0 at first
     * @param most how many at the most; fewer where they are large
     * @return the records; empty if none is left
     * @throws SQLException if the table cannot be read
     */
    public static List<Staged> some(Connection connection, int table, long after, int most) throws SQLException {
        List<Staged> found = new ArrayList<>();
        try (PreparedStatement query = connection.prepareStatement(
                "SELECT n, record FROM syncline_staged WHERE t = ? AND n > ? ORDER BY n LIMIT ?")) {
            query.setInt(1, table);
            query.setLong(2, after);
            query.setInt(3, most);
            long length = 0;
            try (ResultSet rows = query.executeQuery()) {
                while (length < MOST_CHARS && rows.next()) {
                    Staged next = new Staged(rows.getLong(1), rows.getString(2));
                    length += next.record().length();
                    found.add(next);
                }
            }
        }
        return found;
    }

    /**
     * Counts what is kept back.
     *
     * @param handle the unit's handle
     * @param table the table's number
     * @return the number of records
     */
    public static long count(Handle handle, int table) {
        return handle.createQuery("SELECT count(*) FROM syncline_staged WHERE t = :t")
                .bind("t", table)
                .mapTo(Long.class)
                .one();
    }

    /**
     * Ends the keeping back, with what was kept.
     *
     * @param handle the unit's handle
     * @param table the table's number
     */
    public static void end(Handle handle, int table) {
        drop(handle, table);
        handle.createUpdate("DELETE FROM syncline_staging WHERE t = :t")
                .bind("t", table)
                .execute();
    }

    private static void drop(Handle handle, int table) {
        handle.createUpdate("DELETE FROM syncline_staged WHERE t = :t")
                .bind("t", table)
                .execute();
    }

    /**
     * A record that is kept back.
     *
     * @param number its place in the order
     * @param record the record as text
     */
    public record Staged(long number, String record) {}
}
