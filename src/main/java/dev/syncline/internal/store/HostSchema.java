package dev.syncline.internal.store;

import org.jdbi.v3.core.Handle;

/** The schema of the file but for what is the library's own: the host's tables and what hangs on them. */
public final class HostSchema {

    private HostSchema() {}

    /**
     * Gives a short text that is another one when the schema is.
     *
     * @param handle the unit's handle
     * @return length and hash of all its statements
     */
    public static String print(Handle handle) {
        String text = handle.createQuery(
                        "SELECT coalesce(group_concat(sql, ';'), '') FROM (SELECT sql FROM main.sqlite_master"
                                + " WHERE substr(name, 1, 9) <> 'syncline_' ORDER BY name)")
                .mapTo(String.class)
                .one();
        return text.length() + ":" + Integer.toHexString(text.hashCode());
    }
}
