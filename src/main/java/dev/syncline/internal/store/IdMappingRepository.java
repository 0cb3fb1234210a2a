package dev.syncline.internal.store;

import java.util.List;
import org.jdbi.v3.core.Handle;

/**
 * The table {@code syncline_id_mapping}: local integer key and remote id of each record whose id the backend assigned. One to
 * one within a table; the database refuses anything else.
 */
public final class IdMappingRepository {

    private IdMappingRepository() {}

    /**
     * Unties the rows that the backend did not tell of: their numbers were taken for its ids, and are not. One whose record waits,
     * whose conflict is open or whose change is queued is known to the backend and stays tied.
     *
     * @param handle the unit's handle
     * @param table the table's number
     */
    public static void removeUnknown(Handle handle, int table) {
        handle.createUpdate("DELETE FROM syncline_id_mapping WHERE t = :t"
                        + " AND NOT EXISTS(SELECT 1 FROM syncline_row_state s WHERE s.t = :t AND s.k = local_id)"
                        + " AND NOT EXISTS(SELECT 1 FROM syncline_holding h WHERE h.t = :t AND h.id = remote_id)"
                        + " AND NOT EXISTS(SELECT 1 FROM syncline_conflicts c WHERE c.t = :t AND c.resolved_at IS NULL"
                        + " AND c.entity_id = CAST(local_id AS TEXT))"
                        + " AND NOT EXISTS(SELECT 1 FROM syncline_queue q WHERE q.t = :t"
                        + " AND q.entity_id = CAST(local_id AS TEXT))")
                .bind("t", table)
                .execute();
    }

    /**
     * Ties a remote id to another local row.
     *
     * @param handle the unit's handle
     * @param table the table's number
     * @param from the local key it is tied to
     * @param to the local key it shall be tied to
     */
    public static void move(Handle handle, int table, Object from, Object to) {
        handle.createUpdate("UPDATE syncline_id_mapping SET local_id = :to WHERE t = :t AND local_id = :from")
                .bind("to", to)
                .bind("t", table)
                .bind("from", from)
                .execute();
    }

    /**
     * Finds local keys that are tied though no row of the host's has them.
     *
     * @param handle the unit's handle
     * @param table the table's number
     * @param rows the host's table and its key column, quoted
     * @param limit how many at the most
     * @return the keys
     */
    public static List<Long> withoutRow(Handle handle, int table, HostKey rows, int limit) {
        return handle.createQuery("SELECT local_id FROM syncline_id_mapping WHERE t = :t AND NOT EXISTS (SELECT 1 FROM "
                        + rows.table() + " AS h WHERE h." + rows.column() + " = local_id) LIMIT :limit")
                .bind("t", table)
                .bind("limit", limit)
                .mapTo(Long.class)
                .list();
    }

    /**
     * Where a key of the host's stands.
     *
     * @param table the quoted name of the table
     * @param column the quoted name of the column
     */
    public record HostKey(String table, String column) {}

    /**
     * Gives the lowest local key that is tied.
     *
     * @param handle the unit's handle
     * @param table the table's number
     * @return the number; 0 if none is tied
     */
    public static long lowestLocal(Handle handle, int table) {
        return handle.createQuery("SELECT coalesce(min(local_id), 0) FROM syncline_id_mapping WHERE t = :t")
                .bind("t", table)
                .mapTo(Long.class)
                .one();
    }
}
