package dev.syncline.internal.store;

import java.sql.SQLException;
import java.util.Optional;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/** Reads what kind of failure SQLite reported, through whatever wrapped it. */
public final class SqliteErrors {
    private static final int PRIMARY_CODE = 0xff;

    private SqliteErrors() {}

    /**
     * Finds SQLite's own exception.
     *
     * @param failure anything thrown
     * @return the exception in it or in its causes
     */
    public static Optional<SQLException> find(Throwable failure) {
        for (Throwable t = failure; t != null; t = t.getCause()) {
            if (t instanceof SQLException sql) {
                return Optional.of(sql);
            }
        }
        return Optional.empty();
    }

    /**
     * Tells whether another connection was in the way; the whole unit may then be repeated.
     *
     * @param failure anything thrown
     * @return true for busy, stale-snapshot and locked answers
     */
    public static boolean isBusy(Throwable failure) {
        int code = primaryCode(failure);
        return code == SQLiteErrorCode.SQLITE_BUSY.code || code == SQLiteErrorCode.SQLITE_LOCKED.code;
    }

    /**
     * Tells whether the file is not what SQLite wrote.
     *
     * @param failure anything thrown
     * @return true for a damaged file and for one that is no database
     */
    public static boolean isDamage(Throwable failure) {
        int code = primaryCode(failure);
        return code == SQLiteErrorCode.SQLITE_CORRUPT.code || code == SQLiteErrorCode.SQLITE_NOTADB.code;
    }

    /**
     * Tells whether one row was refused while the transaction itself may live on.
     *
     * @param failure anything thrown
     * @return true for a constraint, a type mismatch, an oversized value, and what a host's trigger raises
     */
    public static boolean isRowRefused(Throwable failure) {
        int code = primaryCode(failure);
        return code == SQLiteErrorCode.SQLITE_CONSTRAINT.code
                || code == SQLiteErrorCode.SQLITE_MISMATCH.code
                || code == SQLiteErrorCode.SQLITE_TOOBIG.code;
    }

    /**
     * Tells whether a unique or primary key was already taken.
     *
     * @param failure anything thrown
     * @return true if another row holds the value
     */
    public static boolean isUniqueTaken(Throwable failure) {
        return find(failure)
                .map(e -> e instanceof SQLiteException sqlite
                        && (sqlite.getResultCode() == SQLiteErrorCode.SQLITE_CONSTRAINT_UNIQUE
                                || sqlite.getResultCode() == SQLiteErrorCode.SQLITE_CONSTRAINT_PRIMARYKEY
                                || sqlite.getResultCode() == SQLiteErrorCode.SQLITE_CONSTRAINT_ROWID))
                .orElse(false);
    }

    /**
     * Makes a refusal of our own, which undoes an {@linkplain Unit#attempt attempt} as one of SQLite's would.
     *
     * @param why what does not hold
     * @return the exception to throw
     */
    public static SQLException refusal(String why) {
        return new SQLException(why, "", SQLiteErrorCode.SQLITE_CONSTRAINT.code);
    }

    private static int primaryCode(Throwable failure) {
        return find(failure)
                .map(e -> e instanceof SQLiteException sqlite ? sqlite.getResultCode().code : e.getErrorCode())
                .map(code -> code & PRIMARY_CODE)
                .orElse(-1);
    }
}
