package dev.syncline.internal.store;

import dev.syncline.exception.StorageException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;

/** A file that no manager has open, for a change in one transaction. */
public final class ClosedFile {

    private ClosedFile() {}

    /**
     * Changes the file.
     *
     * @param file the file
     * @param clock dates a failure
     * @param change what is done
     * @throws StorageException if there is no such file or it cannot be done; the file is then untouched
     */
    public static void change(Path file, Clock clock, Change change) {
        if (!Files.exists(file)) {
            throw new StorageException(
                    "there is no database " + file + "; none was made. Check the path", false, clock.instant(), null);
        }
        try (Connection connection = SyncDatabase.dataSource(file).getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA busy_timeout = 5000");
            statement.execute("BEGIN IMMEDIATE");
            change.on(connection);
            statement.execute("COMMIT");
        } catch (SQLException e) {
            // Closing the connection has rolled back whatever was done.
            if (SqliteErrors.isDamage(e)) {
                throw FileHealth.damaged(file.toString(), clock.instant(), e);
            }
            throw new StorageException(
                    "the database " + file + " could not be changed and is as it was: " + e.getMessage(),
                    SqliteErrors.isBusy(e),
                    clock.instant(),
                    e);
        }
    }

    /** A change of a file. */
    @FunctionalInterface
    public interface Change {
        /**
         * Does it.
         *
         * @param connection a connection inside a transaction
         * @throws SQLException if it cannot be done
         */
        void on(Connection connection) throws SQLException;
    }
}
