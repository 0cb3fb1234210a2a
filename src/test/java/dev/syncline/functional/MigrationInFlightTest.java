package dev.syncline.functional;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.SyncSchema;
import dev.syncline.config.SyncedTable;
import dev.syncline.testing.Device;
import dev.syncline.testing.server.Fault;
import dev.syncline.testing.server.ReferenceServer;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An update of the app that changes a table while a change of one of its rows is on its way. Defends G1, G2 and G10. */
class MigrationInFlightTest {
    private static final List<SyncedTable> BEFORE =
            List.of(SyncedTable.named("note").key("id").build());
    private static final List<SyncedTable> AFTER = List.of(
            SyncedTable.named("note").key("id").column("title").as("text").build());

    @TempDir
    Path folder;

    private ReferenceServer server;
    private Device device;

    @BeforeEach
    void start() {
        server = ReferenceServer.on(folder.resolve("server.db")).start();
        device = new Device(
                folder.resolve("a.db"),
                server.url(),
                BEFORE,
                "CREATE TABLE note(id TEXT PRIMARY KEY, text TEXT, gone TEXT)");
        device.manager();
        device.sql("INSERT INTO note VALUES('n1', 'first', 'x')");
        server.faults().when((method, path) -> method.equals("POST"), Fault.loseAnswer());
        device.sync();
        server.faults().clear();
        device.close();
    }

    @AfterEach
    void stop() {
        device.close();
        assertThat(server.keysAppliedTwice()).isEmpty();
        server.close();
    }

    private void update() throws SQLException {
        try (Connection connection = device.connect()) {
            SyncSchema.migrate(connection, migrating -> {
                try (Statement statement = migrating.createStatement()) {
                    statement.execute("ALTER TABLE note ADD COLUMN pages INTEGER DEFAULT '3'");
                    statement.execute("ALTER TABLE note RENAME COLUMN text TO title");
                    statement.execute("ALTER TABLE note DROP COLUMN gone");
                }
            });
        }
        device = new Device(device.file(), server.url(), AFTER);
    }

    @Test
    void the_answer_is_laid_under_a_row_with_other_columns() throws SQLException {
        update();
        assertThat(device.sync().errors()).isEmpty();
        assertThat(device.manager().pendingChanges()).isZero();
        assertThat(device.rows("note").get("n1"))
                .containsEntry("title", "first")
                .containsEntry("pages", 3);
        device.sql("UPDATE note SET pages = 4");
        assertThat(device.sync().errors()).isEmpty();
        assertThat(server.rows("note").find("n1").orElseThrow().get("pages").asInt())
                .isEqualTo(4);
        assertThat(server.rows("note").count()).isEqualTo(1);
    }

    @Test
    void an_edit_after_the_update_is_sent_behind_the_answer() throws SQLException {
        update();
        device.sql("UPDATE note SET title = 'second'");
        assertThat(device.sync().errors()).isEmpty();
        assertThat(server.rows("note").find("n1").orElseThrow().get("text").asText())
                .isEqualTo("second");
    }

    @Test
    void a_refused_change_goes_back_into_a_journal_with_other_columns() throws SQLException {
        update();
        assertThat(device.sync().errors()).isEmpty();
        device.sql("UPDATE note SET title = 'second', pages = 5");
        server.faults().when((method, path) -> method.equals("PATCH"), Fault.reset());
        device.sync();
        server.faults().clear();
        device.close();
        try (Connection connection = device.connect()) {
            SyncSchema.migrate(connection, migrating -> {
                try (Statement statement = migrating.createStatement()) {
                    statement.execute("ALTER TABLE note ADD COLUMN more TEXT");
                }
            });
        }
        server.faults().when((method, path) -> method.equals("PATCH"), Fault.status(422));
        assertThat(device.sync().errors()).hasSize(1);
        assertThat(device.manager().pendingChanges()).isEqualTo(1);
        server.faults().clear();
        device.sql("UPDATE note SET title = 'third'");
        assertThat(device.sync().errors()).isEmpty();
        assertThat(server.rows("note").find("n1").orElseThrow().get("text").asText())
                .isEqualTo("third");
    }
}
