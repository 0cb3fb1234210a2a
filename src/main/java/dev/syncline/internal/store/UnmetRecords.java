package dev.syncline.internal.store;

import dev.syncline.internal.store.HoldingRepository.Reason;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.jdbi.v3.core.Handle;

/**
 * The marks of a walk in the table {@code syncline_holding}: records that waited when it began and that no page has told of since.
 * Deletions that wait are no records that a page could tell of, and bear no mark.
 */
public final class UnmetRecords {
    private static final List<String> DELETIONS = Set.of(Reason.CHILDREN, Reason.MASS_DELETION).stream()
            .map(Reason::text)
            .toList();
    /** SQLite of old takes no more variables than 999 in one statement. */
    private static final int MOST_BOUND = 500;

    private UnmetRecords() {}

    /**
     * Marks some of the records that wait.
     *
     * @param handle the unit's handle
     * @param table the table's number
     * @param most how many at the most
     * @return how many were marked; 0 if all are
     */
    public static int note(Handle handle, int table, int most) {
        return handle.createUpdate("UPDATE syncline_holding SET unmet = 1 WHERE t = :t AND id IN (SELECT id"
                        + " FROM syncline_holding WHERE t = :t AND unmet = 0 AND reason NOT IN (<deletions>)"
                        + " LIMIT :most)")
                .bind("t", table)
                .bindList("deletions", DELETIONS)
                .bind("most", most)
                .execute();
    }

    /**
     * Takes the marks off records that were told of.
     *
     * @param handle the unit's handle
     * @param table the table's number
     * @param ids remote ids, of records that wait or do not
     */
    public static void met(Handle handle, int table, Collection<String> ids) {
        List<String> all = List.copyOf(ids);
        for (int from = 0; from < all.size(); from += MOST_BOUND) {
            handle.createUpdate("UPDATE syncline_holding SET unmet = 0 WHERE t = :t AND unmet = 1 AND id IN (<ids>)")
                    .bind("t", table)
                    .bindList("ids", all.subList(from, Math.min(all.size(), from + MOST_BOUND)))
                    .execute();
        }
    }

    /**
     * Marks records, as {@link #note} does.
     *
     * @param handle the unit's handle
     * @param table the table's number
     * @param ids remote ids, of records that wait or do not
     */
    public static void unmet(Handle handle, int table, Collection<String> ids) {
        for (String id : ids) {
            handle.createUpdate("UPDATE syncline_holding SET unmet = 1 WHERE t = :t AND id = :id"
                            + " AND reason NOT IN (<deletions>)")
                    .bind("t", table)
                    .bind("id", id)
                    .bindList("deletions", DELETIONS)
                    .execute();
        }
    }

    /**
     * Lists some of the records that bear a mark, in the order of ids.
     *
     * @param handle the unit's handle
     * @param table the table's number
     * @param most how many at the most
     * @return their remote ids
     */
    public static List<String> some(Handle handle, int table, int most) {
        return behind(handle, table, "", most);
    }

    /**
     * Lists the next of the records that bear a mark, in the order of ids.
     *
     * @param handle the unit's handle
     * @param table the table's number
     * @param after the remote id behind which to begin; empty for the first
     * @param most how many at the most
     * @return their remote ids
     */
    public static List<String> behind(Handle handle, int table, String after, int most) {
        return handle.createQuery("SELECT id FROM syncline_holding WHERE t = :t AND unmet = 1 AND id > :after"
                        + " ORDER BY id LIMIT :most")
                .bind("t", table)
                .bind("after", after)
                .bind("most", most)
                .mapTo(String.class)
                .list();
    }
}
