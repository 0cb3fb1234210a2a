package dev.syncline.progress;

/** The part of a run that is going on. A run that reaches its end shows {@link #COMPLETED} last, any other {@link #FAILED}. */
public enum SyncPhase {
    /** Checks connectivity and settles operations whose outcome an earlier run left unknown. */
    PREPARING,

    /** Sends pending operations. */
    SYNCING,

    /** Compares what both sides changed. */
    DETECTING_CONFLICTS,

    /** Settles the conflicts that rules may settle. */
    RESOLVING_CONFLICTS,

    /** Reads from the backend and applies what was read. */
    PULLING,

    /** Checks the rows of this run and stores its numbers. */
    FINALIZING,

    /** The run reached its end, even if single operations failed. */
    COMPLETED,

    /** The run was ended before its end. */
    FAILED;

    /**
     * Says whether nothing follows this phase.
     *
     * @return true for {@link #COMPLETED} and {@link #FAILED}
     */
    public boolean isLast() {
        return this == COMPLETED || this == FAILED;
    }
}
