package dev.syncline.backend.rest;

import dev.syncline.backend.Capabilities;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** How a client learns that the server has deleted a row. Immutable. */
public final class Deletions {
    private final boolean told;
    private final Duration kept;
    private final @Nullable AddressTemplate path;

    private Deletions(boolean told, Duration kept, @Nullable AddressTemplate path) {
        this.told = told;
        this.kept = kept;
        this.path = path;
    }

    /**
     * Deltas tell deletions, by tombstones that the server keeps for ever, or whose loss it answers with 410 to a cursor that is older.
     *
     * @return this way, the default
     */
    public static Deletions told() {
        return new Deletions(true, Capabilities.FOR_EVER, null);
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
        return new Deletions(true, retention, null);
    }

    /**
     * The server says nothing of deletions: they are found when everything is read again.
     *
     * @return this way
     */
    public static Deletions untold() {
        return new Deletions(false, Capabilities.FOR_EVER, null);
    }

    /**
     * The server tells no deletions, but lists the ids of all rows that it has, in pages of the same form as its other lists; what
     * stands for a row is its id, or an object that holds it. What is not in the list is asked for once more before it goes here. The list
     * is read every {@code SyncOptions.idsEvery}.
     *
     * @param path where the list is, below the base address, such as <code>{entity}/_ids</code> or <code>items/{entity}?fields=id</code>, where the braces stand for the entity's name
     * @return this way
     * @throws IllegalArgumentException if the path is not one or more plain segments, one of which is <code>{entity}</code>
     */
    public static Deletions listed(String path) {
        AddressTemplate list = AddressTemplate.of(path, AddressTemplate.ENTITY);
        return new Deletions(false, Capabilities.FOR_EVER, list);
    }

    @Nullable
    AddressTemplate path() {
        return path;
    }

    boolean areTold() {
        return told;
    }

    Duration kept() {
        return kept;
    }
}
