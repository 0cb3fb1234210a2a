package dev.syncline.functional;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.config.SyncedTable;
import dev.syncline.conflict.ConflictSeverity;
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

/** Writes that were made while the triggers were gone, on rows that the backend changed as well. Defends G1 and G6. */
class CaptureGapTest {
    private static final List<SyncedTable> TABLES = List.of(SyncedTable.named("note")
            .key("id")
            .strategy(ResolutionStrategy.MANUAL)
            .severity(ConflictSeverity.HIGH, "text")
            .build());

    @TempDir
    Path folder;

    private ReferenceServer server;
    private Device device;

    @BeforeEach
    void start() {
        server = ReferenceServer.on(folder.resolve("server.db")).start();
        server.rows("note").create("n1", Map.of("text", "first"));
        device = new Device(
                folder.resolve("a.db"), server.url(), TABLES, "CREATE TABLE note(id TEXT PRIMARY KEY, text TEXT)");
        assertThat(device.sync().errors()).isEmpty();
        device.close();
        rebuildByHand();
    }

    @AfterEach
    void stop() {
        device.close();
        server.close();
    }

    /** As many tools change a table: the triggers go with the old one. */
    private void rebuildByHand() {
        device.sql("CREATE TABLE note_new(id TEXT PRIMARY KEY, text TEXT)");
        device.sql("INSERT INTO note_new SELECT * FROM note");
        device.sql("DROP TABLE note");
        device.sql("ALTER TABLE note_new RENAME TO note");
    }

    @Test
    void an_edit_in_the_gap_is_not_overwritten_by_a_newer_record() {
        device.sql("UPDATE note SET text = 'mine'");
        server.rows("note").update("n1", Map.of("text", "theirs"));
        device.sync();
        assertThat(device.value("SELECT text FROM note")).isEqualTo("mine");
        assertThat(device.manager().conflicts().count()).isEqualTo(1);
    }

    @Test
    void a_row_deleted_in_the_gap_does_not_come_back_unasked() {
        device.sql("DELETE FROM note");
        server.rows("note").update("n1", Map.of("text", "theirs"));
        device.sync();
        assertThat(device.rows("note")).isEmpty();
        assertThat(device.manager().conflicts().count()).isEqualTo(1);
    }

    @Test
    void an_edit_in_the_gap_of_a_row_that_was_deleted_is_put_to_the_rules() {
        device.sql("UPDATE note SET text = 'mine'");
        server.rows("note").delete("n1");
        device.sync();
        assertThat(device.value("SELECT text FROM note")).isEqualTo("mine");
        assertThat(device.manager().conflicts().count()).isEqualTo(1);
    }

    @Test
    void a_row_made_in_the_gap_is_not_overwritten_by_one_of_the_same_id() {
        device.sql("INSERT INTO note VALUES('n2', 'mine')");
        server.rows("note").create("n2", Map.of("text", "theirs"));
        device.sync();
        assertThat(device.value("SELECT text FROM note WHERE id = 'n2'")).isEqualTo("mine");
        assertThat(device.manager().conflicts().count()).isEqualTo(1);
    }

    @Test
    void an_edit_in_the_gap_of_a_row_that_the_backend_left_alone_is_sent() {
        device.sql("UPDATE note SET text = 'mine'");
        device.sync();
        device.sync();
        assertThat(server.rows("note").find("n1").orElseThrow().get("text").asText())
                .isEqualTo("mine");
    }
}
