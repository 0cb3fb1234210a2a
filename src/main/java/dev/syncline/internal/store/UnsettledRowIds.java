package dev.syncline.internal.store;

import java.util.List;
import org.jdbi.v3.core.Handle;

/** The rows of a table that the queue or the inbox holds something of. */
public final class UnsettledRowIds {

    private UnsettledRowIds() {}

    /**
     * Lists some of them.
     *
     * @param handle the unit's handle
     * @param table the table's number
     * @param most how many at the most
     * @return their local ids as text
     */
    public static List<String> some(Handle handle, int table, int most) {
        return handle.createQuery("SELECT entity_id FROM syncline_queue WHERE t = :t UNION"
                        + " SELECT entity_id FROM syncline_conflicts WHERE t = :t AND resolved_at IS NULL LIMIT :most")
                .bind("t", table)
                .bind("most", most)
                .mapTo(String.class)
                .list();
    }
}
