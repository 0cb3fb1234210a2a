package dev.syncline.internal.store;

import org.jdbi.v3.core.Handle;

/** Whether the library's tables hold anything that a run would go on with. */
public final class OpenWork {
    private OpenWork() {}

    /**
     * Looks into every table in which work waits, but for the journals.
     *
     * @param handle the unit's handle
     * @return true if no operation is queued, no record held, no conflict open, no walk or staged reading under way, no row unmet and
     *     no deletion allowed
     */
    public static boolean isNone(Handle handle) {
        return handle.createQuery("""
                        SELECT NOT EXISTS(SELECT 1 FROM syncline_queue)
                           AND NOT EXISTS(SELECT 1 FROM syncline_holding)
                           AND NOT EXISTS(SELECT 1 FROM syncline_conflicts WHERE resolved_at IS NULL)
                           AND NOT EXISTS(SELECT 1 FROM syncline_walk WHERE phase <> 'done')
                           AND NOT EXISTS(SELECT 1 FROM syncline_cursor WHERE walking)
                           AND NOT EXISTS(SELECT 1 FROM syncline_staging)
                           AND NOT EXISTS(SELECT 1 FROM syncline_unmet)
                           AND NOT EXISTS(SELECT 1 FROM syncline_metadata WHERE key GLOB 'deletions allowed:*')""").mapTo(Boolean.class).one();
    }
}
