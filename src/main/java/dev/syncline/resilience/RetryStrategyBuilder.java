package dev.syncline.resilience;

import java.time.Duration;

/** Puts a {@link RetryStrategy} together; everything not set is as in {@link RetryStrategy#standard}. Not thread-safe. */
public final class RetryStrategyBuilder {

    private int maxAttempts = 5;
    private Duration firstDelay = Duration.ofSeconds(1);
    private double factor = 2.0;
    private Duration maxDelay = Duration.ofSeconds(60);
    private double jitter = 0.2;
    private boolean fullJitter;
    private Duration patience = Duration.ofSeconds(60);

    RetryStrategyBuilder() {}

    /**
     * Sets how often a call is tried in one run. More tries ride out longer disturbances and hold the run up longer.
     *
     * @param tries at least 1, the first try included; default 5
     * @return this
     */
    public RetryStrategyBuilder maxAttempts(int tries) {
        maxAttempts = tries;
        return this;
    }

    /**
     * Sets the wait after the first failed try.
     *
     * @param wait not negative; default 1 s
     * @return this
     */
    public RetryStrategyBuilder firstDelay(Duration wait) {
        firstDelay = wait;
        return this;
    }

    /**
     * Sets by what each wait is longer than the one before.
     *
     * @param growth at least 1; default 2.0
     * @return this
     */
    public RetryStrategyBuilder factor(double growth) {
        factor = growth;
        return this;
    }

    /**
     * Sets the longest computed wait. A wait that the backend demands is not cut.
     *
     * @param wait from {@code firstDelay} to 365 days; default 60 s
     * @return this
     */
    public RetryStrategyBuilder maxDelay(Duration wait) {
        maxDelay = wait;
        return this;
    }

    /**
     * Sets the share by which a wait is drawn shorter or longer. More of it spreads devices better that failed together.
     *
     * @param share 0 to 1; default 0.2
     * @return this
     */
    public RetryStrategyBuilder jitter(double share) {
        jitter = share;
        fullJitter = false;
        return this;
    }

    /**
     * Draws each wait from zero to its computed length: the best spread for very many devices, at the price of some waits that
     * are too short to help.
     *
     * @return this
     */
    public RetryStrategyBuilder fullJitter() {
        fullJitter = true;
        return this;
    }

    /**
     * Sets the longest wait within a run. After a longer one the operation is left pending and the run goes on.
     *
     * @param wait not negative; default 60 s
     * @return this
     */
    public RetryStrategyBuilder patience(Duration wait) {
        patience = wait;
        return this;
    }

    /**
     * Makes the strategy.
     *
     * @return an immutable value
     * @throws IllegalArgumentException if a number is out of range or two do not fit each other; the message names both
     */
    public RetryStrategy build() {
        return new RetryStrategy(maxAttempts, firstDelay, factor, maxDelay, jitter, fullJitter, patience);
    }
}
