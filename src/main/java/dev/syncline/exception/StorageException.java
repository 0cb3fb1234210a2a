package dev.syncline.exception;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.Level;

/**
 * The host's database file, or the temporary file of a large page, could not be opened, read or written; nothing of the unit of
 * work that met it is stored. Retryable after 5 s if another writer held the file, otherwise not.
 */
public final class StorageException extends SyncException {

    private static final long serialVersionUID = 1L;
    private final boolean busy;

    /**
     * Describes a failure of the store.
     *
     * @param message what happened, what was done about it and what the reader can do; without record values
     * @param busy whether another writer held the file, so that a later try can succeed
     * @param at when, by the configured clock
     * @param cause what SQLite said; null if nothing
     */
    public StorageException(String message, boolean busy, Instant at, @Nullable Throwable cause) {
        super(message, at, cause, Map.of());
        this.busy = busy;
    }

    @Override
    public boolean isRetryable() {
        return busy;
    }

    @Override
    Level level() {
        return Level.ERROR;
    }
}
