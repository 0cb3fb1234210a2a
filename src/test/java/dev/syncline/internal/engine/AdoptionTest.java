package dev.syncline.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.config.SyncConfig;
import dev.syncline.config.SyncedTable;
import dev.syncline.internal.capture.CaptureTables;
import dev.syncline.internal.store.SchemaMigrator;
import dev.syncline.internal.store.SyncDatabase;
import dev.syncline.internal.store.TransactionManager;
import dev.syncline.internal.store.Waiter;
import dev.syncline.testing.Device;
import dev.syncline.testing.server.ReferenceServer;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rows that were there before the first sync, and a process that dies while they are taken in. Defends G1, G2 and G10. */
class AdoptionTest {
    private static final List<SyncedTable> TABLES = List.of(
            SyncedTable.named("account").key("id").build(),
            SyncedTable.named("note").key("id").build());
    private static final String[] SCHEMA = {
        "CREATE TABLE account(id INTEGER PRIMARY KEY, name TEXT)", "CREATE TABLE note(id TEXT PRIMARY KEY, text TEXT)"
    };

    @TempDir
    Path folder;

    private ReferenceServer server;
    private Device device;

    @BeforeEach
    void start() {
        server = ReferenceServer.on(folder.resolve("server.db"))
                .entity("account", rules -> rules.serverIds())
                .start();
        device = new Device(folder.resolve("a.db"), server.url(), TABLES, SCHEMA);
        device.sql("INSERT INTO account VALUES(1, 'Ada')");
        device.sql("INSERT INTO note VALUES('n1', 'first')");
    }

    @AfterEach
    void stop() {
        device.close();
        server.close();
    }

    /** Opens as the engine does and dies before any row is taken in. */
    private void openAndDieBeforeAdoption() {
        SyncConfig config = device.config();
        try (SyncDatabase database = SyncDatabase.open(config)) {
            TransactionManager transactions = new TransactionManager(database, new Waiter(config.scheduler()));
            new SchemaMigrator(database, transactions).migrate(CaptureTables.DDL);
            AdoptionMark adoption = new AdoptionMark(transactions, config.clock());
            new Lineage(config, transactions, adoption).enter();
            new TableBinder(config, transactions, adoption).bind();
        }
    }

    private void syncAll() {
        assertThat(device.sync().errors()).isEmpty();
        assertThat(device.manager().pendingChanges()).isZero();
    }

    @Test
    void rows_are_sent_though_the_first_open_was_killed_before_they_were_taken_in() {
        openAndDieBeforeAdoption();
        syncAll();
        assertThat(server.rows("account").count()).isEqualTo(1);
        assertThat(server.rows("note").count()).isEqualTo(1);
    }

    @Test
    void rows_touched_or_edited_before_they_were_taken_in_are_sent() {
        openAndDieBeforeAdoption();
        device.sql("UPDATE note SET text = text");
        device.sql("UPDATE account SET name = 'Ada L.'");
        syncAll();
        assertThat(server.rows("note").count()).isEqualTo(1);
        assertThat(server.rows("account").all().get(0).get("name").asText()).isEqualTo("Ada L.");
    }

    @Test
    void rows_are_taken_in_anew_though_the_process_died_after_the_account_was_changed() {
        syncAll();
        device.sql("UPDATE note SET text = text");
        device.close();
        ReferenceServer other = ReferenceServer.on(folder.resolve("other.db"))
                .entity("account", rules -> rules.serverIds())
                .start();
        try {
            device = new Device(folder.resolve("a.db"), other.url(), TABLES).with(builder -> builder.account("other"));
            openAndDieBeforeAdoption();
            syncAll();
            assertThat(other.rows("note").count()).isEqualTo(1);
            assertThat(other.rows("account").count()).isEqualTo(1);
        } finally {
            device.close();
            other.close();
        }
    }
}
