package dev.syncline.functional;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.syncline.SyncManager;
import dev.syncline.config.ConnectivityMonitor.Link;
import dev.syncline.config.SyncOptions;
import dev.syncline.config.SyncedTable;
import dev.syncline.progress.PlannedRun;
import dev.syncline.progress.SyncEvent;
import dev.syncline.progress.SyncMode;
import dev.syncline.progress.SyncResult;
import dev.syncline.resilience.RetryStrategy;
import dev.syncline.testing.CallersThread;
import dev.syncline.testing.SettableClock;
import dev.syncline.testing.TwoDevices;
import dev.syncline.testing.VirtualTime;
import dev.syncline.testing.server.Fault;
import io.reactivex.rxjava3.processors.BehaviorProcessor;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Days of planned runs on virtual time: they outlive the process, wait for a connection, and come neither in bursts nor never, whatever
 * clocks, backends and links do. Defends G1 and G9. Everything happens on the test's thread.
 */
class ScheduleTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Duration QUARTER = Duration.ofMinutes(15);
    private static final int SEED = 3;

    private final SettableClock clock = new SettableClock(Instant.parse("2026-03-28T12:00:00Z"));
    private final VirtualTime time = new VirtualTime(clock);
    private final BehaviorProcessor<Link> link = BehaviorProcessor.createDefault(Link.UNMETERED);
    private final List<SyncEvent> runs = new ArrayList<>();
    private SyncManager manager;

    @RegisterExtension
    final TwoDevices two = TwoDevices.with(
            rules -> rules,
            List.of(SyncedTable.named("note").key("id").build()),
            "CREATE TABLE note(id TEXT PRIMARY KEY, text TEXT)");

    @BeforeEach
    void open() {
        two.serverClock().set(clock.instant());
        two.a().close();
        two.a()
                .with(builder -> builder.clock(clock)
                        .scheduler(time)
                        .random(new Random(SEED))
                        .executors((role, threads) -> new CallersThread(threads == 1))
                        .deliverOn(Runnable::run)
                        .connectivity(() -> link)
                        .options(SyncOptions.builder()
                                .retry(RetryStrategy.none())
                                .followUps(false)
                                .build()));
        manager = two.a().manager();
        var watching = manager.watchEvents()
                .filter(event -> event instanceof SyncEvent.Completed || event instanceof SyncEvent.Failed)
                .subscribe(runs::add);
        assertThat(watching.isDisposed()).isFalse();
    }

    /** Lets time pass and tells how many runs there were. */
    private int pass(Duration span) {
        int before = runs.size();
        for (Duration left = span; !left.isZero(); left = left.minus(MINUTE)) {
            time.pass(MINUTE);
        }
        return runs.size() - before;
    }

    @Test
    void a_day_of_quarters_has_ninety_six_runs() {
        manager.schedulePeriodic(QUARTER);
        assertThat(pass(Duration.ofDays(1))).isEqualTo(96);
    }

    @Test
    void a_day_of_hourly_pulls_has_twenty_four_that_send_nothing_also_in_the_next_process() {
        manager.schedules().plan(Duration.ofHours(1), SyncMode.PULL, false);
        two.a().sql("INSERT INTO note VALUES('mine', 'x')");
        two.server().rows("note").create("theirs", Map.of("text", "x"));
        two.server().journal().clear();
        assertThat(pass(Duration.ofHours(12))).isEqualTo(12);
        two.a().close();
        open();
        assertThat(pass(Duration.ofHours(12))).isEqualTo(12);
        assertThat(two.a().rows("note")).containsOnlyKeys("mine", "theirs");
        assertThat(two.server().rows("note").find("mine")).isEmpty();
        assertThat(two.server().journal().requests())
                .isEqualTo(two.server().journal().count("GET"));
        assertThat(runs)
                .allSatisfy(end ->
                        assertThat(((SyncEvent.Completed) end).result().mode()).isEqualTo(SyncMode.PULL));
    }

    @Test
    void pulls_at_a_distance_leave_the_plan_of_pushes_as_it_is() {
        manager.schedulePeriodic(QUARTER);
        pass(Duration.ofHours(1));
        List<PlannedRun> pushes = manager.schedules().planned();
        manager.schedules().plan(Duration.ofHours(1), SyncMode.PULL, false);
        assertThat(manager.schedules().planned()).containsAll(pushes).hasSize(2);
        runs.clear();
        pass(Duration.ofDays(1));
        Map<SyncMode, Long> byMode = runs.stream()
                .collect(Collectors.groupingBy(
                        end -> ((SyncEvent.Completed) end).result().mode(), Collectors.counting()));
        assertThat(byMode).isEqualTo(Map.of(SyncMode.INCREMENTAL, 96L, SyncMode.PULL, 24L));
        // A write is sent within a quarter of an hour, however often only pulls come.
        two.a().sql("INSERT INTO note VALUES('mine', 'x')");
        pass(QUARTER);
        assertThat(two.server().rows("note").find("mine")).isPresent();
    }

    @Test
    void planning_the_same_again_puts_nothing_off_and_another_period_takes_its_place() {
        manager.schedulePeriodic(QUARTER);
        PlannedRun first = manager.schedules().planned().get(0);
        manager.schedulePeriodic(QUARTER);
        assertThat(manager.schedules().planned()).containsExactly(first);
        manager.schedulePeriodic(Duration.ofHours(1));
        manager.schedules().plan(Duration.ofHours(2), SyncMode.PULL, false);
        assertThat(manager.schedules().planned())
                .extracting(PlannedRun::period)
                .containsExactlyInAnyOrder(Duration.ofHours(1), Duration.ofHours(2));
        assertThat(pass(Duration.ofDays(1))).isBetween(24, 36);
    }

    @Test
    void a_period_below_a_minute_is_refused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> manager.schedulePeriodic(Duration.ofSeconds(59)))
                .withMessageContaining("PT59S");
        assertThat(manager.schedules().planned()).isEmpty();
    }

    @Test
    void what_a_stopped_process_missed_is_made_up_by_one_run() {
        manager.schedulePeriodic(QUARTER);
        two.a().close();
        clock.advance(Duration.ofDays(3));
        open();
        assertThat(pass(Duration.ofMinutes(2))).isEqualTo(1);
        assertThat(pass(Duration.ofMinutes(13))).isLessThanOrEqualTo(1);
        assertThat(pass(Duration.ofHours(1))).isEqualTo(4);
    }

    @Test
    void what_is_cancelled_does_not_come_back() {
        manager.schedulePeriodic(QUARTER);
        manager.scheduleSync();
        assertThat(manager.cancelScheduledSync()).isEqualTo(2);
        assertThat(pass(Duration.ofHours(5))).isZero();
        two.a().close();
        open();
        assertThat(manager.schedules().planned()).isEmpty();
        assertThat(pass(Duration.ofHours(5))).isZero();
    }

    @Test
    void a_sleep_and_jumps_of_the_clock_lead_to_no_burst_and_no_end() {
        manager.schedulePeriodic(QUARTER);
        pass(Duration.ofHours(1));
        clock.advance(Duration.ofHours(7));
        assertThat(pass(QUARTER)).as("after a sleep").isBetween(1, 2);
        clock.set(clock.instant().minus(Duration.ofDays(400)));
        assertThat(pass(Duration.ofMinutes(16)))
                .as("after the clock was set back")
                .isEqualTo(1);
        clock.set(clock.instant().plus(Duration.ofDays(4000)));
        assertThat(pass(QUARTER)).as("after the clock was set forward").isBetween(1, 2);
        assertThat(pass(Duration.ofHours(10))).isEqualTo(40);
    }

    @Test
    void a_planned_run_waits_for_the_backend_and_follows_its_return_soon() {
        manager.schedulePeriodic(QUARTER);
        two.server().faults().cut(true);
        two.server().journal().clear();
        assertThat(pass(Duration.ofHours(12))).isEqualTo(1);
        assertThat(two.server().journal().requests()).isLessThan(12 * 60 + 10);
        two.server().faults().clear();
        assertThat(pass(Duration.ofMinutes(32))).isBetween(1, 3);
        assertThat(pass(Duration.ofHours(1))).isBetween(4, 5);
    }

    @Test
    void an_unmetered_plan_waits_for_such_a_link() {
        link.onNext(Link.METERED);
        manager.schedules().plan(QUARTER, SyncMode.INCREMENTAL, true);
        assertThat(pass(Duration.ofHours(3))).isZero();
        link.onNext(Link.UNMETERED);
        assertThat(pass(Duration.ofHours(1))).isBetween(4, 5);
    }

    @Test
    void a_run_asked_for_five_times_without_a_connection_is_one_when_it_is_back() {
        link.onNext(Link.DOWN);
        pass(MINUTE);
        two.a().sql("INSERT INTO note VALUES('n', 'x')");
        for (int i = 0; i < 5; i++) {
            manager.scheduleSync();
        }
        assertThat(pass(Duration.ofHours(1))).isZero();
        link.onNext(Link.UNMETERED);
        assertThat(pass(Duration.ofMinutes(5))).isEqualTo(1);
        assertThat(two.server().rows("note").count()).isEqualTo(1);
        two.a().sql("UPDATE note SET text = 'y'");
        assertThat(pass(Duration.ofHours(1))).as("nothing is left of it").isLessThanOrEqualTo(1);
    }

    @Test
    void a_run_asked_for_with_nothing_to_send_waits_until_there_is_something() {
        manager.scheduleSync();
        assertThat(pass(Duration.ofHours(1))).isZero();
        two.a().sql("INSERT INTO note VALUES('n', 'x')");
        assertThat(pass(Duration.ofMinutes(2))).isEqualTo(1);
        assertThat(manager.schedules().planned()).isEmpty();
    }

    @Test
    void a_link_that_flaps_starts_one_run_once_it_has_settled() {
        for (int i = 0; i < 10; i++) {
            link.onNext(Link.DOWN);
            time.pass(Duration.ofMillis(100));
            link.onNext(Link.METERED);
            time.pass(Duration.ofMillis(100));
        }
        assertThat(runs).isEmpty();
        time.pass(Duration.ofMillis(400));
        assertThat(runs).hasSize(1);
        assertThat(pass(Duration.ofHours(1))).isZero();
    }

    @Test
    void a_link_behind_which_the_backend_does_not_answer_starts_nothing() {
        for (Fault fault : List.of(
                Fault.reset(),
                Fault.status(503),
                Fault.garbage(200, "text/html", "<html><body>Please sign in</body></html>"))) {
            two.server().faults().when((method, path) -> true, fault);
            link.onNext(Link.DOWN);
            pass(MINUTE);
            link.onNext(Link.UNMETERED);
            assertThat(pass(Duration.ofHours(1))).as(fault.toString()).isZero();
            two.server().faults().clear();
        }
    }

    @Test
    void a_host_with_timers_of_its_own_runs_what_is_due() {
        two.a().sql("INSERT INTO note VALUES('n', 'x')");
        manager.schedulePeriodic(QUARTER);
        assertThat(manager.runDueSchedules().blockingGet()).isEmpty();
        PlannedRun plan = manager.schedules().planned().get(0);
        // Its own timers do nothing here, as in a process that was started for this one call.
        clock.set(plan.dueAt());
        List<SyncResult> due = manager.runDueSchedules().blockingGet();
        assertThat(due).hasSize(1).allMatch(SyncResult::success);
        assertThat(manager.runDueSchedules().blockingGet()).isEmpty();
        assertThat(manager.schedules().planned().get(0).dueAt())
                .isEqualTo(plan.dueAt().plus(QUARTER));
    }

    @Test
    void a_closed_manager_runs_nothing_that_is_planned() {
        manager.schedulePeriodic(QUARTER);
        two.a().close();
        assertThat(pass(Duration.ofHours(5))).isZero();
    }
}
