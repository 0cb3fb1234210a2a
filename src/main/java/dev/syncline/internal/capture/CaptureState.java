package dev.syncline.internal.capture;

/**
 * How the triggers and the journal of a table fit the table as it is now.
 *
 * @param kind the verdict
 * @param reason what was found, for a log; empty if intact
 * @param fullRead whether, in a gap, any row may have been changed unseen; if false only rows that vanished may
 */
public record CaptureState(Kind kind, String reason, boolean fullRead) {
    /** The verdicts. */
    public enum Kind {
        /** The table is not captured yet. */
        ABSENT,
        /** Nothing to do. */
        INTACT,
        /** Every write was captured, but the triggers no longer fit: rebuild them. */
        STALE,
        /** Writes may have been missed: rebuild the triggers, then reconcile the table with the backend. */
        GAP
    }

    static CaptureState absent() {
        return new CaptureState(Kind.ABSENT, "not captured yet", false);
    }

    static CaptureState intact() {
        return new CaptureState(Kind.INTACT, "", false);
    }
}
