package dev.syncline.exception;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.Level;

/** The backend asks for fewer calls (429). Retryable after exactly the wait it asked for, 60 s when it asked for none. */
public final class RateLimitException extends SyncException {

    private static final long serialVersionUID = 1L;
    private static final Duration DELAY = Duration.ofSeconds(60);

    private final @Nullable Duration retryAfter;
    private final @Nullable Long limit;
    private final @Nullable Long remaining;
    private final @Nullable Instant reset;

    /**
     * Describes a rate limit.
     *
     * @param message what happened, without record values
     * @param retryAfter the wait the backend asked for, held within 0 and 365 days; null if it asked for none
     * @param limit calls allowed per window; null if not told
     * @param remaining calls left in this window; null if not told
     * @param reset when the window ends; null if not told
     * @param at when, by the configured clock
     * @param cause what the adapter caught; null if nothing
     */
    public RateLimitException(
            String message,
            @Nullable Duration retryAfter,
            @Nullable Long limit,
            @Nullable Long remaining,
            @Nullable Instant reset,
            Instant at,
            @Nullable Throwable cause) {
        this(message, retryAfter, limit, remaining, reset, at, cause, Map.of());
    }

    /**
     * Describes a rate limit, with context.
     *
     * @param message what happened, without record values
     * @param retryAfter the wait the backend asked for, held within 0 and 365 days; null if it asked for none
     * @param limit calls allowed per window; null if not told
     * @param remaining calls left in this window; null if not told
     * @param reset when the window ends; null if not told
     * @param at when, by the configured clock
     * @param cause what the adapter caught; null if nothing
     * @param context where it happened, for logs
     */
    public RateLimitException(
            String message,
            @Nullable Duration retryAfter,
            @Nullable Long limit,
            @Nullable Long remaining,
            @Nullable Instant reset,
            Instant at,
            @Nullable Throwable cause,
            Map<String, String> context) {
        super(
                message,
                at,
                cause,
                new Facts()
                        .with("retryAfter", retryAfter)
                        .with("limit", limit)
                        .with("remaining", remaining)
                        .with("reset", reset)
                        .and(context));
        this.retryAfter = retryAfter == null ? null : bounded(retryAfter);
        this.limit = limit;
        this.remaining = remaining;
        this.reset = reset;
    }

    /**
     * Tells the wait the backend asked for.
     *
     * @return the wait; null if it asked for none
     */
    public @Nullable Duration retryAfter() {
        return retryAfter;
    }

    /**
     * Tells how many calls a window allows.
     *
     * @return the number; null if not told
     */
    public @Nullable Long limit() {
        return limit;
    }

    /**
     * Tells how many calls are left in this window.
     *
     * @return the number; null if not told
     */
    public @Nullable Long remaining() {
        return remaining;
    }

    /**
     * Tells when the window ends.
     *
     * @return the time; null if not told
     */
    public @Nullable Instant reset() {
        return reset;
    }

    @Override
    public boolean isRetryable() {
        return true;
    }

    @Override
    public Duration retryDelay() {
        return retryAfter == null ? DELAY : retryAfter;
    }

    @Override
    public Duration imposedDelay() {
        return retryDelay();
    }

    @Override
    Level level() {
        return Level.WARN;
    }
}
