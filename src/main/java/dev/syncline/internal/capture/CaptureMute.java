package dev.syncline.internal.capture;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/**
 * Silences the triggers while a transaction of ours applies remote data. The flag is a row that is set and removed inside that
 * transaction, so no other connection ever sees it.
 *
 * <p>Whoever commits calls {@link #requireOff} first. A deferred foreign key on the flag would do that by itself, but SQLite keeps
 * one count of open violations per transaction, and rows of the host that refer to nothing disturb it: when the parent they miss
 * arrives, the flag's violation is taken off the count, and the commit passes with the flag set, or fails without one.
 */
public final class CaptureMute {
    private CaptureMute() {}

    /**
     * Silences capture from here to {@link #off} or to the end of the transaction.
     *
     * @param connection a connection inside a transaction
     * @throws SQLException if the flag cannot be set
     * @throws CaptureException if no transaction is open: the flag would be committed at once and silence every connection
     */
    public static void on(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            if (!inTransaction(statement)) {
                throw new CaptureException(
                        "Capture was not silenced, since no transaction is open: it may have ended by an error."
                                + " Nothing was changed; start the transaction again.");
            }
            statement.execute("INSERT INTO main.syncline_mute(x) VALUES(1)");
        }
    }

    /** JDBC does not know whether SQLite has ended a transaction by itself; only SQLite does. */
    private static boolean inTransaction(Statement statement) throws SQLException {
        try {
            statement.execute("BEGIN");
        } catch (SQLException e) {
            if (String.valueOf(e.getMessage()).contains("within a transaction")) {
                return true;
            }
            throw e;
        }
        statement.execute("ROLLBACK");
        return false;
    }

    /**
     * Lets capture speak again. Harmless if it was not silenced.
     *
     * @param connection the connection given to {@link #on}
     * @throws SQLException if the flag cannot be removed
     */
    public static void off(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("DELETE FROM main.syncline_mute");
        }
    }

    /**
     * Refuses to go on while capture is silenced. To be called right before every commit.
     *
     * @param connection the connection about to commit
     * @throws SQLException if the flag cannot be read
     * @throws CaptureException if capture is silenced; the caller rolls back
     */
    public static void requireOff(Connection connection) throws SQLException {
        if (isOn(connection)) {
            throw new CaptureException(
                    "Capture is still silenced at the end of a transaction. It has to be rolled back: committed,"
                            + " the flag would silence every connection.");
        }
    }

    /**
     * Takes away a flag that was committed after all, by whatever accident, and records a gap for every table: writes were missed.
     *
     * @param connection a connection inside a transaction of its own
     * @return whether there was one
     * @throws SQLException if a statement fails
     */
    public static boolean heal(Connection connection) throws SQLException {
        if (!isOn(connection)) {
            return false;
        }
        off(connection);
        ChangeCapture.execute(
                connection, List.of("UPDATE main.syncline_table SET gap = 'capture was left silenced', gap_full = 1"));
        return true;
    }

    /**
     * Whether capture is silenced.
     *
     * @param connection the connection
     * @return true inside a unit that has silenced it, and never elsewhere unless {@link #heal} is due
     * @throws SQLException if the flag cannot be read
     */
    public static boolean isOn(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet flag = statement.executeQuery("SELECT EXISTS(SELECT 1 FROM main.syncline_mute)")) {
            flag.next();
            return flag.getBoolean(1);
        }
    }
}
