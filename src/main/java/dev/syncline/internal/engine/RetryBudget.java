package dev.syncline.internal.engine;

/**
 * How many second tries a run may make, over all its calls together: without it every call under way would try to the end against a
 * backend that is down. What is served earns some back. Thread-safe.
 */
final class RetryBudget {
    /** Counted in fifths of a try, so that five calls served pay for one. */
    private static final int PRICE = 5;

    private static final int MOST = 20 * PRICE;

    private int left = MOST;

    /** Begins a run. */
    synchronized void refill() {
        left = MOST;
    }

    /** Takes one second try; false if none is left. */
    synchronized boolean take() {
        boolean allowed = left >= PRICE;
        if (allowed) {
            left -= PRICE;
        }
        return allowed;
    }

    /** A call was served. */
    synchronized void earn() {
        left = Math.min(MOST, left + 1);
    }
}
