package dev.syncline.exception;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.slf4j.event.Level;

/**
 * A call was refused unsent because the backend failed too often in a row. The operation stays pending; it may go out when the
 * breaker lets calls through again, so nothing is gained by trying within the same call.
 */
public final class CircuitBreakerOpenException extends SyncException {

    private static final long serialVersionUID = 1L;
    private static final Duration DELAY_WHEN_PAST = Duration.ofSeconds(60);

    private final Instant resetAt;
    private final int failures;

    /**
     * Describes a refused call.
     *
     * @param message what was refused, without record values
     * @param resetAt when the breaker lets a trial call through
     * @param failures how many operations in a row failed before it opened
     * @param at when the call was refused, by the configured clock
     */
    public CircuitBreakerOpenException(String message, Instant resetAt, int failures, Instant at) {
        this(message, resetAt, failures, at, Map.of());
    }

    /**
     * Describes a refused call, with context.
     *
     * @param message what was refused, without record values
     * @param resetAt when the breaker lets a trial call through
     * @param failures how many operations in a row failed before it opened
     * @param at when the call was refused, by the configured clock
     * @param context where it happened, for logs
     */
    public CircuitBreakerOpenException(
            String message, Instant resetAt, int failures, Instant at, Map<String, String> context) {
        super(
                message,
                at,
                null,
                new Facts().with("resetAt", resetAt).with("failures", failures).and(context));
        this.resetAt = resetAt;
        this.failures = failures;
    }

    /**
     * Tells when the breaker lets a trial call through.
     *
     * @return the time
     */
    public Instant resetAt() {
        return resetAt;
    }

    /**
     * Tells how many operations in a row failed before the breaker opened.
     *
     * @return the number
     */
    public int failures() {
        return failures;
    }

    @Override
    public boolean isRetryable() {
        return true;
    }

    /**
     * Gives the time that was left when the call was refused.
     *
     * @return {@link #resetAt()} minus {@link #timestamp()}; 60 s if nothing was left, as while a trial call is under way
     */
    @Override
    public Duration retryDelay() {
        return resetAt.isAfter(timestamp()) ? bounded(Duration.between(timestamp(), resetAt)) : DELAY_WHEN_PAST;
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
