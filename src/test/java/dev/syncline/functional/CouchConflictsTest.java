package dev.syncline.functional;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.backend.couchdb.CouchDbBackend;
import dev.syncline.config.SyncedTable;
import dev.syncline.conflict.Conflict;
import dev.syncline.conflict.ConflictSeverity;
import dev.syncline.conflict.Decision;
import dev.syncline.conflict.ResolutionStrategy;
import dev.syncline.progress.SyncMode;
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
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Conflicts that replication left in a database, between writers that never met this library. Defends G5 (once decided, every device and
 * the database hold one version) and G6 (neither version goes before a person has decided).
 */
class CouchConflictsTest {

    private static final String SCHEMA = "CREATE TABLE note(id TEXT PRIMARY KEY, title TEXT, body TEXT)";
    private static final Map<String, String> SHOWN = Map.of("title", "shown", "body", "same", "colour", "red");
    private static final Map<String, String> BESIDE = Map.of("title", "beside", "body", "same");

    @TempDir
    private Path folder;

    private CouchServer server;
    private Device a;
    private Device b;

    @BeforeEach
    void start() {
        server = CouchServer.cluster().create("note");
        a = device("a", ResolutionStrategy.MANUAL);
        b = device("b", ResolutionStrategy.MANUAL);
        server.put("note", "1", SHOWN);
        server.put("note", "2", Map.of("title", "other", "body", "other"));
    }

    private Device device(String name, ResolutionStrategy strategy) {
        SyncedTable note = SyncedTable.named("note")
                .key("id")
                .strategy(strategy)
                .autoResolve(ConflictSeverity.values())
                .build();
        return new Device(folder.resolve(name + ".db"), server.url(), List.of(note), SCHEMA)
                .with(CouchDbBackend.at(server.url()).build());
    }

    @AfterEach
    void stop() {
        a.close();
        b.close();
        server.close();
    }

    private void leave() {
        server.leave("note", "1", "1-beside", BESIDE);
    }

    private static Conflict only(Device device) {
        assertThat(device.manager().conflicts().open()).hasSize(1);
        return device.manager().conflicts().open().get(0);
    }

    private static void ok(Device device) {
        assertThat(device.sync().errors()).isEmpty();
    }

    private static Object title(Device device) {
        return device.query("SELECT title FROM note WHERE id = '1'").get(0).get("title");
    }

    @ParameterizedTest
    @CsvSource({
        "LOCAL_WINS, false, shown",
        "REMOTE_WINS, false, beside",
        "LOCAL_WINS, true, shown",
        "REMOTE_WINS, true, beside"
    })
    void whatever_is_decided_holds_everywhere_and_the_other_version_is_gone(
            ResolutionStrategy decided, boolean knownBefore, String title) {
        if (knownBefore) {
            ok(a);
        }
        leave();
        ok(a);
        ok(b);
        assertThat(title(a)).isEqualTo("shown");
        Conflict conflict = only(a);
        assertThat(conflict.localData()).containsEntry("title", "shown");
        assertThat(conflict.remoteData()).containsEntry("title", "beside");
        assertThat(conflict.conflictingFields()).containsExactly("title");
        assertThat(conflict.notes()).contains("other writers");

        a.manager().conflicts().resolve(conflict.id(), Decision.by(decided));
        ok(a);
        assertThat(server.document("note", "1"))
                .containsEntry("title", title)
                .containsEntry("colour", "red")
                .doesNotContainKey("_conflicts");
        assertThat(server.beside("note", "1")).isEmpty();
        for (Device device : List.of(a, b, a, b)) {
            ok(device);
            assertThat(title(device)).isEqualTo(title);
            assertThat(device.manager().conflicts().open()).isEmpty();
            assertThat(device.manager().pendingChanges()).isZero();
        }
        a.sql("UPDATE note SET body = 'later' WHERE id = '1'");
        ok(a);
        assertThat(server.document("note", "1")).containsEntry("body", "later").doesNotContainKey("_conflicts");
    }

    @Test
    void no_rule_puts_what_lost_in_the_place_of_what_won() {
        Device ruled = device("ruled", ResolutionStrategy.REMOTE_WINS);
        leave();
        ok(ruled);
        ruled.manager().conflicts().autoResolve();
        ok(ruled);
        assertThat(title(ruled)).isEqualTo("shown");
        assertThat(server.beside("note", "1")).hasSize(1);
        only(ruled);
        ruled.close();
    }

    @Test
    void a_change_on_the_way_is_not_held_up_and_the_person_is_asked_after_it() {
        ok(a);
        a.sql("UPDATE note SET body = 'mine' WHERE id = '1'");
        leave();
        ok(a);
        assertThat(server.document("note", "1")).containsEntry("body", "mine");
        assertThat(server.beside("note", "1")).as("nobody has seen it yet").hasSize(1);
        ok(a);
        assertThat(only(a).remoteData()).containsEntry("title", "beside");
    }

    @Test
    void an_edit_made_while_it_waits_is_part_of_what_is_decided() {
        leave();
        ok(a);
        a.sql("UPDATE note SET body = 'edited' WHERE id = '1'");
        ok(a);
        a.manager().conflicts().resolve(only(a).id(), Decision.by(ResolutionStrategy.LOCAL_WINS));
        ok(a);
        assertThat(server.document("note", "1")).containsEntry("body", "edited").containsEntry("title", "shown");
        assertThat(server.beside("note", "1")).isEmpty();
    }

    @Test
    void a_walk_over_everything_leaves_the_question_open() {
        leave();
        ok(a);
        String id = only(a).id();
        assertThat(a.manager().synchronize(SyncMode.FULL).blockingGet().errors())
                .isEmpty();
        assertThat(only(a).id()).isEqualTo(id);
    }

    @Test
    void a_version_that_differs_in_nothing_goes_with_the_next_edit_as_after_a_lost_answer() {
        leave();
        ok(a);
        a.manager().conflicts().resolve(only(a).id(), Decision.by(ResolutionStrategy.REMOTE_WINS));
        server.loseNextBulkAnswer();
        a.sync();
        ok(a);
        ok(a);
        assertThat(server.document("note", "1")).containsEntry("title", "beside");
        assertThat(a.manager().conflicts().open()).isEmpty();
        a.sql("UPDATE note SET body = 'later' WHERE id = '1'");
        ok(a);
        assertThat(server.document("note", "1"))
                .containsEntry("title", "beside")
                .containsEntry("body", "later");
        assertThat(server.beside("note", "1")).isEmpty();
    }

    @Test
    void a_server_that_gives_no_revisions_is_synchronized_all_the_same() {
        server.withoutBulkGet();
        leave();
        ok(a);
        assertThat(title(a)).isEqualTo("shown");
        assertThat(a.manager().conflicts().open()).isEmpty();
    }
}
