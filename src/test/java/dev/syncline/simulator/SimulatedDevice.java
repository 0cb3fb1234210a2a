package dev.syncline.simulator;

import dev.syncline.SyncManager;
import dev.syncline.backend.rest.RestBackend;
import dev.syncline.config.SyncConfig;
import dev.syncline.config.SyncOptions;
import dev.syncline.progress.SyncEvent;
import dev.syncline.progress.SyncMode;
import dev.syncline.progress.SyncResult;
import dev.syncline.testing.CallersThread;
import dev.syncline.testing.jdbc.Boundary;
import dev.syncline.testing.jdbc.CrashLayer;
import dev.syncline.testing.jdbc.SimulatedCrash;
import dev.syncline.testing.jdbc.Strike;
import io.reactivex.rxjava3.disposables.Disposable;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicReference;
import javax.sql.DataSource;
import okhttp3.ConnectionSpec;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;
import org.sqlite.Function;

/**
 * One device: a SQLite file, a host that writes to it by plain SQL on a connection of its own, and a manager that comes and goes and
 * may be killed at any statement. The engine in it is the real one; what it is given are the world's time, threads and network.
 */
final class SimulatedDevice implements AutoCloseable {
    /** Making one reads the platform's certificates; nothing here is encrypted. */
    private static final OkHttpClient CLIENT = new OkHttpClient.Builder()
            .connectionSpecs(List.of(ConnectionSpec.CLEARTEXT))
            .build();

    private static final double UNIX_EPOCH = 2440587.5;

    private final int number;
    private final Path file;
    private final WorldShape shape;
    private final VirtualTime.Skewed clock;
    private final Surroundings world;
    private final Plans plans = new Plans();
    private SyncOptions options;
    private final SplittableRandom jitter;
    private final Connection host;
    private final Map<String, PreparedStatement> prepared = new HashMap<>();
    private CrashLayer layer;
    private @Nullable SyncManager manager;
    private long ids;
    private boolean running;
    private boolean opening;
    private boolean captured;

    /** What a device lives in. */
    interface Surroundings {
        Instant now();

        void pass(SimulatedDevice device, Duration time);

        Strike boundary(SimulatedDevice device, Boundary boundary);

        Bug bug();

        Response exchange(SimulatedDevice device, Request request) throws IOException;
    }

    SimulatedDevice(
            int number,
            Path file,
            WorldShape shape,
            SyncOptions options,
            long jitter,
            VirtualTime.Skewed clock,
            Surroundings world)
            throws SQLException {
        this.number = number;
        this.file = file;
        this.shape = shape;
        this.options = options;
        this.jitter = new SplittableRandom(jitter);
        this.clock = clock;
        this.world = world;
        host = connect();
        layer = layer();
        for (String statement : shape.schema()) {
            sql(statement);
        }
    }

    int number() {
        return number;
    }

    VirtualTime.Skewed clock() {
        return clock;
    }

    Connection host() {
        return host;
    }

    /** Whether a run of its manager is under way. */
    boolean isRunning() {
        return running;
    }

    /** A connection as an application has one; the time that SQLite tells on it is the device's. */
    private Connection connect() throws SQLException {
        Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        Function.create(connection, "julianday", new Function() {
            @Override
            protected void xFunc() throws SQLException {
                result(clock.millis() / 86_400_000.0 + UNIX_EPOCH);
            }
        });
        try (Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA foreign_keys = ON");
            statement.execute("PRAGMA busy_timeout = 0");
            // Processes are killed here, machines are not; the disk need not be waited for.
            statement.execute("PRAGMA synchronous = OFF");
        }
        return connection;
    }

    private CrashLayer layer() {
        DataSource altered = AlteredSource.of(
                this::connect,
                sql -> sql.startsWith("PRAGMA synchronous")
                        ? "PRAGMA synchronous = OFF"
                        : world.bug().statement(sql));
        return CrashLayer.over(altered).plan(boundary -> world.boundary(this, boundary));
    }

    private SyncConfig config() {
        OkHttpClient client = CLIENT.newBuilder()
                .addInterceptor(chain -> world.exchange(this, chain.request()))
                .build();
        var backend = RestBackend.at("http://simulated/v1")
                .clock(clock)
                .callTimeout(Duration.ofHours(1))
                // Clocks of devices jump by days; a key that counts as forgotten would then mean a second create.
                .idempotencyKeys("Idempotency-Key", Simulation.KEYS_LAST)
                .client(client);
        return SyncConfig.builder(layer.source())
                .tables(shape.tables())
                .backend(shape.batches() ? backend.build() : backend.noBatch().build())
                .options(options)
                .clock(clock)
                .random(jitter)
                .ids(() -> "d" + number + "-" + ++ids)
                .scheduler(new VirtualScheduler(
                        time -> world.pass(this, time),
                        (delay, task) -> plans.add(world.now().plus(delay), task)))
                .executors((role, threads) -> new CallersThread(threads == 1))
                .build();
    }

    /** The open manager. */
    SyncManager manager() {
        if (manager == null) {
            opening = true;
            try {
                manager = SyncManager.open(config());
            } finally {
                opening = false;
            }
            captured = true;
            world.bug().opened(this);
        }
        return manager;
    }

    /** Whether the manager is being opened just now, so that nobody can ask it for anything. */
    boolean isOpening() {
        return opening;
    }

    /** Whether a manager has ever been opened, so that capture is on the tables. */
    boolean isCaptured() {
        return captured;
    }

    /** Runs once; null if no result came. */
    @Nullable
    SyncResult sync() {
        return sync(SyncMode.INCREMENTAL);
    }

    /** Runs once in a mode; null if no result came. */
    @Nullable
    SyncResult sync(SyncMode mode) {
        AtomicReference<SyncResult> result = new AtomicReference<>();
        AtomicReference<Throwable> failure = new AtomicReference<>();
        running = true;
        try {
            manager().synchronize(mode).subscribe(result::set, failure::set);
        } finally {
            running = false;
        }
        if (result.get() == null && !hasCrashed() && failure.get() != null) {
            throw new IllegalStateException("a run ended without a result", failure.get());
        }
        return result.get();
    }

    /** Managers that are opened from now on start runs by themselves. */
    void followUps() {
        options = options.toBuilder().followUps(true).build();
    }

    /** What its process wants to do later. */
    Plans plans() {
        return plans;
    }

    /** Whether something that was planned is due. */
    boolean hasDue(Instant now) {
        return !running && plans.next().filter(due -> !due.isAfter(now)).isPresent();
    }

    /** Does what is due; gives how the run ended, or null if none came of it. */
    OwnRuns.@Nullable End runDue(Instant now) {
        AtomicReference<OwnRuns.End> end = new AtomicReference<>();
        Disposable watching = manager().watchEvents().subscribe(event -> {
            if (event instanceof SyncEvent.Completed completed) {
                end.set(new OwnRuns.End(null, completed.result().errors()));
            } else if (event instanceof SyncEvent.Failed failed) {
                Throwable cause = failed.exception();
                end.set(new OwnRuns.End(failed.reason(), cause == null ? List.of() : List.of(cause)));
            }
        });
        running = true;
        try {
            plans.take(now).ifPresent(Runnable::run);
        } finally {
            running = false;
            watching.dispose();
        }
        return end.get();
    }

    /** Kills the process between two statements. */
    void kill() {
        try {
            layer.close();
        } catch (SQLException e) {
            throw new IllegalStateException("a connection of the killed process could not be closed", e);
        }
    }

    boolean hasCrashed() {
        return layer.crashed();
    }

    /** Clears away what is left of a killed process. */
    void bury() throws SQLException {
        running = false;
        plans.clear();
        layer.close();
        try {
            closeManager();
        } catch (SimulatedCrash nothingWorksAnyMore) {
            manager = null;
        }
        layer = layer();
    }

    /** Closes the manager, as the host does at its end; the file stays. */
    void closeManager() {
        if (manager != null) {
            manager.close();
            manager = null;
        }
    }

    /** Runs a statement of the host's. */
    void sql(String sql) throws SQLException {
        try (Statement statement = host.createStatement()) {
            statement.execute(sql);
        }
    }

    /** The rows of a query of the host's, each as column to value. */
    List<Map<String, @Nullable Object>> query(String sql) {
        try (ResultSet rows = prepared(sql).executeQuery()) {
            ResultSetMetaData meta = rows.getMetaData();
            List<Map<String, @Nullable Object>> found = new ArrayList<>();
            while (rows.next()) {
                Map<String, @Nullable Object> row = new LinkedHashMap<>();
                for (int i = 1; i <= meta.getColumnCount(); i++) {
                    row.put(meta.getColumnLabel(i), rows.getObject(i));
                }
                found.add(row);
            }
            return found;
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    /** The checkers ask the same again and again. */
    private PreparedStatement prepared(String sql) throws SQLException {
        PreparedStatement known = prepared.get(sql);
        if (known == null) {
            known = host.prepareStatement(sql);
            prepared.put(sql, known);
        }
        return known;
    }

    @Override
    public void close() throws SQLException {
        if (hasCrashed()) {
            bury();
        }
        closeManager();
        layer.close();
        host.close();
    }
}
