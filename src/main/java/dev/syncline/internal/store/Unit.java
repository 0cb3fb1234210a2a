package dev.syncline.internal.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One open unit of work: all of it is stored, or nothing. Lives only as long as the call that received it, on that call's
 * thread.
 */
public final class Unit {
    private static final Logger log = LoggerFactory.getLogger(Unit.class);

    private final Handle handle;
    private final Map<String, PreparedStatement> shared = new HashMap<>();
    private int depth;

    Unit(Handle handle) {
        this.handle = handle;
    }

    /**
     * Gives the JDBI handle for ordinary statements.
     *
     * @return the handle; not to be closed or used for transactions
     */
    public Handle handle() {
        return handle;
    }

    /**
     * Gives the connection for the statements of the hot path.
     *
     * @return the connection; not to be closed or used for transactions
     */
    public Connection connection() {
        return handle.getConnection();
    }

    /**
     * Gives a statement that many calls within the unit use: it is prepared once and closed with the unit.
     *
     * @param sql its text
     * @return the statement, to be run at once; not to be closed
     * @throws SQLException if it cannot be prepared
     */
    public PreparedStatement shared(String sql) throws SQLException {
        PreparedStatement statement = shared.get(sql);
        if (statement == null) {
            statement = connection().prepareStatement(sql);
            shared.put(sql, statement);
        }
        return statement;
    }

    /** The unit has ended, one way or the other. */
    void release() {
        for (PreparedStatement statement : shared.values()) {
            try {
                statement.close();
            } catch (SQLException e) {
                log.debug("A statement could not be closed; its connection closes it", e);
            }
        }
        shared.clear();
    }

    /**
     * Runs statements that the host's constraints or triggers may refuse, behind a savepoint: what they did is undone if they
     * are refused, and the unit goes on.
     *
     * @param step the statements
     * @return why they were refused, or empty if they took effect
     * @throws UnitLostException if SQLite ended the whole transaction; the unit then fails as a whole
     * @throws SQLException if the statements failed for another reason, which dooms the unit
     */
    public Optional<SQLException> attempt(Step step) throws SQLException {
        String savepoint = "syncline_" + ++depth;
        execute("SAVEPOINT " + savepoint);
        try {
            step.run();
            execute("RELEASE " + savepoint);
            return Optional.empty();
        } catch (SQLException | RuntimeException e) {
            if (!SqliteErrors.isRowRefused(e)) {
                throw e;
            }
            try {
                execute("ROLLBACK TO " + savepoint);
                execute("RELEASE " + savepoint);
            } catch (SQLException gone) {
                throw lost(gone, e);
            }
            return SqliteErrors.find(e);
        } finally {
            depth--;
        }
    }

    /** Closes the connection: whoever goes on in spite of this would otherwise store each statement on its own. */
    UnitLostException lost(SQLException gone, Throwable reason) {
        UnitLostException lost = new UnitLostException(gone, SqliteErrors.isRowRefused(reason));
        lost.addSuppressed(reason);
        try {
            connection().close();
        } catch (SQLException e) {
            lost.addSuppressed(e);
        }
        return lost;
    }

    void execute(String sql) throws SQLException {
        try (Statement statement = connection().createStatement()) {
            statement.execute(sql);
        }
    }

    /** Statements that may fail. */
    @FunctionalInterface
    public interface Step {
        /**
         * Runs the statements.
         *
         * @throws SQLException if SQLite refuses one
         */
        void run() throws SQLException;
    }

    /**
     * SQLite rolled the transaction back by itself (a full disk, or a host's trigger with ROLLBACK). The driver does not
     * notice: the next statement would be stored on its own, so nothing more may run in this unit.
     */
    public static final class UnitLostException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final boolean byTheHost;

        UnitLostException(Throwable cause, boolean byTheHost) {
            super("SQLite ended the transaction by itself; nothing of the unit is stored", cause);
            this.byTheHost = byTheHost;
        }

        /**
         * Tells whether a constraint or trigger of the host's ended it, as it would whenever the same row is written.
         *
         * @return false for a full disk and the like
         */
        public boolean isByTheHost() {
            return byTheHost;
        }
    }
}
