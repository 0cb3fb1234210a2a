package dev.syncline.exception;

import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.event.Level;

/**
 * Root of everything Syncline throws or reports as a failure.
 *
 * <p>The type is the knowledge: it answers whether trying again can help, after how long, and whether the failure says that
 * the backend as a whole is ill. The hierarchy is sealed, so a decision over it can be complete.
 *
 * <p>No exception reads a clock: the time is given by whoever saw the failure. Message and context are safe to log; control
 * characters in them are escaped and overlong text is cut. Thread-safety: immutable but for what {@link Throwable} adds.
 */
public abstract sealed class SyncException extends RuntimeException
        permits AuthenticationException,
                CircuitBreakerOpenException,
                ClientException,
                ConflictException,
                ConsistencyException,
                NetworkException,
                RateLimitException,
                ServerException,
                StorageException,
                SyncOperationException,
                SyncTimeoutException,
                ValidationException {

    /** Longest wait that a backend can impose; a longer one would park an operation for good. */
    static final Duration LONGEST_WAIT = Duration.ofDays(365);

    private static final long serialVersionUID = 1L;
    private static final Duration USUAL_DELAY = Duration.ofSeconds(5);

    private final Instant timestamp;

    @SuppressWarnings("serial") // always an unmodifiable LinkedHashMap, which is serializable
    private final Map<String, String> context;

    SyncException(String message, Instant at, @Nullable Throwable cause, Map<String, String> context) {
        super(SafeText.line(message, SafeText.MESSAGE_LIMIT), cause);
        this.timestamp = at;
        Map<String, String> safe = new LinkedHashMap<>();
        context.forEach((key, value) -> safe.put(key, SafeText.line(value, SafeText.MESSAGE_LIMIT)));
        this.context = Collections.unmodifiableMap(safe);
    }

    /**
     * Tells where it happened: what the type itself knows (such as {@code status}) and what the thrower added (such as
     * {@code entity} or {@code run}). Never a record's value.
     *
     * @return names and texts, unmodifiable, in the order in which they were given
     */
    public final Map<String, String> context() {
        return context;
    }

    /**
     * Tells when it happened.
     *
     * @return the time by the configured clock
     */
    public final Instant timestamp() {
        return timestamp;
    }

    /**
     * Says whether the same call, unchanged, may succeed at another time.
     *
     * @return whether trying again can help
     */
    public abstract boolean isRetryable();

    /**
     * Suggests how long to leave the call alone before it is made again. A hint for a later due time; see {@link
     * #imposedDelay()} for what is not negotiable.
     *
     * @return the suggested wait, never negative; 5 s unless the type says otherwise
     */
    public Duration retryDelay() {
        return USUAL_DELAY;
    }

    /**
     * Tells the wait that is demanded rather than suggested, by the backend's {@code Retry-After} or by an open circuit
     * breaker. It outranks every computed interval.
     *
     * @return the least wait, never negative; null if none is demanded
     */
    public @Nullable Duration imposedDelay() {
        return null;
    }

    /**
     * Says whether this failure speaks against the backend as a whole rather than against one call. Only such failures trip
     * the circuit breaker; a refusal shows a server that is alive.
     *
     * @return whether it counts as an outage
     */
    public boolean countsAsOutage() {
        return false;
    }

    /**
     * Writes one log record with message, context and this exception as the throwable: at WARN for what is to be expected in
     * operation, at ERROR for what wants a person (see the package's table).
     *
     * @param logger where to write
     */
    public final void log(Logger logger) {
        logger.atLevel(level()).setCause(this).log("{}: {} {}", getClass().getSimpleName(), getMessage(), context);
    }

    abstract Level level();

    /** Brings a wait from outside into [0, {@link #LONGEST_WAIT}]; a time in the past means that nothing is left to wait. */
    static Duration bounded(Duration wait) {
        if (wait.isNegative()) {
            return Duration.ZERO;
        }
        return wait.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : wait;
    }
}
