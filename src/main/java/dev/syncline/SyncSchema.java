package dev.syncline;

import dev.syncline.internal.capture.CaptureMigration;
import dev.syncline.internal.capture.TableRenames;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/**
 * Changes the schema of synced tables without losing unsent changes.
 *
 * <p>The triggers that record changes name the columns of their table, and SQLite refuses to drop a column that a trigger names.
 * {@link #migrate} takes them off, runs the host's schema changes and fits everything to the result, in one transaction. Added,
 * dropped and renamed columns, renamed tables and rebuilt ones keep what is recorded. Needs no open {@link Connection} of the sync
 * and knows all synced tables of the file by itself; a file that was never synced is migrated as if this class were not there.
 *
 * <p>If the host's work also changes <em>rows</em> of a synced table, the next run compares that table with the backend once: such
 * a row counts as edited. Renames done with ALTER TABLE are recognised. A table rebuilt by hand (new table, copy, drop, rename) with
 * other column names has to be explained by {@link Renames}; without it the old column counts as dropped and the new one as added,
 * and unsent changes keep the old column's base under its old name.
 *
 * <p>Safe for use by any thread; a connection belongs to one thread at a time.
 */
public final class SyncSchema {
    private SyncSchema() {}

    /** The host's schema changes. */
    @FunctionalInterface
    public interface Work {
        /**
         * Changes the schema. Must neither commit nor roll back.
         *
         * @param connection the connection given to {@link SyncSchema#migrate}
         * @throws SQLException if it fails; everything is rolled back
         */
        void run(Connection connection) throws SQLException;
    }

    /**
     * Runs schema changes with the triggers of all synced tables out of the way.
     *
     * @param connection a connection to the host's file; if it is in a transaction already, that one is joined and left open
     * @param work the schema changes
     * @throws SQLException if a statement fails, the host's or ours; the file is as before
     * @throws IllegalStateException if a synced table cannot be synced as it is now; the file is as before
     */
    public static void migrate(Connection connection, Work work) throws SQLException {
        migrate(connection, new Renames(), work);
    }

    /**
     * Runs schema changes that rebuild tables with other names.
     *
     * @param connection a connection to the host's file; if it is in a transaction already, that one is joined and left open
     * @param renames what is called differently afterwards
     * @param work the schema changes
     * @throws SQLException if a statement fails, the host's or ours; the file is as before
     * @throws IllegalStateException if a synced table cannot be synced as it is now; the file is as before
     */
    public static void migrate(Connection connection, Renames renames, Work work) throws SQLException {
        boolean joined = begin(connection);
        try {
            CaptureMigration.before(connection);
            work.run(connection);
            CaptureMigration.after(connection, renames.told);
            execute(connection, joined ? "RELEASE syncline_migrate" : "COMMIT");
        } catch (SQLException | RuntimeException | Error e) {
            undo(connection, joined, e);
            throw e;
        }
    }

    /**
     * The first part of {@link #migrate} as SQL, for hosts that migrate elsewhere: run it, the schema changes and
     * {@link #scriptAfter} in one transaction. Fits this file only.
     *
     * @param connection a connection to the host's file
     * @return statements to execute in order
     * @throws SQLException if the file cannot be read
     * @throws IllegalStateException if a table was changed since the sync was last open
     */
    public static List<String> scriptBefore(Connection connection) throws SQLException {
        return CaptureMigration.scriptBefore(connection);
    }

    /**
     * The last part of {@link #migrate} as SQL, to be asked for after the schema changes. If it is never run, the next
     * {@code SyncManager.open} does its work; changes made to rows until then are found by comparing with the backend.
     *
     * @param connection a connection to the host's file, in the transaction that changed the schema
     * @param renames what is called differently now in tables that were rebuilt
     * @return statements to execute in order
     * @throws SQLException if the file cannot be read
     * @throws IllegalStateException if a synced table cannot be synced as it is now
     */
    public static List<String> scriptAfter(Connection connection, Renames renames) throws SQLException {
        return CaptureMigration.scriptAfter(connection, renames.told);
    }

    /** Returns whether a transaction was open already. */
    private static boolean begin(Connection connection) throws SQLException {
        if (connection.getAutoCommit()) {
            try {
                execute(connection, "BEGIN IMMEDIATE");
                return false;
            } catch (SQLException e) {
                // JDBC does not know of a BEGIN that went through a statement; SQLite does, and says so with no code of
                // its own.
                if (!String.valueOf(e.getMessage()).contains("within a transaction")) {
                    throw e;
                }
            }
        }
        execute(connection, "SAVEPOINT syncline_migrate");
        return true;
    }

    /** After some errors SQLite has rolled back by itself, and there is nothing left to undo. */
    private static void undo(Connection connection, boolean joined, Throwable failure) {
        try {
            execute(connection, joined ? "ROLLBACK TO syncline_migrate" : "ROLLBACK");
            if (joined) {
                execute(connection, "RELEASE syncline_migrate");
            }
        } catch (SQLException e) {
            failure.addSuppressed(e);
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** Renames in tables the host rebuilds, where SQLite sees only a new table. Not thread-safe while being filled. */
    public static final class Renames {
        private final TableRenames told = new TableRenames();

        /** Starts without any. */
        public Renames() {}

        /**
         * A rebuilt table has another name now.
         *
         * @param from the old name
         * @param to the new name
         * @return this
         */
        public Renames table(String from, String to) {
            told.table(from, to);
            return this;
        }

        /**
         * A column of a rebuilt table has another name now.
         *
         * @param table the table, by its new name if it was renamed too
         * @param from the old name
         * @param to the new name
         * @return this
         */
        public Renames column(String table, String from, String to) {
            told.column(table, from, to);
            return this;
        }
    }
}
