package dev.syncline.functional;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.backend.rest.RestBackend;
import dev.syncline.config.SyncOptions;
import dev.syncline.config.SyncedTable;
import dev.syncline.conflict.ResolutionStrategy;
import dev.syncline.progress.SyncMode;
import dev.syncline.progress.SyncResult;
import dev.syncline.resilience.RetryStrategy;
import dev.syncline.testing.Device;
import dev.syncline.testing.SettableClock;
import dev.syncline.testing.ShiftingBackend;
import dev.syncline.testing.TwoDevices;
import dev.syncline.testing.server.Fault;
import io.reactivex.rxjava3.core.Single;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Reading a table from end to end: what the backend has no more goes, what is unsent stays, and an interrupted walk goes on. Defends
 * G1, G4, G5, G8 and G10.
 */
class FullSyncTest {
    @RegisterExtension
    final TwoDevices two = TwoDevices.with(
            rules -> rules.entity("place", place -> place.serverIds()),
            List.of(
                    SyncedTable.named("place").key("id").build(),
                    SyncedTable.named("visit")
                            .key("id")
                            .references("place_id", "place")
                            .strategy(ResolutionStrategy.MANUAL)
                            .build(),
                    SyncedTable.named("seat").key("id").build()),
            "CREATE TABLE seat(id TEXT PRIMARY KEY, place TEXT UNIQUE)",
            "CREATE TABLE place(id INTEGER PRIMARY KEY, name TEXT)",
            "CREATE TABLE visit(id TEXT PRIMARY KEY, place_id INTEGER REFERENCES place(id), note TEXT)");

    private SyncResult full(Device device) {
        return device.manager().synchronize(SyncMode.FULL).blockingGet();
    }

    private void fullAndWell(Device device) {
        SyncResult result = full(device);
        assertThat(result.errors()).isEmpty();
        assertThat(result.mode()).isEqualTo(SyncMode.FULL);
    }

    private void visits(int count) {
        two.server().rows("visit").seed(IntStream.rangeClosed(1, count).mapToObj(FullSyncTest::visit));
    }

    private static Map<String, @Nullable Object> visit(int number) {
        Map<String, @Nullable Object> fields = new HashMap<>();
        fields.put("id", "v" + number);
        fields.put("place_id", null);
        fields.put("note", "n");
        return fields;
    }

    private Device small() {
        return two.a()
                .with(builder -> builder.options(SyncOptions.builder()
                        .retry(RetryStrategy.none())
                        .followUps(false)
                        .pageSize(2)
                        .commitRows(2)
                        .build()));
    }

    private long unmet(Device device) {
        return ((Number) device.value("SELECT count(*) FROM syncline_unmet")).longValue();
    }

    @Test
    void a_row_that_vanished_without_a_word_goes_with_a_full_sync_and_no_sooner() {
        visits(3);
        two.sync(two.a());
        two.server().rows("visit").lose("v2");
        two.sync(two.a());
        assertThat(two.a().rows("visit")).containsKey("v2");
        fullAndWell(two.a());
        assertThat(two.a().rows("visit")).containsOnlyKeys("v1", "v3");
        assertThat(unmet(two.a())).isZero();
        two.agree();
    }

    @Test
    void a_row_whose_record_cannot_be_stored_has_been_met_all_the_same() {
        two.shared("INSERT INTO seat VALUES('r', 'aisle'), ('s', 'front')");
        two.a().sql("INSERT INTO seat VALUES('t', 'back')");
        two.server().rows("seat").update("s", Map.of("place", "back"));
        two.server().rows("seat").update("r", Map.of("place", "window"));
        full(two.a());
        assertThat(two.a().value("SELECT count(*) FROM syncline_holding")).isEqualTo(1);
        assertThat(two.a().rows("seat")).containsOnlyKeys("r", "s", "t");
        assertThat(two.a().value("SELECT place FROM seat WHERE id = 'r'")).isEqualTo("window");
    }

    @Test
    void a_row_that_vanished_goes_with_what_waited_of_it() {
        two.shared("INSERT INTO seat VALUES('s', 'front')");
        two.a().sql("INSERT INTO seat VALUES('t', 'back')");
        two.server().rows("seat").update("s", Map.of("place", "back"));
        two.a().manager().synchronize(SyncMode.PULL).blockingGet();
        assertThat(two.a().value("SELECT count(*) FROM syncline_holding")).isEqualTo(1);
        two.server().rows("seat").lose("s");
        full(two.a());
        assertThat(two.a().rows("seat")).containsOnlyKeys("t");
        assertThat(two.a().value("SELECT count(*) FROM syncline_holding")).isEqualTo(0);
    }

    @Test
    void parents_and_children_that_vanished_go_together() {
        two.shared("INSERT INTO place VALUES(1, 'here'), (2, 'there')");
        two.shared("INSERT INTO visit VALUES('v1', 1, ''), ('v2', 2, ''), ('v3', 2, '')");
        two.server().rows("visit").lose("v1");
        two.server().rows("place").lose("1");
        fullAndWell(two.a());
        assertThat(two.a().rows("place")).containsOnlyKeys("2");
        assertThat(two.a().rows("visit")).containsOnlyKeys("v2", "v3");
    }

    @Test
    void a_vanished_row_with_an_unsent_edit_stays_and_is_decided_when_it_is_sent() {
        visits(3);
        two.sync(two.a());
        two.server().rows("visit").lose("v2");
        two.a().sql("UPDATE visit SET note = 'mine' WHERE id = 'v2'");
        full(two.a());
        assertThat(two.a().value("SELECT note FROM visit WHERE id = 'v2'")).isEqualTo("mine");
        assertThat(TwoDevices.onlyConflict(two.a()).entityId()).isEqualTo("v2");
        full(two.a());
        assertThat(two.a().rows("visit")).hasSize(3);
    }

    @Test
    void what_is_made_here_and_sent_in_the_same_run_is_not_swept() {
        visits(3);
        two.sync(two.a());
        two.a().sql("INSERT INTO visit VALUES('mine', NULL, '')");
        fullAndWell(two.a());
        assertThat(two.a().rows("visit")).hasSize(4);
        two.agree();
    }

    @Test
    void a_cursor_that_the_backend_forgot_makes_a_table_be_read_and_swept() {
        visits(3);
        two.sync(two.a());
        two.server().rows("visit").lose("v3");
        // Its highest place is gone with the row, so the server does not know the cursor any more.
        two.sync(two.a());
        assertThat(two.a().rows("visit")).containsOnlyKeys("v1", "v2");
    }

    @Test
    void everything_is_read_again_when_that_was_done_too_long_ago() {
        SettableClock clock = new SettableClock(Instant.parse("2026-03-01T12:00:00Z"));
        Device device = two.a().with(builder -> builder.clock(clock));
        visits(3);
        two.sync(device);
        two.server().rows("visit").lose("v1");
        clock.advance(Duration.ofDays(7));
        two.sync(device);
        assertThat(device.rows("visit")).hasSize(3);
        clock.advance(Duration.ofMillis(1));
        two.sync(device);
        assertThat(device.rows("visit")).containsOnlyKeys("v2", "v3");
        clock.advance(Duration.ofDays(1));
        two.server().journal().clear();
        two.sync(device);
        assertThat(two.server().journal().entries())
                .filteredOn(entry -> entry.path().contains("/visit"))
                .singleElement()
                .satisfies(entry -> assertThat(entry.path()).contains("cursor="));
    }

    @Test
    void an_interrupted_walk_goes_on_at_its_first_page_that_was_not_stored() {
        Device device = small();
        visits(9);
        two.sync(device);
        two.server().rows("visit").lose("v1", "v8");
        two.server().faults().every(4, Fault.status(503));
        assertThat(full(device).success()).isFalse();
        two.server().faults().clear();
        assertThat(device.rows("visit")).hasSize(9);
        two.server().journal().clear();
        two.sync(device);
        assertThat(two.server().journal().entries())
                .filteredOn(entry -> entry.path().contains("/visit?"))
                .allSatisfy(entry -> assertThat(entry.path()).contains("cursor="));
        assertThat(device.rows("visit")).hasSize(7).doesNotContainKeys("v1", "v8");
    }

    @Test
    void an_edit_acknowledged_between_the_parts_of_a_walk_counts_as_met() {
        Device device = small();
        visits(9);
        two.sync(device);
        two.server()
                .faults()
                .when((method, path) -> method.equals("GET") && path.endsWith("/visit"), Fault.status(503));
        device.sql("UPDATE visit SET note = 'mine' WHERE id = 'v9'");
        full(device);
        assertThat(unmet(device)).isEqualTo(8);
        two.server().faults().clear();
        two.sync(device);
        assertThat(device.rows("visit")).hasSize(9);
    }

    @Test
    void the_first_pull_marks_no_row() {
        Device device = small();
        device.manager();
        device.sql("CREATE TRIGGER no_mark BEFORE INSERT ON syncline_unmet BEGIN SELECT RAISE(ABORT, 'a mark'); END");
        visits(5);
        two.sync(device);
        assertThat(device.rows("visit")).hasSize(5);
    }

    @Test
    void where_pages_can_shift_the_backend_is_asked_for_a_row_before_it_goes() {
        ShiftingBackend backend =
                new ShiftingBackend(RestBackend.at(two.server().url()).build());
        Device device = two.a().with(builder -> builder.backend(backend));
        visits(4);
        two.sync(device);
        two.server().rows("visit").lose("v1");
        backend.hide("v2");
        fullAndWell(device);
        assertThat(device.rows("visit")).containsOnlyKeys("v2", "v3", "v4");
        assertThat(backend.reads()).containsExactlyInAnyOrder("v1", "v2");
    }

    @Test
    void where_many_rows_were_not_met_in_pages_that_can_shift_these_are_read_again() {
        ShiftingBackend backend =
                new ShiftingBackend(RestBackend.at(two.server().url()).build());
        Device device = two.a().with(builder -> builder.backend(backend));
        visits(300);
        two.sync(device);
        two.server().rows("visit").lose("v1");
        IntStream.rangeClosed(2, 250).forEach(i -> backend.hideOnce("v" + i));
        fullAndWell(device);
        assertThat(device.rows("visit")).hasSize(299).doesNotContainKey("v1");
        assertThat(backend.reads()).isEmpty();
    }

    @Test
    void a_run_that_only_pulls_sends_nothing() {
        visits(3);
        two.sync(two.a());
        two.a().sql("INSERT INTO visit VALUES('mine', NULL, '')");
        two.a().sql("UPDATE visit SET note = 'mine' WHERE id = 'v1'");
        two.a().sql("DELETE FROM visit WHERE id = 'v2'");
        two.server().rows("visit").update("v1", Map.of("note", "theirs"));
        two.server().rows("visit").update("v2", Map.of("note", "theirs"));
        two.server().rows("visit").update("v3", Map.of("note", "theirs"));
        two.server().journal().clear();
        SyncResult result = two.a().manager().synchronize(SyncMode.PULL).blockingGet();
        assertThat(result.mode()).isEqualTo(SyncMode.PULL);
        assertThat(two.server().journal().count("GET"))
                .isEqualTo(two.server().journal().requests());
        assertThat(two.a().value("SELECT group_concat(id || note) FROM (SELECT * FROM visit ORDER BY id)"))
                .isEqualTo("mine,v1mine,v3theirs");
        assertThat(two.a().manager().pendingChanges()).isEqualTo(3);
    }

    @Test
    void requests_that_share_a_run_get_at_least_what_each_asked_for() throws Exception {
        two.sync(two.a());
        Single<SyncResult> pull = two.a().manager().synchronize(SyncMode.PULL).cache();
        Single<SyncResult> full = two.a().manager().synchronize(SyncMode.FULL).cache();
        Single<SyncResult> usual = two.a().manager().synchronize().cache();
        two.syncMeanwhile(two.a(), (method, path) -> method.equals("GET"), () -> {
            pull.subscribe();
            full.subscribe();
            usual.subscribe();
        });
        assertThat(pull.blockingGet().mode()).isEqualTo(SyncMode.FULL);
        assertThat(full.blockingGet().runId()).isEqualTo(pull.blockingGet().runId());
        assertThat(usual.blockingGet().runId()).isEqualTo(pull.blockingGet().runId());
    }
}
