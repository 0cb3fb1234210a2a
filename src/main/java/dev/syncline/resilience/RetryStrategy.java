package dev.syncline.resilience;

import dev.syncline.exception.CircuitBreakerOpenException;
import dev.syncline.exception.SyncException;
import dev.syncline.exception.SyncOperationException;
import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Decides after each failed try of one call whether and when to try again. The wait grows exponentially, with jitter so that
 * many devices do not come back in step; a wait that the backend demands outranks it. It waits for nothing itself.
 *
 * <p>An immutable value, safe for all threads as long as the random generator handed in is. Ready-made: {@link #standard}, {@link
 * #aggressive}, {@link #conservative}, {@link #none}; anything else by {@link #builder}.
 *
 * @param maxAttempts tries in one run, the first included
 * @param firstDelay the wait after the first failed try
 * @param factor by what each wait is longer than the one before
 * @param maxDelay the longest computed wait
 * @param jitter the share by which a wait is drawn shorter or longer, 0 to 1; never beyond {@code maxDelay}
 * @param fullJitter whether a wait is drawn from zero to its computed length instead
 * @param patience the longest wait within a run; after a longer one the operation is left pending
 */
public record RetryStrategy(
        int maxAttempts,
        Duration firstDelay,
        double factor,
        Duration maxDelay,
        double jitter,
        boolean fullJitter,
        Duration patience) {

    private static final Duration LONGEST_DELAY = Duration.ofDays(365);
    private static final RetryStrategy STANDARD = new RetryStrategyBuilder().build();
    private static final RetryStrategy AGGRESSIVE = builder()
            .maxAttempts(10)
            .firstDelay(Duration.ofMillis(500))
            .factor(1.5)
            .maxDelay(Duration.ofSeconds(30))
            .jitter(0.1)
            .build();
    private static final RetryStrategy CONSERVATIVE = builder()
            .maxAttempts(3)
            .firstDelay(Duration.ofSeconds(2))
            .factor(3.0)
            .maxDelay(Duration.ofSeconds(120))
            .jitter(0.3)
            .build();
    private static final RetryStrategy NONE = builder().maxAttempts(1).build();

    /**
     * Checks every number and their relations. {@link #builder} reads better.
     *
     * @param maxAttempts as above; at least 1
     * @param firstDelay as above; not negative
     * @param factor as above; at least 1 and finite
     * @param maxDelay as above; from {@code firstDelay} to 365 days
     * @param jitter as above; 0 to 1
     * @param fullJitter as above
     * @param patience as above; not negative
     * @throws IllegalArgumentException if a number is out of range
     */
    public RetryStrategy {
        require(maxAttempts >= 1, "maxAttempts", maxAttempts, "at least 1, the first try");
        require(!firstDelay.isNegative(), "firstDelay", firstDelay, "not negative");
        require(factor >= 1 && Double.isFinite(factor), "factor", factor, "at least 1");
        require(maxDelay.compareTo(firstDelay) >= 0, "maxDelay", maxDelay, "at least firstDelay, " + firstDelay);
        require(maxDelay.compareTo(LONGEST_DELAY) <= 0, "maxDelay", maxDelay, "at most 365 days");
        require(jitter >= 0 && jitter <= 1, "jitter", jitter, "a share from 0 to 1");
        require(!patience.isNegative(), "patience", patience, "not negative");
    }

    /**
     * Gives the default: 5 tries, waits from 1 s doubling up to 60 s, ±20 %, patience 60 s.
     *
     * @return the usual strategy
     */
    public static RetryStrategy standard() {
        return STANDARD;
    }

    /**
     * Gives the strategy for a backend that is good for many quick tries: 10 tries, waits from 0.5 s growing by half up to 30 s,
     * ±10 %.
     *
     * @return the impatient strategy
     */
    public static RetryStrategy aggressive() {
        return AGGRESSIVE;
    }

    /**
     * Gives the strategy for a backend that is to be spared: 3 tries, waits from 2 s tripling up to 120 s, ±30 %.
     *
     * @return the sparing strategy
     */
    public static RetryStrategy conservative() {
        return CONSERVATIVE;
    }

    /**
     * Gives the strategy that never tries again.
     *
     * @return one try, no wait
     */
    public static RetryStrategy none() {
        return NONE;
    }

    /**
     * Starts a strategy of one's own.
     *
     * @return a builder that holds the numbers of {@link #standard}
     */
    public static RetryStrategyBuilder builder() {
        return new RetryStrategyBuilder();
    }

    /**
     * Decides what follows a failed try: nothing more if the failure is not retryable or the tries are used up; later if the
     * wait exceeds the patience or a breaker is open; else another try.
     *
     * @param attempt the number of the failed try, from 1
     * @param failure why it failed
     * @param random where the jitter is drawn from
     * @return the decision
     * @throws IllegalArgumentException if {@code attempt} is below 1
     */
    public RetryDecision next(int attempt, SyncException failure, RandomGenerator random) {
        Duration wait = delay(attempt, failure, random);
        if (!isRetryable(failure)) {
            return new RetryDecision.GiveUp();
        }
        // An open breaker answers at once: trying it again would only burn the tries.
        if (wait.compareTo(patience) > 0 || isRefusedUnsent(failure)) {
            return new RetryDecision.Postpone(wait);
        }
        return attempt < maxAttempts ? new RetryDecision.RetryAfter(wait) : new RetryDecision.GiveUp();
    }

    /**
     * Says whether a failure may pass by itself. What is no {@link SyncException} nobody foresaw, and is not tried again.
     *
     * @param failure what was caught
     * @return whether trying again can help
     */
    public boolean isRetryable(Throwable failure) {
        return failure instanceof SyncException known && known.isRetryable();
    }

    /**
     * Computes the wait after a failed try: the one the backend demands, else {@code firstDelay × factor^(attempt−1)} up to
     * {@code maxDelay}, with jitter. At the limit the draw is from {@code (1 − jitter) × maxDelay} to {@code maxDelay}.
     *
     * @param attempt the number of the failed try, from 1
     * @param failure why it failed
     * @param random where the jitter is drawn from
     * @return the wait, never negative
     * @throws IllegalArgumentException if {@code attempt} is below 1
     */
    public Duration delay(int attempt, SyncException failure, RandomGenerator random) {
        require(attempt >= 1, "attempt", attempt, "counted from 1");
        Duration imposed = failure.imposedDelay();
        return imposed != null ? imposed : interval(attempt, random);
    }

    /**
     * Computes the wait after a failed try where the backend demands none.
     *
     * @param attempt the number of the failed try, from 1
     * @param random where the jitter is drawn from
     * @return the wait, never negative
     * @throws IllegalArgumentException if {@code attempt} is below 1
     */
    public Duration interval(int attempt, RandomGenerator random) {
        require(attempt >= 1, "attempt", attempt, "counted from 1");
        // Own arithmetic: the capped random interval of Resilience4j has no jitter any more once it is at its limit.
        long limit = maxDelay.toNanos();
        double grown = firstDelay.isZero() ? 0 : firstDelay.toNanos() * Math.pow(factor, attempt - 1.0);
        long interval = grown >= limit ? limit : (long) grown;
        long spread = (long) (interval * jitter);
        long least = fullJitter ? 0 : interval - spread;
        long most = fullJitter ? interval : Math.min(interval + spread, limit);
        return Duration.ofNanos(least < most ? random.nextLong(least, most + 1) : most);
    }

    private static boolean isRefusedUnsent(SyncException failure) {
        return failure instanceof CircuitBreakerOpenException
                || (failure instanceof SyncOperationException
                        && failure.getCause() instanceof CircuitBreakerOpenException);
    }

    private static void require(boolean holds, String option, Object value, String rule) {
        if (!holds) {
            throw new IllegalArgumentException(option + " is " + value + ", but must be " + rule);
        }
    }
}
