package dev.syncline.internal.capture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Defends G1: every form of statement on every kind of table is captured, by a connection that never loaded the library. What the
 * journal has to hold is the difference between the table before and after, and nothing else.
 */
class CaptureMatrixTest {
    /** How a table is made, and how its keys 1 to 6 are written. Every table also has columns a and u, the latter UNIQUE. */
    private enum Kind {
        TEXT_KEY("t", "(id TEXT PRIMARY KEY", ")", "id", "'k%d'"),
        INTEGER_KEY("t", "(id INTEGER PRIMARY KEY", ")", "id", "%d"),
        AUTOINCREMENT_KEY("t", "(id INTEGER PRIMARY KEY AUTOINCREMENT", ")", "id", "%d"),
        INT_KEY("t", "(id INT PRIMARY KEY", ")", "id", "%d"),
        DESCENDING_KEY("t", "(id INTEGER PRIMARY KEY DESC", ")", "id", "%d"),
        NOCASE_KEY("t", "(id TEXT PRIMARY KEY COLLATE NOCASE", ")", "id", "'k%d'"),
        RTRIM_KEY("t", "(id TEXT PRIMARY KEY COLLATE RTRIM", ")", "id", "'k%d'"),
        REAL_KEY("t", "(id REAL PRIMARY KEY", ")", "id", "%d.5"),
        BLOB_KEY("t", "(id BLOB PRIMARY KEY", ")", "id", "x'0%d'"),
        COMPOSITE_KEY("t", "(k1 TEXT, k2 INTEGER", ", PRIMARY KEY(k1, k2))", "k1, k2", "'k', %d"),
        COMPOSITE_WITHOUT_ROWID(
                "t", "(k1 TEXT, k2 INTEGER", ", PRIMARY KEY(k2 DESC, k1)) WITHOUT ROWID", "k1, k2", "'k', %d"),
        WITHOUT_ROWID("t", "(id TEXT PRIMARY KEY", ") WITHOUT ROWID", "id", "'k%d'"),
        STRICT_TABLE("t", "(id ANY PRIMARY KEY", ") STRICT", "id", "'%d'"),
        UNIQUE_KEY_BESIDE_INTEGER("t", "(pk INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE", ")", "id", "'k%d'"),
        UNIQUE_KEY_BESIDE_TEXT("t", "(pk TEXT PRIMARY KEY, id TEXT NOT NULL UNIQUE", ")", "id", "'k%d'"),
        QUOTED_NAMES("\"or\"\"der by\"", "(\"select\" TEXT PRIMARY KEY", ")", "\"select\"", "'k%d'"),
        SHADOWED_ROWID("t", "(id TEXT PRIMARY KEY, rowid TEXT, oid TEXT, _rowid_ TEXT", ")", "id", "'k%d'"),
        GENERATED_COLUMNS(
                "t", "(id TEXT PRIMARY KEY, g TEXT AS (a || '!') STORED UNIQUE, h AS (g || '?')", ")", "id", "'k%d'"),
        PARTIAL_AND_EXPRESSION_INDEX(
                "t", "(id TEXT PRIMARY KEY", ");CREATE UNIQUE INDEX px ON t(lower(a)) WHERE u > 'u'", "id", "'k%d'");

        private final String table;
        private final String head;
        private final String tail;
        private final String keyColumns;
        private final String key;

        Kind(String table, String head, String tail, String keyColumns, String key) {
            this.table = table;
            this.head = head;
            this.tail = tail;
            this.keyColumns = keyColumns;
            this.key = key;
        }

        List<String> ddl() {
            String body = ", a TEXT, u TEXT UNIQUE, parent TEXT REFERENCES p(id) ON DELETE CASCADE ON UPDATE CASCADE";
            String create = "CREATE TABLE " + table + head
                    + body.replace("a TEXT", this == GENERATED_COLUMNS ? "a TEXT DEFAULT ''" : "a TEXT") + tail;
            return List.of(create.split(";"));
        }

        String plainName() {
            return table.startsWith("\"")
                    ? table.substring(1, table.length() - 1).replace("\"\"", "\"")
                    : table;
        }

        List<String> declaredKey() {
            return plainName().equals("t") && head.contains("UNIQUE") ? List.of("id") : List.of();
        }

        /** {t} the table, {k} its key columns, {1} … {6} key values, {=1} … a condition on them, {k=} a changed key. */
        String fill(String form) {
            String sql = form.replace("{t}", table).replace("{k}", keyColumns);
            String last = keyColumns.substring(keyColumns.lastIndexOf(' ') + 1);
            for (int i = 1; i <= 6; i++) {
                String value = String.format(key, i);
                String lastValue = value.substring(value.lastIndexOf(' ') + 1);
                sql = sql.replace("{" + i + "}", value)
                        .replace("{=" + i + "}", "(" + keyColumns + ") = (" + value + ")")
                        .replace("{last=" + i + "}", last + " = " + lastValue);
            }
            return sql;
        }
    }

    private static final String[] FORMS = {
        "INSERT INTO {t}({k}, a, u) VALUES ({4}, 'n', 'u4')",
        "INSERT INTO {t}({k}, a, u) VALUES ({4}, 'n', 'u4'), ({5}, 'o', NULL)",
        "INSERT INTO {t}({k}, a) VALUES ({4}, 'n') RETURNING a",
        "INSERT INTO {t}({k}, a, u) VALUES ({1}, 'n', 'u4')",
        "INSERT OR IGNORE INTO {t}({k}, a, u) VALUES ({1}, 'n', 'u4')",
        "INSERT OR IGNORE INTO {t}({k}, a, u) VALUES ({4}, 'n', 'u2'), ({5}, 'n5', 'u5')",
        "INSERT OR FAIL INTO {t}({k}, a, u) VALUES ({4}, 'n', 'u4'), ({1}, 'n', 'u5')",
        "INSERT OR REPLACE INTO {t}({k}, a, u) VALUES ({1}, 'n', 'u1')",
        "INSERT OR REPLACE INTO {t}({k}, a, u) VALUES ({4}, 'n', 'u2')",
        "INSERT OR REPLACE INTO {t}({k}, a, u) VALUES ({1}, 'n', 'u2')",
        "REPLACE INTO {t}({k}, a, u) VALUES ({1}, 'a1', 'u1')",
        "INSERT OR REPLACE INTO {t}({k}, a, u) SELECT {k}, a || '+', u FROM {t}",
        "INSERT INTO {t}({k}, a, u) VALUES ({4}, 'n', 'u4') ON CONFLICT DO NOTHING",
        "INSERT INTO {t}({k}, a, u) VALUES ({1}, 'n', 'u4') ON CONFLICT DO NOTHING",
        "INSERT INTO {t}({k}, a, u) VALUES ({1}, 'n', 'u4') ON CONFLICT({k}) DO UPDATE SET a = excluded.a",
        "INSERT INTO {t}({k}, a, u) VALUES ({4}, 'n', 'u2') ON CONFLICT(u) DO UPDATE SET a = excluded.a, u = 'u9'",
        "UPDATE {t} SET a = 'x' WHERE {=1}",
        "UPDATE {t} SET a = 'x' || u",
        "UPDATE {t} SET a = a",
        "UPDATE {t} SET a = 'x' WHERE {=6}",
        "UPDATE {t} SET a = NULL, u = NULL WHERE {=2}",
        "UPDATE {t} SET u = 'u2' WHERE {=1}",
        "UPDATE OR IGNORE {t} SET u = 'u2' WHERE {=1}",
        "UPDATE OR REPLACE {t} SET u = 'u2' WHERE {=1}",
        "UPDATE OR FAIL {t} SET u = 'u2'",
        "UPDATE {t} SET {last=4} WHERE {=1}",
        "UPDATE {t} SET {last=4}, a = 'moved' WHERE {=1}",
        "UPDATE {t} SET {last=2} WHERE {=1}",
        "UPDATE OR REPLACE {t} SET {last=2} WHERE {=1}",
        "UPDATE OR REPLACE {t} SET {last=2}, u = 'u3' WHERE {=1}",
        "UPDATE {t} SET {last=6} WHERE {=1};UPDATE {t} SET {last=1} WHERE {=2};UPDATE {t} SET {last=2} WHERE {=6}",
        "DELETE FROM {t} WHERE {=1}",
        "DELETE FROM {t}",
        "DELETE FROM {t} WHERE {=1} RETURNING a",
        "DELETE FROM {t} WHERE {=1};INSERT INTO {t}({k}, a, u) VALUES ({1}, 'again', 'u1')",
        "DELETE FROM {t} WHERE {=1};INSERT INTO {t}({k}, a, u) VALUES ({1}, 'a1', 'u1')",
        "INSERT INTO {t}({k}, a) VALUES ({4}, 'n');DELETE FROM {t} WHERE {=4}",
        "INSERT INTO {t}({k}, a) VALUES ({4}, 'n');UPDATE {t} SET a = 'm' WHERE {=4}",
        "UPDATE {t} SET a = 'x' WHERE {=1};UPDATE {t} SET a = 'a1' WHERE {=1}",
        "UPDATE {t} SET a = 'x' WHERE {=1};DELETE FROM {t} WHERE {=1}",
        "BEGIN;UPDATE {t} SET a = 'x';DELETE FROM {t} WHERE {=2};ROLLBACK",
        "BEGIN;UPDATE {t} SET a = 'x' WHERE {=1};SAVEPOINT s;DELETE FROM {t};ROLLBACK TO s;UPDATE {t} SET a = 'y' WHERE {=2};COMMIT",
        "SAVEPOINT s;DELETE FROM {t} WHERE {=3};ROLLBACK TO s;RELEASE s",
        "DELETE FROM p WHERE id = 'p1'",
        "UPDATE p SET id = 'p9' WHERE id = 'p1'",
        "INSERT OR REPLACE INTO p(id) VALUES('p1')",
        "#CREATE TRIGGER h AFTER INSERT ON {t} BEGIN UPDATE {t} SET a = 'by trigger' WHERE u = NEW.u; END"
                + ";INSERT INTO {t}({k}, a, u) VALUES ({4}, 'n', 'u4')",
        "#CREATE TRIGGER h AFTER UPDATE OF a ON {t} BEGIN INSERT OR REPLACE INTO {t}({k}, a, u) VALUES ({5}, NEW.a, 'u2'); END"
                + ";UPDATE {t} SET a = 'x' WHERE {=1}",
        "#CREATE TRIGGER h BEFORE DELETE ON {t} WHEN OLD.u = 'u2' BEGIN SELECT RAISE(IGNORE); END;DELETE FROM {t}",
        "#CREATE TRIGGER h BEFORE INSERT ON {t} BEGIN DELETE FROM {t} WHERE u = 'u3'; END"
                + ";INSERT INTO {t}({k}, a, u) VALUES ({4}, 'n', 'u3')",
        "#CREATE TRIGGER h AFTER INSERT ON p BEGIN UPDATE {t} SET a = NEW.id; END;INSERT INTO p(id) VALUES('p3')",
    };

    private static final Map<Kind, byte[]> TEMPLATES = new EnumMap<>(Kind.class);

    @TempDir
    Path folder;

    static Stream<Arguments> cases() {
        List<Arguments> cases = new ArrayList<>();
        for (Kind kind : Kind.values()) {
            for (String form : FORMS) {
                cases.add(Arguments.of(kind, form));
            }
        }
        return cases.stream();
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("cases")
    void the_journal_holds_exactly_the_difference(Kind kind, String form) throws Exception {
        holdsExactlyTheDifference(kind, form, false);
        holdsExactlyTheDifference(kind, form, true);
    }

    /** @param everything recursive triggers on the host's connection, edit times and delete marks in the journal */
    private void holdsExactlyTheDifference(Kind kind, String form, boolean everything) throws Exception {
        Path path = folder.resolve("host" + everything);
        Files.write(path, TEMPLATES.computeIfAbsent(kind, this::template));
        try (HostFile file = HostFile.existing(path)) {
            file.host("PRAGMA foreign_keys = ON", "PRAGMA recursive_triggers = " + everything);
            List<String> statements = new ArrayList<>(List.of(kind.fill(form).split(";(?! END)")));
            if (statements.get(0).startsWith("#")) {
                file.host(statements.remove(0).substring(1));
            }
            Journal journal =
                    file.capture(new CaptureOptions(kind.plainName(), kind.declaredKey(), everything, everything));
            TableContents before = file.contents(journal);

            for (String sql : statements) {
                failingLikeTheHostExpects(file, sql);
            }

            assertThat(TableContents.captured(file.pending(journal)))
                    .as("recursive triggers, edit times and delete marks: %s", everything)
                    .isEqualTo(before.changesTo(file.contents(journal)));
            assertThat(file.rows("PRAGMA integrity_check")).containsExactly("ok");
        }
    }

    private byte[] template(Kind kind) {
        Path path = folder.resolve("template");
        try {
            Files.deleteIfExists(path);
            try (HostFile file = new HostFile(path, "CREATE TABLE p(id TEXT PRIMARY KEY)")) {
                file.host("INSERT INTO p(id) VALUES ('p1'), ('p2')")
                        .host(kind.ddl().toArray(String[]::new));
                for (int i = 1; i <= 3; i++) {
                    file.host(kind.fill("INSERT INTO {t}({k}, a, u, parent) VALUES ({" + i + "}, 'a" + i + "', 'u" + i
                            + "', 'p" + (i == 3 ? 2 : 1) + "')"));
                }
            }
            return Files.readAllBytes(path);
        } catch (IOException | SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Some forms are meant to break a constraint: what matters is what is in the table and the journal afterwards. */
    private static void failingLikeTheHostExpects(HostFile file, String sql) throws SQLException {
        try {
            file.host(sql);
        } catch (SQLException e) {
            assertThat(e.getMessage()).contains("CONSTRAINT");
        }
    }
}
