package dev.syncline.functional;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.backend.rest.RestBackend;
import dev.syncline.config.SyncedTable;
import dev.syncline.testing.SettableClock;
import dev.syncline.testing.TwoDevices;
import dev.syncline.testing.server.Fault;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A change whose answer is lost takes effect once, also where the key that would say so is forgotten, was never known, or only
 * brings back a stored failure. Defends G1 and G2.
 */
class LostAnswerTest {
    private static final Duration LONGER_THAN_KEYS_ARE_KEPT = Duration.ofHours(25);

    private final SettableClock clock = new SettableClock(Instant.parse("2026-03-01T12:00:00Z"));

    @RegisterExtension
    final TwoDevices two = TwoDevices.with(
            rules -> rules.entity("place", place -> place.serverIds()),
            List.of(
                    SyncedTable.named("place").key("id").build(),
                    SyncedTable.named("note").key("id").build()),
            "CREATE TABLE place(id INTEGER PRIMARY KEY, name TEXT)",
            "CREATE TABLE note(id TEXT PRIMARY KEY, text TEXT)");

    @BeforeEach
    void withClocksOfTheirOwn() {
        two.serverClock().set(clock.instant());
        two.a().with(builder -> two.oneByOne().apply(builder).clock(clock));
        two.a().manager();
    }

    private void losing(Fault fault, Runnable writing) {
        writing.run();
        two.server().faults().when((method, path) -> !method.equals("GET"), fault);
        two.a().sync();
        two.server().faults().clear();
        assertThat(two.a().query("SELECT * FROM syncline_queue WHERE status = 'processing'"))
                .isNotEmpty();
    }

    private void keysAreForgotten() {
        clock.advance(LONGER_THAN_KEYS_ARE_KEPT);
        two.serverClock().set(clock.instant());
        two.server().journal().clear();
    }

    @Test
    void a_create_that_arrived_is_found_by_its_id_when_its_key_is_forgotten() {
        losing(Fault.loseAnswer(), () -> two.a().sql("INSERT INTO note VALUES('n', 'x')"));
        keysAreForgotten();
        two.sync(two.a());
        assertThat(two.server().journal().count("POST")).isZero();
        two.agree();
    }

    @Test
    void a_create_that_did_not_arrive_is_sent_under_a_new_key_when_its_key_is_old() {
        losing(Fault.status(500), () -> two.a().sql("INSERT INTO note VALUES('n', 'x')"));
        Object key = two.a().value("SELECT idempotency_key FROM syncline_queue");
        keysAreForgotten();
        two.sync(two.a());
        assertThat(two.server().effects(String.valueOf(key))).isZero();
        two.agree();
        assertThat(two.server().rows("note").count()).isEqualTo(1);
    }

    @Test
    void a_create_without_a_name_is_found_by_its_content_when_its_key_is_forgotten() {
        losing(Fault.loseAnswer(), () -> two.a().sql("INSERT INTO place VALUES(7, 'here')"));
        keysAreForgotten();
        two.sync(two.a());
        assertThat(two.server().journal().count("POST")).isZero();
        assertThat(two.a().rows("place")).hasSize(1);
        two.agree();
        assertThat(two.server().rows("place").count()).isEqualTo(1);
    }

    @Test
    void a_create_without_a_name_that_did_not_arrive_is_sent_once_all_was_pulled() {
        two.server().rows("place").create(null, java.util.Map.of("name", "theirs"));
        losing(Fault.status(500), () -> two.a().sql("INSERT INTO place VALUES(7, 'here')"));
        keysAreForgotten();
        two.sync(two.a());
        two.agree();
        assertThat(two.server().rows("place").count()).isEqualTo(2);
        assertThat(two.a().rows("place")).hasSize(2);
    }

    @Test
    void updates_and_deletes_are_looked_up_when_their_keys_are_forgotten() {
        two.shared("INSERT INTO note VALUES('u', 'x'), ('d', 'x')");
        losing(Fault.loseAnswer(), () -> {
            two.a().sql("UPDATE note SET text = 'y' WHERE id = 'u'");
            two.a().sql("DELETE FROM note WHERE id = 'd'");
        });
        keysAreForgotten();
        two.sync(two.a());
        assertThat(two.server().journal().count("PATCH")).isZero();
        assertThat(two.server().journal().count("DELETE")).isZero();
        two.agree();
        assertThat(two.server().rows("note").version("u")).isEqualTo(2);
    }

    @Test
    void an_update_that_did_not_arrive_and_met_another_one_since_is_a_conflict_and_not_lost() {
        two.shared("INSERT INTO note VALUES('u', 'x')");
        losing(Fault.status(500), () -> two.a().sql("UPDATE note SET text = 'mine' WHERE id = 'u'"));
        two.b().sql("UPDATE note SET text = 'theirs' WHERE id = 'u'");
        two.sync(two.b());
        keysAreForgotten();
        two.a().sync();
        assertThat(two.a().query("SELECT local_data, remote_data FROM syncline_conflicts"))
                .singleElement()
                .satisfies(kept -> {
                    assertThat(String.valueOf(kept.get("local_data"))).contains("mine");
                    assertThat(String.valueOf(kept.get("remote_data"))).contains("theirs");
                });
    }

    @Test
    void where_there_are_no_keys_a_lost_create_takes_effect_once() {
        two.a().close();
        two.a()
                .with(builder -> builder.clock(clock)
                        .backend(RestBackend.at(two.server().url())
                                .noBatch()
                                .noIdempotencyKeys()
                                .build()));
        losing(Fault.loseAnswer(), () -> {
            two.a().sql("INSERT INTO place VALUES(7, 'here')");
            two.a().sql("INSERT INTO note VALUES('n', 'x')");
        });
        two.server().journal().clear();
        two.sync(two.a());
        assertThat(two.server().journal().count("POST")).isZero();
        assertThat(two.server().rows("place").count()).isEqualTo(1);
        two.agree();
    }

    @Test
    void a_failure_that_the_backend_has_stored_under_a_key_is_got_rid_of_by_a_new_key() {
        Object stored = failingUnderOneKey();
        two.a().sync();
        two.a().sync();
        assertThat(two.a().value("SELECT idempotency_key FROM syncline_queue")).isEqualTo(stored);
        two.sync(two.a());
        assertThat(two.server().rows("note").count()).isEqualTo(1);
        two.agree();
    }

    @Test
    void a_failure_that_the_backend_has_stored_is_recognised_though_the_app_was_started_anew_in_between() {
        Object stored = failingUnderOneKey();
        for (int times = 1; times < 3; times++) {
            two.a().close();
            two.a().sync();
            assertThat(two.a().value("SELECT idempotency_key FROM syncline_queue"))
                    .isEqualTo(stored);
        }
        two.a().close();
        two.sync(two.a());
        assertThat(two.server().rows("note").count()).isEqualTo(1);
        two.agree();
    }

    @Test
    void a_send_of_which_nothing_was_heard_keeps_equal_failures_from_being_taken_for_a_stored_one() {
        Object stored = failingUnderOneKey();
        two.a().sync();
        two.a().sql("UPDATE syncline_idempotency_keys SET sends = sends + 1");
        for (int times = 0; times < 2; times++) {
            two.a().sync();
            assertThat(two.a().value("SELECT idempotency_key FROM syncline_queue"))
                    .isEqualTo(stored);
        }
        two.server().faults().clear();
        two.agree();
    }

    private Object failingUnderOneKey() {
        two.a().sql("INSERT INTO note VALUES('n', 'x')");
        two.server().faults().when((method, path) -> method.equals("POST"), Fault.status(500));
        two.a().sync();
        two.server().faults().clear();
        Object stored = two.a().value("SELECT idempotency_key FROM syncline_queue");
        two.server().faults().whenKey(stored::equals, Fault.status(500));
        return stored;
    }
}
