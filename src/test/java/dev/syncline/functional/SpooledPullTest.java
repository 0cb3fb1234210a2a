package dev.syncline.functional;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.backend.RemoteRecord;
import dev.syncline.config.SyncOptions;
import dev.syncline.config.SyncedTable;
import dev.syncline.exception.StorageException;
import dev.syncline.progress.AbortReason;
import dev.syncline.progress.SyncResult;
import dev.syncline.resilience.RetryStrategy;
import dev.syncline.testing.Device;
import dev.syncline.testing.MemoryBackend;
import dev.syncline.testing.SpoolingBackend;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pages that lie in files are stored in pieces, whole or not at all, and closed whatever comes. Defends G4, G9 and G10. */
class SpooledPullTest {
    private static final int ROWS = 250;

    @TempDir
    Path folder;

    private final MemoryBackend remote = new MemoryBackend("memory");
    private final SpoolingBackend backend = new SpoolingBackend(remote);
    private Device device;

    @BeforeEach
    void start() {
        for (int i = 0; i < ROWS; i++) {
            remote.put("note", "n" + i, Map.of("title", "title " + i));
        }
        device = new Device(
                        folder.resolve("host.db"),
                        "",
                        List.of(SyncedTable.named("note").key("id").build()),
                        "CREATE TABLE note(id TEXT PRIMARY KEY, title TEXT)")
                .with(backend)
                .with(config -> config.options(SyncOptions.builder()
                        .retry(RetryStrategy.none())
                        .followUps(false)
                        .commitRows(20)
                        .build()));
    }

    @AfterEach
    void stop() {
        device.close();
        assertThat(backend.fetched()).isPositive();
        assertThat(backend.open()).isZero();
    }

    private Object rows() {
        return device.value("SELECT count(*) FROM note");
    }

    @Test
    void all_of_a_page_in_a_file_is_stored() {
        assertThat(device.sync().errors()).isEmpty();
        assertThat(rows()).isEqualTo(ROWS);
        assertThat(device.value("SELECT title FROM note WHERE id = 'n249'")).isEqualTo("title 249");
        assertThat(device.manager().pendingChanges()).isZero();
        assertThat(backend.open()).isZero();
    }

    @Test
    void a_record_told_twice_counts_with_its_last_appearance_in_whatever_piece() {
        backend.tellFirst(List.of(
                new RemoteRecord("n249", "1", false, Map.of("title", "old"), null),
                RemoteRecord.tombstone("n200", "1"),
                new RemoteRecord("n5", "1", false, Map.of("title", "old"), null)));
        assertThat(device.sync().errors()).isEmpty();
        assertThat(rows()).isEqualTo(ROWS);
        assertThat(device.value("SELECT group_concat(title) FROM note WHERE id IN('n249', 'n200', 'n5') ORDER BY id"))
                .asString()
                .contains("title 249", "title 200", "title 5")
                .doesNotContain("old");
    }

    @Test
    void nothing_is_stored_of_a_page_whose_file_fails_in_a_later_piece() {
        backend.failBehind(100);
        SyncResult failed = device.sync();
        assertThat(failed.errors()).singleElement().isInstanceOf(StorageException.class);
        assertThat(rows()).isEqualTo(0);
        assertThat(backend.open()).isZero();
        backend.failBehind(Integer.MAX_VALUE);
        assertThat(device.sync().errors()).isEmpty();
        assertThat(rows()).isEqualTo(ROWS);
    }

    @Test
    void edits_found_by_comparing_after_a_gap_come_from_every_piece() {
        device.sync();
        device.sql("DROP TRIGGER "
                + device.value("SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE"
                        + " 'syncline%' ORDER BY name LIMIT 1"));
        device.close();
        assertThat(device.sync().errors()).isEmpty();
        assertThat(rows()).isEqualTo(ROWS);
        assertThat(device.manager().pendingChanges()).isZero();
    }

    @Test
    void a_page_that_comes_when_the_run_is_over_is_closed() throws InterruptedException {
        CountDownLatch fetching = new CountDownLatch(1);
        CountDownLatch never = new CountDownLatch(1);
        remote.during(call -> {
            if (call.equals("fetch")) {
                fetching.countDown();
                untilInterrupted(never);
            }
        });
        var running = device.manager().synchronize().test();
        assertThat(fetching.await(10, TimeUnit.SECONDS)).isTrue();
        device.close();
        running.awaitDone(10, TimeUnit.SECONDS).assertNoErrors();
        assertThat(running.values().get(0).abortReason()).isEqualTo(AbortReason.CANCELLED);
        assertThat(rows()).isEqualTo(0);
    }

    /** Comes back without a word, so that the page is given after all. */
    private static void untilInterrupted(CountDownLatch never) {
        try {
            assertThat(never.await(30, TimeUnit.SECONDS)).isFalse();
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }
}
