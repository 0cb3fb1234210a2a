package dev.syncline.internal.store;

import dev.syncline.progress.EntitySyncStats;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;

/** The table {@code syncline_statistics}: what all runs did, by entity. */
public final class StatisticsRepository {
    private StatisticsRepository() {}

    /**
     * Reads the numbers.
     *
     * @param handle the unit's handle
     * @return them by entity
     */
    public static Map<String, EntitySyncStats> read(Handle handle) {
        Map<String, EntitySyncStats> found = new TreeMap<>();
        handle.createQuery(
                        "SELECT entity_type, creates, updates, deletes, successful, failed, conflicts, fetched, applied,"
                                + " skipped, merged, calls_saved FROM syncline_statistics")
                .map((row, context) -> new EntitySyncStats(
                        row.getString(1),
                        row.getLong(2),
                        row.getLong(3),
                        row.getLong(4),
                        row.getLong(5),
                        row.getLong(6),
                        row.getLong(7),
                        row.getLong(8),
                        row.getLong(9),
                        row.getLong(10),
                        row.getLong(11),
                        row.getLong(12)))
                .forEach(stats -> found.put(stats.entityType(), stats));
        return found;
    }

    /**
     * Adds to what is there.
     *
     * @param handle the unit's handle
     * @param parts what was done since it was last added
     */
    public static void add(Handle handle, Collection<EntitySyncStats> parts) {
        Map<String, EntitySyncStats> known = read(handle);
        for (EntitySyncStats part : parts) {
            EntitySyncStats before = known.get(part.entityType());
            put(handle, before == null ? part : before.plus(part));
        }
    }

    private static void put(Handle handle, EntitySyncStats sum) {
        handle.createUpdate(
                        "INSERT OR REPLACE INTO syncline_statistics(entity_type, creates, updates, deletes, successful,"
                                + " failed, conflicts, fetched, applied, skipped, merged, calls_saved) VALUES(:entity, :creates,"
                                + " :updates, :deletes, :successful, :failed, :conflicts, :fetched, :applied, :skipped, :merged,"
                                + " :saved)")
                .bind("entity", sum.entityType())
                .bind("creates", sum.creates())
                .bind("updates", sum.updates())
                .bind("deletes", sum.deletes())
                .bind("successful", sum.successful())
                .bind("failed", sum.failed())
                .bind("conflicts", sum.conflicts())
                .bind("fetched", sum.fetched())
                .bind("applied", sum.applied())
                .bind("skipped", sum.skipped())
                .bind("merged", sum.merged())
                .bind("saved", sum.notModified())
                .execute();
    }

    /**
     * Forgets all numbers.
     *
     * @param handle the unit's handle
     */
    public static void clear(Handle handle) {
        handle.createUpdate("DELETE FROM syncline_statistics").execute();
    }
}
