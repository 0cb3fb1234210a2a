package dev.syncline.functional;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.config.SyncedTable;
import dev.syncline.exception.ValidationException;
import dev.syncline.progress.SyncResult;
import dev.syncline.testing.Device;
import dev.syncline.testing.server.Fault;
import dev.syncline.testing.server.ReferenceServer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A value of the host's that is no text, in one row, while every other row goes on. Defends G1 and G12. */
class UnreadableValueTest {
    private static final List<SyncedTable> TABLES = List.of(
            SyncedTable.named("note").key("id").build(),
            SyncedTable.named("other").key("id").references("note_id", "note").build());

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
                TABLES,
                "CREATE TABLE note(id TEXT PRIMARY KEY, text TEXT)",
                "CREATE TABLE other(id TEXT PRIMARY KEY, note_id TEXT)");
    }

    @AfterEach
    void stop() {
        device.close();
        server.close();
    }

    @Test
    void an_unreadable_row_is_reported_and_holds_up_no_other() {
        device.sql("INSERT INTO note VALUES('n1', CAST(X'FF' AS TEXT))");
        device.sql("INSERT INTO note VALUES('n2', 'good')");
        device.sql("INSERT INTO other VALUES('o1', NULL)");
        device.sql("INSERT INTO other VALUES('o2', 'n1')");
        SyncResult result = device.sync();
        assertThat(result.errors())
                .hasOnlyElementsOfType(ValidationException.class)
                .hasSize(1);
        assertThat(server.rows("note").find("n2")).isPresent();
        assertThat(server.rows("other").count()).isEqualTo(1);
        assertThat(device.manager().pendingChanges()).isEqualTo(2);
        device.sql("UPDATE note SET text = 'mended' WHERE id = 'n1'");
        assertThat(device.sync().errors()).isEmpty();
        assertThat(server.rows("note").find("n1").orElseThrow().get("text").asText())
                .isEqualTo("mended");
        assertThat(device.manager().pendingChanges()).isZero();
    }

    @Test
    void a_record_of_an_unreadable_row_waits_and_the_page_goes_on() {
        server.rows("note").create("n1", Map.of("text", "first"));
        device.sync();
        device.sql("UPDATE note SET text = CAST(X'FF' AS TEXT)");
        server.rows("note").update("n1", Map.of("text", "second"));
        server.rows("note").create("n2", Map.of("text", "good"));
        device.sync();
        assertThat(device.value("SELECT text FROM note WHERE id = 'n2'")).isEqualTo("good");
        assertThat(device.value("SELECT hex(text) FROM note WHERE id = 'n1'")).isEqualTo("FF");
        device.sql("UPDATE note SET text = 'first' WHERE id = 'n1'");
        device.sync();
        assertThat(device.sync().errors()).isEmpty();
        assertThat(device.value("SELECT text FROM note WHERE id = 'n1'")).isEqualTo("second");
    }

    @Test
    void an_answer_to_a_row_that_became_unreadable_waits_for_its_correction() {
        device.manager();
        device.sql("INSERT INTO note VALUES('n1', 'first')");
        server.faults().when((method, path) -> method.equals("POST"), Fault.loseAnswer());
        device.sync();
        server.faults().clear();
        device.sql("UPDATE note SET text = CAST(X'FF' AS TEXT)");
        device.sql("INSERT INTO other VALUES('o1', NULL)");
        device.sync();
        assertThat(server.rows("other").count()).isEqualTo(1);
        device.sql("UPDATE note SET text = 'mended'");
        assertThat(device.sync().errors()).isEmpty();
        assertThat(server.rows("note").all().get(0).get("text").asText()).isEqualTo("mended");
        assertThat(server.keysAppliedTwice()).isEmpty();
    }
}
