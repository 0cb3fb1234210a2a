package dev.syncline.internal.capture;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a host can notice of capture (G1's price): nothing in any result it asks for, but for one call of the driver. */
class CaptureSideEffectsTest {
    private static final String TABLE = "CREATE TABLE t(id INTEGER PRIMARY KEY, a TEXT, u TEXT UNIQUE)";

    @TempDir
    Path folder;

    private HostFile captured;
    private HostFile bare;

    @BeforeEach
    void two_files() throws SQLException {
        captured = new HostFile(folder.resolve("captured"), TABLE);
        bare = new HostFile(folder.resolve("bare"), TABLE);
        captured.capture("t");
    }

    @Test
    void keys_counts_and_returned_rows_are_the_same() throws SQLException {
        try (HostFile captured = this.captured;
                HostFile bare = this.bare) {
            assertThat(seen(captured)).isEqualTo(seen(bare));
        }
    }

    private static List<String> seen(HostFile file) throws SQLException {
        List<String> seen = new ArrayList<>();
        try (PreparedStatement insert =
                file.host.prepareStatement("INSERT INTO t(a, u) VALUES(?, ?)", Statement.RETURN_GENERATED_KEYS)) {
            for (int i = 1; i <= 3; i++) {
                insert.setString(1, "a" + i);
                insert.setString(2, "u" + i);
                seen.add("executeUpdate " + insert.executeUpdate());
                try (ResultSet keys = insert.getGeneratedKeys()) {
                    keys.next();
                    seen.add("key " + keys.getLong(1));
                }
            }
            insert.setString(1, "batch");
            insert.setString(2, "u4");
            insert.addBatch();
            insert.setString(2, "u5");
            insert.addBatch();
            seen.add("batch " + Arrays.toString(insert.executeBatch()));
        }
        for (String sql : List.of(
                "UPDATE t SET a = 'x'",
                "INSERT OR REPLACE INTO t(a, u) VALUES('y', 'u1')",
                "INSERT OR IGNORE INTO t(a, u) VALUES('z', 'u1')",
                "INSERT INTO t(a, u) VALUES('w', 'u2') ON CONFLICT(u) DO UPDATE SET a = excluded.a",
                "UPDATE t SET id = 50 WHERE u = 'u2'",
                "DELETE FROM t WHERE u = 'u3'")) {
            try (Statement statement = file.host.createStatement()) {
                seen.add(statement.execute(sql) + " " + statement.getUpdateCount());
            }
            seen.addAll(file.rows("SELECT changes(), last_insert_rowid()"));
        }
        seen.addAll(file.rows("INSERT INTO t(a) VALUES('r') RETURNING id, a"));
        seen.addAll(file.rows("UPDATE t SET a = 's' WHERE u = 'u2' RETURNING id, a"));
        seen.addAll(file.rows("DELETE FROM t RETURNING id"));
        seen.addAll(file.rows("SELECT changes(), last_insert_rowid()"));
        return seen;
    }

    @Test
    void only_executeUpdate_with_text_counts_our_row_too_on_the_first_touch() throws SQLException {
        try (HostFile captured = this.captured;
                HostFile bare = this.bare;
                Statement statement = captured.host.createStatement()) {
            assertThat(statement.executeUpdate("INSERT INTO t(id, a) VALUES(7, 'x')"))
                    .isEqualTo(2);
            assertThat(statement.executeUpdate("UPDATE t SET a = 'y' WHERE id = 7"))
                    .isEqualTo(1);
        }
    }

    @Test
    void the_triggers_run_where_the_schema_is_not_trusted() throws SQLException {
        try (HostFile captured = this.captured;
                HostFile bare = this.bare) {
            captured.sync("DROP TABLE IF EXISTS other");
            captured.host("CREATE TABLE other(id TEXT PRIMARY KEY, a)", "PRAGMA trusted_schema = OFF");
            Journal journal = captured.capture(new CaptureOptions("other", List.of(), true, true));
            captured.host(
                    "INSERT INTO other VALUES('k', 1)", "UPDATE other SET a = 2", "DELETE FROM other WHERE id = 'no'");
            assertThat(captured.pending(journal))
                    .singleElement()
                    .satisfies(change -> assertThat(change.editedAt()).isNotNull());
        }
    }

    @Test
    void a_temporary_table_with_one_of_our_names_hijacks_nothing() throws SQLException {
        try (HostFile captured = this.captured;
                HostFile bare = this.bare) {
            captured.host("CREATE TEMP TABLE syncline_mute(x)", "INSERT INTO temp.syncline_mute VALUES(1)");
            captured.host(
                    "CREATE TEMP TABLE syncline_journal_1(seq, k0, p, t, d, c0, c1)", "INSERT INTO t(a) VALUES('x')");
            assertThat(captured.rows("SELECT count(*) FROM main.syncline_journal_1 WHERE k0 = 1"))
                    .containsExactly("1");
        }
    }
}
