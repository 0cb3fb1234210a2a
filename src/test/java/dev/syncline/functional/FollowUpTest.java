package dev.syncline.functional;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.config.SyncOptions;
import dev.syncline.config.SyncedTable;
import dev.syncline.progress.AbortReason;
import dev.syncline.progress.SyncEvent;
import dev.syncline.progress.SyncResult;
import dev.syncline.resilience.RetryStrategy;
import dev.syncline.testing.SettableClock;
import dev.syncline.testing.TwoDevices;
import dev.syncline.testing.VirtualTime;
import dev.syncline.testing.server.Fault;
import io.reactivex.rxjava3.disposables.Disposable;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The queue drains by itself once what held it up has healed (I02), after waits that grow, honour what the backend demands, and
 * end with the manager. All waits are virtual. Defends G1 and G9.
 */
class FollowUpTest {
    private static final Duration LONGEST_DISTANCE = Duration.ofMinutes(15);
    private static final int SEED = 7;

    private final SettableClock clock = new SettableClock(Instant.parse("2026-03-01T12:00:00Z"));
    private final VirtualTime time = new VirtualTime(clock);
    private final BlockingQueue<SyncEvent> ends = new LinkedBlockingQueue<>();
    private Disposable watching = Disposable.disposed();

    @RegisterExtension
    final TwoDevices two = TwoDevices.with(
            rules -> rules,
            List.of(SyncedTable.named("note").key("id").build()),
            "CREATE TABLE note(id TEXT PRIMARY KEY, text TEXT)");

    @BeforeEach
    void onVirtualTime() {
        two.serverClock().set(clock.instant());
        open(true);
        two.a().sql("INSERT INTO note VALUES('n', 'x')");
    }

    private void open(boolean followUps) {
        two.a().close();
        two.a()
                .with(builder -> builder.clock(clock)
                        .scheduler(time)
                        .random(new Random(SEED))
                        .options(SyncOptions.builder()
                                .retry(RetryStrategy.none())
                                .followUps(followUps)
                                .build()));
        watching = two.a()
                .manager()
                .watchEvents()
                .filter(event -> event instanceof SyncEvent.Completed || event instanceof SyncEvent.Failed)
                .subscribe(ends::add);
    }

    @AfterEach
    void stopWatching() {
        watching.dispose();
    }

    /** The run that the host asks for, and its end told. */
    private SyncResult ask() throws InterruptedException {
        SyncResult result = two.a().sync();
        assertThat(ends.poll(20, TimeUnit.SECONDS)).isNotNull();
        return result;
    }

    /** Lets time pass, until a run begins that was planned for then, and waits for its end, which may plan another. */
    private boolean pass(Duration span) throws InterruptedException {
        Duration step = Duration.ofSeconds(1);
        for (Duration left = span; left.toMillis() > 0; left = left.minus(step)) {
            if (time.pass(step) > 0) {
                assertThat(ends.poll(20, TimeUnit.SECONDS)).isNotNull();
                return true;
            }
        }
        return false;
    }

    private void fail(Fault fault) {
        two.server().faults().when((method, path) -> !method.equals("GET"), fault);
    }

    private void assertDrained() {
        assertThat(two.a().manager().operations()).isEmpty();
        assertThat(two.server().rows("note").count()).isEqualTo(1);
    }

    @Test
    void I02_what_an_outage_held_up_goes_out_by_itself_once_it_is_over() throws Exception {
        two.server().faults().cut(true);
        assertThat(ask().abortReason()).isEqualTo(AbortReason.OFFLINE);
        assertThat(pass(LONGEST_DISTANCE)).isTrue();
        assertThat(pass(LONGEST_DISTANCE)).isTrue();
        two.server().faults().clear();
        assertThat(pass(LONGEST_DISTANCE)).isTrue();
        assertDrained();
        assertThat(pass(Duration.ofDays(1))).as("nothing left to do").isFalse();
    }

    @Test
    void I02_a_change_that_alone_got_no_answer_goes_out_by_itself() throws Exception {
        for (Fault fault : List.of(Fault.status(503), Fault.loseAnswer(), Fault.status(408))) {
            fail(fault);
            two.a().sql("UPDATE note SET text = text || 'y'");
            assertThat(ask().abortReason()).isNull();
            two.server().faults().clear();
            assertThat(pass(LONGEST_DISTANCE)).isTrue();
            assertDrained();
        }
    }

    @Test
    void what_was_refused_for_good_or_waits_for_a_person_starts_nothing() throws Exception {
        fail(Fault.status(422));
        assertThat(ask().failed()).isEqualTo(1);
        assertThat(pass(Duration.ofDays(1))).isFalse();
    }

    @Test
    void a_run_with_nothing_left_starts_nothing() throws Exception {
        assertThat(ask().success()).isTrue();
        assertThat(pass(Duration.ofDays(1))).isFalse();
    }

    @Test
    void S02_a_wait_that_the_backend_demands_is_kept_and_not_prolonged() throws Exception {
        fail(Fault.status(429, "700"));
        assertThat(ask().abortReason()).isEqualTo(AbortReason.OFFLINE);
        two.server().faults().clear();
        two.server().journal().clear();
        assertThat(pass(Duration.ofSeconds(699))).isFalse();
        assertThat(two.server().journal().requests()).isZero();
        assertThat(pass(Duration.ofSeconds(1))).isTrue();
        assertDrained();
    }

    @Test
    void an_open_breaker_is_asked_again_when_it_lets_a_trial_through() throws Exception {
        two.server().faults().cut(true);
        for (int run = 0; run < 6; run++) {
            ask();
        }
        two.server().faults().clear();
        assertThat(pass(Duration.ofSeconds(60))).isTrue();
        assertDrained();
    }

    @Test
    void S05_refused_credentials_are_followed_by_nothing_until_the_host_calls() throws Exception {
        two.server().tokens("somebody else's");
        assertThat(ask().abortReason()).isEqualTo(AbortReason.AUTHENTICATION);
        two.server().tokens();
        assertThat(pass(Duration.ofDays(3))).isFalse();
        assertThat(ask().success()).isTrue();
        assertDrained();
    }

    @Test
    void N12_a_day_without_a_connection_makes_few_requests_ever_farther_apart() throws Exception {
        two.server().faults().cut(true);
        ask();
        two.server().journal().clear();
        int runs = 0;
        for (int minute = 0; minute < 24 * 60; minute += 15) {
            runs += pass(LONGEST_DISTANCE) ? 1 : 0;
        }
        assertThat(runs).isBetween(80, 24 * 4);
        assertThat(two.server().journal().requests()).isLessThan(24 * 4 * 3);
    }

    @Test
    void a_run_that_the_host_asks_for_takes_the_place_of_the_planned_one() throws Exception {
        two.server().faults().cut(true);
        ask();
        two.server().faults().clear();
        assertThat(ask().success()).isTrue();
        assertThat(pass(Duration.ofDays(1))).isFalse();
    }

    @Test
    void a_closed_manager_runs_no_more() throws Exception {
        two.server().faults().cut(true);
        ask();
        two.server().faults().clear();
        two.server().journal().clear();
        two.a().close();
        assertThat(pass(Duration.ofDays(1))).isFalse();
        assertThat(two.server().journal().requests()).isZero();
    }

    @Test
    void a_host_that_wants_to_say_itself_when_a_run_begins_switches_it_off() throws Exception {
        open(false);
        two.server().faults().cut(true);
        ask();
        two.server().faults().clear();
        assertThat(pass(Duration.ofDays(1))).isFalse();
    }

    @Test
    void what_was_put_off_because_it_alone_kept_failing_is_asked_for_when_it_is_due_and_in_the_end_no_more()
            throws Exception {
        two.server().faults().whenBody((path, body) -> body.contains("poison"), Fault.status(500));
        two.a().sql("UPDATE note SET text = 'poison'");
        ask();
        for (int step = 0; step < 40 && !isFailed(); step++) {
            two.a().sql("INSERT INTO note VALUES(?, 'x')", "other" + step);
            pass(LONGEST_DISTANCE);
        }
        assertThat(isFailed()).isTrue();
        pass(LONGEST_DISTANCE);
        two.server().journal().clear();
        pass(Duration.ofDays(1));
        assertThat(pass(Duration.ofDays(1))).isFalse();
    }

    private boolean isFailed() {
        return two.a().manager().operations().stream()
                .anyMatch(o -> o.state().name().equals("FAILED"));
    }
}
