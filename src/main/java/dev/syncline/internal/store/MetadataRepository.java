package dev.syncline.internal.store;

import java.time.Clock;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** The table {@code syncline_metadata}: single facts about the file. */
public final class MetadataRepository {
    private final Clock clock;

    /**
     * Makes the repository.
     *
     * @param clock dates each entry
     */
    public MetadataRepository(Clock clock) {
        this.clock = clock;
    }

    /**
     * Reads a fact.
     *
     * @param handle the unit's handle
     * @param key its name
     * @return its value, or empty if it was never stored
     */
    public static Optional<String> get(Handle handle, String key) {
        return handle.createQuery("SELECT value FROM syncline_metadata WHERE key = :key")
                .bind("key", key)
                .mapTo(String.class)
                .findOne();
    }

    /**
     * Stores a fact over what was there.
     *
     * @param handle the unit's handle
     * @param key its name
     * @param value its value
     */
    public void put(Handle handle, String key, String value) {
        handle.createUpdate(
                        "INSERT OR REPLACE INTO syncline_metadata(key, value, updated_at) VALUES(:key, :value, :now)")
                .bind("key", key)
                .bind("value", value)
                .bind("now", clock.millis())
                .execute();
    }

    /**
     * Forgets a fact.
     *
     * @param handle the unit's handle
     * @param key its name
     */
    public static void remove(Handle handle, String key) {
        handle.createUpdate("DELETE FROM syncline_metadata WHERE key = :key")
                .bind("key", key)
                .execute();
    }
}
