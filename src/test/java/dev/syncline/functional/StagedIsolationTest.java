package dev.syncline.functional;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.config.FullSyncMode;
import dev.syncline.config.SyncOptions;
import dev.syncline.config.SyncedTable;
import dev.syncline.progress.SyncMode;
import dev.syncline.resilience.RetryStrategy;
import dev.syncline.testing.Device;
import dev.syncline.testing.server.ReferenceServer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Where all tables are shown in one transaction, a record that the host's trigger ends it for is put aside by table and id: others with the same
 * id have nothing to do with it. Defends G4, G9 and G12.
 */
class StagedIsolationTest {
    private static final List<SyncedTable> TABLES = List.of(
            SyncedTable.named("folder").key("id").build(),
            SyncedTable.named("memo").key("id").build());

    @TempDir
    private Path folder;

    private ReferenceServer server;
    private Device device;

    @BeforeEach
    void start() {
        server = ReferenceServer.on(folder.resolve("server.db")).start();
        device = new Device(
                        folder.resolve("a.db"),
                        server.url(),
                        TABLES,
                        "CREATE TABLE folder(id TEXT PRIMARY KEY, name TEXT)",
                        "CREATE TABLE memo(id TEXT PRIMARY KEY, name TEXT)")
                .with(builder -> builder.options(SyncOptions.builder()
                        .retry(RetryStrategy.none())
                        .followUps(false)
                        .fullSyncMode(FullSyncMode.STAGED)
                        .build()));
        for (String table : List.of("folder", "memo")) {
            for (String id : List.of("x", "y")) {
                server.rows(table).create(id, Map.of("name", table));
            }
        }
    }

    @AfterEach
    void stop() {
        device.close();
        server.close();
    }

    @Test
    void a_record_of_the_same_id_in_another_table_is_shown() {
        refuse("folder");
        device.sync();
        assertThat(device.rows("folder").keySet()).containsExactly("y");
        assertThat(device.rows("memo").keySet()).containsExactly("x", "y");
        heals("folder");
    }

    @Test
    void two_records_of_one_id_are_put_aside_both() {
        refuse("folder");
        refuse("memo");
        device.sync();
        assertThat(device.rows("folder").keySet()).containsExactly("y");
        assertThat(device.rows("memo").keySet()).containsExactly("y");
        heals("folder", "memo");
    }

    private void refuse(String table) {
        device.sql("CREATE TRIGGER no_" + table + " BEFORE INSERT ON " + table
                + " WHEN NEW.id = 'x' BEGIN SELECT RAISE(ROLLBACK, 'no'); END");
    }

    private void heals(String... tables) {
        for (String table : tables) {
            device.sql("DROP TRIGGER no_" + table);
        }
        device.manager().synchronize(SyncMode.FULL).blockingGet();
        assertThat(device.sync().errors()).isEmpty();
        for (String table : tables) {
            assertThat(device.rows(table).keySet()).containsExactly("x", "y");
        }
    }
}
