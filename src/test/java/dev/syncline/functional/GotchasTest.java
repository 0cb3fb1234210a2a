package dev.syncline.functional;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.syncline.SyncSchema;
import dev.syncline.config.SyncedTable;
import dev.syncline.testing.Device;
import dev.syncline.testing.server.Fault;
import dev.syncline.testing.server.ReferenceServer;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the README warns of: each warning is still needed, and its cure works. Defends G1. */
class GotchasTest {

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
                List.of(SyncedTable.named("note").key("id").build()),
                "CREATE TABLE note(id TEXT PRIMARY KEY, text TEXT, colour TEXT)",
                "INSERT INTO note VALUES('n1', 'one', 'red'), ('n2', 'two', 'blue')");
        assertThat(device.sync().success()).isTrue();
    }

    @AfterEach
    void stop() {
        device.close();
        server.close();
    }

    @Test
    void a_plain_statement_counts_the_triggers_write_and_a_prepared_one_does_not() throws SQLException {
        try (Connection connection = device.connect();
                Statement plain = connection.createStatement();
                PreparedStatement prepared =
                        connection.prepareStatement("UPDATE note SET text = 'zwei' WHERE id = 'n2'")) {
            assertThat(plain.executeUpdate("UPDATE note SET text = 'eins' WHERE id = 'n1'"))
                    .isEqualTo(2);
            assertThat(prepared.executeUpdate()).isEqualTo(1);
        }
    }

    @Test
    void rows_of_one_transaction_reach_the_backend_each_for_itself() throws SQLException {
        server.faults().whenBody((path, body) -> body.contains("second"), Fault.status(422));
        try (Connection connection = device.connect();
                Statement plain = connection.createStatement()) {
            connection.setAutoCommit(false);
            plain.execute("INSERT INTO note VALUES('n3', 'first', NULL)");
            plain.execute("INSERT INTO note VALUES('n4', 'second', NULL)");
            assertThat(device.manager().pendingChanges()).isZero();
            connection.commit();
        }
        device.sync();
        assertThat(server.rows("note").find("n3")).isPresent();
        assertThat(server.rows("note").find("n4")).isEmpty();
        server.faults().clear();
        device.manager().retryFailed();
        assertThat(device.sync().success()).isTrue();
        assertThat(server.rows("note").count()).isEqualTo(4);
    }

    @Test
    void a_column_can_be_dropped_inside_migrate_only_while_no_manager_is_open() throws SQLException {
        device.close();
        try (Connection connection = device.connect();
                Statement plain = connection.createStatement()) {
            String drop = "ALTER TABLE note DROP COLUMN colour";
            assertThatThrownBy(() -> plain.execute(drop)).hasMessageContaining("trigger");

            SyncSchema.migrate(connection, open -> plain.execute(drop));
        }
        device.sql("UPDATE note SET text = 'uno' WHERE id = 'n1'");
        assertThat(device.manager().pendingChanges()).isEqualTo(1);
    }

    @Test
    void the_file_is_in_wal_mode_and_foreign_keys_are_the_hosts_own_affair() throws SQLException {
        assertThat(device.value("PRAGMA journal_mode")).isEqualTo("wal");
        try (Connection bare = DriverManager.getConnection("jdbc:sqlite:" + device.file());
                Statement plain = bare.createStatement()) {
            assertThat(plain.executeQuery("PRAGMA foreign_keys").getInt(1)).isZero();
        }
    }
}
