package dev.syncline.internal.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.syncline.backend.ChangeKind;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Defends G1: what capture refuses, what it notices at the next open, and what it records beside the base. */
class ChangeCaptureTest {
    @TempDir
    Path folder;

    private HostFile file;
    private final ChangeCapture capture = new ChangeCapture(CaptureOptions.of("t"));

    @BeforeEach
    void open() throws SQLException {
        file = new HostFile(folder.resolve("t"), "CREATE TABLE t(id INTEGER PRIMARY KEY, a TEXT, u TEXT UNIQUE)");
    }

    @AfterEach
    void close() throws SQLException {
        file.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "CREATE TABLE x(a)|no primary key",
                "CREATE VIEW x AS SELECT 1 AS id|is a view",
                "CREATE VIRTUAL TABLE x USING fts5(a)|is a virtual",
                "CREATE TEMP TABLE x(id TEXT PRIMARY KEY)|TEMP table",
                "CREATE TABLE y(id)|does not exist",
            })
    void tables_that_cannot_be_captured_are_refused(String ddl, String reason) throws SQLException {
        file.sync(ddl);
        assertThatThrownBy(() -> file.capture("x"))
                .isInstanceOf(CaptureException.class)
                .hasMessageContaining(reason);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"a|neither its primary key", "b|neither its primary key", "g|generated", "z|no column z"})
    void keys_that_do_not_tell_rows_apart_are_refused(String key, String reason) throws SQLException {
        file.host("CREATE TABLE x(id TEXT PRIMARY KEY, a TEXT UNIQUE, b TEXT NOT NULL, g TEXT AS (b) NOT NULL UNIQUE)");
        assertThatThrownBy(() -> file.capture(new CaptureOptions("x", List.of(key), false, false)))
                .isInstanceOf(CaptureException.class)
                .hasMessageContaining(reason);
    }

    @Test
    void a_library_table_and_a_captured_table_are_refused() throws SQLException {
        assertThatThrownBy(() -> file.capture("syncline_table")).hasMessageContaining("belongs to the library");
        file.capture("t");
        assertThatThrownBy(() -> file.capture("T")).hasMessageContaining("captured already");
    }

    @Test
    void only_syntax_of_old_sqlite_is_left_in_the_file() throws SQLException {
        file.host("CREATE UNIQUE INDEX x ON t(lower(a)) WHERE a > ''");
        file.capture(new CaptureOptions("t", List.of(), true, true));
        assertThat(file.rows("SELECT sql FROM sqlite_master WHERE name LIKE 'syncline%' AND sql IS NOT NULL"))
                .allSatisfy(sql -> assertThat(sql)
                        .doesNotContainIgnoringCase("ON CONFLICT")
                        .doesNotContainIgnoringCase("STRICT")
                        .doesNotContainIgnoringCase("GENERATED")
                        .doesNotContain("->")
                        .doesNotContain("json"));
    }

    private void expect(CaptureState.Kind kind, String reason) throws SQLException {
        CaptureState state = capture.inspect(file.sync);
        assertThat(state.kind()).isEqualTo(kind);
        assertThat(state.reason()).contains(reason);
        if (kind != CaptureState.Kind.INTACT) {
            capture.rebuild(file.sync);
            if (kind == CaptureState.Kind.GAP) {
                assertThat(capture.inspect(file.sync).kind()).isEqualTo(CaptureState.Kind.GAP);
                capture.clearGap(file.sync);
            }
            assertThat(capture.inspect(file.sync).kind()).isEqualTo(CaptureState.Kind.INTACT);
        }
    }

    @Test
    void what_changed_around_the_triggers_is_told_apart() throws SQLException {
        assertThat(capture.inspect(file.sync).kind()).isEqualTo(CaptureState.Kind.ABSENT);
        file.capture("t");
        file.host("CREATE TABLE unrelated(x)", "VACUUM");
        expect(CaptureState.Kind.INTACT, "");
        file.host("CREATE TRIGGER h AFTER INSERT ON t BEGIN SELECT 1; END");
        expect(CaptureState.Kind.STALE, "newer than ours");
        file.host("CREATE UNIQUE INDEX x ON t(a)");
        assertThat(capture.inspect(file.sync).fullRead()).isFalse();
        expect(CaptureState.Kind.GAP, "unique index x");
        file.host("DROP INDEX x");
        expect(CaptureState.Kind.STALE, "unique index x is gone");
        file.host("DROP TRIGGER syncline_1_delete");
        assertThat(capture.inspect(file.sync).fullRead()).isTrue();
        expect(CaptureState.Kind.GAP, "syncline_1_delete is missing");
        file.host(
                "DROP TRIGGER syncline_1_delete",
                "CREATE TRIGGER syncline_1_delete BEFORE DELETE ON t BEGIN SELECT 2; END");
        expect(CaptureState.Kind.GAP, "altered");
        file.host("DROP TABLE t");
        assertThat(capture.inspect(file.sync).reason()).contains("gone");
        assertThatThrownBy(() -> capture.rebuild(file.sync)).hasMessageContaining("unsent changes are kept");
    }

    @Test
    void wishes_that_changed_rebuild_the_triggers() throws SQLException {
        file.capture("t");
        ChangeCapture timed = new ChangeCapture(new CaptureOptions("t", List.of(), true, false));
        assertThat(timed.inspect(file.sync).kind()).isEqualTo(CaptureState.Kind.STALE);
        Journal journal = timed.rebuild(file.sync);
        file.host("INSERT INTO t(a) VALUES('x')");
        assertThat(file.pending(journal).get(0).editedAt()).isNotNull();
    }

    @Test
    void the_edit_time_is_that_of_the_last_edit() throws SQLException {
        Journal journal = file.capture(new CaptureOptions("t", List.of(), true, false));
        file.host("INSERT INTO t(a) VALUES('x')");
        long now = Long.parseLong(
                file.rows("SELECT CAST(strftime('%s','now') AS INTEGER) * 1000").get(0));
        assertThat(file.pending(journal).get(0).editedAt()).isBetween(now - 60_000, now + 60_000);
        for (String edit : List.of("UPDATE t SET a = 'y'", "INSERT OR REPLACE INTO t(id, a) VALUES(1, 'z')")) {
            file.sync("UPDATE syncline_journal_1 SET t = 5");
            file.host(edit);
            assertThat(file.pending(journal).get(0).editedAt()).as(edit).isGreaterThan(5);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void a_row_edited_or_replaced_is_not_one_deleted_first(boolean recursive) throws SQLException {
        Journal journal = marked(recursive);
        file.host("UPDATE t SET a = 'edited'");
        assertThat(deleteFirst(journal)).isFalse();
        file.host("INSERT OR REPLACE INTO t(id, a) VALUES(1, 'replaced')");
        assertThat(deleteFirst(journal)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void a_number_used_again_is_told_from_an_edit_whatever_came_before(boolean recursive) throws SQLException {
        Journal journal = marked(recursive);
        // Both find the row there, as the insert that replaces it would.
        file.host("INSERT OR REPLACE INTO t(id, a) VALUES(1, 'replaced')");
        file.host("INSERT OR IGNORE INTO t(id, a) VALUES(1, 'ignored')");
        file.host("DELETE FROM t", "INSERT INTO t(a) VALUES('another')");
        assertThat(deleteFirst(journal)).isTrue();
        file.host("INSERT OR REPLACE INTO t(id, a) VALUES(1, 'replaced')");
        assertThat(deleteFirst(journal)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"INSERT INTO t(id, a) VALUES(1, 'named')", "UPDATE t SET id = 1 WHERE id = 2"})
    void a_number_named_again_is_told_from_an_edit(String again) throws SQLException {
        file.host("INSERT INTO t(id, a) VALUES(2, 'mover')");
        Journal journal = marked(false);
        file.host("INSERT OR IGNORE INTO t(id, a) VALUES(1, 'ignored')", "DELETE FROM t WHERE id = 1", again);
        assertThat(deleteFirst(journal)).isTrue();
    }

    /** The journal of a table with the row 1, in which deletions are marked. */
    private Journal marked(boolean recursive) throws SQLException {
        file.host("INSERT INTO t(id, a) VALUES(1, 'old')", "PRAGMA recursive_triggers = " + recursive);
        return file.capture(new CaptureOptions("t", List.of(), false, true));
    }

    private boolean deleteFirst(Journal journal) throws SQLException {
        try (JournalRows rows = journal.rows(file.sync)) {
            PendingChange change = rows.find(new Object[] {1L}).orElseThrow();
            assertThat(change.kind()).isEqualTo(ChangeKind.UPDATE);
            return change.deleteFirst();
        }
    }

    @Test
    void muted_writes_are_silent_and_the_flag_cannot_be_committed_by_accident() throws SQLException {
        Journal journal = file.capture("t");
        assertThatThrownBy(() -> CaptureMute.on(file.sync)).hasMessageContaining("no transaction");
        file.sync("BEGIN IMMEDIATE");
        CaptureMute.on(file.sync);
        file.sync("INSERT INTO t(a) VALUES('remote')");
        assertThatThrownBy(() -> CaptureMute.requireOff(file.sync)).isInstanceOf(CaptureException.class);
        CaptureMute.off(file.sync);
        CaptureMute.requireOff(file.sync);
        file.sync("INSERT INTO t(a) VALUES('local')", "COMMIT");
        assertThat(file.pending(journal)).hasSize(1);
        assertThat(CaptureMute.heal(file.sync)).isFalse();
        file.sync("INSERT INTO syncline_mute VALUES(1)");
        assertThat(CaptureMute.heal(file.sync)).isTrue();
        assertThat(capture.inspect(file.sync).reason()).contains("silenced");
    }

    @Test
    void a_parent_that_dangling_rows_waited_for_arrives_in_a_muted_transaction() throws SQLException {
        file.host("CREATE TABLE c(id TEXT PRIMARY KEY, t INTEGER REFERENCES t(id) DEFERRABLE INITIALLY DEFERRED)");
        file.host("INSERT INTO c VALUES('1', 9), ('2', 9), ('3', 9)");
        file.capture("t");
        file.sync("BEGIN IMMEDIATE");
        CaptureMute.on(file.sync);
        file.sync("INSERT INTO t(id, a) VALUES(9, 'parent')");
        CaptureMute.off(file.sync);
        file.sync("COMMIT");
        assertThat(file.rows("PRAGMA foreign_key_check")).isEmpty();
    }

    @Test
    void a_victim_of_replace_in_an_index_on_a_generated_column_of_a_defaulted_one_is_captured() throws SQLException {
        file.host("CREATE TABLE x(id TEXT PRIMARY KEY, n REAL NOT NULL DEFAULT 3, g TEXT AS ('g' || n) UNIQUE)");
        file.host("INSERT INTO x(id, n) VALUES('victim', 3)");
        Journal journal = file.capture("x");
        file.host("INSERT OR REPLACE INTO x(id, n) VALUES('new', NULL)");
        assertThat(file.rows("SELECT id FROM x")).containsExactly("new");
        assertThat(file.pending(journal))
                .extracting(PendingChange::kind)
                .containsExactlyInAnyOrder(ChangeKind.CREATE, ChangeKind.DELETE);
    }

    @Test
    void an_automatic_key_edited_at_once_by_a_newer_host_trigger_is_a_create() throws SQLException {
        Journal journal = file.capture("t");
        file.host("CREATE TRIGGER h AFTER INSERT ON t BEGIN UPDATE t SET a = 'by host' WHERE id = NEW.id; END");
        file.host("INSERT INTO t(a) VALUES('1'), ('2'), ('3')");
        assertThat(file.pending(journal)).hasSize(3).allMatch(change -> change.kind() == ChangeKind.CREATE);
    }

    @Test
    void rows_without_a_key_are_counted_not_captured() throws SQLException {
        file.host("CREATE TABLE x(id TEXT PRIMARY KEY, a)");
        Journal journal = file.capture("x");
        file.host("INSERT INTO x VALUES(NULL, 1), ('k', 2)");
        assertThat(journal.rowsWithoutKey(file.sync)).isEqualTo(1);
        assertThat(file.pending(journal)).hasSize(1);
    }
}
