package dev.syncline.functional;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.syncline.SyncManager;
import dev.syncline.backend.RemoteBackend;
import dev.syncline.backend.rest.RestBackend;
import dev.syncline.config.SyncConfig;
import dev.syncline.config.SyncedTable;
import dev.syncline.testing.Device;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.SQLiteDataSource;

/** One file has one syncer at a time, also while one closes and another opens. Defends G11. */
@Timeout(60)
class OpenAndCloseTest {
    private static final List<SyncedTable> TABLES =
            List.of(SyncedTable.named("note").key("id").build());

    @TempDir
    Path folder;

    private final AtomicInteger closed = new AtomicInteger();

    /** A backend that does something of the test's when it is closed. */
    private RemoteBackend whenClosed(Runnable step) {
        RemoteBackend real = RestBackend.at("http://127.0.0.1:1/v1").build();
        return (RemoteBackend) Proxy.newProxyInstance(
                RemoteBackend.class.getClassLoader(),
                new Class<?>[] {RemoteBackend.class},
                (proxy, method, arguments) -> {
                    if (method.getName().equals("close")) {
                        closed.incrementAndGet();
                        step.run();
                    }
                    if (method.getName().equals("equals")) {
                        return proxy == arguments[0];
                    }
                    try {
                        return method.invoke(real, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    private Device device(RemoteBackend backend) {
        return new Device(
                        folder.resolve("a.db"),
                        "http://127.0.0.1:1/v1",
                        TABLES,
                        "CREATE TABLE IF NOT EXISTS note(id TEXT PRIMARY KEY, text TEXT)")
                .with(backend);
    }

    @Test
    void a_file_is_not_opened_again_before_its_manager_has_closed() throws InterruptedException {
        CountDownLatch closing = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        RemoteBackend slow = whenClosed(() -> {
            closing.countDown();
            try {
                go.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        SyncConfig config = device(slow).config();
        SyncManager first = SyncManager.open(config);
        Thread closer = new Thread(first::close);
        closer.start();
        closing.await();
        assertThatIllegalStateException()
                .isThrownBy(() -> SyncManager.open(config))
                .withMessageContaining("is being closed");
        go.countDown();
        closer.join();
        SyncManager again = SyncManager.open(config);
        assertThat(again.pendingChanges()).isZero();
        again.close();
    }

    @Test
    void a_refused_configuration_leaves_the_backend_of_the_open_one_alone() {
        RemoteBackend shared = whenClosed(() -> {});
        Device device = device(shared);
        SyncManager first = device.manager();
        SQLiteDataSource source = new SQLiteDataSource();
        source.setUrl("jdbc:sqlite:" + device.file());
        SyncConfig other =
                SyncConfig.builder(source).tables(TABLES).backend(shared).build();
        assertThatIllegalStateException()
                .isThrownBy(() -> SyncManager.open(other))
                .withMessageContaining("another configuration");
        assertThat(closed).hasValue(0);
        first.close();
        assertThat(closed).hasValue(1);
    }
}
