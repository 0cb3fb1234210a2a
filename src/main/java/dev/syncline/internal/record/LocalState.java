package dev.syncline.internal.record;

/** How a row stands here when a remote record for it arrives. */
public enum LocalState {
    /** Nothing is known of it here and no row has its key. */
    UNKNOWN,
    /** A row has its key, but it was never synced and no trigger recorded it. */
    UNTRACKED,
    /** Synced and not edited since. */
    CLEAN,
    /** Synced and present in the state, but its row is gone without a recorded deletion. */
    VANISHED,
    /** Created here and not sent. */
    PENDING_CREATE,
    /** Edited here and not sent. */
    PENDING_UPDATE,
    /** Deleted here and not sent. */
    PENDING_DELETE,
    /** An operation on it is on its way; later edits may wait behind it. */
    FROZEN,
    /** Its conflict waits for a decision. */
    PARKED,
    /** Known to be deleted on both sides. */
    DELETED
}
