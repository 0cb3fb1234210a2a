package dev.syncline.exception;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.Level;

/** The server failed (5xx). Retryable, after the wait it asked for or else 30 s; the outcome of a write is unknown. */
public final class ServerException extends SyncException {

    private static final long serialVersionUID = 1L;
    private static final Duration DELAY = Duration.ofSeconds(30);

    private final int status;
    private final ServerBody body;
    private final @Nullable Duration retryAfter;

    /**
     * Describes a server's failure.
     *
     * @param message what happened, without the body and without record values
     * @param status the HTTP status
     * @param body what the server wrote, empty if nothing; kept up to 32 768 characters
     * @param retryAfter the wait the server asked for, held within 0 and 365 days; null if it asked for none
     * @param at when, by the configured clock
     * @param cause what the adapter caught; null if nothing
     */
    public ServerException(
            String message,
            int status,
            String body,
            @Nullable Duration retryAfter,
            Instant at,
            @Nullable Throwable cause) {
        this(message, status, body, retryAfter, at, cause, Map.of());
    }

    /**
     * Describes a server's failure, with context.
     *
     * @param message what happened, without the body and without record values
     * @param status the HTTP status
     * @param body what the server wrote, empty if nothing; kept up to 32 768 characters
     * @param retryAfter the wait the server asked for, held within 0 and 365 days; null if it asked for none
     * @param at when, by the configured clock
     * @param cause what the adapter caught; null if nothing
     * @param context where it happened, for logs
     */
    public ServerException(
            String message,
            int status,
            String body,
            @Nullable Duration retryAfter,
            Instant at,
            @Nullable Throwable cause,
            Map<String, String> context) {
        super(
                message,
                at,
                cause,
                new Facts()
                        .with("status", status)
                        .with("retryAfter", retryAfter)
                        .and(context));
        this.status = status;
        this.body = new ServerBody(body);
        this.retryAfter = retryAfter == null ? null : bounded(retryAfter);
    }

    /**
     * Tells the HTTP status.
     *
     * @return 500 to 599
     */
    public int status() {
        return status;
    }

    /**
     * Gives what the server wrote. It may hold anything, record values included: not for logs.
     *
     * @return the first 32 768 characters; empty if there was nothing
     */
    public String body() {
        return body.text();
    }

    /**
     * Gives the beginning of what the server wrote, fit for one line of a dialog.
     *
     * @return at most 200 characters of the body, control characters escaped
     */
    public String bodyExcerpt() {
        return body.excerpt();
    }

    /**
     * Tells the wait the server asked for.
     *
     * @return the wait; null if it asked for none
     */
    public @Nullable Duration retryAfter() {
        return retryAfter;
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
    public @Nullable Duration imposedDelay() {
        return retryAfter;
    }

    @Override
    public boolean countsAsOutage() {
        return true;
    }

    @Override
    Level level() {
        return Level.ERROR;
    }
}
