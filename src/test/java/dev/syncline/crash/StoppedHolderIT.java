package dev.syncline.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.backend.rest.RestBackend;
import dev.syncline.config.SyncOptions;
import dev.syncline.progress.AbortReason;
import dev.syncline.progress.SyncResult;
import dev.syncline.testing.Device;
import dev.syncline.testing.Replicas;
import dev.syncline.testing.SettableClock;
import dev.syncline.testing.crash.MortalHost;
import dev.syncline.testing.crash.ObedientHost;
import dev.syncline.testing.server.Fault;
import dev.syncline.testing.server.ReferenceServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BiPredicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two processes on one file. The one that synchronizes is stopped in the middle, the other takes over, and the first wakes up again.
 * Defends G11 and I30, and with them G1, G2 and G5. The clock of the second one tells when the first has been silent for long.
 */
class StoppedHolderIT {
    private static final BiPredicate<String, String> PAYMENTS = (method, path) -> path.startsWith("/v1/payment");

    @TempDir
    Path folder;

    private final SettableClock clock = new SettableClock(Clock.systemUTC().instant());
    private final CountDownLatch served = new CountDownLatch(1);
    private final CountDownLatch until = new CountDownLatch(1);
    private ReferenceServer server;
    private Device device;
    private Process other;
    private BufferedReader said;
    private Writer told;

    @BeforeEach
    void open() throws IOException {
        server = ReferenceServer.on(folder.resolve("server.db"))
                .entity("account", rules -> rules.serverIds())
                .start();
        device = new Device(folder.resolve("host.db"), server.url(), MortalHost.TABLES, MortalHost.SCHEMA)
                .with(builder -> builder.clock(clock)
                        .backend(RestBackend.at(server.url()).noBatch().build())
                        .options(SyncOptions.builder()
                                .followUps(false)
                                .requestsInFlight(1)
                                .build()));
        assertThat(device.sync().success()).isTrue();
        other = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-Xmx128m",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        ObedientHost.class.getName(),
                        device.file().toString(),
                        server.url())
                .redirectError(folder.resolve("errors.log").toFile())
                .start();
        said = other.inputReader(StandardCharsets.UTF_8);
        told = other.outputWriter(StandardCharsets.UTF_8);
        String first = said.readLine();
        while (first != null && !first.equals("open")) {
            first = said.readLine();
        }
        assertThat(first).isEqualTo("open");
    }

    @AfterEach
    void close() throws InterruptedException {
        other.destroyForcibly();
        assertThat(other.waitFor(30, TimeUnit.SECONDS)).isTrue();
        device.close();
        server.close();
    }

    @Test
    void a_holder_that_was_stopped_while_it_sent_sends_and_changes_nothing_when_it_wakes_up() throws Exception {
        edit();
        stopAt((method, path) -> method.equals("POST") && PAYMENTS.test(method, path));

        assertThat(device.sync().abortReason()).as("at once").isEqualTo(AbortReason.OTHER_PROCESS);
        clock.advance(Duration.ofMinutes(10));
        takeOver();

        Map<String, String> left = stored();
        server.journal().clear();
        wake();
        assertThat(answer()).isEqualTo("OTHER_PROCESS");
        assertThat(server.journal().entries()).isEmpty();
        assertThat(stored()).isEqualTo(left);
        agree();
    }

    @Test
    void a_holder_that_was_stopped_while_it_read_applies_nothing_when_it_wakes_up() throws Exception {
        edit();
        String id = server.rows("account").create(null, Map.of("name", "of the server", "note", "n", "value", 1));
        // Its accounts are stored and the file is in its hands.
        stopAt((method, path) -> method.equals("GET") && PAYMENTS.test(method, path));
        server.rows("payment").create("late", Map.of("account_id", id, "value", 1));

        clock.advance(Duration.ofMinutes(10));
        takeOver();

        Map<String, String> left = stored();
        wake();
        assertThat(answer()).isEqualTo("OTHER_PROCESS");
        assertThat(stored()).isEqualTo(left);
        agree();
    }

    @Test
    void a_page_that_was_asked_for_before_another_run_is_not_applied_after_it() throws Exception {
        String id = server.rows("account").create(null, Map.of("name", "old", "note", "n", "value", 1));
        stopAt((method, path) -> method.equals("GET") && path.startsWith("/v1/account"));
        server.rows("account").update(id, Map.of("name", "new"));

        // Nothing was written yet, so nothing is in its hands.
        takeOver();

        Map<String, String> left = stored();
        wake();
        assertThat(answer()).isEqualTo("OTHER_PROCESS");
        assertThat(stored()).isEqualTo(left);
        agree();
    }

    @Test
    void what_a_killed_holder_had_begun_is_ended_by_the_next_at_once() throws Exception {
        edit();
        stopAt((method, path) -> method.equals("POST") && PAYMENTS.test(method, path));
        other.destroyForcibly().waitFor(30, TimeUnit.SECONDS);
        takeOver();
        agree();
    }

    @Test
    void the_other_goes_on_when_the_first_has_ended() throws Exception {
        edit();
        tell();
        assertThat(answer()).isEqualTo("null");
        device.sql("UPDATE payment SET value = 9");
        assertThat(device.sync().success()).isTrue();
        device.sql("UPDATE payment SET value = 10");
        tell();
        assertThat(answer()).isEqualTo("null");
        agree();
    }

    private void edit() {
        device.sql("INSERT INTO account(name, value) VALUES('a', 1), ('b', 2)");
        for (int i = 0; i < 5; i++) {
            device.sql("INSERT INTO payment SELECT 'p" + i + "', id, 1 FROM account WHERE name = 'a'");
        }
    }

    private void takeOver() {
        server.faults().clear();
        SyncResult result = device.sync();
        assertThat(result.errors()).isEmpty();
        device.sql("UPDATE payment SET value = 5 WHERE id = 'p4'");
        assertThat(device.sync().success()).isTrue();
        device.sql("UPDATE payment SET value = 6 WHERE id = 'p3'");
    }

    /** Lets the other one run until the answer to such a request is on its way, and stops it there. */
    private void stopAt(BiPredicate<String, String> request) throws Exception {
        server.faults().when(request, Fault.hold(served, until));
        tell();
        assertThat(served.await(30, TimeUnit.SECONDS)).isTrue();
        signal("STOP");
        // A thread that still runs could send the next change before the other takes over.
        while (!isStopped()) {
            Thread.onSpinWait();
        }
        until.countDown();
    }

    private boolean isStopped() throws IOException {
        try (Stream<Path> threads = Files.list(Path.of("/proc", Long.toString(other.pid()), "task"))) {
            for (Path thread : threads.toList()) {
                String stat = Files.readString(thread.resolve("stat"));
                if (stat.charAt(stat.lastIndexOf(')') + 2) != 'T') {
                    return false;
                }
            }
            return true;
        }
    }

    private void tell() throws IOException {
        told.write("\n");
        told.flush();
    }

    private String answer() throws IOException {
        return said.readLine();
    }

    private void wake() throws Exception {
        signal("CONT");
    }

    private void signal(String name) throws Exception {
        Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(other.pid())).start();
        assertThat(kill.waitFor()).isZero();
    }

    private void agree() {
        assertThat(device.sync().errors()).isEmpty();
        assertThat(device.manager().pendingChanges()).isZero();
        assertThat(new Replicas(MortalHost.TABLES, server).differences("device", device))
                .isEmpty();
        assertThat(server.keysAppliedTwice()).isEmpty();
    }

    /** Everything in the file. */
    private Map<String, String> stored() {
        Map<String, String> all = new TreeMap<>();
        device.query("SELECT name FROM sqlite_master WHERE type = 'table'").forEach(table -> {
            String name = String.valueOf(table.get("name"));
            all.put(name, device.query("SELECT * FROM \"" + name + "\"").toString());
        });
        return all;
    }
}
