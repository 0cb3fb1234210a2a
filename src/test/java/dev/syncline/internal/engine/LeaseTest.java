package dev.syncline.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.syncline.config.SyncConfig;
import dev.syncline.config.SyncOptions;
import dev.syncline.config.SyncedTable;
import dev.syncline.internal.store.SyncDatabase;
import dev.syncline.progress.AbortReason;
import dev.syncline.progress.SyncMode;
import dev.syncline.progress.SyncResult;
import dev.syncline.resilience.RetryStrategy;
import dev.syncline.testing.Device;
import dev.syncline.testing.MemoryBackend;
import dev.syncline.testing.SettableClock;
import dev.syncline.testing.VirtualTime;
import io.reactivex.rxjava3.core.Scheduler;
import io.reactivex.rxjava3.schedulers.Schedulers;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two engines on one file, as two processes would have them, of which one works while the other waits for the backend. Defends G11,
 * and G1 and G5 where the right to synchronize changes hands in the middle of a run.
 */
class LeaseTest {
    private static final List<SyncedTable> TABLES = List.of(
            SyncedTable.named("note").key("id").build(),
            SyncedTable.named("task").key("id").build());
    private static final String DEAD_PROCESS = "/999999999@1/1";

    @TempDir
    Path folder;

    private final MemoryBackend ofA = new MemoryBackend("memory");
    private final SettableClock clockOfA = new SettableClock(Instant.parse("2026-03-01T12:00:00Z"));
    private final SettableClock clockOfB = new SettableClock(clockOfA.instant());
    private final VirtualTime timeOfA = new VirtualTime(clockOfA);
    private final List<String> calls = new ArrayList<>();
    private Device host;
    private SyncEngine a;
    private SyncEngine b;
    /** What the other engine does while this one waits for its first, second and so on answer. */
    private final Map<Integer, Runnable> meanwhile = new HashMap<>();

    private boolean others;

    @BeforeEach
    void open() {
        host = new Device(
                folder.resolve("host.db"),
                "",
                TABLES,
                "CREATE TABLE note(id TEXT PRIMARY KEY, text TEXT)",
                "CREATE TABLE task(id TEXT PRIMARY KEY, text TEXT)");
        // One backend for both, that tells who asks by what is going on.
        ofA.during(call -> {
            if (others) {
                calls.add("b " + call);
                return;
            }
            calls.add("a " + call);
            Runnable step = meanwhile.remove(calls.size());
            if (step != null) {
                others = true;
                step.run();
                others = false;
            }
        });
        a = engine(clockOfA, timeOfA);
        b = engine(clockOfB, Schedulers.computation());
    }

    private SyncEngine engine(SettableClock clock, Scheduler scheduler) {
        SyncConfig config = SyncConfig.builder(host.file())
                .tables(TABLES)
                .backend(ofA)
                .clock(clock)
                .scheduler(scheduler)
                .options(SyncOptions.builder()
                        .retry(RetryStrategy.none())
                        .followUps(false)
                        .requestsInFlight(1)
                        .build())
                .build();
        return SyncEngine.open(config, SyncDatabase.open(config));
    }

    @AfterEach
    void close() {
        a.close(() -> {});
        b.close(() -> {});
    }

    private static SyncResult run(SyncEngine engine) {
        return engine.coordinator().request(SyncMode.INCREMENTAL).blockingGet();
    }

    private String lease() {
        return String.valueOf(host.query("SELECT owner IS NULL AS free, token FROM syncline_lease"));
    }

    @Test
    void a_run_that_finds_the_file_in_other_hands_asks_the_backend_nothing() {
        host.sql("INSERT INTO note VALUES('n', 'x')");
        List<SyncResult> ofB = new ArrayList<>();
        // The first two calls read; with the third, a change is on its way and the file in A's hands.
        meanwhile.put(3, () -> ofB.add(run(b)));

        assertThat(run(a).success()).isTrue();

        assertThat(ofB.get(0).abortReason()).isEqualTo(AbortReason.OTHER_PROCESS);
        assertThat(ofB.get(0).errors()).allMatch(error -> error.isRetryable());
        assertThat(calls).containsExactly("a fetch", "a fetch", "a push");
        assertThat(lease()).isEqualTo("[{free=1, token=1}]");
        assertThat(run(b).success()).isTrue();
    }

    @Test
    void a_run_that_was_overtaken_while_it_sent_changes_and_sends_nothing_more() {
        host.sql("INSERT INTO note VALUES('1', 'x'), ('2', 'x'), ('3', 'x')");
        List<Object> left = new ArrayList<>();
        meanwhile.put(3, () -> {
            clockOfB.advance(Lease.LASTS.plusSeconds(1));
            assertThat(run(b).success()).isTrue();
            host.sql("UPDATE note SET text = 'later' WHERE id = '1'");
            left.add(stored());
        });

        SyncResult late = run(a);

        assertThat(late.abortReason()).isEqualTo(AbortReason.OTHER_PROCESS);
        assertThat(calls.stream().filter("a push"::equals)).hasSize(1);
        assertThat(stored()).isEqualTo(left.get(0));
        assertThat(run(b).success()).isTrue();
        assertThat(ofA.rows("note").get("1")).containsEntry("text", "later");
        assertThat(ofA.rows("note")).hasSize(3);
        assertThat(b.pendingChanges()).isZero();
    }

    @Test
    void a_run_that_was_overtaken_while_it_applied_applies_nothing_more() {
        ofA.put("note", "1", Map.of("text", "x"));
        ofA.put("task", "1", Map.of("text", "x"));
        List<Object> left = new ArrayList<>();
        meanwhile.put(2, () -> {
            clockOfB.advance(Lease.LASTS.plusSeconds(1));
            assertThat(run(b).success()).isTrue();
            host.sql("DELETE FROM task");
            left.add(stored());
        });

        SyncResult late = run(a);

        assertThat(late.abortReason()).isEqualTo(AbortReason.OTHER_PROCESS);
        assertThat(stored()).isEqualTo(left.get(0));
        assertThat(run(b).success()).isTrue();
        assertThat(ofA.rows("task")).isEmpty();
    }

    @Test
    void a_holder_that_only_waited_for_long_goes_on() {
        host.sql("INSERT INTO note VALUES('1', 'x'), ('2', 'x')");
        meanwhile.put(3, () -> clockOfA.advance(Duration.ofHours(5)));
        assertThat(run(a).success()).isTrue();
        assertThat(ofA.rows("note")).hasSize(2);
    }

    @Test
    void signs_of_life_keep_the_file_in_the_hands_of_a_long_run() {
        host.sql("INSERT INTO note VALUES('1', 'x'), ('2', 'x'), ('3', 'x'), ('4', 'x')");
        List<SyncResult> ofB = new ArrayList<>();
        for (int call = 3; call <= 6; call++) {
            meanwhile.put(call, () -> {
                clockOfA.advance(Lease.LASTS.multipliedBy(2).dividedBy(3));
                clockOfB.set(clockOfA.instant());
                ofB.add(run(b));
            });
        }
        assertThat(run(a).success()).isTrue();
        assertThat(ofB).hasSize(4).allMatch(result -> result.abortReason() == AbortReason.OTHER_PROCESS);
    }

    @Test
    void one_call_that_takes_long_loses_nothing_while_the_process_lives() {
        host.sql("INSERT INTO note VALUES('1', 'x'), ('2', 'x')");
        List<SyncResult> ofB = new ArrayList<>();
        meanwhile.put(3, () -> {
            for (int beat = 0; beat < 12; beat++) {
                timeOfA.pass(Lease.BEATS_EVERY);
                clockOfB.set(clockOfA.instant());
                // It is given on a thread of its own; half of what is left at the start is renewed.
                await().until(() ->
                        until() - clockOfA.millis() >= Lease.LASTS.dividedBy(2).toMillis());
            }
            ofB.add(run(b));
        });
        assertThat(run(a).success()).isTrue();
        assertThat(ofB).hasSize(1).allMatch(result -> result.abortReason() == AbortReason.OTHER_PROCESS);
        assertThat(ofA.rows("note")).hasSize(2);
        assertThat(timeOfA.pass(Lease.LASTS)).as("heartbeats after the run").isZero();
    }

    private long until() {
        return ((Number) Objects.requireNonNull(host.value("SELECT expires_at FROM syncline_lease"))).longValue();
    }

    @Test
    void what_a_killed_process_held_is_free_at_once() {
        host.sql("INSERT INTO note VALUES('1', 'x')");
        String here = LiveEngines.enter();
        String dead = here.substring(0, here.indexOf('/')) + DEAD_PROCESS;
        LiveEngines.leave(here);
        hold(dead, clockOfA.millis() + Lease.LASTS.toMillis());
        assertThat(run(a).success()).isTrue();
        hold(here, clockOfA.millis() + Lease.LASTS.toMillis());
        assertThat(run(b).success()).isTrue();
    }

    @Test
    void a_holder_of_another_machine_is_waited_for_until_its_time_is_over() {
        hold("elsewhere/1@1/1", clockOfA.millis() + Lease.LASTS.toMillis());
        assertThat(run(a).abortReason()).isEqualTo(AbortReason.OTHER_PROCESS);
        clockOfA.advance(Lease.LASTS);
        assertThat(run(a).success()).isTrue();
    }

    @Test
    void a_time_that_no_holder_could_have_set_is_no_reason_to_wait() {
        hold("elsewhere/1@1/1", clockOfA.millis() + Duration.ofDays(400).toMillis());
        assertThat(run(a).success()).isTrue();
    }

    private void hold(String owner, long until) {
        host.sql("UPDATE syncline_lease SET owner = ?, token = token + 1, expires_at = ?", owner, until);
    }

    /** Everything in the file. */
    private Map<String, Object> stored() {
        Map<String, Object> all = new TreeMap<>();
        host.query("SELECT name FROM sqlite_master WHERE type = 'table'")
                .forEach(table -> all.put(
                        String.valueOf(table.get("name")),
                        host.query("SELECT * FROM \"" + table.get("name") + "\"")
                                .toString()));
        return all;
    }
}
