package dev.syncline.functional;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.syncline.SyncManager;
import dev.syncline.config.SyncConfig;
import dev.syncline.config.SyncOptions;
import dev.syncline.config.SyncedTable;
import dev.syncline.exception.StorageException;
import dev.syncline.progress.SyncState;
import dev.syncline.testing.Device;
import dev.syncline.testing.MemoryBackend;
import dev.syncline.testing.SettableClock;
import dev.syncline.testing.VirtualTime;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A host that writes while the file is opened for the first time. SQLite does not wait for the change to WAL, so the library does.
 * Defends G10 and G11: nothing is half prepared.
 */
class BusyOpeningTest {
    private static final Duration BUSY = Duration.ofSeconds(3);

    @TempDir
    Path folder;

    private final SettableClock clock = new SettableClock(Instant.parse("2026-03-01T12:00:00Z"));
    private final VirtualTime time = new VirtualTime(clock);
    private Device device;
    private Connection host;

    @BeforeEach
    void a_host_that_writes() throws SQLException {
        device = new Device(
                        folder.resolve("host.db"),
                        "",
                        List.of(SyncedTable.named("note").key("id").build()),
                        "CREATE TABLE note(id TEXT PRIMARY KEY, text TEXT)")
                .with(new MemoryBackend("memory"))
                .with(builder -> builder.scheduler(time)
                        .clock(clock)
                        .options(SyncOptions.builder().busyTimeout(BUSY).build()));
        host = device.connect();
        execute("BEGIN IMMEDIATE");
        execute("INSERT INTO note VALUES('n', 'x')");
    }

    @AfterEach
    void close() throws SQLException {
        host.close();
        device.close();
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = host.createStatement()) {
            statement.execute(sql);
        }
    }

    @Test
    void the_opening_goes_on_when_the_host_has_committed() throws SQLException {
        CompletableFuture<SyncManager> opening = CompletableFuture.supplyAsync(device::manager);
        await().until(() -> time.pass(Duration.ofMillis(20)) > 0);
        assertThat(opening).isNotDone();
        execute("COMMIT");
        await().until(() -> {
            time.pass(Duration.ofMillis(100));
            return opening.isDone();
        });
        assertThat(opening.join().pendingChanges()).isEqualTo(1);
        assertThat(device.value("PRAGMA journal_mode")).isEqualTo("wal");
    }

    @Test
    void a_host_that_never_commits_is_named_after_the_busy_time_and_nothing_was_made() throws SQLException {
        Instant begun = clock.instant();
        CompletableFuture<SyncManager> opening = CompletableFuture.supplyAsync(device::manager);
        await().until(() -> {
            time.pass(Duration.ofMillis(500));
            return opening.isDone();
        });
        assertThat(Duration.between(begun, clock.instant())).isGreaterThanOrEqualTo(BUSY);
        assertThat(opening)
                .failsWithin(Duration.ofSeconds(1))
                .withThrowableThat()
                .havingCause()
                .isInstanceOfSatisfying(
                        StorageException.class, e -> assertThat(e.isRetryable()).isTrue())
                .withMessageContaining("end the transactions");
        execute("ROLLBACK");
        assertThat(device.query("SELECT name FROM sqlite_master WHERE name LIKE 'syncline%'"))
                .isEmpty();
        assertThat(device.value("PRAGMA journal_mode")).isEqualTo("delete");
        assertThat(device.manager().pendingChanges()).isZero();
    }

    @Test
    void another_file_is_opened_meanwhile() throws SQLException {
        CompletableFuture<SyncManager> opening = CompletableFuture.supplyAsync(device::manager);
        await().until(() -> time.pass(Duration.ofMillis(20)) > 0);
        try (Device other = new Device(
                        folder.resolve("other.db"),
                        "",
                        List.of(SyncedTable.named("note").key("id").build()),
                        "CREATE TABLE note(id TEXT PRIMARY KEY, text TEXT)")
                .with(new MemoryBackend("memory"))) {
            assertThat(CompletableFuture.supplyAsync(other::sync))
                    .succeedsWithin(Duration.ofSeconds(10))
                    .satisfies(result -> assertThat(result.success()).isTrue());
        }
        assertThat(opening).isNotDone();
        finish(opening);
    }

    @Test
    void who_opens_the_same_file_meanwhile_gets_the_same_manager_or_the_same_failure() throws SQLException {
        SyncConfig config = device.config();
        List<CompletableFuture<SyncManager>> openings = openings(config);
        await().until(() -> {
            time.pass(Duration.ofMillis(500));
            return openings.stream().allMatch(CompletableFuture::isDone);
        });
        assertThat(openings)
                .allSatisfy(opening -> assertThat(opening)
                        .failsWithin(Duration.ofSeconds(1))
                        .withThrowableThat()
                        .withCauseInstanceOf(StorageException.class));
        List<CompletableFuture<SyncManager>> again = openings(config);
        finish(again.get(0));
        SyncManager first = again.get(0).join();
        assertThat(again).allSatisfy(opening -> assertThat(opening.join()).isSameAs(first));
        for (int closes = 1; closes <= again.size(); closes++) {
            assertThat(first.state()).isNotEqualTo(SyncState.CLOSED);
            first.close();
        }
        assertThat(first.state()).isEqualTo(SyncState.CLOSED);
    }

    private List<CompletableFuture<SyncManager>> openings(SyncConfig config) {
        List<CompletableFuture<SyncManager>> openings = Stream.generate(() ->
                        CompletableFuture.supplyAsync(() -> SyncManager.open(config), step -> new Thread(step).start()))
                .limit(3)
                .toList();
        await().until(() -> time.pass(Duration.ofMillis(20)) > 0);
        return openings;
    }

    private void finish(CompletableFuture<SyncManager> opening) throws SQLException {
        execute("COMMIT");
        await().until(() -> {
            time.pass(Duration.ofMillis(100));
            return opening.isDone();
        });
    }
}
