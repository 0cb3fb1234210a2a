package dev.syncline.live;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.syncline.SyncManager;
import dev.syncline.backend.couchdb.CouchDbBackend;
import dev.syncline.config.SyncedTable;
import dev.syncline.conflict.Conflict;
import dev.syncline.conflict.Decision;
import dev.syncline.conflict.ResolutionStrategy;
import dev.syncline.progress.SyncEvent;
import dev.syncline.progress.SyncMode;
import dev.syncline.testing.Device;
import dev.syncline.testing.FlakyProxy;
import dev.syncline.testing.LiveServer;
import dev.syncline.testing.SettableClock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Real servers of CouchDB's protocol: three devices, edits in plain SQL while requests are refused and answers lost, then peace; and
 * what others do to a database behind the library's back. Skipped where a server cannot be started. Defends G1, G2, G4, G5, G6, G7.
 */
class PouchDbServerIT {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int ROUNDS = 8;
    private static final SyncedTable NOTE = SyncedTable.named("note")
            .key("id")
            .strategy(ResolutionStrategy.REMOTE_WINS)
            .build();

    @TempDir
    private Path folder;

    private final OkHttpClient http = new OkHttpClient();

    @ParameterizedTest
    @ValueSource(strings = {"express-pouchdb", "pouchdb-server"})
    void devices_agree_with_the_server_whatever_was_lost_on_the_way(String name) {
        SettableClock clock = new SettableClock(Clock.systemUTC().instant());
        Random random = new Random(815);
        try (LiveServer live = LiveServer.start(name, folder);
                FlakyProxy proxy = new FlakyProxy(live.url(), 23)) {
            call("PUT", live.url() + "/note", "{}");
            List<Device> devices = new ArrayList<>();
            for (String device : List.of("a", "b", "c")) {
                devices.add(device(device, proxy.url()).with(config -> config.clock(clock)));
            }
            devices.get(0).sql("INSERT INTO note VALUES ('shared', 'shared', 0)");
            devices.forEach(Device::sync);
            Map<String, String> own = new TreeMap<>();
            proxy.faults(30);
            for (int round = 0; round < ROUNDS; round++) {
                for (Device device : devices) {
                    edit(device, own, random);
                    device.sync();
                    clock.advance(Duration.ofMinutes(5));
                }
            }
            proxy.faults(0);
            clock.advance(Duration.ofDays(1));
            settle(devices, proxy, clock);

            Map<String, String> remote = documents(live.url());
            own.put("shared", remote.getOrDefault("shared", "lost"));
            assertThat(remote).isEqualTo(own);
            for (Device device : devices) {
                assertThat(rows(device)).isEqualTo(remote);
                assertThat(device.manager().pendingChanges()).isZero();
                assertThat(device.manager().conflicts().open()).isEmpty();
                proxy.requests();
                device.sync();
                assertThat(proxy.requests()).isLessThanOrEqualTo(4);
                device.close();
            }
        }
    }

    private Device device(String name, String url) {
        return new Device(
                        folder.resolve(name + ".db"),
                        url,
                        List.of(NOTE),
                        "CREATE TABLE IF NOT EXISTS note(id TEXT PRIMARY KEY, title TEXT, amount INTEGER)")
                .with(CouchDbBackend.at(url).build());
    }

    /** Each device writes rows of its own, whose last state is known, and now and then the one that all share. */
    private static void edit(Device device, Map<String, String> own, Random random) {
        String prefix = device.file().getFileName().toString().substring(0, 1);
        for (int i = 0; i < 4; i++) {
            String id = prefix + "-" + random.nextInt(12);
            int amount = random.nextInt(1000);
            if (!own.containsKey(id)) {
                device.sql("INSERT INTO note VALUES (?, ?, ?)", id, id, amount);
                own.put(id, Integer.toString(amount));
            } else if (random.nextInt(4) == 0) {
                device.sql("DELETE FROM note WHERE id = ?", id);
                own.remove(id);
            } else {
                device.sql("UPDATE note SET amount = ? WHERE id = ?", amount, id);
                own.put(id, Integer.toString(amount));
            }
        }
        device.sql("UPDATE note SET amount = ? WHERE id = 'shared'", random.nextInt(1000));
    }

    private static void settle(List<Device> devices, FlakyProxy proxy, SettableClock clock) {
        for (Device device : devices) {
            // Another start of the app, with a circuit breaker that remembers nothing.
            device.close();
            device.with(CouchDbBackend.at(proxy.url()).build());
        }
        for (int round = 0; round < 3; round++) {
            for (Device device : devices) {
                SyncManager manager = device.manager();
                manager.retryFailed();
                assertThat(manager.synchronize(SyncMode.FULL).blockingGet().errors())
                        .isEmpty();
                clock.advance(Duration.ofHours(2));
            }
        }
    }

    private static Map<String, String> rows(Device device) {
        Map<String, String> rows = new TreeMap<>();
        device.query("SELECT id, amount FROM note")
                .forEach(row -> rows.put(String.valueOf(row.get("id")), String.valueOf(row.get("amount"))));
        return rows;
    }

    @ParameterizedTest
    @ValueSource(strings = {"LOCAL_WINS", "REMOTE_WINS"})
    void a_conflict_that_replication_left_is_asked_about_and_ends_for_everybody(ResolutionStrategy decided) {
        try (LiveServer live = LiveServer.start("express-pouchdb", folder);
                Device a = device("a", live.url());
                Device b = device("b", live.url())) {
            call("PUT", live.url() + "/note", "{}");
            replicate(live.url(), "2-b", "shown");
            replicate(live.url(), "2-a", "beside");
            a.sync();
            b.sync();
            assertThat(a.value("SELECT title FROM note")).isEqualTo("shown");
            assertThat(a.manager().conflicts().open()).hasSize(1);
            Conflict conflict = a.manager().conflicts().open().get(0);
            assertThat(conflict.remoteData()).containsEntry("title", "beside");
            a.manager().conflicts().resolve(conflict.id(), Decision.by(decided));
            String title = decided == ResolutionStrategy.LOCAL_WINS ? "shown" : "beside";
            for (Device device : List.of(a, b, a)) {
                assertThat(device.sync().errors()).isEmpty();
                assertThat(device.value("SELECT title FROM note")).isEqualTo(title);
                assertThat(device.manager().conflicts().open()).isEmpty();
                assertThat(device.manager().pendingChanges()).isZero();
            }
            JsonNode document = call("GET", live.url() + "/note/1?conflicts=true", "");
            assertThat(document.path("title").asText()).isEqualTo(title);
            assertThat(document.has("_conflicts")).isFalse();
        }
    }

    private void replicate(String url, String revision, String title) {
        call(
                "POST",
                url + "/note/_bulk_docs",
                "{\"new_edits\":false,\"docs\":[{\"_id\":\"1\",\"_rev\":\"" + revision + "\",\"title\":\"" + title
                        + "\",\"amount\":1,\"_revisions\":{\"start\":2,\"ids\":[\"" + revision.substring(2)
                        + "\",\"first\"]}}]}");
    }

    @Test
    void an_attachment_of_anothers_survives_an_edit() {
        try (LiveServer live = LiveServer.start("express-pouchdb", folder);
                Device a = device("a", live.url())) {
            call("PUT", live.url() + "/note", "{}");
            call(
                    "PUT",
                    live.url() + "/note/1",
                    "{\"title\":\"one\",\"_attachments\":{\"t.txt\":{\"content_type\":\"text/plain\",\"data\":\"aGVsbG8=\"}}}");
            a.sync();
            a.sql("UPDATE note SET title = 'two'");
            assertThat(a.sync().errors()).isEmpty();
            a.sql("UPDATE note SET title = 'three'");
            assertThat(a.sync().errors()).isEmpty();
            JsonNode document = call("GET", live.url() + "/note/1?attachments=true", "");
            assertThat(document.path("title").asText()).isEqualTo("three");
            assertThat(document.at("/_attachments/t.txt/data").asText()).isEqualTo("aGVsbG8=");
        }
    }

    @Test
    void a_database_that_was_dropped_and_made_anew_is_read_anew() {
        try (LiveServer live = LiveServer.start("express-pouchdb", folder);
                Device a = device("a", live.url())) {
            call("PUT", live.url() + "/note", "{}");
            for (int i = 0; i < 6; i++) {
                call("PUT", live.url() + "/note/old" + i, "{\"title\":\"old\"}");
            }
            a.sync();
            call("DELETE", live.url() + "/note", "");
            call("PUT", live.url() + "/note", "{}");
            call("PUT", live.url() + "/note/new", "{\"title\":\"new\"}");
            a.sync();
            a.sync();
            assertThat(a.query("SELECT id FROM note WHERE id = 'new'")).hasSize(1);
        }
    }

    @Test
    void a_change_of_another_is_pulled_at_once_where_changes_are_listened_to() throws InterruptedException {
        try (LiveServer live = LiveServer.start("express-pouchdb", folder)) {
            call("PUT", live.url() + "/note", "{}");
            CountDownLatch arrived = new CountDownLatch(1);
            try (Device a = device("a", live.url())
                    .with(CouchDbBackend.at(live.url())
                            .hints(Duration.ofSeconds(3), "note")
                            .build())) {
                CountDownLatch first = new CountDownLatch(1);
                a.manager().watchEvents().ofType(SyncEvent.Completed.class).subscribe(done -> {
                    first.countDown();
                    if (a.value("SELECT count(*) FROM note").equals(1)) {
                        arrived.countDown();
                    }
                });
                assertThat(first.await(20, TimeUnit.SECONDS)).isTrue();
                call("PUT", live.url() + "/note/1", "{\"title\":\"one\"}");
                assertThat(arrived.await(20, TimeUnit.SECONDS)).isTrue();
            }
        }
    }

    private Map<String, String> documents(String url) {
        Map<String, String> found = new TreeMap<>();
        for (JsonNode row :
                call("GET", url + "/note/_all_docs?include_docs=true", "").path("rows")) {
            found.put(row.path("id").asText(), row.at("/doc/amount").asText());
        }
        return found;
    }

    private JsonNode call(String method, String url, String body) {
        Request request = new Request.Builder()
                .url(url)
                .method(method, body.isEmpty() ? null : RequestBody.create(body, MediaType.get("application/json")))
                .build();
        try (Response answer = http.newCall(request).execute()) {
            JsonNode json = JSON.readTree(answer.body().bytes());
            assertThat(answer.code()).as(json.toString()).isLessThan(300);
            return json;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
