package dev.syncline.exception;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.Level;

/**
 * Both sides changed one record: the backend refused a write (409, 412), a conflict was found before sending, or a conflict
 * cannot be resolved because it is unknown or was resolved already. Not retryable; the conflict has to be settled first.
 */
public final class ConflictException extends SyncException {

    private static final long serialVersionUID = 1L;

    private final @Nullable String conflictId;
    private final @Nullable String entity;
    private final @Nullable String entityId;
    private final @Nullable String localVersion;
    private final @Nullable String remoteVersion;

    /**
     * Describes a conflict.
     *
     * @param message what happened, without record values
     * @param conflictId the stored conflict; null if none is stored yet
     * @param entity the entity of the record; null if unknown
     * @param entityId the record's id; null if unknown
     * @param localVersion the version that the local change was made on; null if none is known
     * @param remoteVersion the version that the backend has; null if it did not tell
     * @param at when, by the configured clock
     * @param cause what the adapter caught; null if nothing
     */
    public ConflictException(
            String message,
            @Nullable String conflictId,
            @Nullable String entity,
            @Nullable String entityId,
            @Nullable String localVersion,
            @Nullable String remoteVersion,
            Instant at,
            @Nullable Throwable cause) {
        this(message, conflictId, entity, entityId, localVersion, remoteVersion, at, cause, Map.of());
    }

    /**
     * Describes a conflict, with context.
     *
     * @param message what happened, without record values
     * @param conflictId the stored conflict; null if none is stored yet
     * @param entity the entity of the record; null if unknown
     * @param entityId the record's id; null if unknown
     * @param localVersion the version that the local change was made on; null if none is known
     * @param remoteVersion the version that the backend has; null if it did not tell
     * @param at when, by the configured clock
     * @param cause what the adapter caught; null if nothing
     * @param context where it happened, for logs
     */
    public ConflictException(
            String message,
            @Nullable String conflictId,
            @Nullable String entity,
            @Nullable String entityId,
            @Nullable String localVersion,
            @Nullable String remoteVersion,
            Instant at,
            @Nullable Throwable cause,
            Map<String, String> context) {
        super(
                message,
                at,
                cause,
                new Facts()
                        .with("conflict", conflictId)
                        .with("entity", entity)
                        .with("id", entityId)
                        .with("localVersion", localVersion)
                        .with("remoteVersion", remoteVersion)
                        .and(context));
        this.conflictId = conflictId;
        this.entity = entity;
        this.entityId = entityId;
        this.localVersion = localVersion;
        this.remoteVersion = remoteVersion;
    }

    /**
     * Names the stored conflict.
     *
     * @return its id; null if none is stored yet
     */
    public @Nullable String conflictId() {
        return conflictId;
    }

    /**
     * Names the entity of the record.
     *
     * @return the entity; null if unknown
     */
    public @Nullable String entity() {
        return entity;
    }

    /**
     * Names the record.
     *
     * @return the record's id; null if unknown
     */
    public @Nullable String entityId() {
        return entityId;
    }

    /**
     * Tells the version that the local change was made on.
     *
     * @return the version; null if none is known
     */
    public @Nullable String localVersion() {
        return localVersion;
    }

    /**
     * Tells the version that the backend has.
     *
     * @return the version; null if the backend did not tell
     */
    public @Nullable String remoteVersion() {
        return remoteVersion;
    }

    @Override
    public boolean isRetryable() {
        return false;
    }

    @Override
    Level level() {
        return Level.WARN;
    }
}
