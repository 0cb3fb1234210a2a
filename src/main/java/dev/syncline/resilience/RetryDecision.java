package dev.syncline.resilience;

import java.time.Duration;

/** What to do after a failed try. */
public sealed interface RetryDecision {

    /**
     * Try again within this run.
     *
     * @param delay how long to wait first, never negative
     */
    record RetryAfter(Duration delay) implements RetryDecision {}

    /**
     * Leave the operation pending and come back later: the wait is longer than a run should last, or the breaker is open. The
     * run goes on with other work.
     *
     * @param delay how long to leave it alone at least, never negative
     */
    record Postpone(Duration delay) implements RetryDecision {}

    /** Stop: trying again cannot help, or the tries are used up. */
    record GiveUp() implements RetryDecision {}
}
