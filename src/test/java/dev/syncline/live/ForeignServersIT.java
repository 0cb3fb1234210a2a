package dev.syncline.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.SyncManager;
import dev.syncline.backend.ChangeKind;
import dev.syncline.backend.OutgoingChange;
import dev.syncline.backend.PushResult;
import dev.syncline.backend.RemoteBackend;
import dev.syncline.progress.SyncMode;
import dev.syncline.progress.SyncResult;
import dev.syncline.testing.Device;
import dev.syncline.testing.FlakyProxy;
import dev.syncline.testing.LiveServer;
import dev.syncline.testing.SettableClock;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Real servers, known to the library by their description alone: three devices, edits in plain SQL while requests are refused and
 * answers lost, then peace. Skipped where a server cannot be started. Defends G1, G2, G4, G5, G7.
 */
class ForeignServersIT {

    private static final int ROUNDS = 8;

    @TempDir
    private Path folder;

    static Stream<ForeignServer> servers() {
        return Stream.of(
                Descriptions.JSON_SERVER,
                Descriptions.FEATHERS,
                Descriptions.SPRING,
                Descriptions.PARSE,
                Descriptions.DIRECTUS);
    }

    static Stream<ForeignServer> serversWithOurIds() {
        return servers().filter(server -> !server.assignsIds());
    }

    @ParameterizedTest
    @MethodSource("servers")
    void devices_agree_with_the_server_whatever_was_lost_on_the_way(ForeignServer server) {
        SettableClock clock = new SettableClock(Clock.systemUTC().instant());
        Random random = new Random(4711);
        try (LiveServer live = server.start(folder);
                FlakyProxy proxy = new FlakyProxy(live.url(), 17)) {
            List<Device> devices = new ArrayList<>();
            for (String name : List.of("a", "b", "c")) {
                devices.add(
                        new Device(folder.resolve(name + ".db"), proxy.url(), List.of(server.table()), server.schema())
                                .with(server.backend().apply(proxy.url()))
                                .with(config -> config.clock(clock)));
            }
            insert(server, devices.get(0), "shared", 0);
            devices.forEach(Device::sync);
            Map<String, String> own = new TreeMap<>();
            proxy.faults(30);
            for (int round = 0; round < ROUNDS; round++) {
                for (Device device : devices) {
                    edit(server, device, own, random);
                    device.sync();
                    clock.advance(Duration.ofMinutes(5));
                }
            }
            proxy.faults(0);
            clock.advance(Duration.ofDays(1));
            settle(server, proxy, devices, clock);

            Map<String, String> remote = server.rows(live.url());
            own.put("shared", remote.getOrDefault("shared", "lost"));
            assertThat(remote).isEqualTo(own);
            for (Device device : devices) {
                assertThat(rows(server, device)).isEqualTo(remote);
                assertThat(device.manager().pendingChanges()).isZero();
                assertThat(device.manager().conflicts().open()).isEmpty();
                proxy.requests();
                device.sync();
                assertThat(proxy.requests()).isLessThanOrEqualTo(server.requestsAtRest());
                device.close();
            }
        }
    }

    /** Each device writes rows of its own, whose last state is known, and now and then the one that all share. */
    private static void edit(ForeignServer server, Device device, Map<String, String> own, Random random) {
        String table = server.table().name();
        String prefix = device.file().getFileName().toString().substring(0, 1);
        for (int i = 0; i < 4; i++) {
            String title = prefix + "-" + random.nextInt(12);
            int amount = random.nextInt(1000);
            if (!own.containsKey(title)) {
                insert(server, device, title, amount);
                own.put(title, Integer.toString(amount));
            } else if (random.nextInt(4) == 0) {
                device.sql("DELETE FROM " + table + " WHERE title = ?", title);
                own.remove(title);
            } else {
                device.sql("UPDATE " + table + " SET amount = ? WHERE title = ?", amount, title);
                own.put(title, Integer.toString(amount));
            }
        }
        device.sql("UPDATE " + table + " SET amount = ? WHERE title = 'shared'", random.nextInt(1000));
    }

    private static void insert(ForeignServer server, Device device, String title, int amount) {
        device.sql(
                "INSERT INTO " + server.table().name() + " VALUES (?, ?, ?)",
                server.assignsIds() ? null : server.id().apply(title),
                title,
                amount);
    }

    private void settle(ForeignServer server, FlakyProxy proxy, List<Device> devices, SettableClock clock) {
        for (Device device : devices) {
            // Another start of the app, with a circuit breaker that remembers nothing.
            device.close();
            device.with(server.backend().apply(proxy.url()));
        }
        for (int round = 0; round < 3; round++) {
            for (Device device : devices) {
                SyncManager manager = device.manager();
                manager.retryFailed();
                SyncResult result = manager.synchronize(SyncMode.FULL).blockingGet();
                assertThat(result.errors()).isEmpty();
                clock.advance(Duration.ofHours(2));
            }
        }
    }

    private static Map<String, String> rows(ForeignServer server, Device device) {
        Map<String, String> rows = new TreeMap<>();
        device.query("SELECT title, amount FROM " + server.table().name())
                .forEach(
                        row -> assertThat(rows.put(String.valueOf(row.get("title")), String.valueOf(row.get("amount"))))
                                .isNull());
        return rows;
    }

    @ParameterizedTest
    @MethodSource("serversWithOurIds")
    void a_repeated_create_is_a_conflict_and_not_a_failure_that_would_heal(ForeignServer server) {
        try (LiveServer live = server.start(folder);
                RemoteBackend backend = server.backend().apply(live.url())) {
            OutgoingChange create = new OutgoingChange(
                    server.table().entity(),
                    ChangeKind.CREATE,
                    server.id().apply("twice"),
                    Map.of("title", "one", "amount", 1L),
                    null,
                    "k");
            assertThat(backend.push(create)).isInstanceOf(PushResult.Accepted.class);
            assertThat(backend.push(create)).isInstanceOf(PushResult.Conflicted.class);
            assertThat(server.rows(live.url())).hasSize(1);
        }
    }

    @ParameterizedTest
    @MethodSource("serversWithOurIds")
    void a_row_without_a_name_wipes_no_collection(ForeignServer server) {
        try (LiveServer live = server.start(folder);
                RemoteBackend backend = server.backend().apply(live.url())) {
            for (String id : List.of("x", "y")) {
                backend.push(new OutgoingChange(
                        "tags", ChangeKind.CREATE, server.id().apply(id), Map.of("title", id), null, id));
            }
            for (String id : List.of("", ".", "..")) {
                assertThat(backend.push(new OutgoingChange("tags", ChangeKind.DELETE, id, Map.of(), null, "k")))
                        .isInstanceOf(PushResult.Rejected.class);
            }
            assertThat(server.rows(live.url()).keySet()).isEqualTo(new TreeSet<>(List.of("x", "y")));
        }
    }

    @ParameterizedTest
    @MethodSource("serversWithOurIds")
    void another_programs_change_between_two_pulls_is_not_overwritten(ForeignServer server) {
        try (LiveServer live = server.start(folder);
                Device device = new Device(folder.resolve("a.db"), live.url(), List.of(server.table()), server.schema())
                        .with(server.backend().apply(live.url()))) {
            String id = server.id().apply("r");
            device.sql("INSERT INTO tags VALUES (?, 'mine', 1)", id);
            device.sync();
            assertThat(server.send("PATCH", live.url() + server.row() + id, "{\"amount\":2}"))
                    .isEqualTo(200);
            device.sql("UPDATE tags SET title = 'mine too' WHERE id = ?", id);
            device.sync();
            device.sync();
            assertThat(server.rows(live.url())).containsEntry("mine too", "2");
            assertThat(rows(server, device)).containsEntry("mine too", "2");
            assertThat(server.send("DELETE", live.url() + server.row() + id, ""))
                    .isBetween(200, 204);
            device.manager().synchronize(SyncMode.FULL).blockingGet();
            assertThat(rows(server, device)).isEmpty();
            assertThat(server.rows(live.url())).isEmpty();
        }
    }
}
