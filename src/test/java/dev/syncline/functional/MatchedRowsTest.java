package dev.syncline.functional;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.config.SyncedTable;
import dev.syncline.conflict.Conflict;
import dev.syncline.conflict.ResolutionStrategy;
import dev.syncline.testing.Device;
import dev.syncline.testing.server.ReferenceServer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rows that were there before the first sync and may be the backend's own of the same number. Defends G2 and G8. */
class MatchedRowsTest {
    private static final List<SyncedTable> TABLES = List.of(
            SyncedTable.named("team").key("id").build(),
            SyncedTable.named("person")
                    .key("id")
                    .references("team_id", "team")
                    .strategy(ResolutionStrategy.MANUAL)
                    .build());
    private static final String[] SCHEMA = {
        "CREATE TABLE team(id TEXT PRIMARY KEY)",
        "CREATE TABLE person(id INTEGER PRIMARY KEY, name TEXT, team_id TEXT REFERENCES team(id))"
    };

    @TempDir
    Path folder;

    private ReferenceServer server;
    private Device device;

    @BeforeEach
    void start() {
        server = ReferenceServer.on(folder.resolve("server.db"))
                .entity("person", rules -> rules.serverIds())
                .start();
        device = new Device(folder.resolve("a.db"), server.url(), TABLES, SCHEMA);
    }

    @AfterEach
    void stop() {
        device.close();
        server.close();
    }

    @Test
    void a_row_whose_record_waits_for_its_parent_is_not_sent_as_new() {
        String id = server.rows("person").create(null, Map.of("name", "Ada", "team_id", "t9"));
        device.sql("INSERT INTO person VALUES(?, 'Ada', NULL)", Long.valueOf(id));
        device.sync();
        device.sync();
        assertThat(server.rows("person").count()).isEqualTo(1);
        server.rows("team").create("t9", Map.of());
        device.sync();
        assertThat(server.rows("person").count()).isEqualTo(1);
        assertThat(device.rows("person")).hasSize(1);
    }

    @Test
    void a_row_that_differs_from_the_backends_stays_one_row_while_its_conflict_is_open() {
        String id = server.rows("person").create(null, Map.of("name", "Ada"));
        device.sql("INSERT INTO person VALUES(?, 'Bob', NULL)", Long.valueOf(id));
        device.sync();
        assertThat(device.manager().conflicts().count()).isEqualTo(1);
        server.rows("person").update(id, Map.of("name", "Ada L."));
        device.sync();
        assertThat(device.rows("person")).hasSize(1);
        Conflict open = device.manager().conflicts().open().get(0);
        assertThat(open.remoteData()).containsEntry("name", "Ada L.");
        device.manager().conflicts().resolve(open.id(), ResolutionStrategy.LOCAL_WINS);
        device.sync();
        assertThat(server.rows("person").count()).isEqualTo(1);
        assertThat(server.rows("person").find(id).orElseThrow().get("name").asText())
                .isEqualTo("Bob");
    }

    @Test
    void a_row_the_backend_does_not_know_by_its_number_is_sent_as_new() {
        device.sql("INSERT INTO person VALUES(7, 'Ada', NULL)");
        device.sync();
        assertThat(server.rows("person").count()).isEqualTo(1);
        assertThat(device.manager().pendingChanges()).isZero();
    }
}
