package dev.syncline.internal.capture;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * Silences the triggers while a transaction of ours applies remote data. The flag is a row that no other connection ever
 * sees, since it must be gone before the commit: it breaks a deferred foreign key, so a forgotten one fails the commit.
 */
public final class CaptureMute {
    private CaptureMute() {}

    /**
     * Silences capture from here to {@link #off} or to the end of the transaction.
     *
     * @param connection a connection inside a transaction, with {@code foreign_keys} on
     * @throws SQLException if the flag cannot be set
     * @throws CaptureException if the connection would not guard the commit
     */
    public static void on(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            try (ResultSet guard = statement.executeQuery("PRAGMA foreign_keys")) {
                if (!guard.next() || !guard.getBoolean(1)) {
                    throw new CaptureException(
                            "Capture was not silenced: PRAGMA foreign_keys is off on this connection, so a"
                                    + " forgotten flag would be committed and silence every connection. Turn it on before BEGIN.");
                }
            }
            statement.execute("INSERT INTO main.syncline_mute(x) VALUES(1)");
        }
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
}
