package dev.syncline.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.backend.rest.RestBackend;
import dev.syncline.config.SyncConfigBuilder;
import dev.syncline.config.SyncedTable;
import dev.syncline.conflict.Conflict;
import dev.syncline.conflict.ResolutionStrategy;
import dev.syncline.progress.SyncResult;
import dev.syncline.testing.server.Fault;
import dev.syncline.testing.server.ReferenceServer;
import dev.syncline.testing.server.ServerOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BiPredicate;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A server and two devices with the same tables, new for each test and gone after it. What no test may leave behind is looked for
 * at the end: a key that took effect twice, a dangling reference, a damaged file.
 */
public final class TwoDevices implements BeforeEachCallback, AfterEachCallback {
    private final UnaryOperator<ServerOptions> rules;
    private final List<SyncedTable> tables;
    private final String[] schema;
    private final SettableClock serverClock =
            new SettableClock(Clock.systemUTC().instant());
    private Path folder;
    private ReferenceServer server;
    private Device a;
    private Device b;

    private TwoDevices(UnaryOperator<ServerOptions> rules, List<SyncedTable> tables, String[] schema) {
        this.rules = rules;
        this.tables = tables;
        this.schema = schema;
    }

    /** What the server demands, the tables, and what the host has run before. */
    public static TwoDevices with(UnaryOperator<ServerOptions> rules, List<SyncedTable> tables, String... schema) {
        return new TwoDevices(rules, tables, schema);
    }

    @Override
    public void beforeEach(ExtensionContext context) throws IOException {
        folder = Files.createTempDirectory("syncline");
        server = rules.apply(ReferenceServer.on(folder.resolve("server.db")).clock(serverClock))
                .start();
        a = device("a");
        b = device("b");
    }

    /** One more device. */
    public Device device(String name) {
        return new Device(folder.resolve(name + ".db"), server.url(), tables, schema);
    }

    /** The first device. */
    public Device a() {
        return a;
    }

    /** The second device. */
    public Device b() {
        return b;
    }

    /** The server. */
    public ReferenceServer server() {
        return server;
    }

    /** The server's clock. */
    public SettableClock serverClock() {
        return serverClock;
    }

    /** Runs once and expects that nothing goes wrong. */
    public SyncResult sync(Device device) {
        SyncResult result = device.sync();
        assertThat(result.errors()).isEmpty();
        assertThat(result.success()).isTrue();
        return result;
    }

    /** Runs both until each has seen what the other did, and expects that both equal the server and have nothing to send. */
    public void agree() {
        for (int round = 0; round < 3; round++) {
            sync(a);
            sync(b);
        }
        assertThat(a.manager().pendingChanges()).isZero();
        assertThat(b.manager().pendingChanges()).isZero();
        Replicas replicas = new Replicas(tables, server);
        assertThat(replicas.differences("a", a)).isEmpty();
        assertThat(replicas.differences("b", b)).isEmpty();
    }

    /** Makes a row on the first device known to both. */
    public void shared(String sql, Object... parameters) {
        a.sql(sql, parameters);
        sync(a);
        sync(b);
    }

    /** The only open conflict of a device. */
    public static Conflict onlyConflict(Device device) {
        assertThat(device.manager().conflicts().open()).hasSize(1);
        return device.manager().conflicts().open().get(0);
    }

    /** Decides the only open conflict of a device. */
    public static Conflict decide(Device device, ResolutionStrategy strategy) {
        return device.manager().conflicts().resolve(onlyConflict(device).id(), strategy);
    }

    /** Runs a device once, and something else while the answer to a request is held back. */
    public SyncResult syncMeanwhile(Device device, BiPredicate<String, String> request, Runnable meanwhile)
            throws Exception {
        CountDownLatch served = new CountDownLatch(1);
        CountDownLatch until = new CountDownLatch(1);
        server.faults().when(request, Fault.hold(served, until));
        CompletableFuture<SyncResult> result =
                device.manager().synchronize().toCompletionStage().toCompletableFuture();
        assertThat(served.await(20, TimeUnit.SECONDS)).isTrue();
        server.faults().clear();
        meanwhile.run();
        until.countDown();
        return result.get(20, TimeUnit.SECONDS);
    }

    /** Settings for a device that sends one change at a time. */
    public UnaryOperator<SyncConfigBuilder> oneByOne() {
        return builder -> builder.backend(RestBackend.at(server.url()).noBatch().build());
    }

    @Override
    public void afterEach(ExtensionContext context) throws IOException {
        List<Object> broken = new ArrayList<>();
        for (Device device : List.of(a, b)) {
            device.close();
            broken.addAll(device.query("PRAGMA foreign_key_check"));
            assertThat(device.value("PRAGMA integrity_check")).isEqualTo("ok");
        }
        List<String> twice = server.keysAppliedTwice();
        server.close();
        try (var files = Files.walk(folder)) {
            for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
        assertThat(twice).isEmpty();
        assertThat(broken).isEmpty();
    }
}
