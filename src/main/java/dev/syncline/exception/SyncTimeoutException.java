package dev.syncline.exception;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.Level;

/**
 * A time limit passed, ours or the server's (408). Retryable, after twice the limit; whether a write was applied is unknown,
 * so it is sent again under its own key only.
 */
public final class SyncTimeoutException extends SyncException {

    private static final long serialVersionUID = 1L;

    private final Duration limit;

    /**
     * Describes a passed time limit.
     *
     * @param message what took too long, without record values
     * @param limit the limit that passed; a negative one counts as zero
     * @param at when, by the configured clock
     * @param cause what the adapter caught; null if nothing
     */
    public SyncTimeoutException(String message, Duration limit, Instant at, @Nullable Throwable cause) {
        this(message, limit, at, cause, Map.of());
    }

    /**
     * Describes a passed time limit, with context.
     *
     * @param message what took too long, without record values
     * @param limit the limit that passed; a negative one counts as zero
     * @param at when, by the configured clock
     * @param cause what the adapter caught; null if nothing
     * @param context where it happened, for logs
     */
    public SyncTimeoutException(
            String message, Duration limit, Instant at, @Nullable Throwable cause, Map<String, String> context) {
        super(message, at, cause, new Facts().with("limit", limit).and(context));
        this.limit = bounded(limit);
    }

    /**
     * Tells the limit that passed.
     *
     * @return the limit
     */
    public Duration limit() {
        return limit;
    }

    @Override
    public boolean isRetryable() {
        return true;
    }

    @Override
    public Duration retryDelay() {
        return bounded(limit.multipliedBy(2));
    }

    @Override
    public boolean countsAsOutage() {
        return true;
    }

    @Override
    Level level() {
        return Level.WARN;
    }
}
