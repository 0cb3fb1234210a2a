package dev.syncline.functional;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.config.SyncedTable;
import dev.syncline.conflict.Conflict;
import dev.syncline.conflict.ConflictType;
import dev.syncline.conflict.ResolutionStrategy;
import dev.syncline.testing.TwoDevices;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The same thing made on two devices, each before it heard of the other's, is one record in the end, whoever assigns its id. Defends G2, G5,
 * G6 and G8.
 */
class NaturalKeyTest {
    @RegisterExtension
    final TwoDevices two = TwoDevices.with(
            rules -> rules.entity("numbered", entity -> entity.serverIds())
                    .entity("entry", entity -> entity.serverIds()),
            List.of(
                    SyncedTable.named("numbered").key("id").naturalKey("name").build(),
                    SyncedTable.named("named").key("id").naturalKey("name").build(),
                    SyncedTable.named("asked")
                            .key("id")
                            .naturalKey("name")
                            .strategy(ResolutionStrategy.MANUAL)
                            .build(),
                    SyncedTable.named("entry")
                            .key("id")
                            .references("numbered_id", "numbered")
                            .references("named_id", "named")
                            .build()),
            "CREATE TABLE numbered(id INTEGER PRIMARY KEY, name TEXT UNIQUE, color TEXT)",
            "CREATE TABLE named(id TEXT PRIMARY KEY, name TEXT UNIQUE, color TEXT)",
            "CREATE TABLE asked(id TEXT PRIMARY KEY, name TEXT, color TEXT)",
            "CREATE TABLE entry(id INTEGER PRIMARY KEY, numbered_id INTEGER REFERENCES numbered(id),"
                    + " named_id TEXT REFERENCES named(id), note TEXT)");

    /** Rows made before would count as those that the backend has under their ids. */
    @BeforeEach
    void open() {
        two.a().manager();
        two.b().manager();
    }

    @ParameterizedTest
    @CsvSource({"numbered, 1, 5", "named, a, b"})
    void one_record_is_left_and_what_refers_to_it_follows(String table, String here, String there) {
        two.a().sql("INSERT INTO " + table + " VALUES(?, 'Travel', 'red')", here);
        two.a().sql("INSERT INTO entry(id, " + table + "_id, note) VALUES(1, ?, 'of a')", here);
        two.sync(two.a());
        two.b().sql("INSERT INTO " + table + " VALUES(?, 'Travel', 'red')", there);
        two.b().sql("INSERT INTO entry(id, " + table + "_id, note) VALUES(1, ?, 'of b')", there);
        two.b().sql("INSERT INTO " + table + " VALUES(?, 'Food', 'blue')", there + "7");
        two.agree();
        assertThat(two.server().rows(table).all()).hasSize(2);
        assertThat(two.b().manager().conflicts().count()).isZero();
        for (var device : List.of(two.a(), two.b())) {
            assertThat(device.query("SELECT e.note FROM entry e JOIN " + table + " t ON t.id = e." + table
                            + "_id WHERE t.name = 'Travel' ORDER BY e.note"))
                    .containsExactly(Map.of("note", "of a"), Map.of("note", "of b"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"numbered", "named"})
    void where_the_two_differ_the_rules_decide_and_keep_what_lost(String table) {
        two.a().sql("INSERT INTO " + table + " VALUES('1', 'Travel', 'red')");
        two.sync(two.a());
        two.b().sql("INSERT INTO " + table + " VALUES('2', 'Travel', 'green')");
        two.agree();
        assertThat(two.server().rows(table).all()).hasSize(1);
        assertThat(two.b()
                        .query("SELECT conflict_type FROM syncline_conflicts WHERE local_data LIKE '%green%'"
                                + " AND remote_data LIKE '%red%'"))
                .containsExactly(Map.of("conflict_type", "CREATE_EXISTS"));
    }

    @ParameterizedTest
    @CsvSource({"LOCAL_WINS, green", "REMOTE_WINS, red"})
    void a_person_can_decide_which_of_the_two_it_shall_be(ResolutionStrategy strategy, String color) {
        two.a().sql("INSERT INTO asked VALUES('a', 'Travel', 'red')");
        two.sync(two.a());
        two.b().sql("INSERT INTO asked VALUES('b', 'Travel', 'green')");
        two.sync(two.b());
        Conflict open = TwoDevices.onlyConflict(two.b());
        assertThat(open.conflictType()).isEqualTo(ConflictType.CREATE_EXISTS);
        assertThat(open.conflictingFields()).containsExactly("color");
        TwoDevices.decide(two.b(), strategy);
        two.agree();
        assertThat(two.a().query("SELECT * FROM asked"))
                .containsExactly(Map.of("id", "a", "name", "Travel", "color", color));
    }

    @Test
    void other_names_absent_names_and_rows_that_were_sent_stay_what_they_are() {
        two.a().sql("INSERT INTO asked VALUES('a', 'Travel', 'red'), ('n', NULL, 'red')");
        two.sync(two.a());
        two.b().sql("INSERT INTO asked VALUES('b', 'travel', 'green'), ('m', NULL, 'green')");
        two.agree();
        assertThat(two.server().rows("asked").all()).hasSize(4);
        two.server().rows("asked").create("z", Map.of("name", "Travel", "color", "white"));
        two.agree();
        assertThat(two.a().query("SELECT id FROM asked")).hasSize(5);
    }
}
