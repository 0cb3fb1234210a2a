package dev.syncline.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.syncline.SyncManager;
import dev.syncline.config.SyncConfig;
import dev.syncline.config.SyncConfigBuilder;
import dev.syncline.config.SyncedTable;
import dev.syncline.progress.SyncResult;
import dev.syncline.testing.MemoryBackend;
import dev.syncline.testing.jdbc.CrashLayer;
import dev.syncline.testing.jdbc.SimulatedCrash;
import dev.syncline.testing.jdbc.Strike;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.SQLiteDataSource;

/** Whoever waits for a run is told, whatever breaks in it, and the one after it runs. Defends G1 and G10. */
class BrokenRunTest {
    @TempDir
    Path folder;

    private final MemoryBackend backend = new MemoryBackend("memory");
    private CrashLayer layer;

    @BeforeEach
    void create() throws SQLException {
        SQLiteDataSource source = new SQLiteDataSource();
        source.setUrl("jdbc:sqlite:" + folder.resolve("host.db"));
        layer = CrashLayer.over(source);
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE item(id TEXT PRIMARY KEY, text TEXT)");
        }
        backend.put("item", "7", Map.of("text", "there"));
    }

    @AfterEach
    void release() throws SQLException {
        layer.close();
    }

    private SyncConfigBuilder config() {
        return SyncConfig.builder(layer.source())
                .table(SyncedTable.named("item").key("id").build())
                .backend(backend);
    }

    @Test
    void a_run_whose_row_cannot_be_stored_still_tells_how_it_went() {
        try (SyncManager manager = SyncManager.open(config().build())) {
            layer.plan(boundary -> {
                if (boundary.sql().contains("syncline_runs")) {
                    throw new LinkageError("nothing that a database says");
                }
                return Strike.PASS;
            });
            assertThat(await(manager).success()).isTrue();
            assertThat(await(manager).success()).isTrue();
        }
    }

    @Test
    void a_run_in_a_process_that_is_dying_tells_that_it_failed_and_can_be_closed() {
        SyncManager manager = SyncManager.open(config().build());
        layer.plan(boundary -> boundary.sql().contains("INTO syncline_cursor") ? Strike.CRASH : Strike.PASS);
        SyncResult result = await(manager);
        assertThat(layer.crashed()).isTrue();
        assertThat(result.success()).isFalse();
        assertThat(result.errors())
                .singleElement()
                .satisfies(error ->
                        assertThat(error).hasMessageContaining("unforeseen").hasCauseInstanceOf(SimulatedCrash.class));
        assertThatThrownBy(manager::close).isInstanceOf(SimulatedCrash.class);
        assertThat(backend.closed()).isEqualTo(1);
    }

    @Test
    void a_source_of_ids_that_throws_once_stops_one_run_only() {
        AtomicInteger ids = new AtomicInteger();
        SyncConfig config = config().ids(() -> {
                    if (ids.incrementAndGet() == 1) {
                        throw new IllegalStateException("no ids yet");
                    }
                    return "id-" + ids.get();
                })
                .build();
        try (SyncManager manager = SyncManager.open(config)) {
            manager.synchronize()
                    .test()
                    .awaitDone(20, TimeUnit.SECONDS)
                    .assertError(e -> e.getMessage().equals("no ids yet"));
            assertThat(await(manager).success()).isTrue();
        }
    }

    private static SyncResult await(SyncManager manager) {
        return manager.synchronize()
                .test()
                .awaitDone(20, TimeUnit.SECONDS)
                .assertNoErrors()
                .values()
                .get(0);
    }
}
