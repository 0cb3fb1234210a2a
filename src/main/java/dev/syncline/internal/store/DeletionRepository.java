package dev.syncline.internal.store;

import java.time.Clock;
import java.time.Duration;
import org.jdbi.v3.core.Handle;

/**
 * The table {@code syncline_deletions}: how many rows the backend has taken from each table lately, and whether the host has let more
 * go than that. Counts are kept by the hour, so a day is a day to the hour.
 */
public final class DeletionRepository {
    private static final long HOUR = Duration.ofHours(1).toMillis();
    private static final long HOURS_COUNTED = 24;
    private static final String ALLOWED = "1";
    private static final String LIMITED = "0";

    private final Clock clock;

    /**
     * Makes the repository.
     *
     * @param clock dates deletions
     */
    public DeletionRepository(Clock clock) {
        this.clock = clock;
    }

    /**
     * Counts the deletions of the last 24 hours. What is dated later, by a clock that was set back since, counts as well.
     *
     * @param handle the unit's handle
     * @param table the table's number
     * @return how many rows went
     */
    public long recent(Handle handle, int table) {
        return handle.createQuery("SELECT coalesce(sum(n), 0) FROM syncline_deletions WHERE t = :t AND hour > :since")
                .bind("t", table)
                .bind("since", thisHour() - HOURS_COUNTED)
                .mapTo(Long.class)
                .one();
    }

    /**
     * Counts rows that went just now.
     *
     * @param handle the unit's handle
     * @param table the table's number
     * @param rows how many
     */
    public void add(Handle handle, int table, long rows) {
        handle.createUpdate("DELETE FROM syncline_deletions WHERE t = :t AND hour <= :since")
                .bind("t", table)
                .bind("since", thisHour() - HOURS_COUNTED)
                .execute();
        handle.createUpdate("INSERT OR REPLACE INTO syncline_deletions(t, hour, n) VALUES(:t, :hour, :rows"
                        + " + coalesce((SELECT n FROM syncline_deletions WHERE t = :t AND hour = :hour), 0))")
                .bind("t", table)
                .bind("hour", thisHour())
                .bind("rows", rows)
                .execute();
    }

    private long thisHour() {
        return Math.floorDiv(clock.millis(), HOUR);
    }

    /**
     * Lets rows of a table go however many they are, or ends that. Either way none that went before counts any more.
     *
     * @param handle the unit's handle
     * @param table the table's number
     * @param allowed whether they may
     */
    public void allow(Handle handle, int table, boolean allowed) {
        handle.createUpdate("DELETE FROM syncline_deletions WHERE t = :t")
                .bind("t", table)
                .execute();
        new MetadataRepository(clock).put(handle, key(table), allowed ? ALLOWED : LIMITED);
    }

    /**
     * Tells whether the host lets rows of a table go however many they are.
     *
     * @param handle the unit's handle
     * @param table the table's number
     * @return true if it does
     */
    public static boolean isAllowed(Handle handle, int table) {
        return MetadataRepository.get(handle, key(table))
                .filter(ALLOWED::equals)
                .isPresent();
    }

    private static String key(int table) {
        return "deletions allowed:" + table;
    }
}
