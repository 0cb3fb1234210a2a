package dev.syncline.internal.store;

import java.time.Clock;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** The table {@code syncline_tombstone}: rows that are gone, kept so that no stale answer brings one back. */
public final class TombstoneRepository {
    private final Clock clock;

    /**
     * Makes the repository.
     *
     * @param clock dates each tombstone
     */
    public TombstoneRepository(Clock clock) {
        this.clock = clock;
    }

    /**
     * Remembers a deletion.
     *
     * @param handle the unit's handle
     * @param table the table's number
     * @param key the row's compact key
     * @param version the deletion's version at the backend, if it told one
     */
    public void save(Handle handle, int table, Object key, @Nullable String version) {
        handle.createUpdate("INSERT OR REPLACE INTO syncline_tombstone(t, k, v, deleted_at) VALUES(:t, :k, :v, :now)")
                .bind("t", table)
                .bind("k", key)
                .bind("v", version)
                .bind("now", clock.millis())
                .execute();
    }

    /**
     * Looks a deletion up.
     *
     * @param handle the unit's handle
     * @param table the table's number
     * @param key the row's compact key
     * @return the tombstone, or empty if the row is not known to be deleted
     */
    public static Optional<Tombstone> find(Handle handle, int table, Object key) {
        return handle.createQuery("SELECT v FROM syncline_tombstone WHERE t = :t AND k = :k")
                .bind("t", table)
                .bind("k", key)
                .map((rs, ctx) -> new Tombstone(rs.getString(1)))
                .findOne();
    }

    /**
     * Tells whether a table has any tombstone.
     *
     * @param handle the unit's handle
     * @param table the table's number
     * @return true if there is none
     */
    public static boolean isEmpty(Handle handle, int table) {
        return !handle.createQuery("SELECT EXISTS(SELECT 1 FROM syncline_tombstone WHERE t = :t)")
                .bind("t", table)
                .mapTo(Boolean.class)
                .one();
    }

    /**
     * Forgets a deletion, because the row lives again.
     *
     * @param handle the unit's handle
     * @param table the table's number
     * @param key the row's compact key
     */
    public static void remove(Handle handle, int table, Object key) {
        handle.createUpdate("DELETE FROM syncline_tombstone WHERE t = :t AND k = :k")
                .bind("t", table)
                .bind("k", key)
                .execute();
    }

    /**
     * Forgets the deletions in one table that a reading of all of it has confirmed.
     *
     * @param handle the unit's handle
     * @param table the table's number
     * @param before those dated before this, in ms since the epoch
     */
    public static void confirmed(Handle handle, int table, long before) {
        handle.createUpdate("DELETE FROM syncline_tombstone WHERE t = :t AND deleted_at < :before")
                .bind("t", table)
                .bind("before", before)
                .execute();
    }

    /**
     * Forgets old deletions.
     *
     * @param handle the unit's handle
     * @param before those dated before this, in ms since the epoch
     */
    public static void prune(Handle handle, long before) {
        handle.createUpdate("DELETE FROM syncline_tombstone WHERE deleted_at < :before")
                .bind("before", before)
                .execute();
    }

    /**
     * A row that is known to be gone.
     *
     * @param version the deletion's version, if the backend told one
     */
    public record Tombstone(@Nullable String version) {}
}
