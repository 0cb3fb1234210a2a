package dev.syncline.backend.rest;

import dev.syncline.backend.Capabilities;
import java.time.Duration;

/** How a client learns that the server has deleted a row. Immutable. */
public final class Deletions {
    private final boolean told;
    private final Duration kept;

    private Deletions(boolean told, Duration kept) {
        this.told = told;
        this.kept = kept;
    }

    /**
     * Deltas tell deletions, by tombstones that the server keeps for ever, or whose loss it answers with 410 to a cursor that is older.
     *
     * @return this way, the default
     */
    public static Deletions told() {
        return new Deletions(true, Capabilities.FOR_EVER);
    }

    /**
     * Deltas tell deletions of the last time only, and a cursor that is older is answered as if nothing had been deleted since. A
     * client that was away for longer reads everything again.
     *
     * @param retention for how long the server keeps tombstones, positive
     * @return this way
     * @throws IllegalArgumentException if the time is not positive
     */
    public static Deletions toldFor(Duration retention) {
        if (retention.isNegative() || retention.isZero()) {
            throw new IllegalArgumentException("tombstone retention is " + retention + ", but must be positive");
        }
        return new Deletions(true, retention);
    }

    /**
     * The server says nothing of deletions: they are found when everything is read again.
     *
     * @return this way
     */
    public static Deletions untold() {
        return new Deletions(false, Capabilities.FOR_EVER);
    }

    boolean areTold() {
        return told;
    }

    Duration kept() {
        return kept;
    }
}
