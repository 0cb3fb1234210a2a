package dev.syncline.exception;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.Level;

/**
 * One operation failed; says which, and leaves every other answer to its cause. Without a cause it is retryable; with a cause
 * that is no {@link SyncException}, which nobody foresaw, it is not.
 */
public final class SyncOperationException extends SyncException {

    private static final long serialVersionUID = 1L;

    private final String operationId;
    private final String entity;
    private final String kind;

    /**
     * Describes a failed operation.
     *
     * @param message what was being done, without record values
     * @param operationId the operation
     * @param entity the entity it changes
     * @param kind what it does to the record, such as {@code UPDATE}
     * @param at when, by the configured clock
     * @param cause why it failed; null if unknown
     */
    public SyncOperationException(
            String message, String operationId, String entity, String kind, Instant at, @Nullable Throwable cause) {
        this(message, operationId, entity, kind, at, cause, Map.of());
    }

    /**
     * Describes a failed operation, with context.
     *
     * @param message what was being done, without record values
     * @param operationId the operation
     * @param entity the entity it changes
     * @param kind what it does to the record, such as {@code UPDATE}
     * @param at when, by the configured clock
     * @param cause why it failed; null if unknown
     * @param context where it happened, for logs
     */
    public SyncOperationException(
            String message,
            String operationId,
            String entity,
            String kind,
            Instant at,
            @Nullable Throwable cause,
            Map<String, String> context) {
        super(
                message,
                at,
                cause,
                new Facts()
                        .with("operation", operationId)
                        .with("entity", entity)
                        .with("kind", kind)
                        .and(context));
        this.operationId = operationId;
        this.entity = entity;
        this.kind = kind;
    }

    /**
     * Names the operation.
     *
     * @return its id
     */
    public String operationId() {
        return operationId;
    }

    /**
     * Names the entity that the operation changes.
     *
     * @return the entity
     */
    public String entity() {
        return entity;
    }

    /**
     * Tells what the operation does to the record.
     *
     * @return the kind, such as {@code UPDATE}
     */
    public String kind() {
        return kind;
    }

    @Override
    public boolean isRetryable() {
        Throwable cause = getCause();
        return cause == null || (cause instanceof SyncException failure && failure.isRetryable());
    }

    @Override
    public Duration retryDelay() {
        return getCause() instanceof SyncException failure ? failure.retryDelay() : super.retryDelay();
    }

    @Override
    public @Nullable Duration imposedDelay() {
        return getCause() instanceof SyncException failure ? failure.imposedDelay() : null;
    }

    @Override
    public boolean countsAsOutage() {
        return getCause() instanceof SyncException failure && failure.countsAsOutage();
    }

    @Override
    Level level() {
        return Level.ERROR;
    }
}
