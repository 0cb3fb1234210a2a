package dev.syncline.internal.store;

import java.util.List;
import org.jdbi.v3.core.Handle;

/** Everything that was agreed on with one backend under one account, and means nothing to another. */
public final class AgreedState {
    private static final List<String> TABLES = List.of(
            "syncline_cursor",
            "syncline_walk",
            "syncline_unmet",
            "syncline_reading",
            "syncline_staging",
            "syncline_staged",
            "syncline_deletions",
            "syncline_row_state",
            "syncline_unmapped",
            "syncline_tombstone",
            "syncline_id_mapping",
            "syncline_holding",
            "syncline_queue",
            "syncline_conflicts");

    /** Names the entity in place of the table, so that another entity's are never mistaken for them. */
    private static final String KEYS = "syncline_idempotency_keys";

    private AgreedState() {}

    /**
     * Forgets it all. The host's rows and the journals stay.
     *
     * @param handle the unit's handle
     */
    public static void forget(Handle handle) {
        TABLES.forEach(table -> handle.execute("DELETE FROM " + table));
        handle.execute("DELETE FROM " + KEYS);
    }

    /**
     * Forgets what was agreed on of one table. Its rows and its journal stay, and the keys of what was sent until their time is over.
     *
     * @param handle the unit's handle
     * @param table the table's number
     */
    public static void forget(Handle handle, int table) {
        TABLES.forEach(each -> handle.createUpdate("DELETE FROM " + each + " WHERE t = :t")
                .bind("t", table)
                .execute());
    }
}
