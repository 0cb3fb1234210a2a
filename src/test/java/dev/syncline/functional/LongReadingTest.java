package dev.syncline.functional;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.backend.PullPage;
import dev.syncline.backend.PullRequest;
import dev.syncline.backend.rest.Deletions;
import dev.syncline.backend.rest.RestBackend;
import dev.syncline.config.SyncOptions;
import dev.syncline.config.SyncedTable;
import dev.syncline.progress.AbortReason;
import dev.syncline.progress.SyncMode;
import dev.syncline.progress.SyncResult;
import dev.syncline.resilience.RetryStrategy;
import dev.syncline.testing.Device;
import dev.syncline.testing.ForwardingBackend;
import dev.syncline.testing.SettableClock;
import dev.syncline.testing.TwoDevices;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Reading that takes long is cut into runs, and a place in what was read that is too old is not gone on with. Defends G4, G5, G7 and
 * G10.
 */
class LongReadingTest {
    private static final Duration RETENTION = Duration.ofDays(2);

    @RegisterExtension
    final TwoDevices two = TwoDevices.with(
            rules -> rules,
            List.of(
                    SyncedTable.named("memo").key("id").build(),
                    SyncedTable.named("note").key("id").build()),
            "CREATE TABLE memo(id TEXT PRIMARY KEY, title TEXT)",
            "CREATE TABLE note(id TEXT PRIMARY KEY, title TEXT)");

    private final SettableClock clock = new SettableClock(Instant.parse("2026-03-01T12:00:00Z"));
    private Device device;

    @BeforeEach
    void slowBackend() {
        device = two.a()
                .with(builder -> builder.clock(clock)
                        .backend(new SlowBackend())
                        .options(SyncOptions.builder()
                                .retry(RetryStrategy.none())
                                .followUps(false)
                                .pageSize(2)
                                .commitRows(2)
                                .fullSyncEvery(Duration.ofDays(365))
                                .build()));
        for (String entity : List.of("memo", "note")) {
            two.server().rows(entity).seed(IntStream.range(0, 12).mapToObj(i -> Map.of("id", "m" + i, "title", "t")));
        }
    }

    /** Takes ten minutes for each page. */
    private final class SlowBackend extends ForwardingBackend {
        SlowBackend() {
            super(RestBackend.at(two.server().url())
                    .deletions(Deletions.toldFor(RETENTION))
                    .build());
        }

        @Override
        public PullPage fetchPage(PullRequest request) {
            clock.advance(Duration.ofMinutes(10));
            return super.fetchPage(request);
        }
    }

    private long rows(String table) {
        return device.rows(table).size();
    }

    private static void endedInTime(SyncResult result) {
        assertThat(result.abortReason()).isEqualTo(AbortReason.TIME_LIMIT);
        assertThat(result.errors()).isEmpty();
        assertThat(result.errorMessage()).contains("fullSyncLimit");
    }

    private void runUntilRead(Consumer<SyncResult> each) {
        SyncResult result = device.sync();
        for (int run = 0; run < 10 && result.abortReason() != null; run++) {
            each.accept(result);
            result = device.sync();
        }
        assertThat(result.success()).isTrue();
    }

    @Test
    void a_run_that_takes_too_long_ends_behind_a_page_and_the_next_ones_go_on() {
        endedInTime(device.sync());
        long stored = rows("memo");
        assertThat(stored).isBetween(2L, 11L);
        assertThat(rows("note")).isZero();
        two.server().journal().clear();
        runUntilRead(LongReadingTest::endedInTime);
        assertThat(rows("memo") + rows("note")).isEqualTo(24);
        // Only the table that had not been begun is asked for from its start.
        assertThat(two.server().journal().entries())
                .filteredOn(entry -> entry.path().contains("/memo"))
                .allSatisfy(entry -> assertThat(entry.path()).contains("cursor="));
    }

    @Test
    void what_is_due_is_sent_by_a_run_that_ends_in_time() {
        device.sql("INSERT INTO note VALUES('mine', 't')");
        endedInTime(device.sync());
        assertThat(device.manager().pendingChanges()).isZero();
        assertThat(two.server().rows("note").find("mine")).isPresent();
    }

    @Test
    void nothing_is_swept_before_all_pages_are_in() {
        runUntilRead(LongReadingTest::endedInTime);
        two.server().rows("memo").lose("m3");
        endedInTime(device.manager().synchronize(SyncMode.FULL).blockingGet());
        assertThat(rows("memo")).isEqualTo(12);
        runUntilRead(LongReadingTest::endedInTime);
        assertThat(rows("memo")).isEqualTo(11);
    }

    @Test
    void a_cursor_older_than_the_memory_of_the_backend_is_not_used() {
        runUntilRead(LongReadingTest::endedInTime);
        two.server().rows("memo").lose("m3");
        clock.advance(RETENTION.minusHours(5));
        device.sync();
        assertThat(rows("memo")).isEqualTo(12);
        // The quiet run above found the cursor good, so it counts from then on.
        clock.advance(RETENTION.minusHours(5));
        device.sync();
        assertThat(rows("memo")).isEqualTo(12);
        clock.advance(RETENTION.plusHours(5));
        runUntilRead(LongReadingTest::endedInTime);
        assertThat(rows("memo")).isEqualTo(11);
    }

    @Test
    void a_walk_older_than_the_memory_of_the_backend_begins_again() {
        device.sync();
        clock.advance(RETENTION);
        two.server().journal().clear();
        device.sync();
        assertThat(two.server().journal().entries())
                .filteredOn(entry -> entry.path().contains("/memo"))
                .anySatisfy(entry -> assertThat(entry.path()).doesNotContain("cursor="));
    }
}
