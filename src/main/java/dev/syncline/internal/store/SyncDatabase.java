package dev.syncline.internal.store;

import dev.syncline.config.SyncConfig;
import dev.syncline.exception.StorageException;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.StatementExceptions;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;

/**
 * The host's SQLite file as Syncline sees it: one connection that writes and one that reads, each with its own PRAGMAs. Most
 * PRAGMAs hold for one connection only, so the host's connections keep theirs; the journal mode belongs to the file.
 *
 * <p>Thread-safety: none of its own. {@link TransactionManager} sees to it that one thread at a time uses a connection.
 */
public final class SyncDatabase implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(SyncDatabase.class);
    /** Measured: fewer, larger checkpoints save a quarter of a large pull. */
    private static final int WAL_AUTOCHECKPOINT_PAGES = 4000;

    private final Jdbi jdbi;
    private final SyncConfig config;
    private final Patience patience;
    private @Nullable Handle writer;
    private @Nullable Handle reader;
    private String file = "";
    private volatile boolean closed;

    private SyncDatabase(Jdbi jdbi, SyncConfig config) {
        this.jdbi = jdbi;
        this.config = config;
        patience = new Patience(config);
    }

    /**
     * Opens the file and sets up a connection; changes nothing in it. Waits as long as the busy time-out for others that are in the way.
     *
     * @param config names the file or the data source
     * @return the open database
     * @throws StorageException if the file cannot be opened as a SQLite database
     * @throws IllegalArgumentException if there is no file, or its path cannot be given to the driver
     */
    public static SyncDatabase open(SyncConfig config) {
        Path path = config.path();
        Jdbi jdbi = config.dataSource() != null ? Jdbi.create(config.dataSource()) : Jdbi.create(dataSource(path));
        // JDBI shows bound values in its messages unless told not to; a record's values belong in no message.
        jdbi.getConfig(StatementExceptions.class).setMessageRendering(StatementExceptions.MessageRendering.NONE);
        jdbi.setStatementBuilderFactory(connection -> new KeptStatements());
        SyncDatabase database = new SyncDatabase(jdbi, config);
        try {
            database.file = database.patience.with(() -> database.fileOf(database.writer()));
        } catch (RuntimeException e) {
            database.close();
            if (SqliteErrors.isDamage(e)) {
                throw FileHealth.damaged(
                        path == null ? "behind the data source" : path.toString(),
                        config.clock().instant(),
                        e);
            }
            throw new StorageException(
                    "the database " + (path == null ? "behind the data source" : path)
                            + " could not be opened; it is untouched. Check that it is a SQLite file and that this"
                            + " process may write it and its folder",
                    SqliteErrors.isBusy(e),
                    config.clock().instant(),
                    e);
        }
        if (database.file.isEmpty()) {
            database.close();
            throw new IllegalArgumentException("the data source leads to a database without a file; Syncline keeps two"
                    + " connections, which would see two databases. Use a file");
        }
        return database;
    }

    /** Connections to a file. */
    static SQLiteDataSource dataSource(@Nullable Path path) {
        if (path == null) {
            throw new IllegalArgumentException("neither a file nor a data source is set");
        }
        String file = path.toAbsolutePath().toString();
        // The driver reads settings behind a question mark; a path must stay a path.
        if (file.indexOf('?') >= 0) {
            throw new IllegalArgumentException("the database path contains '?', which the SQLite driver takes for"
                    + " settings; rename the file or pass a DataSource");
        }
        SQLiteConfig settings = new SQLiteConfig();
        // Else the driver asks for the last row's number after every single insert, which nobody here wants to know.
        settings.setGetGeneratedKeys(false);
        SQLiteDataSource source = new SQLiteDataSource(settings);
        source.setUrl("jdbc:sqlite:" + file);
        return source;
    }

    /**
     * Gives the clock of the configuration.
     *
     * @return the clock
     */
    public Clock clock() {
        return config.clock();
    }

    /**
     * Names the file.
     *
     * @return its path as SQLite tells it
     */
    public String file() {
        return file;
    }

    private String fileOf(Handle handle) {
        return handle.createQuery("SELECT file FROM pragma_database_list WHERE name = 'main'")
                .mapTo(String.class)
                .findOne()
                .orElse("");
    }

    /**
     * Turns the write-ahead log on, so that readers and the one writer do not wait for each other. It belongs to the file and
     * stays on.
     *
     * @throws StorageException if the file cannot be changed
     */
    void useWriteAheadLog() {
        try {
            String mode = patience.with(() -> writer().createQuery("PRAGMA journal_mode = WAL")
                    .mapTo(String.class)
                    .one());
            if (!"wal".equalsIgnoreCase(mode)) {
                log.warn(
                        "The database is in journal mode {}, not WAL: readers and writers will wait for each other",
                        mode);
            }
        } catch (RuntimeException e) {
            if (SqliteErrors.isDamage(e)) {
                throw FileHealth.damaged(file, config.clock().instant(), e);
            }
            throw new StorageException(
                    "the database " + file + " could not be put into WAL mode and is as it was; end the transactions"
                            + " that hold it, and check that this process may write it and its folder",
                    SqliteErrors.isBusy(e),
                    config.clock().instant(),
                    e);
        }
    }

    Handle writer() {
        if (writer == null) {
            writer = connect();
        }
        return writer;
    }

    Handle reader() {
        if (reader == null) {
            reader = connect();
            refuseOtherFile(reader);
        }
        return reader;
    }

    /** One more connection, which its user closes. */
    Handle extra() {
        Handle made = connect();
        refuseOtherFile(made);
        return made;
    }

    private void refuseOtherFile(Handle handle) {
        String other = fileOf(handle);
        if (!other.equals(file)) {
            discard(handle);
            throw new IllegalArgumentException("the data source leads to " + file + " and to " + other
                    + "; every connection it gives must lead to the same file");
        }
    }

    /** Throws a connection away: after a failed rollback nobody knows what state it is in. */
    void discard(Handle broken) {
        if (broken.equals(writer)) {
            writer = null;
        }
        if (broken.equals(reader)) {
            reader = null;
        }
        closeQuietly(broken);
    }

    private Handle connect() {
        if (closed) {
            throw new IllegalStateException("the SyncManager of " + file + " is closed; open another one");
        }
        Handle handle = jdbi.open();
        try (Statement statement = handle.getConnection().createStatement()) {
            // Units begin and end by themselves; a pool may hand out connections that are inside a transaction already.
            handle.getConnection().setAutoCommit(true);
            statement.execute(
                    "PRAGMA busy_timeout = " + config.options().busyTimeout().toMillis());
            statement.execute("PRAGMA foreign_keys = ON");
            statement.execute("PRAGMA synchronous = NORMAL");
            statement.execute("PRAGMA cache_size = -" + config.options().cacheKib());
            statement.execute("PRAGMA wal_autocheckpoint = " + WAL_AUTOCHECKPOINT_PAGES);
            verify(statement);
            return handle;
        } catch (SQLException e) {
            closeQuietly(handle);
            throw new IllegalStateException("setting up a connection failed", e);
        }
    }

    /** A PRAGMA that is not understood is ignored in silence, and the commit guard needs foreign keys. */
    private static void verify(Statement statement) throws SQLException {
        // The schema's version stands in the header of the file: reading it tells whether this is a SQLite file at all.
        try (ResultSet rows = statement.executeQuery(
                "SELECT foreign_keys, schema_version FROM pragma_foreign_keys, pragma_schema_version")) {
            if (!rows.next() || rows.getInt(1) != 1) {
                throw new SQLException("PRAGMA foreign_keys = ON has no effect on this connection");
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        closeQuietly(reader);
        closeQuietly(writer);
        reader = null;
        writer = null;
    }

    private static void closeQuietly(@Nullable Handle handle) {
        if (handle == null) {
            return;
        }
        try {
            handle.close();
        } catch (RuntimeException e) {
            log.warn("A database connection could not be closed", e);
        }
    }
}
