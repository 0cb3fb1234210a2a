package dev.syncline.internal.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jdbi.v3.core.statement.DefaultStatementBuilder;
import org.jdbi.v3.core.statement.StatementContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the prepared statements of one connection for their next use: preparing one takes SQLite several times as long as
 * running it. A statement is out of reach while it is used, so that the same text may run inside itself. SQLite prepares a kept
 * statement anew by itself when the schema has changed.
 *
 * <p>Thread-safety: that of the connection, which one thread uses at a time.
 */
final class KeptStatements extends DefaultStatementBuilder {
    private static final Logger log = LoggerFactory.getLogger(KeptStatements.class);
    private static final int MOST = 64;

    /** In the order in which they were last used. */
    private final Map<String, PreparedStatement> idle = new LinkedHashMap<>();

    private final IdentityHashMap<Statement, String> used = new IdentityHashMap<>();

    @Override
    public PreparedStatement create(Connection connection, String sql, StatementContext context) throws SQLException {
        if (context.isReturningGeneratedKeys() || context.isConcurrentUpdatable()) {
            return super.create(connection, sql, context);
        }
        PreparedStatement kept = idle.remove(sql);
        PreparedStatement statement = kept != null ? kept : super.create(connection, sql, context);
        used.put(statement, sql);
        return statement;
    }

    /** {@inheritDoc} The text given here still has its parameters' names; what was prepared is known from {@link #create}. */
    @Override
    public void close(Connection connection, String named, Statement statement) throws SQLException {
        String sql = used.remove(statement);
        if (sql == null || statement.isClosed() || idle.containsKey(sql)) {
            super.close(connection, named, statement);
            return;
        }
        PreparedStatement prepared = (PreparedStatement) statement;
        prepared.clearBatch();
        prepared.clearParameters();
        idle.put(sql, prepared);
        if (idle.size() > MOST) {
            Iterator<PreparedStatement> eldest = idle.values().iterator();
            eldest.next().close();
            eldest.remove();
        }
    }

    @Override
    public void close(Connection connection) {
        for (PreparedStatement statement : idle.values()) {
            try {
                statement.close();
            } catch (SQLException e) {
                log.debug("A statement could not be closed; its connection is about to be", e);
            }
        }
        idle.clear();
    }
}
