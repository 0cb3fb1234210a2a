package dev.syncline.functional;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.syncline.SyncManager;
import dev.syncline.config.SyncConfigBuilder;
import dev.syncline.config.SyncedTable;
import dev.syncline.progress.SyncEvent;
import dev.syncline.testing.Device;
import dev.syncline.testing.MemoryBackend;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A manager is closed from wherever host code runs, threads of its own included. Defends G9 and G10: nothing is left behind. */
@Timeout(30)
class CloseAnywhereTest {
    @TempDir
    Path folder;

    private final MemoryBackend backend = new MemoryBackend("memory");
    private final CountDownLatch closed = new CountDownLatch(1);
    private final AtomicReference<SyncManager> manager = new AtomicReference<>();
    private Device device;

    @BeforeEach
    void host() {
        device = new Device(
                folder.resolve("a.db"),
                "",
                List.of(SyncedTable.named("note").key("id").build()),
                "CREATE TABLE note(id TEXT PRIMARY KEY, text TEXT)");
        device.with(backend);
        device.sql("INSERT INTO note VALUES('1', 'x'), ('2', 'x')");
    }

    @AfterEach
    void nothingIsLeft() {
        await().atMost(20, TimeUnit.SECONDS).until(() -> backend.closed() == 1);
        await().atMost(20, TimeUnit.SECONDS)
                .untilAsserted(() -> assertThat(Thread.getAllStackTraces().keySet())
                        .extracting(Thread::getName)
                        .noneMatch(name -> name.startsWith("syncline-")));
        assertThat(device.value("SELECT owner FROM syncline_lease")).isNull();
    }

    private void open(UnaryOperator<SyncConfigBuilder> settings) {
        device.with(settings);
        manager.set(device.manager());
    }

    private void close() {
        manager.get().close();
        closed.countDown();
    }

    @ParameterizedTest
    @ValueSource(strings = {"fetch", "push"})
    void by_the_backend_in_the_middle_of_a_run(String when) throws InterruptedException {
        open(UnaryOperator.identity());
        backend.during(call -> {
            if (call.equals(when)) {
                close();
            }
        });
        manager.get().synchronize().test().awaitDone(20, TimeUnit.SECONDS).assertValueCount(1);
        assertThat(closed.await(20, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void by_a_subscriber_on_a_thread_of_the_managers() throws InterruptedException {
        open(UnaryOperator.identity());
        manager.get().watchEvents().ofType(SyncEvent.Started.class).subscribe(event -> close());
        manager.get().synchronize().test().awaitDone(20, TimeUnit.SECONDS).assertValueCount(1);
        assertThat(closed.await(20, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void by_a_subscriber_that_is_told_on_the_thread_of_the_run() throws InterruptedException {
        open(builder -> builder.deliverOn(Runnable::run));
        manager.get().watchEvents().ofType(SyncEvent.Started.class).subscribe(event -> close());
        manager.get().synchronize().test().awaitDone(20, TimeUnit.SECONDS).assertValueCount(1);
        assertThat(closed.await(20, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void by_who_gets_the_result() throws InterruptedException {
        open(UnaryOperator.identity());
        manager.get().synchronize().subscribe(result -> close());
        assertThat(closed.await(20, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void by_many_at_once_and_again() throws InterruptedException {
        open(UnaryOperator.identity());
        manager.get().synchronize().subscribe();
        List<Thread> closers =
                IntStream.range(0, 50).mapToObj(i -> new Thread(this::close)).toList();
        closers.forEach(Thread::start);
        for (Thread closer : closers) {
            closer.join();
        }
        close();
    }
}
