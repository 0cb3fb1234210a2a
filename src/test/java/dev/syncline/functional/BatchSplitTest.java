package dev.syncline.functional;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.config.SyncOptions;
import dev.syncline.config.SyncedTable;
import dev.syncline.exception.ValidationException;
import dev.syncline.progress.SyncResult;
import dev.syncline.resilience.RetryStrategy;
import dev.syncline.testing.TwoDevices;
import dev.syncline.testing.server.Fault;
import dev.syncline.testing.server.RequestJournal.Entry;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * What happens to a batch as a whole says nothing of the changes in it: each of them goes out or is parked by itself, and a change
 * that may have been sent keeps its key. Defends G1, G2 and G12.
 */
class BatchSplitTest {
    private static final String BATCH = "/v1/_batch";

    @RegisterExtension
    final TwoDevices two = TwoDevices.with(
            rules -> rules.maxBatch(3),
            List.of(SyncedTable.named("note").key("id").build()),
            "CREATE TABLE note(id TEXT PRIMARY KEY, text TEXT)");

    private void write(int count) {
        two.a().manager();
        for (int i = 1; i <= count; i++) {
            two.a().sql("INSERT INTO note VALUES(?, ?)", "n" + i, i == 5 ? "poison" : "fine");
        }
    }

    private List<Entry> batches() {
        return two.server().journal().entries().stream()
                .filter(entry -> entry.path().equals(BATCH))
                .toList();
    }

    private Object queued(String column) {
        return two.a().value("SELECT " + column + " FROM syncline_queue WHERE entity_id LIKE '%n5%'");
    }

    @Test
    void S11_a_batch_too_large_for_the_backend_goes_out_in_smaller_ones() {
        write(20);
        two.sync(two.a());
        assertThat(two.server().rows("note").count()).isEqualTo(20);
        assertThat(batches()).filteredOn(entry -> entry.status() == 200).hasSizeGreaterThanOrEqualTo(7);
        two.agree();
    }

    @Test
    void S11_what_was_too_large_once_is_not_tried_at_that_size_again() {
        write(12);
        two.sync(two.a());
        two.server().journal().clear();
        two.a().sql("UPDATE note SET text = 'edited'");
        two.sync(two.a());
        assertThat(batches()).isNotEmpty().allMatch(entry -> entry.status() == 200);
    }

    @Test
    void S04_a_batch_that_is_refused_whole_parks_only_the_change_that_spoilt_it() {
        two.server().faults().whenBody((path, body) -> body.contains("poison"), Fault.status(422));
        write(9);
        SyncResult result = two.a().sync();
        assertThat(two.server().rows("note").count()).isEqualTo(8);
        assertThat(result.failed()).isEqualTo(1);
        assertThat(queued("status")).isEqualTo("failed");
        assertThat(two.a().manager().pendingChanges()).isEqualTo(1);
        two.server().faults().clear();
        two.a().sql("UPDATE note SET text = 'mended' WHERE id = 'n5'");
        two.agree();
    }

    @Test
    void S11_a_single_change_too_large_is_parked_and_says_what_to_do() {
        two.server().faults().whenBody((path, body) -> body.length() > 5000, Fault.status(413));
        two.a().manager();
        two.a().sql("INSERT INTO note VALUES('n5', ?), ('n6', 'small')", "x".repeat(6000));
        SyncResult result = two.a().sync();
        assertThat(two.server().rows("note").count()).isEqualTo(1);
        assertThat(result.errors()).hasSize(1).first().isInstanceOfSatisfying(ValidationException.class, refused -> {
            assertThat(refused.faults()).hasSize(1);
            assertThat(refused.faults().get(0).fix()).contains("smaller");
        });
        two.a().sql("UPDATE note SET text = 'short' WHERE id = 'n5'");
        two.agree();
    }

    @Test
    void a_batch_holds_no_more_bytes_than_it_may() {
        two.a()
                .with(builder -> builder.options(SyncOptions.builder()
                        .retry(RetryStrategy.none())
                        .followUps(false)
                        .pushBytes(2000)
                        .build()));
        two.server().faults().whenBody((path, body) -> body.length() > 2000, Fault.status(413));
        two.a().manager();
        for (int i = 0; i < 6; i++) {
            two.a().sql("INSERT INTO note VALUES(?, ?)", "n" + i, "x".repeat(600));
        }
        two.a().sql("INSERT INTO note VALUES('umlauts', ?)", "ä".repeat(400));
        two.sync(two.a());
        assertThat(batches()).isNotEmpty().allMatch(entry -> entry.status() == 200);
        assertThat(two.server().rows("note").count()).isEqualTo(7);
    }

    @Test
    void a_change_on_which_the_backend_breaks_keeps_the_others_from_nothing_and_keeps_its_key() {
        two.server().faults().whenBody((path, body) -> body.contains("poison"), Fault.status(500));
        write(9);
        two.a().sync();
        assertThat(two.server().rows("note").count()).isEqualTo(8);
        assertThat(queued("status")).isEqualTo("processing");
        Object key = queued("idempotency_key");
        two.a().sync();
        assertThat(queued("idempotency_key")).isEqualTo(key).isNotNull();
        two.server().faults().clear();
        two.agree();
    }

    @Test
    void a_batch_whose_answers_are_lost_takes_effect_once() {
        two.server().faults().when((method, path) -> path.equals(BATCH), Fault.loseAnswer());
        write(3);
        two.a().sync();
        two.server().faults().clear();
        two.agree();
        assertThat(two.server().rows("note").count()).isEqualTo(3);
    }

    @Test
    void S12_a_backend_that_takes_only_a_newer_app_ends_the_run_and_leaves_the_queue_as_it_is() {
        two.server().faults().when((method, path) -> !method.equals("GET"), Fault.status(426));
        write(9);
        SyncResult result = two.a().sync();
        assertThat(result.abortReason()).isNotNull();
        assertThat(result.failed()).isZero();
        assertThat(two.server().journal().count("POST")).isEqualTo(1);
        assertThat(two.a().query("SELECT * FROM syncline_queue WHERE status = 'failed'"))
                .isEmpty();
        assertThat(two.a().manager().pendingChanges()).isEqualTo(9);
        two.server().faults().clear();
        two.agree();
    }

    @Test
    void without_the_declared_batch_address_each_change_goes_by_itself() {
        two.server().faults().when((method, path) -> path.equals(BATCH), Fault.status(404));
        write(9);
        two.sync(two.a());
        assertThat(two.server().rows("note").count()).isEqualTo(9);
        assertThat(batches()).hasSize(1);
    }

    @Test
    void a_change_that_may_have_been_sent_keeps_its_key_though_the_run_ends_before_its_turn() {
        SyncOptions oneAtATime = SyncOptions.builder()
                .retry(RetryStrategy.none())
                .followUps(false)
                .requestsInFlight(1)
                .build();
        two.a().with(builder -> two.oneByOne().apply(builder).options(oneAtATime));
        two.server().faults().when((method, path) -> method.equals("POST"), Fault.loseAnswer());
        write(4);
        two.a().sync();
        assertThat(two.server().rows("note").count()).isEqualTo(4);
        List<?> keys = two.a().query("SELECT idempotency_key FROM syncline_queue ORDER BY id");
        assertThat(keys).hasSize(4);
        two.server().faults().clear();
        two.server().faults().when((method, path) -> method.equals("POST"), Fault.status(429, "3600"));
        two.a().sync();
        assertThat(two.a().query("SELECT idempotency_key FROM syncline_queue ORDER BY id"))
                .isEqualTo(keys);
    }
}
