package dev.syncline.internal.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection for queries of the host's, made when it is first asked for. It can only read, and no run waits for it. Safe for any
 * thread; one query runs at a time.
 */
public final class QueryConnection implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(QueryConnection.class);

    private final SyncDatabase database;
    private @Nullable Handle handle;
    private boolean closed;

    /**
     * Prepares a connection.
     *
     * @param database where it leads to
     */
    public QueryConnection(SyncDatabase database) {
        this.database = database;
    }

    /**
     * Reads how often others have written to the file, as SQLite counts it for this connection.
     *
     * @return another number than before if anybody has committed since
     * @throws SQLException if it cannot be read
     */
    public synchronized long version() throws SQLException {
        return rows("PRAGMA data_version", List.of(), row -> row.getLong(1)).get(0);
    }

    /**
     * Runs a query.
     *
     * @param sql its text
     * @param arguments what is put in place of its question marks
     * @param reading makes a value of each row
     * @param <T> the values' type
     * @return the values
     * @throws SQLException if the query is none, or cannot be run now
     */
    public synchronized <T> List<T> rows(String sql, List<?> arguments, Reading<T> reading) throws SQLException {
        try (PreparedStatement statement = connection().prepareStatement(sql)) {
            for (int i = 0; i < arguments.size(); i++) {
                statement.setObject(i + 1, arguments.get(i));
            }
            List<T> found = new ArrayList<>();
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    found.add(reading.of(rows));
                }
            }
            return found;
        }
    }

    private Connection connection() throws SQLException {
        if (closed) {
            throw new IllegalStateException("the SyncManager is closed; open another one");
        }
        if (handle == null) {
            Handle made = database.extra();
            try (Statement statement = made.getConnection().createStatement()) {
                statement.execute("PRAGMA query_only = ON");
            }
            handle = made;
        }
        return handle.getConnection();
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (handle == null) {
            return;
        }
        try {
            handle.close();
        } catch (RuntimeException e) {
            log.warn("The connection of the live queries could not be closed", e);
        }
        handle = null;
    }

    /**
     * Makes a value of a row.
     *
     * @param <T> its type
     */
    @FunctionalInterface
    public interface Reading<T> {
        /**
         * Reads the row.
         *
         * @param row the result, at the row
         * @return the value
         * @throws SQLException if it cannot be read
         */
        T of(ResultSet row) throws SQLException;
    }
}
