package dev.syncline.exception;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.Level;

/**
 * The server refuses the request as it stands: a 4xx that has no type of its own, or a redirect where none is expected. Not
 * retryable; the operation waits for a person.
 */
public final class ClientException extends SyncException {

    private static final long serialVersionUID = 1L;

    private final int status;
    private final ServerBody body;

    /**
     * Describes a refusal.
     *
     * @param message what happened, without the body and without record values
     * @param status the HTTP status
     * @param body what the server wrote, empty if nothing; kept up to 32 768 characters
     * @param at when, by the configured clock
     * @param cause what the adapter caught; null if nothing
     */
    public ClientException(String message, int status, String body, Instant at, @Nullable Throwable cause) {
        this(message, status, body, at, cause, Map.of());
    }

    /**
     * Describes a refusal, with context.
     *
     * @param message what happened, without the body and without record values
     * @param status the HTTP status
     * @param body what the server wrote, empty if nothing; kept up to 32 768 characters
     * @param at when, by the configured clock
     * @param cause what the adapter caught; null if nothing
     * @param context where it happened, for logs
     */
    public ClientException(
            String message,
            int status,
            String body,
            Instant at,
            @Nullable Throwable cause,
            Map<String, String> context) {
        super(message, at, cause, new Facts().with("status", status).and(context));
        this.status = status;
        this.body = new ServerBody(body);
    }

    /**
     * Tells the HTTP status.
     *
     * @return 300 to 499
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

    @Override
    public boolean isRetryable() {
        return false;
    }

    @Override
    Level level() {
        return Level.WARN;
    }
}
