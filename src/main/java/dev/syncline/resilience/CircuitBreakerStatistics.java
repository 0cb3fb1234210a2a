package dev.syncline.resilience;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link CircuitBreaker} has seen since it was made or reset. An immutable value.
 *
 * @param state the state it is in
 * @param successes operations that showed a living backend, refusals included
 * @param failures operations that showed an ill one
 * @param refused operations that were not let through
 * @param successStreak successes since the last failure
 * @param failureStreak failures since the last success
 * @param lastFailureAt when the last failure was reported; null if none was
 * @param openedAt when it opened last; null if it never did
 */
public record CircuitBreakerStatistics(
        CircuitBreaker.State state,
        long successes,
        long failures,
        long refused,
        int successStreak,
        int failureStreak,
        @Nullable Instant lastFailureAt,
        @Nullable Instant openedAt) {

    /**
     * Gives the share of reported operations that showed a living backend.
     *
     * @return 0 to 1; 1 if none was reported
     */
    public double successRate() {
        long reported = successes + failures;
        return reported == 0 ? 1.0 : (double) successes / reported;
    }

    /**
     * Gives the share of reported operations that showed an ill backend.
     *
     * @return 0 to 1; 0 if none was reported
     */
    public double failureRate() {
        long reported = successes + failures;
        return reported == 0 ? 0.0 : (double) failures / reported;
    }
}
