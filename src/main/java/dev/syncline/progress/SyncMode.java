package dev.syncline.progress;

/** How much a run exchanges. */
public enum SyncMode {
    /** Sends what is pending and reads everything, so that what is gone at the backend goes here too. */
    FULL,

    /** Sends what is pending and reads what changed since the last run; the usual mode. */
    INCREMENTAL,

    /** Reads what changed and sends nothing. */
    PULL
}
