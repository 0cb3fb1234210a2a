package dev.syncline.functional;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.syncline.SyncManager;
import dev.syncline.backend.rest.RestBackend;
import dev.syncline.config.SyncOptions;
import dev.syncline.config.SyncedTable;
import dev.syncline.progress.AbortReason;
import dev.syncline.progress.SyncEvent;
import dev.syncline.progress.SyncResult;
import dev.syncline.progress.SyncState;
import dev.syncline.testing.TwoDevices;
import dev.syncline.testing.server.Fault;
import io.reactivex.rxjava3.observers.TestObserver;
import io.reactivex.rxjava3.subscribers.TestSubscriber;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The host ends a run, or lets none begin for a while. Defends G1: what was not sent stays, what was answered is taken in. */
class PauseTest {
    @RegisterExtension
    final TwoDevices two = TwoDevices.with(
            rules -> rules,
            List.of(SyncedTable.named("note").key("id").build()),
            "CREATE TABLE note(id TEXT PRIMARY KEY, text TEXT)");

    private final CountDownLatch served = new CountDownLatch(1);
    private final CountDownLatch until = new CountDownLatch(1);
    private SyncManager manager;

    @BeforeEach
    void oneChangeAtATime() {
        two.a()
                .with(builder -> builder.backend(
                                RestBackend.at(two.server().url()).noBatch().build())
                        .options(SyncOptions.builder()
                                .followUps(false)
                                .requestsInFlight(1)
                                .build()));
        manager = two.a().manager();
        two.sync(two.a());
    }

    /** Ten changes are to be sent, and the answer to the first is on its way. */
    private TestObserver<SyncResult> inTheMiddle() throws InterruptedException {
        for (int i = 0; i < 10; i++) {
            two.a().sql("INSERT INTO note VALUES(?, 'x')", "n" + i);
        }
        two.server().faults().when((method, path) -> method.equals("POST"), Fault.hold(served, until));
        TestObserver<SyncResult> run = manager.synchronize().test();
        assertThat(served.await(20, TimeUnit.SECONDS)).isTrue();
        two.server().faults().clear();
        return run;
    }

    private static SyncResult resultOf(TestObserver<SyncResult> run) {
        run.awaitDone(20, TimeUnit.SECONDS).assertNoErrors();
        return run.values().get(0);
    }

    @Test
    void a_cancelled_run_takes_in_the_answer_on_its_way_and_leaves_the_rest_pending() throws Exception {
        TestSubscriber<SyncEvent> events = manager.watchEvents().test();
        TestObserver<SyncResult> run = inTheMiddle();

        assertThat(manager.cancel()).isTrue();
        assertThat(manager.state()).isEqualTo(SyncState.CANCELLING);
        until.countDown();

        assertThat(resultOf(run).abortReason()).isEqualTo(AbortReason.CANCELLED);
        assertThat(manager.pendingChanges()).isEqualTo(9);
        assertThat(two.server().rows("note").count()).isEqualTo(1);
        events.awaitCount(1);
        assertThat(two.a().value("SELECT count(*) FROM syncline_runs")).isEqualTo(2);
        two.sync(two.a());
        assertThat(manager.pendingChanges()).isZero();
        assertThat(events.values())
                .filteredOn(SyncEvent.Failed.class::isInstance)
                .hasSize(1);
    }

    @Test
    void cancelling_nothing_is_told_and_does_nothing() {
        assertThat(manager.cancel()).isFalse();
        two.sync(two.a());
    }

    @Test
    void a_pause_ends_the_run_and_what_it_left_goes_on_by_itself_after_it() throws Exception {
        TestObserver<SyncResult> run = inTheMiddle();
        manager.pause();
        until.countDown();
        assertThat(resultOf(run).abortReason()).isEqualTo(AbortReason.PAUSED);
        assertThat(manager.state()).isEqualTo(SyncState.PAUSED);
        assertThat(manager.pendingChanges()).isEqualTo(9);

        TestSubscriber<SyncEvent> events = manager.watchEvents().test();
        manager.resume();
        TestObserver<SyncResult> next = manager.synchronize().test();
        assertThat(resultOf(next).success()).isTrue();
        assertThat(manager.pendingChanges()).isZero();
        events.cancel();
    }

    @Test
    void who_asks_during_a_pause_gets_the_result_after_it() {
        manager.pause();
        two.a().sql("INSERT INTO note VALUES('n', 'x')");
        two.server().journal().clear();
        TestObserver<SyncResult> first = manager.synchronize().test();
        TestObserver<SyncResult> second = manager.synchronize().test();
        assertThat(two.server().journal().requests()).isZero();
        first.assertNotComplete();

        manager.resume();
        assertThat(resultOf(first)).isSameAs(resultOf(second));
        assertThat(resultOf(first).success()).isTrue();
        assertThat(two.server().rows("note").count()).isEqualTo(1);
    }

    @Test
    void closing_tells_who_waits_for_the_end_of_a_pause() {
        manager.pause();
        TestObserver<SyncResult> waiting = manager.synchronize().test();
        two.a().close();
        assertThat(resultOf(waiting).abortReason()).isEqualTo(AbortReason.CANCELLED);
    }

    @Test
    void the_state_is_told_as_it_changes() throws Exception {
        TestSubscriber<SyncState> states = manager.watchState().test();
        states.awaitCount(1);
        TestObserver<SyncResult> run = inTheMiddle();
        states.awaitCount(2);
        manager.cancel();
        states.awaitCount(3);
        until.countDown();
        resultOf(run);
        states.awaitCount(4);
        manager.pause();
        states.awaitCount(5);
        two.a().close();
        states.awaitDone(20, TimeUnit.SECONDS).assertComplete();
        assertThat(states.values())
                .containsExactly(
                        SyncState.IDLE,
                        SyncState.RUNNING,
                        SyncState.CANCELLING,
                        SyncState.IDLE,
                        SyncState.PAUSED,
                        SyncState.CLOSED);
        manager.watchState().test().assertResult(SyncState.CLOSED);
    }

    @Test
    void a_closed_manager_is_neither_paused_nor_resumed_nor_cancelled() {
        two.a().close();
        assertThatIllegalStateException().isThrownBy(manager::pause);
        assertThatIllegalStateException().isThrownBy(manager::resume);
        assertThatIllegalStateException().isThrownBy(manager::cancel);
        assertThat(manager.state()).isEqualTo(SyncState.CLOSED);
    }
}
