package dev.syncline.resilience;

import dev.syncline.exception.AuthenticationException;
import dev.syncline.exception.CircuitBreakerOpenException;
import dev.syncline.exception.ClientException;
import dev.syncline.exception.ConflictException;
import dev.syncline.exception.RateLimitException;
import dev.syncline.exception.SyncException;
import dev.syncline.exception.SyncOperationException;
import dev.syncline.exception.ValidationException;
import io.reactivex.rxjava3.core.Flowable;
import io.reactivex.rxjava3.core.Scheduler;
import java.time.Clock;
import java.time.Instant;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Leaves a backend alone that keeps failing. It stands around one operation together with all its tries: {@code
 * Breaker(Retry(timeLimit(remote)))}. Closed, it lets everything through and opens after so many failures in a row; open, it
 * refuses everything for a while; then, half-open, it lets one trial at a time through, closes after so many successes in a row
 * and opens again at the first failure.
 *
 * <p>Only failures that speak against the backend as a whole count as such ({@link SyncException#countsAsOutage()}); a refusal
 * such as 404 or 429 shows that it is alive. An operation that was let through before the breaker opened no longer moves it.
 *
 * <p>Thread-safe; operations in progress do not wait for each other, and nothing of the host runs under its lock. It has no
 * thread and no timer: an open breaker becomes half-open when the first call after its open time asks.
 */
public final class CircuitBreaker {

    /** What the breaker does with a call. */
    public enum State {
        /** Lets every call through. */
        CLOSED,
        /** Refuses every call. */
        OPEN,
        /** Lets one trial at a time through and refuses the rest. */
        HALF_OPEN
    }

    private final String name;
    private final Clock clock;
    private final StateRelay relay;
    private final BreakerMachine machine;

    /**
     * Makes a closed breaker.
     *
     * @param name what it protects, for logs and messages, such as the backend's name
     * @param settings its numbers
     * @param clock where it takes the time from
     * @param delivery where subscribers of {@link #watchState} run
     */
    public CircuitBreaker(String name, CircuitBreakerSettings settings, Clock clock, Scheduler delivery) {
        this.name = name;
        this.clock = clock;
        this.relay = new StateRelay(name, delivery);
        this.machine = new BreakerMachine(name, settings, clock, relay);
    }

    /**
     * Runs an operation if it is let through, and reports its outcome.
     *
     * @param operation the operation with all its tries
     * @param <T> the type of its result
     * @return the operation's result
     * @throws CircuitBreakerOpenException if it is not let through; it has then not been run
     */
    public <T extends @Nullable Object> T execute(Supplier<? extends T> operation) {
        try (Permit permit = acquire()) {
            T result;
            try {
                result = operation.get();
            } catch (SyncException failure) {
                permit.recordFailure(failure);
                throw failure;
            }
            permit.recordSuccess();
            return result;
        }
    }

    /**
     * Asks to let one operation through. The permit must be closed, best by try-with-resources: in half-open it is the only
     * one, and the rest is refused until its outcome is reported or it is closed.
     *
     * @return the permit
     * @throws CircuitBreakerOpenException if the operation is not let through
     */
    public Permit acquire() {
        Instant now = clock.instant();
        BreakerMachine.Ticket ticket = machine.admit(now);
        relay.tell();
        if (ticket == null) {
            throw refusal(now);
        }
        return new Permit(ticket);
    }

    /**
     * Tells the state. An open breaker whose open time is over is still {@link State#OPEN} until a call asks.
     *
     * @return the state
     */
    public State state() {
        return machine.state();
    }

    /**
     * Says whether every call would be refused now. Asking changes nothing.
     *
     * @return true while it is open and the open time has not passed
     */
    public boolean isCircuitOpen() {
        return machine.isOpenAt(clock.instant());
    }

    /** Opens the breaker by hand, for its usual open time; an open one stays open that long from now. */
    public void open() {
        machine.open(clock.instant());
        relay.tell();
    }

    /** Closes the breaker by hand and sets all its numbers back to zero. */
    public void reset() {
        machine.reset(clock.instant());
        relay.tell();
    }

    /**
     * Gives what the breaker has seen since it was made or reset.
     *
     * @return a snapshot
     */
    public CircuitBreakerStatistics statistics() {
        return machine.statistics();
    }

    /**
     * Follows the state: the present one at once, then each new one. A slow subscriber gets the newest. Never ends, and never
     * with an error.
     *
     * @return a stream that delivers on the scheduler given to the constructor
     */
    public Flowable<State> watchState() {
        return relay.states();
    }

    private CircuitBreakerOpenException refusal(Instant now) {
        int failures = machine.failuresAtOpening();
        return new CircuitBreakerOpenException(
                "not sent: the circuit of " + name + " is open after " + failures
                        + " failures in a row; it goes out by itself later",
                machine.resetAt(now),
                failures,
                now);
    }

    private static boolean showsLife(SyncException failure) {
        Throwable reason = failure instanceof SyncOperationException ? failure.getCause() : failure;
        return reason instanceof ClientException
                || reason instanceof ConflictException
                || reason instanceof AuthenticationException
                || reason instanceof ValidationException
                || reason instanceof RateLimitException;
    }

    /**
     * Leave for one operation. The first report counts, later ones are ignored; closed without a report, the operation counts as
     * never made. Thread-safe.
     */
    public final class Permit implements AutoCloseable {

        private final BreakerMachine.Ticket ticket;

        private Permit(BreakerMachine.Ticket ticket) {
            this.ticket = ticket;
        }

        /** Reports that the operation succeeded. */
        public void recordSuccess() {
            machine.succeed(ticket, clock.instant());
            relay.tell();
        }

        /**
         * Reports that the operation failed with all its tries. What speaks against the backend counts as a failure, a refusal
         * as a success, and what says nothing about the backend as if the operation had not been made.
         *
         * @param failure the last failure
         */
        public void recordFailure(SyncException failure) {
            if (failure.countsAsOutage()) {
                machine.fail(ticket, failure, clock.instant());
            } else if (showsLife(failure)) {
                machine.succeed(ticket, clock.instant());
            } else {
                machine.release(ticket);
            }
            relay.tell();
        }

        /**
         * Says whether the breaker has opened since; the operation should then end its remaining tries.
         *
         * @return whether to stop
         */
        public boolean isRevoked() {
            return machine.isRevoked(ticket);
        }

        /** Gives the permit back. Does nothing if the outcome was reported. */
        @Override
        public void close() {
            machine.release(ticket);
        }
    }
}
