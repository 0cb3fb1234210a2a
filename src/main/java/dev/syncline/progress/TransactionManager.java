package dev.syncline.progress;

import java.sql.Connection;
import java.sql.SQLException;

/**
 * Several writes of the host's as one unit, here and at the backend: what one call of {@link #write} does to synced tables is committed
 * whole, is on the disk when the call returns, and is sent as one batch of which the backend applies all or nothing, where it can do that
 * ({@code Capabilities.atomicBatch}). Elsewhere the changes are sent in order, as if they had been made by themselves; {@link
 * WriteUnit#delivery()} says which.
 *
 * <p>If one of a unit's changes is refused or meets a conflict, nothing of the unit takes effect at the backend; that change is failed or in
 * the inbox, and the others stay pending until it is settled. A row that two units write makes one unit of them.
 *
 * <p>Safe for any thread; units wait for each other. After the manager's close it throws {@link IllegalStateException}.
 */
public interface TransactionManager {
    /**
     * Writes in one transaction ({@code BEGIN IMMEDIATE}), whose commit survives a power cut. Called within the work of another call it is
     * a savepoint of that: it can fail by itself, and is delivered with the rest.
     *
     * @param work the writes
     * @return what was written
     * @throws dev.syncline.exception.StorageException if a statement failed or the file stayed busy; nothing was written
     */
    WriteUnit write(Work work);

    /** Writes of the host's. */
    @FunctionalInterface
    interface Work {
        /**
         * Writes. May run several times if another process holds the file, so it has no other effect than on the database.
         *
         * @param connection a connection to the file, with foreign keys on; not to be closed, committed or rolled back, and not to be
         *     used after this returns
         * @throws SQLException if it fails; everything is rolled back. So it is on any other exception, which the caller gets
         */
        void run(Connection connection) throws SQLException;
    }
}
