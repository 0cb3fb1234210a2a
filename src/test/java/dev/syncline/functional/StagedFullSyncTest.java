package dev.syncline.functional;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.backend.PullPage;
import dev.syncline.backend.PullRequest;
import dev.syncline.backend.rest.RestBackend;
import dev.syncline.config.FullSyncMode;
import dev.syncline.config.SyncOptions;
import dev.syncline.config.SyncOptionsBuilder;
import dev.syncline.config.SyncedTable;
import dev.syncline.progress.SyncMode;
import dev.syncline.progress.SyncResult;
import dev.syncline.resilience.RetryStrategy;
import dev.syncline.testing.Device;
import dev.syncline.testing.ForwardingBackend;
import dev.syncline.testing.ShiftingBackend;
import dev.syncline.testing.TwoDevices;
import dev.syncline.testing.server.Fault;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Reading everything and showing it all at once: until then, and where it fails, the old rows are there; what is unsent is never lost by
 * it. Defends G1, G4, G5, G8 and G10.
 */
class StagedFullSyncTest {
    @RegisterExtension
    final TwoDevices two = TwoDevices.with(
            rules -> rules,
            List.of(
                    SyncedTable.named("folder").key("id").build(),
                    SyncedTable.named("memo")
                            .key("id")
                            .references("folder", "folder")
                            .build()),
            "CREATE TABLE folder(id TEXT PRIMARY KEY, name TEXT)",
            "CREATE TABLE memo(id TEXT PRIMARY KEY, folder TEXT REFERENCES folder(id), title TEXT, note TEXT)");

    private static SyncOptionsBuilder options() {
        return SyncOptions.builder()
                .retry(RetryStrategy.none())
                .followUps(false)
                .pageSize(3)
                .commitRows(3)
                .fullSyncMode(FullSyncMode.STAGED);
    }

    private Device staged() {
        return two.a().with(builder -> builder.options(options().build()));
    }

    private void seed() {
        two.server().rows("folder").create("f", Map.of("name", "f"));
        two.server()
                .rows("memo")
                .seed(IntStream.range(0, 10)
                        .mapToObj(i -> Map.of("id", "m" + i, "folder", "f", "title", "t", "note", "n")));
    }

    private SyncResult full(Device device) {
        return device.manager().synchronize(SyncMode.FULL).blockingGet();
    }

    private void failOnLastPage() {
        two.server().faults().every(5, Fault.status(500));
    }

    private static Object titles(Device device) {
        return device.value("SELECT group_concat(title, '') FROM (SELECT title FROM memo ORDER BY id)");
    }

    @Test
    void the_first_pull_shows_nothing_until_it_shows_everything() {
        Device device = staged();
        seed();
        failOnLastPage();
        assertThat(device.sync().success()).isFalse();
        assertThat(device.rows("folder")).isEmpty();
        assertThat(device.rows("memo")).isEmpty();
        two.server().faults().clear();
        two.server().journal().clear();
        device.close();
        two.sync(device);
        assertThat(device.rows("memo")).hasSize(10);
        assertThat(two.server().journal().entries())
                .as("goes on where it was killed")
                .filteredOn(entry -> entry.path().contains("/memo"))
                .allSatisfy(entry -> assertThat(entry.path()).contains("cursor="));
        assertThat(device.value("SELECT count(*) FROM syncline_staged")).isEqualTo(0);
        two.agree();
    }

    @Test
    void whoever_reads_meanwhile_sees_the_old_rows_only() {
        Device device = staged();
        seed();
        two.sync(device);
        device.close();
        List<Object> seen = new ArrayList<>();
        device.with(builder -> builder.options(options().build())
                .backend(
                        new ForwardingBackend(RestBackend.at(two.server().url()).build()) {
                            @Override
                            public PullPage fetchPage(PullRequest request) {
                                seen.add(titles(device));
                                return super.fetchPage(request);
                            }
                        }));
        IntStream.range(0, 10).forEach(i -> two.server().rows("memo").update("m" + i, Map.of("title", "T")));
        two.server().rows("memo").lose("m9");
        assertThat(full(device).success()).isTrue();
        assertThat(seen).hasSizeGreaterThan(3).containsOnly("tttttttttt");
        assertThat(titles(device)).isEqualTo("TTTTTTTTT");
    }

    @Test
    void a_reading_that_fails_on_its_last_page_leaves_the_old_rows_and_what_is_unsent() {
        Device device = staged();
        seed();
        two.sync(device);
        device.sql("UPDATE memo SET title = 'mine' WHERE id = 'm1'");
        device.sql("DELETE FROM memo WHERE id = 'm2'");
        device.sql("INSERT INTO memo VALUES('m99', 'f', 'mine', '')");
        IntStream.range(3, 10).forEach(i -> two.server().rows("memo").update("m" + i, Map.of("title", "T")));
        two.server().faults().when((method, path) -> !method.equals("GET"), Fault.status(503));
        failOnLastPage();
        assertThat(full(device).success()).isFalse();
        assertThat(titles(device)).isEqualTo("tminetttttttmine");
        assertThat(device.manager().pendingChanges()).isEqualTo(3);
    }

    @Test
    void what_is_unsent_is_decided_by_the_same_rules_as_ever() {
        Device device = staged();
        seed();
        two.sync(device);
        device.sql("UPDATE memo SET title = 'mine' WHERE id = 'm1'");
        device.sql("DELETE FROM memo WHERE id = 'm2'");
        device.sql("INSERT INTO memo VALUES('m99', 'f', 'mine', '')");
        two.server().rows("memo").update("m1", Map.of("note", "theirs"));
        two.server().rows("memo").lose("m3");
        assertThat(full(device).success()).isTrue();
        assertThat(device.query("SELECT title, note FROM memo WHERE id = 'm1'"))
                .containsExactly(Map.of("title", "mine", "note", "theirs"));
        assertThat(device.rows("memo")).hasSize(9).containsKey("m99").doesNotContainKeys("m2", "m3");
        two.agree();
    }

    @Test
    void what_changes_before_it_is_shown_is_shown_as_it_is_then() {
        Device device = staged();
        seed();
        two.server().faults().when((method, path) -> path.endsWith("/memo"), Fault.status(500));
        device.sync();
        two.server().rows("folder").update("f", Map.of("name", "newer"));
        two.server().rows("folder").create("g", Map.of("name", "g"));
        device.sync();
        assertThat(device.rows("folder")).isEmpty();
        two.server().rows("folder").delete("g");
        two.server().faults().clear();
        two.sync(device);
        assertThat(device.value("SELECT group_concat(name) FROM folder")).isEqualTo("newer");
        two.agree();
    }

    @Test
    void an_edit_of_a_row_that_lies_ready_in_an_older_state_meets_its_own_answer_first() {
        Device device = staged();
        seed();
        two.sync(device);
        two.server().faults().when((method, path) -> path.endsWith("/folder"), Fault.status(500));
        full(device);
        device.sql("UPDATE memo SET title = 'sent' WHERE id = 'm1'");
        device.sync();
        assertThat(device.manager().pendingChanges()).isZero();
        two.server().faults().clear();
        two.sync(device);
        assertThat(device.value("SELECT title FROM memo WHERE id = 'm1'")).isEqualTo("sent");
        assertThat(device.query("SELECT * FROM syncline_conflicts")).isEmpty();
        two.agree();
    }

    @Test
    void where_pages_can_shift_a_row_that_no_page_told_of_is_asked_for() {
        ShiftingBackend backend =
                new ShiftingBackend(RestBackend.at(two.server().url()).build());
        Device device = two.a()
                .with(builder -> builder.backend(backend).options(options().build()));
        seed();
        two.sync(device);
        backend.hide("m4");
        two.server().rows("memo").lose("m5");
        assertThat(full(device).success()).isTrue();
        assertThat(device.rows("memo")).hasSize(9).containsKey("m4");
        assertThat(backend.reads()).containsExactlyInAnyOrder("m4", "m5");
    }

    @Test
    void a_staged_reading_obeys_the_limits_on_deletions_and_a_reload_needs_none() {
        Device device = two.a()
                .with(builder -> builder.options(options().deletionRows(0).build()));
        seed();
        two.sync(device);
        IntStream.range(0, 10).forEach(i -> two.server().rows("memo").lose("m" + i));
        assertThat(full(device).success()).isFalse();
        assertThat(device.rows("memo")).hasSize(10);
        assertThat(device.manager().clearAndReload().blockingGet().success()).isTrue();
        assertThat(device.rows("memo")).isEmpty();
        two.agree();
    }

    @Test
    void a_reload_takes_over_a_backend_that_was_set_back() {
        Device device = two.a();
        seed();
        two.sync(device);
        for (int i = 0; i < 3; i++) {
            two.server().rows("memo").update("m1", Map.of("title", "later"));
            two.server().rows("memo").update("m2", Map.of("title", "later"));
        }
        two.sync(device);
        for (String id : List.of("m1", "m2")) {
            two.server().rows("memo").lose(id);
            two.server().rows("memo").create(id, Map.of("folder", "f", "title", "restored", "note", "n"));
        }
        device.sql("UPDATE memo SET note = 'mine' WHERE id = 'm2'");
        device.manager().synchronize(SyncMode.PULL).blockingGet();
        assertThat(device.value("SELECT title FROM memo WHERE id = 'm1'")).isEqualTo("later");
        two.server().faults().when((method, path) -> !method.equals("GET"), Fault.status(503));
        device.manager().clearAndReload().blockingGet();
        assertThat(device.value("SELECT title FROM memo WHERE id = 'm1'")).isEqualTo("restored");
        assertThat(device.value("SELECT note FROM memo WHERE id = 'm2'")).isEqualTo("mine");
        assertThat(device.manager().pendingChanges()).isEqualTo(1);
    }

    @Test
    void a_reload_that_fails_leaves_the_old_rows_and_is_gone_on_with_by_the_next_run() {
        Device device = two.a()
                .with(builder -> builder.options(
                        options().fullSyncMode(FullSyncMode.PROGRESSIVE).build()));
        seed();
        two.sync(device);
        device.sql("INSERT INTO memo VALUES('m97', 'f', 'x', ''), ('m98', 'f', 'x', ''), ('m99', 'f', 'x', '')");
        IntStream.range(0, 10).forEach(i -> two.server().rows("memo").update("m" + i, Map.of("title", "T")));
        two.server().faults().when((method, path) -> !method.equals("GET"), Fault.status(503));
        failOnLastPage();
        assertThat(device.manager().clearAndReload().blockingGet().success()).isFalse();
        assertThat(titles(device)).isEqualTo("ttttttttttxxx");
        assertThat(device.manager().pendingChanges()).isEqualTo(3);
        two.server().faults().clear();
        device.close();
        two.sync(device);
        assertThat(titles(device)).isEqualTo("TTTTTTTTTTxxx");
        two.agree();
    }
}
