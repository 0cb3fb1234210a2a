package dev.syncline.functional;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.syncline.config.SyncOptions;
import dev.syncline.config.SyncedTable;
import dev.syncline.exception.ConsistencyException;
import dev.syncline.exception.SyncException;
import dev.syncline.progress.SyncMode;
import dev.syncline.progress.SyncResult;
import dev.syncline.resilience.RetryStrategy;
import dev.syncline.testing.Device;
import dev.syncline.testing.SettableClock;
import dev.syncline.testing.TwoDevices;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A backend that empties a table, at once or drop by drop, is stopped until the host has agreed. Defends G5, G6 and G13. */
class MassDeletionTest {
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

    private final SettableClock clock = new SettableClock(Instant.parse("2026-03-01T12:30:00Z"));
    private Device device;

    @BeforeEach
    void limit() {
        device = two.a()
                .with(builder -> builder.clock(clock)
                        .options(SyncOptions.builder()
                                .retry(RetryStrategy.none())
                                .followUps(false)
                                .deletionRows(5)
                                .build()));
        two.server().rows("folder").create("f", Map.of("name", "f"));
        two.server()
                .rows("memo")
                .seed(IntStream.range(0, 20).mapToObj(i -> Map.of("id", "m" + i, "folder", "f", "title", "t")));
        two.sync(device);
    }

    private void delete(int from, int to) {
        IntStream.range(from, to).forEach(i -> two.server().rows("memo").delete("m" + i));
    }

    private long memos() {
        return ((Number) device.value("SELECT count(*) FROM memo")).longValue();
    }

    private void holds(SyncResult result, int waiting) {
        assertThat(result.success()).isFalse();
        assertThat(result.abortReason()).isNull();
        SyncException error = result.errors().get(0);
        assertThat(error).isInstanceOf(ConsistencyException.class).hasMessageContaining("allowDeletions(\"memo\")");
        assertThat(((ConsistencyException) error).issue()).isEqualTo("MASS_DELETION");
        assertThat(device.value("SELECT count(*) FROM syncline_holding WHERE reason = 'mass_deletion'"))
                .isEqualTo(waiting);
    }

    @Test
    void as_many_as_may_always_go_do() {
        delete(0, 5);
        two.sync(device);
        assertThat(memos()).isEqualTo(15);
    }

    @Test
    void a_share_within_the_limit_goes_in_one_run() {
        delete(0, 6);
        two.sync(device);
        assertThat(memos()).isEqualTo(14);
        assertThat(device.value("SELECT count(*) FROM syncline_holding")).isEqualTo(0);
    }

    @Test
    void too_many_stay_until_they_are_allowed() {
        delete(0, 20);
        holds(device.sync(), 20);
        assertThat(memos()).isEqualTo(20);
        holds(device.sync(), 20);
        assertThat(device.manager().allowDeletions("MEMO")).isEqualTo(20);
        two.sync(device);
        assertThat(memos()).isZero();
        assertThat(device.manager().allowDeletions("memo")).isZero();
    }

    @Test
    void too_many_over_several_pages_stay_all_of_them() {
        device.close();
        device = two.a()
                .with(builder -> builder.clock(clock)
                        .options(SyncOptions.builder()
                                .retry(RetryStrategy.none())
                                .followUps(false)
                                .deletionRows(5)
                                .pageSize(4)
                                .build()));
        delete(0, 10);
        holds(device.sync(), 10);
        assertThat(memos()).isEqualTo(20);
        IntStream.range(10, 12).forEach(i -> two.server().rows("memo").update("m" + i, Map.of("title", "new")));
        device.manager().allowDeletions("memo");
        two.sync(device);
        assertThat(memos()).isEqualTo(10);
    }

    @Test
    void few_over_several_pages_go_in_one_run() {
        device.close();
        device = two.a()
                .with(builder -> builder.clock(clock)
                        .options(SyncOptions.builder()
                                .retry(RetryStrategy.none())
                                .followUps(false)
                                .deletionRows(5)
                                .pageSize(2)
                                .build()));
        delete(0, 5);
        two.sync(device);
        assertThat(memos()).isEqualTo(15);
    }

    @Test
    void a_drip_counts_like_a_flood() {
        delete(0, 4);
        two.sync(device);
        clock.advance(Duration.ofHours(10));
        delete(4, 6);
        two.sync(device);
        clock.advance(Duration.ofHours(10));
        delete(6, 7);
        holds(device.sync(), 1);
        clock.advance(Duration.ofHours(5));
        two.sync(device);
        assertThat(memos()).isEqualTo(13);
    }

    @Test
    void what_a_full_sync_does_not_find_counts_as_well() {
        IntStream.range(0, 19).forEach(i -> two.server().rows("memo").lose("m" + i));
        SyncResult result = device.manager().synchronize(SyncMode.FULL).blockingGet();
        holds(result, 19);
        assertThat(memos()).isEqualTo(20);
    }

    @Test
    void rows_that_the_backend_tells_of_again_are_not_deleted_when_it_is_allowed() {
        IntStream.range(0, 19).forEach(i -> two.server().rows("memo").lose("m" + i));
        device.manager().synchronize(SyncMode.FULL).blockingGet();
        IntStream.range(0, 19)
                .forEach(i -> two.server().rows("memo").create("m" + i, Map.of("folder", "f", "title", "t")));
        clock.advance(Duration.ofMinutes(1));
        SyncResult result = device.manager().synchronize(SyncMode.FULL).blockingGet();
        assertThat(result.success()).isTrue();
        device.manager().allowDeletions("memo");
        two.sync(device);
        assertThat(memos()).isEqualTo(20);
    }

    @Test
    void a_row_that_is_edited_while_its_deletion_waits_is_decided_by_the_rules() {
        delete(0, 20);
        device.sync();
        String left = (String) device.value("SELECT max(id) FROM memo");
        device.sql("UPDATE memo SET title = 'mine' WHERE id = ?", left);
        device.manager().allowDeletions("memo");
        SyncResult result = device.sync();
        assertThat(result.conflictsDetected()).isEqualTo(1);
        assertThat(device.query("SELECT * FROM syncline_conflicts")).hasSize(1);
    }

    @Test
    void a_parent_goes_once_its_children_were_allowed_to() {
        delete(0, 20);
        two.server().rows("folder").delete("f");
        holds(device.sync(), 20);
        assertThat(device.rows("folder")).hasSize(1);
        device.manager().allowDeletions("memo");
        two.sync(device);
        assertThat(device.rows("folder")).isEmpty();
    }

    @Test
    void what_was_allowed_is_not_allowed_for_ever() {
        device.manager().allowDeletions("memo");
        delete(0, 10);
        two.sync(device);
        assertThat(memos()).isEqualTo(10);
        delete(10, 20);
        holds(device.sync(), 10);
    }

    @Test
    void only_a_synced_table_can_be_named() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> device.manager().allowDeletions("stranger"))
                .withMessageContaining("not synced");
    }
}
