package dev.syncline.internal.store;

import org.jdbi.v3.core.Handle;

/**
 * The table {@code syncline_id_mapping}: local integer key and remote id of each record whose id the backend assigned. One to
 * one within a table; the database refuses anything else.
 */
public final class IdMappingRepository {

    private IdMappingRepository() {}

    /**
     * Unties the rows that were never synced: their numbers were taken for the backend's ids, and are not.
     *
     * @param handle the unit's handle
     * @param table the table's number
     */
    public static void removeUnsynced(Handle handle, int table) {
        handle.createUpdate("DELETE FROM syncline_id_mapping WHERE t = :t AND NOT EXISTS"
                        + " (SELECT 1 FROM syncline_row_state s WHERE s.t = :t AND s.k = local_id)")
                .bind("t", table)
                .execute();
    }
}
