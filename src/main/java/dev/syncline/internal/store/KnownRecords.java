package dev.syncline.internal.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** The records of a table that the backend has, as far as this file knows. */
public final class KnownRecords {
    private KnownRecords() {}

    /** Hears of each of them. */
    public interface Each {
        /**
         * One record.
         *
         * @param key the row's compact key
         * @param remoteId its id at the backend; null where that is the key itself
         * @param version its version; null if the backend told none, or not yet
         */
        void record(Object key, @Nullable String remoteId, @Nullable String version);
    }

    /**
     * Tells each record.
     *
     * @param connection the unit's connection
     * @param table the table's number
     * @param each hears of them, in no order
     * @throws SQLException if the tables cannot be read
     */
    public static void each(Connection connection, int table, Each each) throws SQLException {
        try (PreparedStatement query =
                connection.prepareStatement("SELECT s.k, m.remote_id, s.v FROM syncline_row_state s"
                        + " LEFT JOIN syncline_id_mapping m ON m.t = s.t AND m.local_id = s.k WHERE s.t = ?")) {
            query.setInt(1, table);
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    each.record(rows.getObject(1), rows.getString(2), rows.getString(3));
                }
            }
        }
    }

    /**
     * Tells whether these are all that the backend told of.
     *
     * @param handle the unit's handle
     * @param table the table's number
     * @return false while something of the table is on its way, refused, held, in conflict, kept back or being read
     */
    public static boolean areSettled(Handle handle, int table) {
        return handle.createQuery("""
                        SELECT EXISTS(SELECT 1 FROM syncline_cursor WHERE t = :t AND NOT walking)
                           AND NOT EXISTS(SELECT 1 FROM syncline_queue WHERE t = :t)
                           AND NOT EXISTS(SELECT 1 FROM syncline_holding WHERE t = :t)
                           AND NOT EXISTS(SELECT 1 FROM syncline_conflicts WHERE t = :t AND resolved_at IS NULL)
                           AND NOT EXISTS(SELECT 1 FROM syncline_walk WHERE t = :t AND phase <> 'done')
                           AND NOT EXISTS(SELECT 1 FROM syncline_staging WHERE t = :t)
                           AND NOT EXISTS(SELECT 1 FROM syncline_unmet WHERE t = :t)""").bind("t", table).mapTo(Boolean.class).one();
    }
}
