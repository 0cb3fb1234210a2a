package dev.syncline.functional;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.SyncManager;
import dev.syncline.backend.rest.RestBackend;
import dev.syncline.config.SyncConfig;
import dev.syncline.config.SyncOptions;
import dev.syncline.config.SyncedTable;
import dev.syncline.progress.SyncMode;
import dev.syncline.progress.SyncResult;
import dev.syncline.resilience.RetryStrategy;
import dev.syncline.testing.Device;
import dev.syncline.testing.TwoDevices;
import dev.syncline.testing.jdbc.Boundary.Call;
import dev.syncline.testing.jdbc.Boundary.Moment;
import dev.syncline.testing.jdbc.CrashLayer;
import dev.syncline.testing.jdbc.Plan;
import dev.syncline.testing.server.Fault;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.sqlite.SQLiteDataSource;

/**
 * A run behind quiet runs asks the file little, and sees all the same whatever anybody has committed to it since, at any moment. Defends
 * G1, G3, G5 and G11.
 */
class QuietRunTest {
    @RegisterExtension
    final TwoDevices two = TwoDevices.with(
            rules -> rules,
            List.of(SyncedTable.named("memo").key("id").build()),
            "CREATE TABLE memo(id TEXT PRIMARY KEY, title TEXT)");

    private Device device;

    @BeforeEach
    void quiet() {
        device = two.a();
        two.server().rows("memo").seed(IntStream.range(0, 80).mapToObj(i -> Map.of("id", "m" + i, "title", "t")));
        for (int i = 0; i < 4; i++) {
            two.sync(device);
        }
    }

    private String titleAtServer(String id) {
        return two.server().rows("memo").find(id).orElseThrow().path("title").asText();
    }

    @Test
    void what_the_host_commits_behind_a_quiet_run_is_sent_by_the_next() {
        for (int i = 0; i < 3; i++) {
            device.sql("UPDATE memo SET title = 'mine' || ? WHERE id = 'm1'", i);
            two.sync(device);
            assertThat(titleAtServer("m1")).isEqualTo("mine" + i);
            two.sync(device);
            two.sync(device);
        }
        device.sql("DELETE FROM memo WHERE id = 'm2'");
        device.sql("INSERT INTO memo VALUES('new', 'x')");
        two.sync(device);
        assertThat(two.server().rows("memo").find("new")).isPresent();
        two.agree();
    }

    @Test
    void what_the_host_commits_while_a_quiet_run_reads_is_sent_by_that_run() throws Exception {
        SyncResult result = two.syncMeanwhile(
                device,
                (method, path) -> path.contains("memo"),
                () -> device.sql("UPDATE memo SET title = 'meanwhile' WHERE id = 'm3'"));
        assertThat(result.success()).isTrue();
        assertThat(titleAtServer("m3")).isEqualTo("meanwhile");
    }

    @Test
    void what_comes_from_the_backend_behind_quiet_runs_is_stored_and_collides_as_ever() {
        two.server().rows("memo").update("m4", Map.of("title", "theirs"));
        two.sync(device);
        assertThat(device.value("SELECT title FROM memo WHERE id = 'm4'")).isEqualTo("theirs");
        two.sync(device);
        two.sync(device);
        two.server().rows("memo").update("m4", Map.of("title", "theirs again"));
        device.sql("UPDATE memo SET title = 'mine' WHERE id = 'm4'");
        assertThat(two.sync(device).conflictsDetected()).isEqualTo(1);
        two.agree();
    }

    @Test
    void deletions_that_were_held_go_as_soon_as_they_are_allowed() {
        IntStream.range(0, 70).forEach(i -> two.server().rows("memo").delete("m" + i));
        assertThat(device.sync().success()).isFalse();
        assertThat(device.sync().success())
                .as("held deletions are told of again")
                .isFalse();
        assertThat(device.rows("memo")).hasSize(80);
        device.manager().allowDeletions("memo");
        two.sync(device);
        assertThat(device.rows("memo")).hasSize(10);
    }

    @Test
    void a_change_without_an_answer_is_asked_for_in_each_run() {
        device.sql("UPDATE memo SET title = 'lost' WHERE id = 'm5'");
        two.server().faults().when((method, path) -> !method.equals("GET"), Fault.status(500));
        device.sync();
        device.sync();
        two.server().faults().clear();
        two.sync(device);
        assertThat(titleAtServer("m5")).isEqualTo("lost");
    }

    @Test
    void triggers_that_somebody_dropped_are_noticed_behind_quiet_runs() {
        Object trigger = device.value(
                "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'memo' AND sql LIKE '%UPDATE%' LIMIT 1");
        device.sql("DROP TRIGGER \"" + trigger + "\"");
        device.sql("UPDATE memo SET title = 'unseen' WHERE id = 'm6'");
        device.close();
        two.sync(device);
        two.sync(device);
        assertThat(titleAtServer("m6")).isEqualTo("unseen");
    }

    @Test
    void a_full_run_behind_quiet_runs_reads_everything() {
        two.server().rows("memo").lose("m7");
        assertThat(device.manager().synchronize(SyncMode.FULL).blockingGet().success())
                .isTrue();
        assertThat(device.rows("memo")).hasSize(79);
    }

    @Test
    void a_run_behind_quiet_runs_asks_the_file_few_questions() throws Exception {
        device.close();
        AtomicInteger statements = new AtomicInteger();
        SQLiteDataSource file = new SQLiteDataSource();
        file.setUrl("jdbc:sqlite:" + device.file());
        try (CrashLayer layer = CrashLayer.over(file).plan(Plan.each(boundary -> {
                    if (boundary.moment() == Moment.BEFORE && boundary.call() == Call.EXECUTE) {
                        statements.incrementAndGet();
                    }
                }));
                SyncManager sync = SyncManager.open(SyncConfig.builder(layer.source())
                        .table(SyncedTable.named("memo").key("id").build())
                        .backend(RestBackend.at(two.server().url()).build())
                        .options(SyncOptions.builder()
                                .retry(RetryStrategy.none())
                                .followUps(false)
                                .build())
                        .build())) {
            for (int i = 0; i < 3; i++) {
                sync.synchronize().blockingGet();
            }
            statements.set(0);
            two.server().journal().clear();
            assertThat(sync.synchronize().blockingGet().success()).isTrue();
            assertThat(statements.get()).isLessThan(30);
            assertThat(two.server().journal().requests()).isEqualTo(1);
        }
    }
}
