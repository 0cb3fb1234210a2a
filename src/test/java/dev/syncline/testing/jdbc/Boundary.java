package dev.syncline.testing.jdbc;

/**
 * A place between two effects on the database file: right before or right after one call.
 *
 * @param number counts from 1 over all connections of the source
 * @param moment on which side of the call
 * @param call what is called
 * @param sql the statement's text; of a batch the first or the prepared one; empty if the call has none
 * @param connection which connection of the source, counted from 1
 */
public record Boundary(int number, Moment moment, Call call, String sql, int connection) {

    /** On which side of the call. */
    public enum Moment {
        BEFORE,
        AFTER
    }

    /** What is called. */
    public enum Call {
        EXECUTE,
        BATCH,
        COMMIT,
        ROLLBACK,
        AUTO_COMMIT,
        CLOSE
    }

    /** Whether a failure may strike here: what SQLite has done cannot fail afterwards, and to close a connection never fails. */
    public boolean canFail() {
        return moment == Moment.BEFORE && call != Call.CLOSE;
    }

    /** Whether this is right after a transaction was stored, be it by a statement or by the driver. */
    public boolean isAfterCommit() {
        return moment == Moment.AFTER
                && (call == Call.COMMIT || call == Call.EXECUTE && sql.trim().equalsIgnoreCase("COMMIT"));
    }
}
