package dev.syncline.exception;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.Level;

/**
 * The backend refuses the credentials, and a probe confirmed that it is not about one record. Not retryable: the run ends,
 * every remaining operation stays pending, and the user has to sign in again.
 */
public final class AuthenticationException extends SyncException {

    private static final long serialVersionUID = 1L;

    /**
     * Describes refused credentials.
     *
     * @param message what happened, without the credentials
     * @param at when, by the configured clock
     * @param cause what the adapter caught; null if nothing
     */
    public AuthenticationException(String message, Instant at, @Nullable Throwable cause) {
        this(message, at, cause, Map.of());
    }

    /**
     * Describes refused credentials, with context.
     *
     * @param message what happened, without the credentials
     * @param at when, by the configured clock
     * @param cause what the adapter caught; null if nothing
     * @param context where it happened, for logs
     */
    public AuthenticationException(String message, Instant at, @Nullable Throwable cause, Map<String, String> context) {
        super(message, at, cause, context);
    }

    @Override
    public boolean isRetryable() {
        return false;
    }

    @Override
    Level level() {
        return Level.ERROR;
    }
}
