package dev.syncline.internal.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** Whether somebody else has written to the file, as SQLite counts it for each connection. */
public final class FileVersion {
    private FileVersion() {}

    /**
     * Reads the count.
     *
     * @param unit a unit that only reads, so that the same connection is asked each time
     * @return another number than before if another connection, of whatever process, has committed since
     * @throws SQLException if it cannot be read
     */
    public static long read(Unit unit) throws SQLException {
        try (Statement statement = unit.connection().createStatement();
                ResultSet row = statement.executeQuery("PRAGMA data_version")) {
            return row.next() ? row.getLong(1) : 0;
        }
    }
}
