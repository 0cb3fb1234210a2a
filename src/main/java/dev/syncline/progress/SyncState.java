package dev.syncline.progress;

/** What a manager is doing. */
public enum SyncState {
    /** No run is under way; the next request begins one. */
    IDLE,

    /** A run is under way. */
    RUNNING,

    /** A run is under way and was asked to end; it does at its next safe point. */
    CANCELLING,

    /** No run begins until {@code resume()}. */
    PAUSED,

    /** Closed for good. */
    CLOSED
}
