package dev.syncline.functional;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.config.SyncedTable;
import dev.syncline.exception.ValidationException;
import dev.syncline.testing.Device;
import dev.syncline.testing.server.ReferenceServer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** References to records whose ids the backend assigns. Defends G8, G12 and G13. */
class IdsOfTheServerTest {
    private static final List<SyncedTable> TABLES = List.of(
            SyncedTable.named("account").key("id").build(),
            SyncedTable.named("tag")
                    .key("account_id", "name")
                    .references("account_id", "account")
                    .build());

    @TempDir
    Path folder;

    private ReferenceServer server;
    private Device device;

    @BeforeEach
    void start() {
        // Its ids come as the test says, long and negative ones too.
        server = ReferenceServer.on(folder.resolve("server.db")).start();
        device = new Device(
                folder.resolve("a.db"),
                server.url(),
                TABLES,
                "CREATE TABLE account(id INTEGER PRIMARY KEY, name TEXT)",
                "CREATE TABLE tag(account_id INTEGER, name TEXT, color TEXT, PRIMARY KEY(account_id, name))");
    }

    @AfterEach
    void stop() {
        device.close();
        server.close();
    }

    @Test
    void long_and_negative_ids_travel_as_numbers_like_short_ones() {
        server.rows("account").create("1234567890123456789", Map.of("name", "long"));
        server.rows("account").create("-5", Map.of("name", "negative"));
        server.rows("account").create("7", Map.of("name", "short"));
        device.sync();
        device.sql("INSERT INTO tag SELECT id, 'red', NULL FROM account");
        assertThat(device.sync().errors()).isEmpty();
        assertThat(server.rows("tag").all())
                .hasSize(3)
                .allSatisfy(tag -> assertThat(tag.get("account_id").isNumber()).isTrue());
    }

    @Test
    void a_row_whose_key_names_a_parent_the_backend_lost_is_refused_and_its_deletion_is_done() {
        device.sql("INSERT INTO account VALUES(1, 'Ada')");
        server = withServerIds();
        assertThat(device.sync().errors()).isEmpty();
        device.sql("INSERT INTO tag VALUES(1, 'red', NULL)");
        device.sql("INSERT INTO tag VALUES(1, 'blue', NULL)");
        assertThat(device.sync().errors()).isEmpty();
        device.sql("UPDATE tag SET color = 'x' WHERE name = 'red'");
        device.sql("DELETE FROM tag WHERE name = 'blue'");
        device.sql("DELETE FROM syncline_id_mapping");
        assertThat(device.sync().errors()).hasOnlyElementsOfType(ValidationException.class);
        assertThat(device.manager().pendingChanges()).isEqualTo(1);
        device.sql("DELETE FROM tag");
        assertThat(device.sync().errors()).isEmpty();
        assertThat(device.manager().pendingChanges()).isZero();
    }

    private ReferenceServer withServerIds() {
        server.close();
        ReferenceServer assigning = ReferenceServer.on(folder.resolve("assigning.db"))
                .entity("account", rules -> rules.serverIds())
                .start();
        device = new Device(device.file(), assigning.url(), TABLES);
        return assigning;
    }
}
