package dev.syncline.internal.engine;

import org.jspecify.annotations.Nullable;

/**
 * Notices that pages lead back to one that was read, however many lie between, and remembers one place only (R. P. Brent, "An improved
 * Monte Carlo factorization algorithm", BIT 20, 1980): the place that is held against the next ones is replaced by a later one after 1, 2, 4, 8 …
 * pages. Not thread-safe.
 */
final class LoopWatch {
    private @Nullable String held;
    private long passed;
    private long patience = 1;

    /** Passes a place; false if it is the one that is held. */
    boolean pass(String place) {
        if (place.equals(held)) {
            return false;
        }
        if (held == null || ++passed == patience) {
            held = place;
            passed = 0;
            patience *= 2;
        }
        return true;
    }
}
