package dev.syncline.testing.jdbc;

import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/** What happens at a boundary. */
public sealed interface Strike {
    /** Nothing: the call is made, its result returned. */
    Strike PASS = new Pass();

    /** The process dies here, as far as the database is concerned: no call on any connection of the source works any more. */
    Strike CRASH = new Crash();

    /** Nothing. */
    record Pass() implements Strike {}

    /** The end. */
    record Crash() implements Strike {}

    /**
     * SQLite refuses the call, which has no effect. After some failures SQLite has rolled the whole transaction back by itself;
     * the driver does not notice, so this is really done.
     *
     * @param code what SQLite reports
     * @param rollsBack whether the transaction is gone as well
     */
    record Fail(SQLiteErrorCode code, boolean rollsBack) implements Strike {

        SQLiteException exception() {
            return new SQLiteException("[" + code.name() + "] " + code.message + " (as the test wanted)", code);
        }
    }

    /** A failure as SQLite documents it: a full disk, a failed read or write, lack of memory and an interrupt end the transaction. */
    static Strike fail(SQLiteErrorCode code) {
        int primary = code.code & 0xff;
        return new Fail(
                code,
                primary == SQLiteErrorCode.SQLITE_FULL.code
                        || primary == SQLiteErrorCode.SQLITE_IOERR.code
                        || primary == SQLiteErrorCode.SQLITE_NOMEM.code
                        || primary == SQLiteErrorCode.SQLITE_INTERRUPT.code);
    }
}
