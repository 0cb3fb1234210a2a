package dev.syncline.exception;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.Level;

/** The backend could not be reached, or the connection broke: no route, DNS, reset, TLS handshake. Retryable, after 10 s. */
public final class NetworkException extends SyncException {

    private static final long serialVersionUID = 1L;
    private static final Duration DELAY = Duration.ofSeconds(10);

    /**
     * Describes a broken or missing connection.
     *
     * @param message what happened, without record values
     * @param at when, by the configured clock
     * @param cause what the transport threw; null if nothing
     */
    public NetworkException(String message, Instant at, @Nullable Throwable cause) {
        this(message, at, cause, Map.of());
    }

    /**
     * Describes a broken or missing connection, with context.
     *
     * @param message what happened, without record values
     * @param at when, by the configured clock
     * @param cause what the transport threw; null if nothing
     * @param context where it happened, for logs
     */
    public NetworkException(String message, Instant at, @Nullable Throwable cause, Map<String, String> context) {
        super(message, at, cause, context);
    }

    @Override
    public boolean isRetryable() {
        return true;
    }

    @Override
    public Duration retryDelay() {
        return DELAY;
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
