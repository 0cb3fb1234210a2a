package dev.syncline.functional;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.syncline.config.SyncedTable;
import dev.syncline.conflict.ConflictSeverity;
import dev.syncline.conflict.ResolutionStrategy;
import dev.syncline.testing.Device;
import dev.syncline.testing.TwoDevices;
import dev.syncline.testing.server.Fault;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The same thing made twice is one record also where keys have several columns, where a parent's id is part of its children's keys, and
 * where the rows were there before the first sync. Defends G2, G5, G6 and G8.
 */
class NaturalKeyShapesTest {
    @RegisterExtension
    final TwoDevices two = TwoDevices.with(
            rules -> rules.entity("wallet", wallet -> wallet.serverIds()),
            List.of(
                    SyncedTable.named("shelf")
                            .key("hall", "nr")
                            .naturalKey("label")
                            .build(),
                    SyncedTable.named("place").key("id").naturalKey("name").build(),
                    SyncedTable.named("word")
                            .key("place_id", "nr")
                            .naturalKey("place_id", "text")
                            .references("place_id", "place")
                            .build(),
                    SyncedTable.named("detail")
                            .key("place_id")
                            .references("place_id", "place")
                            .build(),
                    SyncedTable.named("remark")
                            .key("id")
                            .references("detail_id", "detail")
                            .build(),
                    SyncedTable.named("asked")
                            .key("hall", "nr")
                            .naturalKey("label")
                            .autoResolve()
                            .severity(ConflictSeverity.HIGH, "note")
                            .build(),
                    SyncedTable.named("wallet").key("id").naturalKey("name").build()),
            "CREATE TABLE shelf(hall TEXT, nr INTEGER, label TEXT UNIQUE, note TEXT, PRIMARY KEY(hall, nr))",
            "CREATE TABLE place(id TEXT PRIMARY KEY, name TEXT UNIQUE, color TEXT)",
            "CREATE TABLE word(place_id TEXT REFERENCES place(id) ON DELETE CASCADE, nr INTEGER, text TEXT, note TEXT,"
                    + " PRIMARY KEY(place_id, nr))",
            "CREATE TABLE detail(place_id TEXT PRIMARY KEY REFERENCES place(id) ON DELETE CASCADE, size INTEGER)",
            "CREATE TABLE remark(id TEXT PRIMARY KEY, detail_id TEXT REFERENCES detail(place_id), text TEXT)",
            "CREATE TABLE asked(hall TEXT, nr INTEGER, label TEXT, note TEXT, PRIMARY KEY(hall, nr))",
            "CREATE TABLE wallet(id INTEGER PRIMARY KEY, name TEXT UNIQUE, owner TEXT)");

    private void open() {
        two.a().manager();
        two.b().manager();
    }

    @Test
    void a_row_with_a_key_of_several_columns_takes_the_key_of_its_namesake() {
        open();
        two.a().sql("INSERT INTO shelf VALUES('north', 1, 'poems', 'of a')");
        two.sync(two.a());
        two.b().sql("INSERT INTO shelf VALUES('south', 7, 'poems', 'of a')");
        two.agree();
        assertThat(two.server().rows("shelf").all()).hasSize(1);
        assertThat(two.b().query("SELECT hall, nr FROM shelf")).containsExactly(Map.of("hall", "north", "nr", 1));
        two.b().sql("UPDATE shelf SET note = 'later'");
        two.agree();
        assertThat(two.a().value("SELECT note FROM shelf")).isEqualTo("later");
    }

    @Test
    void where_a_person_is_to_decide_it_waits_under_its_new_key() {
        open();
        two.a().sql("INSERT INTO asked VALUES('north', 1, 'poems', 'of a')");
        two.sync(two.a());
        two.b().sql("INSERT INTO asked VALUES('south', 7, 'poems', 'of b')");
        two.sync(two.b());
        assertThat(TwoDevices.onlyConflict(two.b()).conflictingFields()).containsExactly("note");
        two.b().sql("UPDATE asked SET note = 'of b, later'");
        two.sync(two.b());
        TwoDevices.decide(two.b(), ResolutionStrategy.LOCAL_WINS);
        two.agree();
        assertThat(two.a().query("SELECT hall, note FROM asked"))
                .containsExactly(Map.of("hall", "north", "note", "of b, later"));
    }

    @Test
    void rows_whose_key_holds_the_key_of_the_namesake_follow_it_at_every_depth() {
        open();
        two.a().sql("INSERT INTO place VALUES('a', 'Rome', 'red')");
        two.a().sql("INSERT INTO word VALUES('a', 1, 'old', 'of a')");
        two.sync(two.a());
        two.b().sql("INSERT INTO place VALUES('b', 'Rome', 'red'), ('c', 'Oslo', 'blue')");
        two.b().sql("INSERT INTO word VALUES('b', 2, 'big', 'of b'), ('c', 1, 'old', 'of b')");
        two.b().sql("INSERT INTO detail VALUES('b', 5)");
        two.b().sql("INSERT INTO remark VALUES('r', 'b', 'nice')");
        two.agree();
        for (Device device : List.of(two.a(), two.b())) {
            assertThat(device.value("SELECT group_concat(place_id || nr || text, ' ')"
                            + " FROM (SELECT * FROM word ORDER BY place_id, nr)"))
                    .isEqualTo("a1old a2big c1old");
            assertThat(device.value("SELECT detail_id FROM remark")).isEqualTo("a");
            assertThat(device.query("SELECT place_id, size FROM detail"))
                    .containsExactly(Map.of("place_id", "a", "size", 5));
        }
        assertThat(two.server().rows("place").all()).hasSize(2);
        assertThat(two.server().rows("word").all()).hasSize(3);
    }

    @Test
    void a_name_may_hold_within_one_parent_only() {
        open();
        two.shared("INSERT INTO place VALUES('a', 'Rome', 'red'), ('c', 'Oslo', 'blue')");
        two.a().sql("INSERT INTO word VALUES('a', 1, 'old', 'x'), ('a', 2, 'big', 'x')");
        two.sync(two.a());
        two.b().sql("INSERT INTO word VALUES('a', 9, 'old', 'x'), ('c', 9, 'big', 'x')");
        two.agree();
        assertThat(two.b()
                        .value("SELECT group_concat(place_id || nr || text, ' ')"
                                + " FROM (SELECT * FROM word ORDER BY place_id, nr)"))
                .isEqualTo("a1old a2big c9big");
    }

    @Test
    void a_key_that_another_row_here_has_already_lets_both_stay() {
        open();
        two.a().sql("INSERT INTO place VALUES('a', 'Rome', 'red')");
        two.a().sql("INSERT INTO word VALUES('a', 2, 'old', 'of a')");
        two.sync(two.a());
        two.b().sql("INSERT INTO place VALUES('b', 'Rome', 'red')");
        two.b().sql("INSERT INTO word VALUES('b', 2, 'big', 'of b')");
        two.b().sync();
        two.agree();
        assertThat(two.b().manager().conflicts().count()).isZero();
        assertThat(two.b().query("SELECT place_id, nr FROM word")).hasSize(1);
        assertThat(two.b()
                        .query("SELECT conflict_type FROM syncline_conflicts WHERE entity_type = 'word'"
                                + " AND local_data LIKE '%big%' AND remote_data LIKE '%old%'"))
                .containsExactly(Map.of("conflict_type", "CREATE_EXISTS"));
    }

    /** Nothing is open yet when the rows are made. */
    @Nested
    class Before {
        @Test
        void rows_of_before_the_first_sync_meet_by_name_whatever_their_numbers() {
            two.a().sql("INSERT INTO wallet VALUES(1, 'cash', 'ann'), (2, 'bank', 'ann')");
            two.sync(two.a());
            two.b().sql("INSERT INTO wallet VALUES(1, 'bank', 'ann'), (2, 'cash', 'bob'), (3, 'safe', 'bob')");
            two.agree();
            assertThat(two.server().rows("wallet").all()).hasSize(3);
            assertThat(two.b().query("SELECT conflicting_fields FROM syncline_conflicts"))
                    .containsExactly(Map.of("conflicting_fields", "[\"owner\"]"));
            assertThat(two.b().value("SELECT name FROM wallet WHERE id = 1")).isEqualTo("bank");
        }

        @Test
        void one_without_a_name_is_taken_for_the_record_of_its_number() {
            two.a().sql("INSERT INTO wallet VALUES(1, 'cash', 'ann')");
            two.sync(two.a());
            two.b().sql("INSERT INTO wallet VALUES(1, NULL, 'ann')");
            two.agree();
            assertThat(two.server().rows("wallet").all()).hasSize(1);
        }

        @Test
        void rows_with_ids_of_the_device_meet_by_name_too_and_are_not_sent_before_all_were_read() {
            two.a().sql("INSERT INTO place VALUES('a', 'Rome', 'red'), ('z', 'Bonn', 'red')");
            two.sync(two.a());
            two.b().sql("INSERT INTO place VALUES('b', 'Rome', 'red')");
            two.b().sql("INSERT INTO word VALUES('b', 2, 'big', 'of b')");
            two.server().faults().next(Fault.status(503), Fault.status(503));
            two.b().sync();
            two.server().faults().clear();
            two.agree();
            assertThat(two.server().rows("place").all()).hasSize(2);
            assertThat(two.a().value("SELECT place_id FROM word")).isEqualTo("a");
        }
    }

    @Test
    void a_natural_key_that_is_the_key_itself_tells_nothing() {
        assertThatThrownBy(() -> SyncedTable.named("t")
                        .key("a", "b")
                        .naturalKey("b", "a")
                        .build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("natural key");
        assertThatThrownBy(() ->
                        SyncedTable.named("t").key("a").naturalKey("a", "b").build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("natural key");
    }
}
