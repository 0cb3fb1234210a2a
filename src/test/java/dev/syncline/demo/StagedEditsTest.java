package dev.syncline.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.config.SyncedTable;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Defends the demo's word on G5 and G6: the collisions it shows must really be collisions. */
class StagedEditsTest {

    private static final int ROWS = 400;
    private static final int SHIFT = 10_000;

    @TempDir
    Path dir;

    @Test
    void both_devices_choose_the_same_rows_though_their_keys_differ() throws SQLException {
        try (Sql a = device("a.db", 0);
                Sql b = device("b.db", SHIFT)) {
            StagedEdits.Tally onA = edits(a).work("A", a);
            edits(b).work("B", b);

            assertThat(onA.edited()).isPositive();
            assertThat(onA.deleted()).isPositive();
            assertThat(onA.created()).isEqualTo(4);
            Set<Long> alike = ids(a, "SELECT id FROM item WHERE name = 'edited by both'");
            assertThat(alike)
                    .isNotEmpty()
                    .isEqualTo(ids(b, "SELECT id - 10000 FROM item WHERE name = 'edited by both'"));
            Set<Long> sameField = ids(a, "SELECT id FROM item WHERE name = 'edited by A'");
            sameField.retainAll(ids(b, "SELECT id - 10000 FROM item WHERE name = 'edited by B'"));
            assertThat(sameField).as("edited on both").isNotEmpty();
            Set<Long> joined = ids(a, "SELECT id FROM item WHERE name = 'edited by A'");
            joined.retainAll(ids(b, "SELECT id - 10000 FROM item WHERE price = '21.25'"));
            assertThat(joined).as("edited in different fields").isNotEmpty();
            Set<Long> gone = ids(b, "SELECT id - 10000 FROM item WHERE name LIKE 'edited by B'");
            gone.removeAll(ids(a, "SELECT id FROM item"));
            assertThat(gone).as("deleted on A, edited on B").isNotEmpty();
        }
    }

    @Test
    void new_children_belong_to_new_parents() throws SQLException {
        try (Sql a = device("a.db", 0)) {
            edits(a).work("A", a);

            assertThat(a.number("SELECT count(*) FROM item JOIN shelf ON shelf.id = item.shelf"
                            + " WHERE item.name LIKE 'made on A%' AND shelf.label LIKE 'made on A%'"))
                    .isEqualTo(2);
        }
    }

    @Test
    void done_once_more_it_changes_nothing() throws SQLException {
        try (Sql a = device("a.db", 0)) {
            edits(a).work("A", a);
            long changes = a.number("SELECT total_changes()");

            assertThat(edits(a).work("A", a)).isEqualTo(new StagedEdits.Tally(0, 0, 0));
            assertThat(a.number("SELECT total_changes()")).isEqualTo(changes);
        }
    }

    private static Set<Long> ids(Sql sql, String query) throws SQLException {
        return new TreeSet<>(sql.list(query, row -> row.getLong(1)));
    }

    private static StagedEdits edits(Sql sql) throws SQLException {
        List<TableShape> shapes = SchemaReader.read(sql).tables();
        List<SyncedTable> synced = shapes.stream().map(TableShape::synced).toList();
        return new StagedEdits(42, shapes, synced);
    }

    private Sql device(String file, int shift) throws SQLException {
        Sql sql = Sql.open(dir.resolve(file));
        String numbers = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < " + ROWS + ") ";
        sql.script(
                "CREATE TABLE shelf(id INTEGER PRIMARY KEY, label TEXT)",
                "CREATE TABLE item(id INTEGER PRIMARY KEY, shelf INTEGER NOT NULL REFERENCES shelf, name TEXT,"
                        + " price DECIMAL(10,2))",
                "CREATE TABLE syncline_table(id INTEGER PRIMARY KEY, name TEXT)",
                "CREATE TABLE syncline_id_mapping(t INTEGER, local_id INTEGER, remote_id TEXT)",
                "INSERT INTO syncline_table VALUES (1, 'shelf'), (2, 'item')",
                "INSERT INTO shelf VALUES (" + (1 + shift) + ", 'low')",
                numbers + "INSERT INTO item SELECT i + " + shift + ", " + (1 + shift) + ", 'item', 1.5 FROM n",
                "INSERT INTO syncline_id_mapping VALUES (1, " + (1 + shift) + ", '1')",
                numbers + "INSERT INTO syncline_id_mapping SELECT 2, i + " + shift + ", CAST(i AS TEXT) FROM n");
        return sql;
    }
}
