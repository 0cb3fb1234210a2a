package dev.syncline.functional;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.backend.rest.RestBackend;
import dev.syncline.config.SyncOptions;
import dev.syncline.config.SyncedTable;
import dev.syncline.progress.SyncMode;
import dev.syncline.resilience.RetryStrategy;
import dev.syncline.testing.Device;
import dev.syncline.testing.ShiftingBackend;
import dev.syncline.testing.TwoDevices;
import dev.syncline.testing.server.Fault;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A record that waits here without a row and that the backend loses without a word is let go by the next reading from end to end, and
 * by nothing less. Defends G5, G9 and G12.
 */
class VanishedWhileWaitingTest {
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
            "CREATE TABLE memo(id TEXT PRIMARY KEY, folder TEXT REFERENCES folder(id), title TEXT)");

    private void waitingMemos(int count) {
        two.server()
                .rows("memo")
                .seed(IntStream.rangeClosed(1, count)
                        .mapToObj(i -> Map.of("id", "m" + i, "folder", "not here", "title", "t")));
    }

    private List<Object> waiting(Device device) {
        return device.query("SELECT id FROM syncline_holding ORDER BY id").stream()
                .map(row -> row.get("id"))
                .toList();
    }

    private void full(Device device) {
        device.manager().synchronize(SyncMode.FULL).blockingGet();
    }

    @Test
    void a_record_that_waits_for_its_parent_goes_with_a_full_sync_and_no_sooner() {
        waitingMemos(3);
        two.a().sync();
        two.server().rows("memo").lose("m2");
        two.a().sync();
        assertThat(waiting(two.a())).containsExactly("m1", "m2", "m3");
        full(two.a());
        assertThat(waiting(two.a())).containsExactly("m1", "m3");
        two.server().rows("folder").create("not here", Map.of("name", "now"));
        two.sync(two.a());
        assertThat(two.a().rows("memo")).containsOnlyKeys("m1", "m3");
        two.agree();
    }

    @Test
    void a_record_that_cannot_be_stored_goes_as_well() {
        two.a().sql("CREATE UNIQUE INDEX one_title ON memo(title)");
        two.server().rows("memo").create("m1", Map.of("title", "taken"));
        two.a().sync();
        two.server().rows("memo").create("m2", Map.of("title", "taken"));
        two.a().sync();
        assertThat(waiting(two.a())).containsExactly("m2");
        two.server().rows("memo").lose("m2");
        full(two.a());
        assertThat(waiting(two.a())).isEmpty();
        assertThat(two.a().rows("memo")).containsOnlyKeys("m1");
    }

    @Test
    void a_record_that_becomes_a_row_just_before_the_sweep_goes_as_well() {
        two.a().sql("CREATE UNIQUE INDEX one_title ON memo(title)");
        two.server().rows("memo").create("m1", Map.of("title", "taken"));
        two.a().sync();
        two.server().rows("memo").create("m2", Map.of("title", "taken"));
        two.server().rows("memo").create("m3", Map.of("title", "taken"));
        two.a().sync();
        assertThat(waiting(two.a())).containsExactly("m2", "m3");
        two.server().rows("memo").lose("m2", "m3");
        two.a().sql("UPDATE memo SET title = 'freed' WHERE id = 'm1'");
        full(two.a());
        assertThat(waiting(two.a())).isEmpty();
        assertThat(two.a().rows("memo")).containsOnlyKeys("m1");
    }

    @Test
    void what_waits_is_not_taken_for_vanished_by_a_walk_that_was_interrupted() {
        Device device = two.a()
                .with(builder -> builder.options(SyncOptions.builder()
                        .retry(RetryStrategy.none())
                        .followUps(false)
                        .pageSize(2)
                        .commitRows(2)
                        .build()));
        waitingMemos(7);
        device.sync();
        two.server().rows("memo").lose("m1", "m6");
        two.server().faults().every(4, Fault.status(503));
        full(device);
        two.server().faults().clear();
        assertThat(waiting(device)).hasSize(7);
        // What waits is tried again after each pull, which is no word of the backend about it.
        device.sync();
        assertThat(waiting(device)).containsExactly("m2", "m3", "m4", "m5", "m7");
    }

    @Test
    void where_pages_can_shift_the_backend_is_asked_for_it_first() {
        ShiftingBackend backend =
                new ShiftingBackend(RestBackend.at(two.server().url()).build());
        Device device = two.a().with(builder -> builder.backend(backend));
        waitingMemos(3);
        device.sync();
        two.server().rows("memo").lose("m1");
        backend.hide("m2");
        full(device);
        assertThat(waiting(device)).containsExactly("m2", "m3");
        assertThat(backend.reads()).containsExactlyInAnyOrder("m1", "m2");
        full(device);
        assertThat(waiting(device)).containsExactly("m2", "m3");
    }
}
