package dev.syncline.internal.record;

/**
 * What becomes of a remote record, by the local state of its row and by how the record stands to what is known. Pure: the
 * table of the pull, with one row for each local state.
 */
public enum PullDecision {
    /** Nothing to do. */
    SKIP,
    /** Write the record over the row, or as a new row. */
    WRITE,
    /** Delete the row. */
    DELETE,
    /** Same version: nothing to do if the contents agree; otherwise an edit or a conflict that no trigger saw. */
    COMPARE,
    /** Both sides changed or created: compare field by field with the base. */
    RECONCILE,
    /** Both sides deleted. */
    AGREE_DELETED,
    /** Keep the record aside until the answer to the operation is there. */
    KEEP_ASIDE,
    /** Put the record in the place of the stored conflict's remote side. */
    REFRESH_CONFLICT;

    /**
     * Decides.
     *
     * @param local how the row stands here
     * @param remote how the record stands to what is known
     * @return what to do
     */
    public static PullDecision decide(LocalState local, RemoteChange remote) {
        return switch (local) {
            case UNKNOWN ->
                switch (remote) {
                    case STALE, DELETED -> SKIP;
                    case SAME, NEWER -> WRITE;
                };
            case UNTRACKED ->
                switch (remote) {
                    case STALE, DELETED -> SKIP;
                    case SAME, NEWER -> RECONCILE;
                };
            case CLEAN ->
                switch (remote) {
                    case STALE -> SKIP;
                    case SAME -> COMPARE;
                    case NEWER -> WRITE;
                    case DELETED -> DELETE;
                };
            case VANISHED ->
                switch (remote) {
                    case STALE -> SKIP;
                    case SAME, NEWER -> COMPARE;
                    case DELETED -> AGREE_DELETED;
                };
            case PENDING_CREATE ->
                switch (remote) {
                    case STALE, DELETED -> SKIP;
                    case SAME, NEWER -> RECONCILE;
                };
            case PENDING_UPDATE ->
                switch (remote) {
                    case STALE, SAME -> SKIP;
                    case NEWER, DELETED -> RECONCILE;
                };
            case PENDING_DELETE ->
                switch (remote) {
                    case STALE, SAME -> SKIP;
                    case NEWER -> RECONCILE;
                    case DELETED -> AGREE_DELETED;
                };
            case FROZEN ->
                switch (remote) {
                    case STALE, SAME -> SKIP;
                    case NEWER, DELETED -> KEEP_ASIDE;
                };
            case PARKED ->
                switch (remote) {
                    case STALE, SAME -> SKIP;
                    case NEWER, DELETED -> REFRESH_CONFLICT;
                };
            case DELETED ->
                switch (remote) {
                    case STALE, SAME, DELETED -> SKIP;
                    case NEWER -> WRITE;
                };
        };
    }
}
