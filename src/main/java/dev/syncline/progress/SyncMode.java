package dev.syncline.progress;

/** How much a run exchanges. */
public enum SyncMode {
    /**
     * Sends what is pending and reads every table from end to end: a row that the backend does not have any more and that has no unsent
     * change goes. Interrupted, the next run of any mode goes on with it.
     */
    FULL,

    /**
     * Sends what is pending and reads what changed since the last run; the usual mode. A table is read from end to end where nothing else
     * will do: at first, where the backend has forgotten the place it was read to, where it cannot tell changes, and when that was last
     * done longer ago than {@code SyncOptions.fullSyncEvery}.
     */
    INCREMENTAL,

    /** Reads what changed and sends nothing, not even what an earlier run sent without an answer. */
    PULL
}
