package dev.syncline.functional;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.syncline.SyncManager;
import dev.syncline.config.SyncedTable;
import dev.syncline.conflict.ResolutionStrategy;
import dev.syncline.progress.ReloadResult;
import dev.syncline.progress.SyncEvent;
import dev.syncline.progress.SyncMode;
import dev.syncline.progress.SyncProgress;
import dev.syncline.progress.SyncResult;
import dev.syncline.progress.SyncState;
import dev.syncline.progress.UnsentChange;
import dev.syncline.progress.UnsentChange.State;
import dev.syncline.testing.SettableClock;
import dev.syncline.testing.TwoDevices;
import dev.syncline.testing.server.Fault;
import io.reactivex.rxjava3.observers.TestObserver;
import io.reactivex.rxjava3.subscribers.TestSubscriber;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What each method of the facade does, seen from both ends: in the host's file and at the server. How each of them behaves under faults is
 * defended next to the promise that it serves; here is one script for each kind of failure.
 */
class SyncManagerTest {
    @RegisterExtension
    final TwoDevices two = TwoDevices.with(
            rules -> rules,
            List.of(SyncedTable.named("note")
                    .key("id")
                    .strategy(ResolutionStrategy.MANUAL)
                    .build()),
            "CREATE TABLE note(id TEXT PRIMARY KEY, text TEXT)");

    private final SettableClock clock = new SettableClock(Instant.parse("2026-03-01T12:00:00Z"));

    private SyncManager manager() {
        return two.a().manager();
    }

    private void theirs(String id, String text) {
        two.server().rows("note").create(id, Map.of("text", text));
    }

    private void mine(String id, String text) {
        two.a().sql("INSERT INTO note VALUES(?, ?)", id, text);
    }

    private @Nullable String atServer(String id) {
        return two.server()
                .rows("note")
                .find(id)
                .map(row -> row.path("text").asText())
                .orElse(null);
    }

    @Test
    void a_run_exchanges_creates_updates_and_deletes_in_both_directions() {
        theirs("t1", "new there");
        mine("m1", "new here");
        assertThat(manager().synchronize().blockingGet().success()).isTrue();
        assertThat(atServer("m1")).isEqualTo("new here");
        two.server().rows("note").update("t1", Map.of("text", "changed there"));
        two.a().sql("UPDATE note SET text = 'changed here' WHERE id = 'm1'");
        two.sync(two.a());
        assertThat(atServer("m1")).isEqualTo("changed here");
        assertThat(two.a().value("SELECT text FROM note WHERE id = 't1'")).isEqualTo("changed there");
        two.server().rows("note").delete("t1");
        two.a().sql("DELETE FROM note WHERE id = 'm1'");
        two.sync(two.a());
        assertThat(two.a().rows("note")).isEmpty();
        assertThat(two.server().rows("note").count()).isZero();
    }

    @Test
    void a_pull_sends_nothing_and_a_full_run_finds_what_no_delta_tells() {
        theirs("t1", "x");
        mine("m1", "y");
        assertThat(manager().synchronize(SyncMode.PULL).blockingGet().mode()).isEqualTo(SyncMode.PULL);
        assertThat(two.a().rows("note")).containsOnlyKeys("t1", "m1");
        assertThat(atServer("m1")).isNull();
        two.sync(two.a());
        two.server().rows("note").lose("t1");
        two.sync(two.a());
        assertThat(two.a().rows("note")).containsKey("t1");
        assertThat(manager().synchronize(SyncMode.FULL).blockingGet().success()).isTrue();
        assertThat(two.a().rows("note")).containsOnlyKeys("m1");
    }

    @Test
    void a_forced_run_reads_a_table_of_which_there_is_news() {
        two.sync(two.a());
        theirs("t1", "x");
        assertThat(manager().forceSync("note").blockingGet().success()).isTrue();
        assertThat(two.a().rows("note")).containsKey("t1");
        assertThatThrownBy(() -> manager().forceSync("nowhere").blockingGet())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("nowhere");
    }

    @Test
    void a_reload_replaces_what_is_here_and_gives_up_what_is_unsent_only_if_told_to() {
        theirs("t1", "x");
        two.sync(two.a());
        mine("m1", "unsent");
        assertThat(manager().clearAndReload().blockingGet().success()).isTrue();
        assertThat(atServer("m1")).isEqualTo("unsent");
        mine("m2", "given up");
        ReloadResult reload = manager().clearAndReload(true).blockingGet();
        assertThat(reload.discarded()).extracting(UnsentChange::rowId).containsExactly("m2");
        assertThat(two.a().rows("note")).containsOnlyKeys("t1", "m1");
        assertThat(atServer("m2")).isNull();
    }

    @Test
    void a_paused_manager_sends_nothing_until_it_goes_on() {
        manager().pause();
        assertThat(manager().state()).isEqualTo(SyncState.PAUSED);
        mine("m1", "x");
        TestObserver<SyncResult> waiting = manager().synchronize().test();
        waiting.assertNotComplete();
        assertThat(manager().pendingChanges()).isEqualTo(1);
        manager().resume();
        assertThat(waiting.awaitDone(20, TimeUnit.SECONDS).values())
                .singleElement()
                .extracting(SyncResult::success)
                .isEqualTo(true);
        assertThat(manager().pendingChanges()).isZero();
        assertThat(manager().cancel()).isFalse();
    }

    @Test
    void streams_tell_of_a_run_from_its_beginning_to_its_end() {
        TestSubscriber<SyncEvent> events = manager().watchEvents().test();
        TestSubscriber<SyncProgress> progress = manager().watchProgress().test();
        TestSubscriber<SyncState> states = manager().watchState().test();
        TestSubscriber<Long> queue = manager().watchQueueCount().test();
        mine("m1", "x");
        SyncResult result = two.sync(two.a());
        events.awaitCount(2);
        events.assertValueAt(0, event -> event instanceof SyncEvent.Started);
        manager().close();
        assertThat(events.values())
                .anySatisfy(event -> assertThat(event)
                        .isInstanceOfSatisfying(
                                SyncEvent.Completed.class,
                                completed -> assertThat(completed.result()).isEqualTo(result)));
        assertThat(progress.values()).isNotEmpty();
        assertThat(states.values()).contains(SyncState.CLOSED);
        assertThat(queue.values()).contains(0L);
        events.assertComplete();
        queue.assertComplete();
    }

    @Test
    void statistics_add_up_over_runs_and_can_be_set_to_nothing() {
        mine("m1", "x");
        two.sync(two.a());
        assertThat(manager().statistics().runs()).isEqualTo(1);
        manager().resetStatistics();
        assertThat(manager().statistics().runs()).isZero();
    }

    @Test
    void plans_are_kept_run_and_forgotten() {
        mine("m1", "x");
        manager().scheduleSync();
        manager().schedulePeriodic(Duration.ofHours(1));
        assertThat(manager().cancelScheduledSync()).isPositive();
        assertThat(manager().runDueSchedules().blockingGet()).isEmpty();
        manager().syncOnChange();
        manager().endSyncOnChange();
        assertThat(two.a().query("SELECT * FROM syncline_schedule")).isEmpty();
    }

    @Test
    void what_was_refused_is_listed_armed_or_given_up() {
        two.server().faults().when((method, path) -> !method.equals("GET"), Fault.status(422));
        mine("m1", "x");
        mine("m2", "y");
        two.a().sync();
        assertThat(manager().operations(change -> change.state() == State.FAILED))
                .hasSize(2)
                .allSatisfy(change -> assertThat(change.cure()).isNotBlank());
        two.server().faults().clear();
        String second = manager()
                .operations(change -> change.rowId().equals("m2"))
                .get(0)
                .id();
        assertThat(manager().discard(second)).isTrue();
        assertThat(manager().discard(second)).isFalse();
        assertThat(manager().retryFailed()).isEqualTo(1);
        two.sync(two.a());
        assertThat(atServer("m1")).isEqualTo("x");
        assertThat(two.a().rows("note")).containsOnlyKeys("m1");
    }

    @Test
    void views_show_one_file() {
        assertThat(manager().conflicts().count()).isZero();
        assertThat(manager().consistency().detect().issues()).isEmpty();
        assertThat(manager().allowDeletions("note")).isZero();
        assertThat(manager().replayQuarantine()).isZero();
        manager().transactions().write(connection -> {
            try (var statement = connection.createStatement()) {
                statement.executeUpdate("INSERT INTO note VALUES('m1', 'x'), ('m2', 'y')");
            }
        });
        two.sync(two.a());
        assertThat(two.server().rows("note").count()).isEqualTo(2);
    }

    /** J13: what the backend did not decide goes out again under its key; what it refused waits for a person. The others go on. */
    static Stream<Arguments> failures() {
        return Stream.of(
                Arguments.of("network", Fault.reset(), State.IN_FLIGHT),
                Arguments.of("answer lost", Fault.loseAnswer(), State.IN_FLIGHT),
                Arguments.of("credentials", Fault.status(401), State.IN_FLIGHT),
                Arguments.of("rate limit", Fault.status(429, "30"), State.IN_FLIGHT),
                Arguments.of("server", Fault.status(500), State.IN_FLIGHT),
                Arguments.of("validation", Fault.status(422), State.FAILED),
                Arguments.of("other client error", Fault.status(400), State.FAILED));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("failures")
    void nothing_is_lost_because_it_failed(String kind, Fault fault, State state) {
        two.a().with(builder -> two.oneByOne().apply(builder).clock(clock));
        two.shared("INSERT INTO note VALUES('m1', 'x'), ('m2', 'x')");
        two.a().sql("UPDATE note SET text = 'mine'");
        two.server().faults().when((method, path) -> path.endsWith("/note/m1"), fault);
        SyncResult result = two.a().sync();
        assertThat(result.success()).isFalse();
        assertThat(manager().operations())
                .filteredOn(change -> change.rowId().equals("m1"))
                .singleElement()
                .extracting(UnsentChange::state)
                .isEqualTo(state);
        if (result.abortReason() == null) {
            assertThat(atServer("m2")).isEqualTo("mine");
        }
        assertThat(two.a().rows("note")).hasSize(2);
        two.server().faults().clear();
        manager().retryFailed();
        clock.advance(Duration.ofHours(2));
        two.agree();
        assertThat(atServer("m1")).isEqualTo("mine");
        assertThat(two.server().rows("note").version("m1")).isEqualTo(2);
    }
}
