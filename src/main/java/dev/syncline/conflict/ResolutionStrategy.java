package dev.syncline.conflict;

/**
 * How a conflict is settled. In the examples the amount was 10.00; here it became 12.50 at nine o'clock, at the backend 11.00
 * at ten, and only here a note was added.
 */
public enum ResolutionStrategy {
    /** The local version is sent. Example: both sides end with 12.50 and the note. */
    LOCAL_WINS,

    /** The remote version is taken over whole. Example: both sides end with 11.00 and without the note. */
    REMOTE_WINS,

    /**
     * The version that was changed later is taken whole; the remote one if the times are equal or unknown. Example: ten is
     * later than nine, so both sides end with 11.00 and without the note.
     */
    LAST_WRITE_WINS,

    /**
     * Each field keeps the change that only one side made; fields changed on both sides go to the later change. Example: both
     * sides end with 11.00 and the note.
     */
    MERGE,

    /** A person decides; until then the record is parked and nothing else waits for it. Example: nothing changes yet. */
    MANUAL
}
