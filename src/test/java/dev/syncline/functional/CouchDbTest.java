package dev.syncline.functional;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.backend.couchdb.CouchDbBackend;
import dev.syncline.config.IdAssignment;
import dev.syncline.config.SyncedTable;
import dev.syncline.progress.SyncResult;
import dev.syncline.testing.Device;
import dev.syncline.testing.couch.CouchServer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Devices over CouchDB's protocol. Defends G1 and G2 (one document for each row, whatever answer is lost), G4 (a database made anew
 * is read anew), G5 (devices converge) and G7 (what the table has no column for survives).
 */
class CouchDbTest {

    private static final String SCHEMA = "CREATE TABLE IF NOT EXISTS note(id TEXT PRIMARY KEY, title TEXT, body TEXT)";
    private static final String NUMBERED = "CREATE TABLE IF NOT EXISTS entry(id INTEGER PRIMARY KEY, title TEXT)";

    @TempDir
    private Path folder;

    private CouchServer server;
    private Device a;
    private Device b;

    @BeforeEach
    void start() {
        open(CouchServer.node());
    }

    private void open(CouchServer couch) {
        server = couch.create("note").create("entry");
        a = device("a");
        b = device("b");
    }

    private Device device(String name) {
        List<SyncedTable> tables = List.of(
                SyncedTable.named("note").key("id").build(),
                SyncedTable.named("entry").key("id").ids(IdAssignment.SERVER).build());
        return new Device(folder.resolve(name + ".db"), server.url(), tables, SCHEMA, NUMBERED)
                .with(CouchDbBackend.at(server.url()).build());
    }

    @AfterEach
    void stop() {
        a.close();
        b.close();
        server.close();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void two_devices_come_to_the_same(boolean cluster) {
        if (cluster) {
            stop();
            open(CouchServer.cluster());
        }
        a.sql("INSERT INTO note VALUES('1', 'one', 'x'), ('2', 'two', 'y'), ('3', 'three', 'z')");
        ok(a.sync());
        ok(b.sync());
        a.sql("UPDATE note SET title = 'ONE' WHERE id = '1'");
        b.sql("UPDATE note SET body = 'X' WHERE id = '1'");
        b.sql("DELETE FROM note WHERE id = '2'");
        for (Device device : List.of(a, b, a, b)) {
            ok(device.sync());
        }
        List<?> rows = a.query("SELECT * FROM note ORDER BY id");
        assertThat(rows).hasSize(2).isEqualTo(b.query("SELECT * FROM note ORDER BY id"));
        assertThat(server.document("note", "1")).containsEntry("title", "ONE").containsEntry("body", "X");
        assertThat(server.document("note", "2")).isNull();
        assertThat(a.manager().pendingChanges() + b.manager().pendingChanges()).isZero();
    }

    @Test
    void a_create_whose_answer_is_lost_makes_one_document_also_where_the_server_gives_ids() {
        a.sql("INSERT INTO note VALUES('1', 'one', 'x')");
        a.sql("INSERT INTO entry(title) VALUES('nameless')");
        server.loseNextBulkAnswer();
        a.sync();
        server.loseNextBulkAnswer();
        a.sync();
        ok(a.sync());
        ok(a.sync());
        assertThat(server.count("note")).isEqualTo(1);
        assertThat(server.count("entry")).isEqualTo(1);
        assertThat(server.effects("1")).isEqualTo(1);
        ok(b.sync());
        assertThat(b.query("SELECT title FROM entry")).isEqualTo(a.query("SELECT title FROM entry"));
        assertThat(a.manager().pendingChanges()).isZero();
    }

    @Test
    void an_attachment_and_a_field_without_a_column_survive_an_update() {
        Map<String, ?> stub = Map.of("scan.png", Map.of("stub", true, "digest", "md5-x", "length", 4L, "revpos", 1L));
        Map<String, ?> given = Map.of("scan.png", Map.of("data", "AAAA"));
        server.put("note", "1", Map.of("title", "one", "body", "x", "colour", "red", "_attachments", given));
        server.put("note", "1", Map.of("title", "one", "body", "x", "colour", "red", "_attachments", stub));
        ok(a.sync());
        a.sql("UPDATE note SET title = 'changed'");
        ok(a.sync());
        assertThat(server.document("note", "1"))
                .containsEntry("title", "changed")
                .containsEntry("colour", "red")
                .containsKey("_attachments");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void a_database_that_was_made_anew_is_read_anew(boolean marksAreRefused) {
        if (marksAreRefused) {
            server.refuseMarks();
        }
        for (int i = 0; i < 6; i++) {
            server.put("note", "old" + i, Map.of("title", "old", "body", "x"));
        }
        ok(a.sync());
        server.create("note");
        server.put("note", "new", Map.of("title", "new", "body", "y"));
        a.sync();
        ok(a.sync());
        assertThat(a.query("SELECT id FROM note WHERE id = 'new'")).hasSize(1);
    }

    @Test
    void what_a_row_holds_that_a_double_cannot_is_refused_and_stays_here() {
        a.sql("CREATE TABLE ledger(id TEXT PRIMARY KEY, amount DECIMAL)");
        Device exact = new Device(
                        a.file(),
                        server.url(),
                        List.of(
                                SyncedTable.named("note").key("id").build(),
                                SyncedTable.named("ledger").key("id").build()))
                .with(CouchDbBackend.at(server.url()).build());
        server.create("ledger");
        exact.sql("INSERT INTO ledger VALUES('big', 9007199254740993), ('small', 12.5)");
        exact.sync();
        assertThat(server.count("ledger")).isEqualTo(1);
        assertThat(exact.manager().operations())
                .singleElement()
                .satisfies(change -> assertThat(change.reason()).contains("exact number"));
        exact.close();
    }

    @Test
    void a_quiet_run_asks_twice_for_each_database_and_writes_nothing() {
        ok(a.sync());
        int before = server.requests().size();
        ok(a.sync());
        List<String> asked = server.requests().subList(before, server.requests().size());
        assertThat(asked)
                .containsExactlyInAnyOrder(
                        "GET /note/_local/syncline",
                        "GET /note/_changes",
                        "GET /entry/_local/syncline",
                        "GET /entry/_changes");
    }

    @Test
    void without_the_right_password_nothing_is_lost() {
        server.password("secret");
        a.sql("INSERT INTO note VALUES('1', 'one', 'x')");
        a.sync();
        assertThat(a.manager().pendingChanges()).isEqualTo(1);
        a.close();
        a.with(CouchDbBackend.at(server.url()).basic("anna", () -> "secret").build());
        ok(a.sync());
        assertThat(server.count("note")).isEqualTo(1);
    }

    @Test
    void a_missing_database_is_named_as_such() {
        a.sql("CREATE TABLE absent(id TEXT PRIMARY KEY)");
        Device device = new Device(
                        a.file(),
                        server.url(),
                        List.of(
                                SyncedTable.named("note").key("id").build(),
                                SyncedTable.named("absent").key("id").build()))
                .with(CouchDbBackend.at(server.url()).build());
        SyncResult result = device.sync();
        assertThat(result.errors()).anySatisfy(e -> assertThat(e).hasMessageContaining("found no such database"));
        device.close();
    }

    private static void ok(SyncResult result) {
        assertThat(result.errors()).isEmpty();
    }
}
