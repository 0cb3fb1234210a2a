package dev.syncline.functional;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.backend.ChangeHint;
import dev.syncline.backend.RemoteBackend;
import dev.syncline.backend.rest.RestBackend;
import dev.syncline.config.SyncedTable;
import dev.syncline.exception.NetworkException;
import dev.syncline.progress.SyncEvent;
import dev.syncline.testing.ForwardingBackend;
import dev.syncline.testing.SettableClock;
import dev.syncline.testing.TwoDevices;
import dev.syncline.testing.VirtualTime;
import io.reactivex.rxjava3.core.Flowable;
import io.reactivex.rxjava3.disposables.Disposable;
import io.reactivex.rxjava3.processors.UnicastProcessor;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A backend that says when something changed is pulled from then, without the host calling. Waits are virtual. Defends G5 (convergence)
 * and G9 (bounded).
 */
class LivePullTest {
    private static final Duration LONGEST_DISTANCE = Duration.ofMinutes(15);

    private final SettableClock clock = new SettableClock(Instant.parse("2026-03-01T12:00:00Z"));
    private final VirtualTime time = new VirtualTime(clock);
    private final BlockingQueue<SyncEvent> ends = new LinkedBlockingQueue<>();
    private final BlockingQueue<UnicastProcessor<ChangeHint>> connections = new LinkedBlockingQueue<>();
    private Disposable watching = Disposable.disposed();

    @RegisterExtension
    final TwoDevices two = TwoDevices.with(
            rules -> rules,
            List.of(SyncedTable.named("note").key("id").build()),
            "CREATE TABLE note(id TEXT PRIMARY KEY, text TEXT)");

    /** A backend that can be made to hint; each connection to it is a stream of its own. */
    private final class Hinting extends ForwardingBackend {
        Hinting(RemoteBackend backend) {
            super(backend);
        }

        @Override
        public Optional<Flowable<ChangeHint>> hints() {
            return Optional.of(Flowable.defer(() -> {
                UnicastProcessor<ChangeHint> stream = UnicastProcessor.create();
                return stream.doOnSubscribe(subscribed -> connections.add(stream));
            }));
        }
    }

    private UnicastProcessor<ChangeHint> stream;

    @BeforeEach
    void listen() throws InterruptedException {
        two.serverClock().set(clock.instant());
        two.b().close();
        two.b()
                .with(builder -> builder.clock(clock).scheduler(time).random(new Random(7)))
                .with(new Hinting(RestBackend.at(two.server().url()).build()));
        watching = two.b()
                .manager()
                .watchEvents()
                .filter(event -> event instanceof SyncEvent.Completed || event instanceof SyncEvent.Failed)
                .subscribe(ends::add);
        stream = connection();
    }

    @AfterEach
    void stopWatching() {
        watching.dispose();
    }

    private UnicastProcessor<ChangeHint> connection() throws InterruptedException {
        UnicastProcessor<ChangeHint> opened = connections.poll(20, TimeUnit.SECONDS);
        assertThat(opened).as("a connection").isNotNull();
        return opened;
    }

    private void runEnds() throws InterruptedException {
        assertThat(ends.poll(20, TimeUnit.SECONDS)).as("the end of a run").isNotNull();
    }

    private void changeElsewhere(String id) {
        two.a().sql("INSERT INTO note VALUES(?, 'x')", id);
        assertThat(two.a().sync().success()).isTrue();
    }

    private boolean arrived(String id) {
        return !two.b().query("SELECT 1 FROM note WHERE id = ?", id).isEmpty();
    }

    @Test
    void what_changed_before_the_stream_was_open_is_pulled_when_it_is() throws Exception {
        changeElsewhere("before");
        stream.onNext(ChangeHint.LISTENING);
        runEnds();
        assertThat(arrived("before")).isTrue();
    }

    @Test
    void a_hint_pulls() throws Exception {
        changeElsewhere("n");
        stream.onNext(ChangeHint.CHANGED);
        runEnds();
        assertThat(arrived("n")).isTrue();
    }

    @Test
    void a_lost_stream_is_opened_again_and_what_changed_meanwhile_is_pulled() throws Exception {
        stream.onError(new NetworkException("lost", clock.instant(), null));
        changeElsewhere("meanwhile");
        assertThat(connections).isEmpty();
        time.pass(LONGEST_DISTANCE);
        connection().onNext(ChangeHint.LISTENING);
        runEnds();
        assertThat(arrived("meanwhile")).isTrue();
    }

    @Test
    void streams_that_are_lost_at_once_are_opened_again_ever_more_seldom() throws Exception {
        int opened = 0;
        UnicastProcessor<ChangeHint> present = stream;
        for (int minute = 0; minute < 4 * 60; minute++) {
            if (present != null) {
                present.onError(new NetworkException("lost", clock.instant(), null));
            }
            time.pass(Duration.ofMinutes(1));
            present = connections.poll(20, TimeUnit.MILLISECONDS);
            opened += present == null ? 0 : 1;
        }
        // At 15 minutes at the most, 7.5 on average: at least 16, and by far not 240.
        assertThat(opened).isBetween(16, 60);
    }

    @Test
    void a_storm_of_hints_during_a_run_asks_for_one_more_run() throws Exception {
        for (int i = 0; i < 1000; i++) {
            stream.onNext(ChangeHint.CHANGED);
        }
        runEnds();
        time.pass(Duration.ofMinutes(1));
        int runs = 1;
        while (ends.poll(100, TimeUnit.MILLISECONDS) != null) {
            time.pass(Duration.ofMinutes(1));
            runs++;
        }
        assertThat(runs).isLessThanOrEqualTo(3);
    }

    @Test
    void a_backend_that_wants_no_listener_any_more_gets_none() {
        stream.onComplete();
        time.pass(Duration.ofDays(1));
        assertThat(connections).isEmpty();
    }

    @Test
    void a_closed_manager_listens_no_more() {
        two.b().close();
        assertThat(stream.hasSubscribers()).isFalse();
        time.pass(Duration.ofDays(1));
        assertThat(connections).isEmpty();
    }
}
