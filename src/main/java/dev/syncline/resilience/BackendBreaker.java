package dev.syncline.resilience;

import io.reactivex.rxjava3.core.Flowable;

/** What a host sees of the {@link CircuitBreaker} that stands before its backend. Safe for any thread. */
public interface BackendBreaker {
    /**
     * Follows whether the backend is left alone because it kept failing: the present state at once, then each new one.
     *
     * @return a hot stream that never fails and ends when the manager is closed; a slow subscriber gets the newest
     */
    Flowable<CircuitBreaker.State> watch();

    /**
     * Tells what the breaker has seen since the manager was opened, or since {@link #reset()}.
     *
     * @return a snapshot
     */
    CircuitBreakerStatistics statistics();

    /** Leaves the backend alone from now on, for the usual open time; what is being tried is not tried again. */
    void open();

    /** Lets everything through again and sets all numbers to nothing, for example when a person knows that the backend is back. */
    void reset();
}
