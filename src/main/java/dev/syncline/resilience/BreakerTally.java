package dev.syncline.resilience;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Counts what a breaker sees. A late report, of an operation that was let through before the breaker opened, is counted but
 * belongs to no streak. Not thread-safe; guarded by the breaker's lock.
 */
final class BreakerTally {

    private long successes;
    private long failures;
    private long refused;
    private int successStreak;
    private int failureStreak;
    private @Nullable Instant lastFailureAt;

    void success(boolean inStreak) {
        successes++;
        if (inStreak) {
            successStreak++;
            failureStreak = 0;
        }
    }

    void failure(Instant at, boolean inStreak) {
        failures++;
        lastFailureAt = at;
        if (inStreak) {
            failureStreak++;
            successStreak = 0;
        }
    }

    void refusal() {
        refused++;
    }

    int failureStreak() {
        return failureStreak;
    }

    CircuitBreakerStatistics statistics(CircuitBreaker.State state, @Nullable Instant openedAt) {
        return new CircuitBreakerStatistics(
                state, successes, failures, refused, successStreak, failureStreak, lastFailureAt, openedAt);
    }
}
