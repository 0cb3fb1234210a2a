package dev.syncline.functional;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.config.SyncedTable;
import dev.syncline.progress.SyncEvent;
import dev.syncline.progress.SyncPhase;
import dev.syncline.progress.SyncProgress;
import dev.syncline.testing.Device;
import dev.syncline.testing.server.ReferenceServer;
import io.reactivex.rxjava3.plugins.RxJavaPlugins;
import io.reactivex.rxjava3.subscribers.TestSubscriber;
import java.nio.file.Path;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What subscribers see and what they can spoil. Defends G9. */
class StreamsTest {

    @TempDir
    Path folder;

    private final Queue<Throwable> astray = new ConcurrentLinkedQueue<>();
    private ReferenceServer server;
    private Device device;

    @BeforeEach
    void start() {
        RxJavaPlugins.setErrorHandler(astray::add);
        server = ReferenceServer.on(folder.resolve("server.db")).start();
        device = new Device(
                folder.resolve("a.db"),
                server.url(),
                List.of(SyncedTable.named("note").key("id").build()),
                "CREATE TABLE note(id TEXT PRIMARY KEY, text TEXT)");
        device.sql("INSERT INTO note VALUES('n1', 'one')");
    }

    @AfterEach
    void stop() {
        device.close();
        server.close();
        RxJavaPlugins.setErrorHandler(null);
    }

    @Test
    void streams_tell_the_run_and_end_when_the_manager_closes() throws InterruptedException {
        TestSubscriber<SyncEvent> events = device.manager().watchEvents().test();
        TestSubscriber<SyncProgress> progress = device.manager().watchProgress().test();

        device.sync();
        device.close();

        events.await(10, TimeUnit.SECONDS);
        events.assertComplete();
        assertThat(events.values().get(0)).isInstanceOf(SyncEvent.Started.class);
        assertThat(events.values().get(events.values().size() - 1)).isInstanceOf(SyncEvent.Completed.class);
        progress.await(10, TimeUnit.SECONDS);
        progress.assertComplete();
        assertThat(progress.values().get(progress.values().size() - 1).phase()).isEqualTo(SyncPhase.COMPLETED);
        assertThat(astray).isEmpty();
    }

    @Test
    void a_subscriber_that_throws_changes_nothing_for_the_run_and_the_others() {
        TestSubscriber<SyncEvent> other = device.manager().watchEvents().test();
        device.manager().watchEvents().subscribe(event -> {
            throw new IllegalStateException("thrown by a subscriber");
        });

        assertThat(device.sync().success()).isTrue();

        other.awaitCount(3).assertNoErrors();
        assertThat(device.manager().pendingChanges()).isZero();
    }

    @Test
    void a_subscriber_that_blocks_does_not_hold_the_run_up() {
        CountDownLatch release = new CountDownLatch(1);
        device.manager().watchEvents().subscribe(event -> release.await());
        try {
            assertThat(device.sync().success()).isTrue();
        } finally {
            release.countDown();
        }
    }

    @Test
    void a_slow_subscriber_gets_the_newest_progress_and_every_other_event_in_order() {
        TestSubscriber<SyncEvent> slow = device.manager().watchEvents().test(0);
        TestSubscriber<SyncEvent> quick = device.manager().watchEvents().test();
        for (int run = 0; run < 20; run++) {
            device.sql("UPDATE note SET text = ?", "run " + run);
            assertThat(device.sync().success()).isTrue();
        }
        device.close();
        quick.awaitDone(10, TimeUnit.SECONDS).assertComplete();
        slow.request(Long.MAX_VALUE);
        slow.awaitDone(10, TimeUnit.SECONDS);
        assertThat(slow.values()).hasSizeLessThan(quick.values().size());
        assertThat(slow.values().stream().filter(event -> !(event instanceof SyncEvent.Progress)))
                .containsExactlyElementsOf(quick.values().stream()
                        .filter(event -> !(event instanceof SyncEvent.Progress))
                        .toList());
    }
}
