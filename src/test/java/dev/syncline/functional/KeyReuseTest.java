package dev.syncline.functional;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.config.SyncedTable;
import dev.syncline.conflict.ConflictSeverity;
import dev.syncline.conflict.ResolutionStrategy;
import dev.syncline.testing.TwoDevices;
import dev.syncline.testing.server.EntityRules.ParentDelete;
import dev.syncline.testing.server.Fault;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A number that is given again after its row was deleted names another record, where the backend assigns ids. Defends G1, G2, G5
 * and G8.
 */
class KeyReuseTest {
    @RegisterExtension
    final TwoDevices two = TwoDevices.with(
            rules -> rules.entity("place", place -> place.serverIds())
                    .entity("visit", visit -> visit.serverIds().references("place_id", "place", ParentDelete.REFUSE))
                    .entity("seat", seat -> seat.serverIds().unique("place"))
                    .entity("rating", rating -> rating.references("place_id", "place", ParentDelete.REFUSE)),
            List.of(
                    SyncedTable.named("place").key("id").build(),
                    SyncedTable.named("visit")
                            .key("id")
                            .references("place_id", "place")
                            .build(),
                    SyncedTable.named("rating")
                            .key("place_id", "guest")
                            .references("place_id", "place")
                            .build(),
                    SyncedTable.named("seat")
                            .key("id")
                            .strategy(ResolutionStrategy.REMOTE_WINS)
                            .autoResolve(ConflictSeverity.values())
                            .build()),
            "CREATE TABLE place(id INTEGER PRIMARY KEY, name TEXT)",
            "CREATE TABLE visit(id INTEGER PRIMARY KEY, place_id INTEGER REFERENCES place(id), note TEXT)",
            "CREATE TABLE seat(id INTEGER PRIMARY KEY, place TEXT UNIQUE, guest TEXT)",
            "CREATE TABLE rating(place_id INTEGER REFERENCES place(id), guest TEXT, stars INTEGER,"
                    + " PRIMARY KEY(place_id, guest))");

    @Test
    void a_row_made_under_a_deleted_number_is_another_record() {
        two.shared("INSERT INTO place VALUES(1, 'old')");
        two.a().sql("DELETE FROM place");
        two.a().sql("INSERT INTO place VALUES(1, 'new')");
        assertThat(two.a().manager().pendingChanges()).isEqualTo(1);
        two.agree();
        assertThat(two.server().rows("place").find("1")).isEmpty();
        assertThat(two.server()
                        .rows("place")
                        .find("2")
                        .orElseThrow()
                        .path("name")
                        .asText())
                .isEqualTo("new");
    }

    @Test
    void a_row_made_again_as_it_was_was_never_deleted() {
        two.shared("INSERT INTO place VALUES(1, 'old')");
        two.a().sql("DELETE FROM place");
        two.a().sql("INSERT INTO place VALUES(1, 'old')");
        two.agree();
        assertThat(two.server().rows("place").version("1")).isEqualTo(1);
    }

    @Test
    void an_edit_elsewhere_of_the_deleted_record_does_not_touch_the_new_row() {
        two.shared("INSERT INTO place VALUES(1, 'old')");
        two.serverClock().advance(java.time.Duration.ofDays(1));
        two.server().rows("place").update("1", Map.of("name", "edited elsewhere"));
        two.a().sql("DELETE FROM place");
        two.a().sql("INSERT INTO place VALUES(1, 'new')");
        two.agree();
        assertThat(two.a().query("SELECT name FROM place ORDER BY id"))
                .extracting(row -> row.get("name"))
                .containsExactly("new", "edited elsewhere");
        assertThat(two.a().value("SELECT min(id) FROM place")).isEqualTo(1);
        assertThat(two.a().query("SELECT * FROM syncline_conflicts WHERE conflict_type = 'DELETE_UPDATE'"))
                .hasSize(1);
    }

    @Test
    void a_record_that_refers_to_the_deleted_one_does_not_refer_to_the_new_row() {
        two.shared("INSERT INTO place VALUES(1, 'old')");
        two.server().rows("visit").create(null, Map.of("place_id", 1, "note", "to the old one"));
        two.a().sql("DELETE FROM place");
        two.a().sql("INSERT INTO place VALUES(1, 'new')");
        two.a().sync();
        two.agree();
        assertThat(two.a().value("SELECT p.name FROM visit v JOIN place p ON p.id = v.place_id"))
                .isEqualTo("old");
        assertThat(two.a().value("SELECT min(id) FROM place")).isEqualTo(1);
    }

    @Test
    void a_child_that_moves_away_and_back_moves_from_the_old_record_to_the_new_one() {
        two.shared("INSERT INTO place VALUES(1, 'old'), (2, 'other')");
        two.shared("INSERT INTO visit VALUES(1, 1, 'lovely')");
        two.a().sql("UPDATE visit SET place_id = 2");
        two.a().sql("DELETE FROM place WHERE id = 1");
        two.a().sql("INSERT INTO place VALUES(1, 'new')");
        two.a().sql("UPDATE visit SET place_id = 1");
        two.agree();
        assertThat(two.b().value("SELECT p.name FROM visit v JOIN place p ON p.id = v.place_id"))
                .isEqualTo("new");
    }

    @Test
    void a_child_with_the_number_in_its_key_goes_and_comes_with_it() {
        two.shared("INSERT INTO place VALUES(1, 'old')");
        two.shared("INSERT INTO rating VALUES(1, 'Ada', 3)");
        two.a().sql("DELETE FROM rating");
        two.a().sql("DELETE FROM place");
        two.a().sql("INSERT INTO place VALUES(1, 'new')");
        two.a().sql("INSERT INTO rating VALUES(1, 'Ada', 5)");
        two.agree();
        assertThat(two.b().value("SELECT stars || name FROM rating JOIN place ON id = place_id"))
                .isEqualTo("5new");
        assertThat(two.server().rows("rating").find("1,Ada")).isEmpty();
    }

    @Test
    void a_deletion_on_its_way_stays_that_of_the_old_record() {
        two.shared("INSERT INTO place VALUES(1, 'old')");
        two.a().sql("DELETE FROM place");
        two.server().faults().when((method, path) -> method.equals("DELETE"), Fault.reset());
        two.a().sync();
        two.server().faults().clear();
        two.a().sql("INSERT INTO place VALUES(1, 'new')");
        two.serverClock().advance(java.time.Duration.ofDays(1));
        two.server().rows("place").update("1", Map.of("name", "edited elsewhere"));
        two.a().sync();
        two.agree();
        assertThat(two.a().query("SELECT name FROM place ORDER BY id"))
                .extracting(row -> row.get("name"))
                .containsExactly("new", "edited elsewhere");
    }

    @Test
    void a_create_on_its_way_is_followed_by_its_deletion_and_the_new_row() throws Exception {
        two.a().manager();
        two.a().sql("INSERT INTO place VALUES(1, 'old')");
        two.syncMeanwhile(two.a(), (method, path) -> method.equals("POST"), () -> {
            two.a().sql("DELETE FROM place");
            two.a().sql("INSERT INTO place VALUES(1, 'new')");
        });
        two.agree();
        assertThat(two.server().rows("place").find("1")).isEmpty();
        assertThat(two.server()
                        .rows("place")
                        .find("2")
                        .orElseThrow()
                        .path("name")
                        .asText())
                .isEqualTo("new");
    }

    @Test
    void a_conflict_in_the_inbox_stays_that_of_the_old_record() {
        two.shared("INSERT INTO place VALUES(1, 'old')");
        two.a().sql("UPDATE place SET name = 'mine'");
        two.server().rows("place").delete("1");
        two.sync(two.a());
        two.a().sql("DELETE FROM place");
        two.a().sql("INSERT INTO place VALUES(1, 'new')");
        TwoDevices.decide(two.a(), ResolutionStrategy.REMOTE_WINS);
        two.agree();
        assertThat(two.a().value("SELECT name FROM place")).isEqualTo("new");
    }

    @Test
    void a_record_that_takes_up_a_number_left_behind_can_be_deleted_before_anything_is_sent() throws Exception {
        two.a().manager();
        two.a().sql("INSERT INTO place VALUES(1, 'never sent')");
        two.a().sql("DELETE FROM place");
        two.server().rows("place").create(null, Map.of("name", "from elsewhere"));
        two.syncMeanwhile(
                two.a(),
                (method, path) -> path.contains("rating"),
                () -> two.a().sql("DELETE FROM place"));
        two.agree();
        assertThat(two.server().rows("place").find("1")).isEmpty();
    }

    @Test
    void a_record_that_comes_back_but_finds_no_room_stays_apart_from_the_rows_made_since() {
        two.shared("INSERT INTO seat VALUES(1, 'front', 'Ada')");
        two.b().sql("DELETE FROM seat");
        two.b().sql("INSERT INTO seat VALUES(1, 'front', 'Bob')");
        boolean[] edited = {false};
        two.server()
                .faults()
                .when(
                        (method, path) -> {
                            if (!method.equals("GET") && !edited[0]) {
                                edited[0] = true;
                                two.server().rows("seat").update("1", Map.of("guest", "Ada L."));
                            }
                            return false;
                        },
                        Fault.reset());
        two.b().sync();
        two.server().faults().clear();
        two.b().sql("INSERT INTO seat(place, guest) VALUES('back', 'Cleo')");
        two.b().sql("UPDATE seat SET place = 'aisle' WHERE guest = 'Bob'");
        two.agree();
        assertThat(two.a().query("SELECT place || guest AS taken FROM seat ORDER BY guest"))
                .extracting(row -> row.get("taken"))
                .containsExactly("frontAda L.", "aisleBob", "backCleo");
    }
}
