package dev.syncline.testing.crash;

import dev.syncline.SyncManager;
import dev.syncline.config.SyncConfig;
import dev.syncline.config.SyncOptions;
import dev.syncline.config.SyncedTable;
import dev.syncline.progress.SyncMode;
import dev.syncline.progress.SyncResult;
import dev.syncline.resilience.RetryStrategy;
import dev.syncline.testing.RecordedWaits;
import dev.syncline.testing.SettableClock;
import dev.syncline.testing.jdbc.CrashLayer;
import dev.syncline.testing.jdbc.SimulatedCrash;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteDataSource;

/**
 * One process of the host: its file behind a layer in which calls may strike, its server, and a manager that is opened when first
 * asked for. Not thread-safe.
 */
public final class Stage implements AutoCloseable {
    /** A process that was started anew makes other ids than the one before it. */
    private static final AtomicInteger PROCESSES = new AtomicInteger();

    private static final Instant MORNING = Instant.parse("2026-03-01T08:00:00Z");
    private static final long PATIENCE_SECONDS = 60;

    private final Script script;
    private final Path file;
    private final CopyableServer server;
    private final CrashLayer layer;
    private final SettableClock clock;
    private final String process = "p" + PROCESSES.incrementAndGet();
    private final AtomicInteger ids = new AtomicInteger();
    private final Set<String> refused = ConcurrentHashMap.newKeySet();
    private List<SyncedTable> tables = List.of();
    private @Nullable SyncManager manager;
    private @Nullable SyncResult last;

    /** A process on a file; each start of one is an hour later than that before. */
    Stage(Script script, Path file, CopyableServer server, int starts) {
        this.script = script;
        this.file = file;
        this.server = server;
        SQLiteDataSource source = new SQLiteDataSource();
        source.setUrl("jdbc:sqlite:" + file);
        layer = CrashLayer.over(source);
        clock = new SettableClock(MORNING.plus(Duration.ofHours(starts)));
    }

    CrashLayer layer() {
        return layer;
    }

    CopyableServer server() {
        return server;
    }

    Path file() {
        return file;
    }

    void tables(List<SyncedTable> known) {
        tables = known;
    }

    /** The tables of this version of the application. */
    public List<SyncedTable> tables() {
        return tables;
    }

    /** The open manager. */
    public SyncManager manager() {
        if (manager == null) {
            manager = SyncManager.open(SyncConfig.builder(layer.source())
                    .tables(tables)
                    .backend(server)
                    .clock(clock)
                    .ids(() -> process + "-" + ids.incrementAndGet())
                    .scheduler(new RecordedWaits())
                    .options(SyncOptions.builder()
                            .retry(RetryStrategy.none())
                            .followUps(false)
                            .pageSize(script.pageSize())
                            .pushBatch(script.pushBatch())
                            .requestsInFlight(1)
                            .build())
                    .build());
        }
        return manager;
    }

    /** Runs once. */
    public SyncResult sync() {
        return sync(SyncMode.INCREMENTAL);
    }

    /** Runs once and reads everything. */
    public SyncResult fullSync() {
        return sync(SyncMode.FULL);
    }

    private SyncResult sync(SyncMode mode) {
        clock.advance(Duration.ofSeconds(1));
        try {
            last = manager()
                    .synchronize(mode)
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            return last;
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("the run gave no result", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Runs until nothing is left to be done. */
    SyncResult rest() {
        SyncResult result = sync();
        for (int round = 0; round < 4 && (!result.success() || manager().pendingChanges() > 0); round++) {
            result = sync();
        }
        return sync();
    }

    /** Closes the manager, as the host does at its end. */
    public void closeManager() {
        if (manager != null) {
            SyncManager open = manager;
            manager = null;
            open.close();
        }
    }

    /** The host changes its rows in one transaction, once. */
    public void host(String mark, String... statements) {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute("BEGIN IMMEDIATE");
            if (isDone(statement, mark)) {
                statement.execute("ROLLBACK");
                return;
            }
            for (String sql : statements) {
                statement.execute(sql);
            }
            statement.execute("INSERT INTO host_mark VALUES('" + mark + "')");
            statement.execute("COMMIT");
        } catch (SQLException e) {
            throw new HostStatementException(mark, e);
        }
    }

    private static boolean isDone(Statement statement, String mark) throws SQLException {
        try (ResultSet row = statement.executeQuery("SELECT count(*) FROM host_mark WHERE mark = '" + mark + "'")) {
            return row.getInt(1) > 0;
        }
    }

    /** A connection of the host's that goes through the layer. */
    public Connection connect() throws SQLException {
        Connection connection = layer.source().getConnection();
        try (Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA foreign_keys = ON");
        }
        return connection;
    }

    /** Another device does something, once. */
    public void remote(String mark, Consumer<CopyableServer> change) {
        server.once(mark, change);
    }

    /**
     * Runs once, and the host edits while the answer to a call is on its way. A host that is refused then tries again when the run
     * is over.
     */
    public void syncWhileEditing(String call, String mark, String edit) {
        server.during(now -> {
            if (now.equals(call)) {
                try {
                    host(mark, edit);
                } catch (HostStatementException told) {
                    refused.add(mark);
                }
            }
        });
        sync();
        server.during(now -> {});
        if (refused.contains(mark)) {
            host(mark, edit);
        }
    }

    /** What became of the last run that nobody has asked for yet; null if there is none. */
    @Nullable
    SyncResult takeLast() {
        SyncResult taken = last;
        last = null;
        return taken;
    }

    /** A run tells of a crash in its result; the process is dead all the same. */
    void requireAlive() throws SQLException {
        if (layer.crashed()) {
            layer.source().getConnection();
        }
    }

    /** Ends the process, in order or, if it has crashed, as far as it still can. */
    @Override
    public void close() throws SQLException {
        try {
            closeManager();
        } catch (SimulatedCrash dead) {
            if (!layer.crashed()) {
                throw dead;
            }
        } finally {
            layer.close();
        }
    }
}
