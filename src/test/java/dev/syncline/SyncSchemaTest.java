package dev.syncline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.syncline.internal.capture.CaptureOptions;
import dev.syncline.internal.capture.CaptureRemoval;
import dev.syncline.internal.capture.CaptureState;
import dev.syncline.internal.capture.CaptureTables;
import dev.syncline.internal.capture.ChangeCapture;
import dev.syncline.internal.capture.PendingChange;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Defends G1 through the host's migrations: what was recorded before is still there after, under the new names, and capture goes
 * on; rows changed meanwhile are at least known to be in question.
 */
class SyncSchemaTest {
    @TempDir
    Path folder;

    private Connection connection;

    @BeforeEach
    void a_file_with_a_full_journal() throws SQLException {
        connection = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("host.db"));
        run("CREATE TABLE p(id TEXT PRIMARY KEY, a TEXT, b INTEGER, c TEXT)");
        run("INSERT INTO p VALUES ('clean', 'a0', 0, 'c0'), ('edited', 'a1', 1, 'c1'), ('gone', 'a2', 2, 'c2')");
        run(CaptureTables.DDL.toArray(String[]::new));
        new ChangeCapture(CaptureOptions.of("p")).install(connection);
        run("UPDATE p SET a = 'A1' WHERE id = 'edited'", "DELETE FROM p WHERE id = 'gone'");
        run("INSERT INTO p VALUES ('new', 'a3', 3, 'c3')");
    }

    @AfterEach
    void close() throws SQLException {
        connection.close();
    }

    @Test
    void a_dropped_column_takes_nothing_but_itself() throws SQLException {
        assertThatThrownBy(() -> run("ALTER TABLE p DROP COLUMN b")).hasMessageContaining("no such column");
        migrate("ALTER TABLE p DROP COLUMN b");
        assertThat(pending("p"))
                .containsExactly(
                        "edited UPDATE [a=a1, c=c1] -> [a=A1, c=c1]",
                        "gone DELETE [a=a2, c=c2] -> -",
                        "new CREATE - -> [a=a3, c=c3]");
        assertIntactAndCapturing("p", "a");
    }

    @Test
    void an_added_column_has_its_default_as_its_base() throws SQLException {
        migrate("ALTER TABLE p ADD COLUMN d REAL DEFAULT 3");
        assertThat(pending("p"))
                .containsExactly(
                        "edited UPDATE [a=a1, b=1, c=c1, d=3.0] -> [a=A1, b=1, c=c1, d=3.0]",
                        "gone DELETE [a=a2, b=2, c=c2, d=3.0] -> -",
                        "new CREATE - -> [a=a3, b=3, c=c3, d=3.0]");
        assertIntactAndCapturing("p", "d");
    }

    @Test
    void a_column_added_without_us_is_captured_from_its_first_edit() throws SQLException {
        run("ALTER TABLE p ADD COLUMN d INTEGER DEFAULT '7'", "UPDATE p SET d = 8 WHERE id = 'clean'");
        assertThat(capture("p").inspect(connection).kind()).isEqualTo(CaptureState.Kind.STALE);
        capture("p").rebuild(connection);
        assertThat(pending("p")).contains("clean UPDATE [a=a0, b=0, c=c0, d=7] -> [a=a0, b=0, c=c0, d=8]");
        assertIntactAndCapturing("p", "d");
    }

    @Test
    void renamed_columns_keep_their_bases_even_if_names_are_swapped() throws SQLException {
        migrate(
                "ALTER TABLE p RENAME COLUMN a TO x",
                "ALTER TABLE p RENAME COLUMN c TO a",
                "ALTER TABLE p RENAME COLUMN x TO c",
                "ALTER TABLE p RENAME COLUMN id TO key");
        assertThat(pending("p"))
                .containsExactly(
                        "edited UPDATE [c=a1, b=1, a=c1] -> [c=A1, b=1, a=c1]",
                        "gone DELETE [c=a2, b=2, a=c2] -> -",
                        "new CREATE - -> [c=a3, b=3, a=c3]");
        assertIntactAndCapturing("p", "c");
    }

    @Test
    void renames_without_us_are_read_off_our_triggers() throws SQLException {
        run("ALTER TABLE p RENAME COLUMN a TO \"new name\"", "ALTER TABLE p RENAME TO \"the payment\"");
        assertThat(capture("the payment").inspect(connection).kind()).isEqualTo(CaptureState.Kind.STALE);
        capture("the payment").rebuild(connection);
        assertThat(pending("the payment"))
                .contains("edited UPDATE [new name=a1, b=1, c=c1] -> [new name=A1, b=1, c=c1]");
        assertIntactAndCapturing("the payment", "new name");
    }

    @Test
    void a_renamed_table_keeps_its_journal() throws SQLException {
        migrate("ALTER TABLE p RENAME TO payment", "ALTER TABLE payment RENAME COLUMN b TO amount");
        assertThat(pending("payment")).contains("edited UPDATE [a=a1, amount=1, c=c1] -> [a=A1, amount=1, c=c1]");
        assertThat(capture("p").inspect(connection).kind()).isEqualTo(CaptureState.Kind.ABSENT);
        assertIntactAndCapturing("payment", "amount");
    }

    static Stream<List<String>> rebuilds() {
        String body = "(id TEXT PRIMARY KEY, a TEXT, amount INTEGER, c TEXT)";
        return Stream.of(
                List.of(
                        "CREATE TABLE p2" + body,
                        "INSERT INTO p2 SELECT id, a, b, c FROM p",
                        "DROP TABLE p",
                        "ALTER TABLE p2 RENAME TO p"),
                List.of(
                        "ALTER TABLE p RENAME TO p_old",
                        "CREATE TABLE p" + body,
                        "INSERT INTO p SELECT id, a, b, c FROM p_old",
                        "DROP TABLE p_old"));
    }

    @ParameterizedTest
    @MethodSource("rebuilds")
    void a_rebuilt_table_keeps_its_journal_and_follows_a_rename_it_is_told(List<String> rebuild) throws SQLException {
        SyncSchema.migrate(connection, new SyncSchema.Renames().column("p", "b", "amount"), same -> {
            for (String sql : rebuild) {
                run(sql);
            }
        });
        assertThat(pending("p"))
                .containsExactly(
                        "edited UPDATE [a=a1, amount=1, c=c1] -> [a=A1, amount=1, c=c1]",
                        "gone DELETE [a=a2, amount=2, c=c2] -> -",
                        "new CREATE - -> [a=a3, amount=3, c=c3]");
        CaptureState state = capture("p").inspect(connection);
        assertThat(state.kind()).isEqualTo(CaptureState.Kind.GAP);
        assertThat(state.fullRead()).isTrue();
        assertCapturing("p", "amount");
    }

    @ParameterizedTest
    @MethodSource("rebuilds")
    void a_rename_that_cannot_be_known_is_not_guessed(List<String> rebuild) throws SQLException {
        migrate(rebuild.toArray(String[]::new));
        assertThat(rows("SELECT name, dropped FROM syncline_table_column WHERE role = 'IMAGE' ORDER BY position"))
                .containsExactly("a|0", "b|1", "c|0", "amount|0");
        assertThat(rows("SELECT c1 FROM syncline_journal_1 WHERE k0 = 'edited'"))
                .containsExactly("1");
        assertThat(pending("p")).contains("edited UPDATE [a=a1, amount=null, c=c1] -> [a=A1, amount=1, c=c1]");
    }

    @ParameterizedTest
    @MethodSource("rebuilds")
    void a_rebuild_without_us_is_found_as_a_gap(List<String> rebuild) throws SQLException {
        run(rebuild.toArray(String[]::new));
        assertThat(capture("p").inspect(connection).kind()).isEqualTo(CaptureState.Kind.GAP);
        capture("p").rebuild(connection);
        assertThat(capture("p").inspect(connection).kind())
                .as("until it is reconciled")
                .isEqualTo(CaptureState.Kind.GAP);
        capture("p").clearGap(connection);
        assertIntactAndCapturing("p", "amount");
    }

    @Test
    void a_key_of_another_type_is_found_in_the_journal_again() throws SQLException {
        run("DELETE FROM p", "INSERT INTO p VALUES ('5', 'x', 1, 'y')");
        capture("p").rebuild(connection);
        migrate(
                "CREATE TABLE p2(id INTEGER PRIMARY KEY, a TEXT, b TEXT, c TEXT)",
                "INSERT INTO p2 SELECT * FROM p",
                "DROP TABLE p",
                "ALTER TABLE p2 RENAME TO p");
        assertThat(rows("SELECT typeof(k0) FROM syncline_journal_1 WHERE k0 = 5"))
                .containsExactly("integer");
        assertThat(pending("p")).contains("5 CREATE - -> [a=x, b=1, c=y]");
    }

    @Test
    void rows_changed_in_a_migration_are_in_question_and_a_pure_schema_change_is_not() throws SQLException {
        migrate("ALTER TABLE p ADD COLUMN d", "UPDATE p SET d = a || c");
        CaptureState state = capture("p").inspect(connection);
        assertThat(state.kind()).isEqualTo(CaptureState.Kind.GAP);
        assertThat(state.reason()).contains("changed rows");
        capture("p").clearGap(connection);
        migrate("ALTER TABLE p RENAME COLUMN d TO e", "CREATE UNIQUE INDEX u ON p(e)");
        assertThat(capture("p").inspect(connection).kind()).isEqualTo(CaptureState.Kind.INTACT);
    }

    @Test
    void a_migration_that_fails_leaves_the_file_as_it_was() throws SQLException {
        List<String> before = rows("SELECT type, name, sql FROM sqlite_master ORDER BY name");
        assertThatThrownBy(() -> migrate("ALTER TABLE p DROP COLUMN b", "ALTER TABLE nowhere DROP COLUMN b"))
                .isInstanceOf(SQLException.class);
        assertThat(rows("SELECT type, name, sql FROM sqlite_master ORDER BY name"))
                .isEqualTo(before);
        assertIntactAndCapturing("p", "a");
    }

    @Test
    void a_table_that_cannot_be_captured_any_more_stops_its_migration() throws SQLException {
        assertThatThrownBy(
                        () -> migrate("ALTER TABLE p RENAME TO x", "CREATE TABLE p(id TEXT, a TEXT)", "DROP TABLE x"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("neither its primary key nor UNIQUE");
        assertThat(pending("p")).hasSize(3);
    }

    @Test
    void a_migration_joins_the_transaction_of_the_host() throws SQLException {
        run("BEGIN");
        migrate("ALTER TABLE p DROP COLUMN b");
        run("ROLLBACK");
        assertThat(pending("p")).contains("new CREATE - -> [a=a3, b=3, c=c3]");
        connection.setAutoCommit(false);
        migrate("ALTER TABLE p DROP COLUMN b");
        connection.commit();
        connection.setAutoCommit(true);
        assertIntactAndCapturing("p", "c");
    }

    @Test
    void the_scripts_do_what_the_call_does() throws SQLException {
        run("BEGIN");
        run(SyncSchema.scriptBefore(connection).toArray(String[]::new));
        run("ALTER TABLE p DROP COLUMN b", "ALTER TABLE p RENAME COLUMN a TO z");
        run(SyncSchema.scriptAfter(connection, new SyncSchema.Renames()).toArray(String[]::new));
        run("COMMIT");
        assertThat(pending("p")).contains("edited UPDATE [z=a1, c=c1] -> [z=A1, c=c1]");
        assertIntactAndCapturing("p", "z");
    }

    @Test
    void without_the_second_script_the_next_opening_goes_on_and_knows_of_edits_meanwhile() throws SQLException {
        run(SyncSchema.scriptBefore(connection).toArray(String[]::new));
        run("ALTER TABLE p RENAME COLUMN a TO z", "UPDATE p SET z = 'unseen' WHERE id = 'clean'");
        capture("p").rebuild(connection);
        assertThat(capture("p").inspect(connection).kind()).isEqualTo(CaptureState.Kind.GAP);
        assertThat(pending("p")).contains("edited UPDATE [z=a1, b=1, c=c1] -> [z=A1, b=1, c=c1]");
    }

    @Test
    void a_file_that_was_never_synced_is_migrated_like_any_other() throws SQLException {
        try (Connection plain = DriverManager.getConnection("jdbc:sqlite::memory:");
                Statement statement = plain.createStatement()) {
            statement.execute("CREATE TABLE p(a, b)");
            SyncSchema.migrate(plain, same -> statement.execute("ALTER TABLE p DROP COLUMN b"));
            try (ResultSet columns = statement.executeQuery("SELECT count(*) FROM pragma_table_info('p')")) {
                assertThat(columns.getInt(1)).isEqualTo(1);
            }
        }
    }

    @Test
    void removal_leaves_the_schema_as_it_would_be_without_us() throws SQLException {
        CaptureRemoval.removeAll(connection);
        assertThat(rows("SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY rowid"))
                .containsExactly(
                        "table|p|p|CREATE TABLE p(id TEXT PRIMARY KEY, a TEXT, b INTEGER, c TEXT)",
                        "index|sqlite_autoindex_p_1|p|null");
        run("ALTER TABLE p DROP COLUMN b", "DELETE FROM p");
    }

    private void assertIntactAndCapturing(String table, String column) throws SQLException {
        assertThat(capture(table).inspect(connection).kind()).isEqualTo(CaptureState.Kind.INTACT);
        assertCapturing(table, column);
    }

    private void assertCapturing(String table, String column) throws SQLException {
        int before = pending(table).size();
        run("UPDATE \"" + table + "\" SET \"" + column + "\" = '99' WHERE rowid = 1");
        assertThat(pending(table)).hasSizeBetween(before, before + 1).anyMatch(change -> change.contains("=99"));
    }

    private static ChangeCapture capture(String table) {
        return new ChangeCapture(CaptureOptions.of(table));
    }

    private List<String> pending(String table) throws SQLException {
        List<String> changes = new ArrayList<>();
        for (PendingChange change : capture(table).journal(connection).pending(connection, 0, 100, (key, why) -> {
            throw why;
        })) {
            changes.add(
                    change.key()[0] + " " + change.kind() + " " + text(change.base()) + " -> " + text(change.now()));
        }
        return changes.stream().sorted().toList();
    }

    private static String text(dev.syncline.internal.capture.RowImage image) {
        return image == null
                ? "-"
                : image.columns().stream()
                        .map(column -> column + "=" + image.get(column))
                        .toList()
                        .toString();
    }

    private void migrate(String... sql) throws SQLException {
        SyncSchema.migrate(connection, same -> run(sql));
    }

    private void run(String... sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String one : sql) {
                statement.execute(one);
            }
        }
    }

    private List<String> rows(String sql) throws SQLException {
        List<String> all = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                List<String> row = new ArrayList<>();
                for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
                    row.add(rows.getString(i));
                }
                all.add(String.join("|", row.stream().map(String::valueOf).toList()));
            }
        }
        return all;
    }
}
