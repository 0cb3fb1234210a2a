package dev.syncline.testing.server;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The server's SQLite file: one writing connection, as many reading ones as requests read at once. A request's writes are
 * one transaction, so a killed server comes back with all of a request or nothing of it.
 */
final class Store implements AutoCloseable {

    /** Work on a connection. */
    interface Work<C, T> {
        T on(C connection) throws SQLException;
    }

    private static final String SCHEMA = """
            CREATE TABLE IF NOT EXISTS feed_row(
              seq INTEGER PRIMARY KEY, entity TEXT NOT NULL, id TEXT NOT NULL, version INTEGER NOT NULL,
              deleted INTEGER NOT NULL, changed_at TEXT NOT NULL, doc TEXT NOT NULL);
            CREATE UNIQUE INDEX IF NOT EXISTS feed_row_id ON feed_row(entity, id);
            CREATE INDEX IF NOT EXISTS feed_row_seq ON feed_row(entity, seq, deleted);
            CREATE INDEX IF NOT EXISTS feed_row_time ON feed_row(entity, changed_at);
            CREATE TABLE IF NOT EXISTS answered(
              key TEXT PRIMARY KEY, print BLOB NOT NULL, status INTEGER NOT NULL, etag TEXT, location TEXT,
              body BLOB NOT NULL, at INTEGER NOT NULL);
            CREATE INDEX IF NOT EXISTS answered_at ON answered(at);
            CREATE TABLE IF NOT EXISTS effect(key TEXT NOT NULL, entity TEXT NOT NULL, id TEXT NOT NULL, version INTEGER NOT NULL);
            CREATE INDEX IF NOT EXISTS effect_key ON effect(key);
            CREATE TABLE IF NOT EXISTS about(name TEXT PRIMARY KEY, value TEXT NOT NULL);
            """;

    private final String url;
    private final ReentrantLock writing = new ReentrantLock();
    private final ConcurrentLinkedQueue<Reader> idle = new ConcurrentLinkedQueue<>();
    private final Connection connection;
    private final Writer writer;
    private final String epoch;
    /** In memory there is nothing that a second connection could see. */
    private final boolean inMemory;

    private volatile boolean closed;

    Store(Path file, String newEpoch) {
        this("jdbc:sqlite:" + file, newEpoch, false, null);
    }

    /** A store that is gone with its process and tells each change of a row; for one thread. */
    static Store inMemory(String epoch, Consumer<Writer.Change> history) {
        return new Store("jdbc:sqlite::memory:", epoch, true, history);
    }

    private Store(String url, String newEpoch, boolean inMemory, @Nullable Consumer<Writer.Change> history) {
        this.url = url;
        this.inMemory = inMemory;
        try {
            connection = DriverManager.getConnection(url);
            try (Statement statement = connection.createStatement()) {
                statement.execute("PRAGMA journal_mode=WAL");
                // Survives kill -9, which is all that this server is killed by.
                statement.execute("PRAGMA synchronous=NORMAL");
                statement.execute("PRAGMA cache_size=-65536");
                for (String sql : SCHEMA.split(";\\R")) {
                    statement.execute(sql);
                }
                statement.execute("INSERT OR IGNORE INTO about VALUES ('epoch', '" + newEpoch.replace("'", "") + "')");
                try (ResultSet row = statement.executeQuery("SELECT value FROM about WHERE name = 'epoch'")) {
                    epoch = row.getString(1);
                }
            }
            connection.setAutoCommit(false);
            writer = new Writer(connection, history);
        } catch (SQLException e) {
            throw new IllegalStateException("the server's database could not be opened", e);
        }
    }

    /** Names this database: another one, or this one made anew, has another name. */
    String epoch() {
        return epoch;
    }

    /** Indexes a field that a rule looks up. */
    void index(String field) {
        write(w -> {
            try (Statement statement = connection.createStatement()) {
                statement.execute("CREATE INDEX IF NOT EXISTS feed_field_" + field + " ON feed_row(entity, "
                        + Writer.fieldOf(field) + ")");
            }
            return true;
        });
    }

    <T> T write(Work<Writer, T> work) {
        writing.lock();
        try {
            T result = work.on(writer);
            connection.commit();
            return result;
        } catch (SQLException | RuntimeException e) {
            rollBack(e);
            throw e instanceof RuntimeException r ? r : new IllegalStateException("the server's database failed", e);
        } finally {
            writing.unlock();
        }
    }

    private void rollBack(Exception cause) {
        try {
            connection.rollback();
            writer.forgetCounters();
        } catch (SQLException e) {
            cause.addSuppressed(e);
        }
    }

    <T> T read(Work<Reader, T> work) {
        try {
            Reader reader = idle.poll();
            if (reader == null) {
                reader = new Reader(inMemory ? connection : DriverManager.getConnection(url));
            }
            T result = work.on(reader);
            idle.add(reader);
            if (closed) {
                closeReaders();
            }
            return result;
        } catch (SQLException e) {
            throw new IllegalStateException("the server's database failed", e);
        }
    }

    private void closeReaders() throws SQLException {
        for (Reader reader = idle.poll(); reader != null; reader = idle.poll()) {
            reader.close();
        }
    }

    @Override
    public void close() {
        writing.lock();
        try {
            closed = true;
            closeReaders();
            connection.close();
        } catch (SQLException e) {
            throw new IllegalStateException("the server's database could not be closed", e);
        } finally {
            writing.unlock();
        }
    }
}
