package dev.syncline.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.config.IdAssignment;
import dev.syncline.config.Reference;
import dev.syncline.config.SyncedTable;
import dev.syncline.config.ValueType;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Defends G8 for databases nobody declared: what the schema says of keys and references must reach Syncline. */
class SchemaReaderTest {

    @TempDir
    Path dir;

    @Test
    void orders_parents_before_children_whatever_their_names() throws SQLException {
        SchemaReader.Schema schema = read(
                "CREATE TABLE a(id INTEGER PRIMARY KEY, b INTEGER REFERENCES b(id))",
                "CREATE TABLE b(id INTEGER PRIMARY KEY, c INTEGER REFERENCES c)",
                "CREATE TABLE c(id INTEGER PRIMARY KEY, boss INTEGER REFERENCES c(id))");

        assertThat(schema.tables()).extracting(TableShape::name).containsExactly("c", "b", "a");
        assertThat(schema.tables()).allMatch(TableShape::serverIds);
    }

    @Test
    void endures_tables_that_refer_to_each_other() throws SQLException {
        SchemaReader.Schema schema = read(
                "CREATE TABLE hen(id INTEGER PRIMARY KEY, egg INTEGER REFERENCES egg(id))",
                "CREATE TABLE egg(id INTEGER PRIMARY KEY, hen INTEGER REFERENCES hen(id))");

        assertThat(schema.tables()).extracting(TableShape::name).containsExactlyInAnyOrder("hen", "egg");
    }

    @Test
    void reads_composite_keys_and_leaves_their_ids_to_the_device() throws SQLException {
        SyncedTable track = table(
                "playlist_track",
                "CREATE TABLE playlist(id INTEGER PRIMARY KEY)",
                "CREATE TABLE track(id INTEGER PRIMARY KEY)",
                "CREATE TABLE playlist_track(position TEXT, track INTEGER REFERENCES TRACK(ID),"
                        + " playlist INTEGER REFERENCES playlist, PRIMARY KEY(playlist, track))");

        assertThat(track.key()).containsExactly("playlist", "track");
        assertThat(track.ids()).isEqualTo(IdAssignment.CLIENT);
        assertThat(track.references())
                .containsExactlyInAnyOrder(new Reference("playlist", "playlist"), new Reference("track", "track"));
    }

    @Test
    void follows_a_composite_foreign_key_to_where_each_part_comes_from() throws SQLException {
        SyncedTable note = table(
                "note",
                "CREATE TABLE playlist(id INTEGER PRIMARY KEY)",
                "CREATE TABLE entry(playlist INTEGER REFERENCES playlist, place INTEGER, PRIMARY KEY(playlist, place))",
                "CREATE TABLE note(id INTEGER PRIMARY KEY, p INTEGER, n INTEGER,"
                        + " FOREIGN KEY(p, n) REFERENCES entry(playlist, place))");

        assertThat(note.references()).containsExactly(new Reference("p", "playlist"));
    }

    @Test
    void leaves_the_id_of_a_row_that_extends_another_to_the_device() throws SQLException {
        SyncedTable detail = table(
                "detail",
                "CREATE TABLE person(id INTEGER PRIMARY KEY)",
                "CREATE TABLE detail(person INTEGER PRIMARY KEY REFERENCES person(id), text TEXT)");

        assertThat(detail.ids()).isEqualTo(IdAssignment.CLIENT);
        assertThat(detail.references()).containsExactly(new Reference("person", "person"));
    }

    @Test
    void takes_types_from_the_declaration_and_corrects_them_by_what_is_there() throws SQLException {
        SyncedTable item = table(
                "item",
                "CREATE TABLE item(id TEXT PRIMARY KEY, price NUMERIC(10,2), odd DECIMAL, picture BLOB, mixed, plain)",
                "INSERT INTO item VALUES ('a', 1.5, 'n/a', x'01', x'02', 1), ('b', 2, 3, NULL, 'text', 2)");

        assertThat(item.ids()).isEqualTo(IdAssignment.CLIENT);
        assertThat(item.typeOf("price")).isEqualTo(ValueType.DECIMAL);
        assertThat(item.typeOf("odd")).isEqualTo(ValueType.PLAIN);
        assertThat(item.typeOf("picture")).isEqualTo(ValueType.BLOB);
        assertThat(item.typeOf("plain")).isEqualTo(ValueType.PLAIN);
        assertThat(item.localOnly()).containsExactly("mixed");
    }

    @Test
    void renames_columns_that_the_protocol_uses_itself() throws SQLException {
        SyncedTable file = table(
                "file",
                "CREATE TABLE file(path TEXT PRIMARY KEY, id INTEGER, version TEXT, version_ TEXT, deleted INTEGER)");

        assertThat(List.of("id", "version", "deleted").stream().map(file::fieldOf))
                .containsExactly("id_", "version__", "deleted_");
    }

    @Test
    void leaves_out_and_names_what_has_no_key() throws SQLException {
        SchemaReader.Schema schema = read(
                "CREATE TABLE log(line TEXT)",
                "CREATE TABLE kept(id INTEGER PRIMARY KEY, twice INTEGER GENERATED ALWAYS AS (id * 2))",
                "CREATE VIEW shown AS SELECT * FROM kept",
                "CREATE TABLE syncline_queue(id INTEGER PRIMARY KEY)");

        assertThat(schema.tables()).extracting(TableShape::name).containsExactly("kept");
        assertThat(schema.tables().get(0).columns())
                .extracting(TableShape.Column::name)
                .containsExactly("id");
        assertThat(schema.leftOut()).containsExactly("log (it has no primary key)");
    }

    @Test
    void tells_which_columns_are_free_to_edit() throws SQLException {
        SchemaReader.Schema schema = read(
                "CREATE TABLE p(id INTEGER PRIMARY KEY)",
                "CREATE TABLE t(id INTEGER PRIMARY KEY, p INTEGER REFERENCES p, mail TEXT UNIQUE, name TEXT, day DATE)");

        TableShape shape = schema.tables().get(1);
        assertThat(new EditableTable(shape, shape.synced()).free())
                .extracting(TableShape.Column::name)
                .containsExactly("name");
        assertThat(schema.tables().get(0).referenced()).isTrue();
        assertThat(schema.tables().get(1).referenced()).isFalse();
    }

    private SyncedTable table(String name, String... statements) throws SQLException {
        return read(statements).tables().stream()
                .filter(shape -> shape.name().equals(name))
                .findFirst()
                .orElseThrow()
                .synced();
    }

    private SchemaReader.Schema read(String... statements) throws SQLException {
        try (Sql sql = Sql.open(dir.resolve("some.db"))) {
            sql.script(statements);
            return SchemaReader.read(sql);
        }
    }
}
