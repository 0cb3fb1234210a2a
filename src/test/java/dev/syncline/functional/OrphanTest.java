package dev.syncline.functional;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.config.SyncedTable;
import dev.syncline.conflict.Conflict;
import dev.syncline.conflict.ConflictSeverity;
import dev.syncline.conflict.ConflictType;
import dev.syncline.conflict.ResolutionStrategy;
import dev.syncline.progress.SyncMode;
import dev.syncline.testing.TwoDevices;
import dev.syncline.testing.server.EntityRules.ParentDelete;
import dev.syncline.testing.server.Fault;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * One side deletes a parent, the other makes a row refer to it: nobody's work is lost or stuck for ever. Defends G1, G5, G6, G8
 * and G12.
 */
class OrphanTest {
    @RegisterExtension
    final TwoDevices two = TwoDevices.with(
            rules -> rules.entity("place", place -> place.serverIds())
                    .entity("visit", visit -> visit.serverIds().references("place_id", "place", ParentDelete.REFUSE))
                    .entity("photo", photo -> photo.references("place_id", "place", ParentDelete.REFUSE))
                    .entity("letter", letter -> letter.references("place_id", "place", ParentDelete.REFUSE)),
            List.of(
                    SyncedTable.named("place").key("id").build(),
                    SyncedTable.named("visit")
                            .key("id")
                            .references("place_id", "place")
                            .build(),
                    SyncedTable.named("photo")
                            .key("id")
                            .references("place_id", "place")
                            .strategy(ResolutionStrategy.LOCAL_WINS)
                            .autoResolve(ConflictSeverity.values())
                            .build(),
                    SyncedTable.named("letter")
                            .key("id")
                            .references("place_id", "place")
                            .strategy(ResolutionStrategy.MANUAL)
                            .build()),
            "CREATE TABLE place(id INTEGER PRIMARY KEY, name TEXT)",
            "CREATE TABLE visit(id INTEGER PRIMARY KEY, place_id INTEGER NOT NULL REFERENCES place(id) ON DELETE CASCADE,"
                    + " note TEXT)",
            "CREATE TABLE photo(id TEXT PRIMARY KEY, place_id INTEGER REFERENCES place(id), name TEXT)",
            "CREATE TABLE letter(id TEXT PRIMARY KEY, place_id INTEGER REFERENCES place(id) ON DELETE CASCADE, text TEXT)");

    private Conflict conflictOverAVisitToAPlaceThatIsGone() {
        two.shared("INSERT INTO place VALUES(1, 'here')");
        two.b().sql("INSERT INTO visit VALUES(1, 1, 'lovely')");
        two.a().sql("DELETE FROM place");
        two.sync(two.a());
        two.sync(two.b());
        assertThat(two.b().value("SELECT count(*) FROM place")).isEqualTo(1);
        return TwoDevices.onlyConflict(two.b());
    }

    @Test
    void an_unsent_child_of_a_remotely_deleted_parent_is_a_conflict() {
        Conflict conflict = conflictOverAVisitToAPlaceThatIsGone();
        assertThat(conflict.conflictType()).isEqualTo(ConflictType.UPDATE_DELETE);
        assertThat(conflict.entityType()).isEqualTo("visit");
        assertThat(conflict.localData()).containsEntry("note", "lovely");
        assertThat(conflict.remoteData()).isNull();
        two.sync(two.b());
        assertThat(two.b().manager().conflicts().count()).isEqualTo(1);
    }

    @Test
    void a_child_that_stays_takes_its_parent_along() {
        conflictOverAVisitToAPlaceThatIsGone();
        TwoDevices.decide(two.b(), ResolutionStrategy.LOCAL_WINS);
        two.agree();
        assertThat(two.a().value("SELECT p.name || v.note FROM visit v JOIN place p ON p.id = v.place_id"))
                .isEqualTo("herelovely");
    }

    @Test
    void a_child_that_goes_lets_its_parent_go() {
        conflictOverAVisitToAPlaceThatIsGone();
        TwoDevices.decide(two.b(), ResolutionStrategy.REMOTE_WINS);
        two.agree();
        assertThat(two.b().rows("visit")).isEmpty();
        assertThat(two.b().rows("place")).isEmpty();
    }

    private void noteOnAVisitToAPlace() {
        two.shared("INSERT INTO place VALUES(1, 'here')");
        two.shared("INSERT INTO visit VALUES(1, 1, 'lovely')");
        two.b().sql("UPDATE visit SET note = 'dull'");
    }

    @Test
    void the_backends_version_of_a_child_does_not_bring_its_parent_back() {
        noteOnAVisitToAPlace();
        two.server().rows("place").lose("1");
        two.b().manager().synchronize(SyncMode.FULL).blockingGet();
        assertThat(TwoDevices.onlyConflict(two.b()).remoteData()).containsEntry("note", "lovely");
        TwoDevices.decide(two.b(), ResolutionStrategy.REMOTE_WINS);
        two.sync(two.b());
        assertThat(two.b().value("SELECT note FROM visit")).isEqualTo("lovely");
        assertThat(two.server().rows("place").count()).isZero();
        two.server().rows("visit").delete("1");
        two.agree();
        assertThat(two.b().rows("visit")).isEmpty();
        assertThat(two.b().rows("place")).isEmpty();
    }

    /** The edit keeps the child from being asked for when it is not met, and the conflict over its parent ends the edit. */
    @Test
    void I12_the_backends_version_of_a_child_that_a_full_synchronization_did_not_meet_goes() {
        noteOnAVisitToAPlace();
        two.server().rows("visit").lose("1");
        two.server().rows("place").lose("1");
        two.b().manager().synchronize(SyncMode.FULL).blockingGet();
        TwoDevices.decide(two.b(), ResolutionStrategy.REMOTE_WINS);
        two.sync(two.b());
        assertThat(two.b().rows("visit")).isEmpty();
        assertThat(two.b().rows("place")).isEmpty();
        assertThat(two.server().rows("place").count()).isZero();
    }

    @Test
    void a_rule_can_decide_as_well() {
        two.shared("INSERT INTO place VALUES(1, 'here')");
        two.b().sql("INSERT INTO photo VALUES('p', 1, 'sunset')");
        two.a().sql("DELETE FROM place");
        two.agree();
        assertThat(two.a().value("SELECT p.name || f.name FROM photo f JOIN place p ON p.id = f.place_id"))
                .isEqualTo("heresunset");
        assertThat(two.b().query("SELECT * FROM syncline_conflicts")).hasSize(1);
    }

    @Test
    void a_child_that_was_refused_before_the_deletion_was_known_goes_once_its_parent_is_kept() {
        two.shared("INSERT INTO place VALUES(1, 'here')");
        two.b().sql("INSERT INTO visit VALUES(1, 1, 'lovely'), (2, 1, 'again')");
        boolean[] deleted = {false};
        two.server()
                .faults()
                .when(
                        (method, path) -> {
                            if (method.equals("POST") && !deleted[0]) {
                                deleted[0] = true;
                                two.server().rows("place").delete("1");
                            }
                            return false;
                        },
                        Fault.reset());
        assertThat(two.b().sync().success()).isFalse();
        two.server().faults().clear();
        two.sync(two.b());
        assertThat(two.b().manager().conflicts().count()).isEqualTo(2);
        for (Conflict conflict : two.b().manager().conflicts().open()) {
            two.b().manager().conflicts().resolve(conflict.id(), ResolutionStrategy.LOCAL_WINS);
        }
        two.agree();
        assertThat(two.a().rows("visit")).hasSize(2);
    }

    @Test
    void a_child_that_moved_to_a_remotely_deleted_parent_can_return_to_its_old_one() {
        two.shared("INSERT INTO place VALUES(1, 'here'), (2, 'there')");
        two.shared("INSERT INTO visit VALUES(1, 1, 'lovely')");
        two.b().sql("UPDATE visit SET place_id = 2");
        two.a().sql("DELETE FROM place WHERE id = 2");
        two.sync(two.a());
        two.sync(two.b());
        Conflict conflict = TwoDevices.onlyConflict(two.b());
        assertThat(conflict.remoteData()).containsEntry("place_id", 1L);
        TwoDevices.decide(two.b(), ResolutionStrategy.REMOTE_WINS);
        two.agree();
        assertThat(two.b().value("SELECT place_id FROM visit")).isEqualTo(1);
        assertThat(two.b().rows("place")).hasSize(1);
    }

    @Test
    void a_child_that_moved_to_a_remotely_deleted_parent_can_keep_it() {
        two.shared("INSERT INTO place VALUES(1, 'here'), (2, 'there')");
        two.shared("INSERT INTO visit VALUES(1, 1, 'lovely')");
        two.b().sql("UPDATE visit SET place_id = 2");
        two.a().sql("DELETE FROM place WHERE id = 2");
        two.sync(two.a());
        two.sync(two.b());
        TwoDevices.decide(two.b(), ResolutionStrategy.LOCAL_WINS);
        two.agree();
        assertThat(two.a().value("SELECT p.name FROM visit v JOIN place p ON p.id = v.place_id"))
                .isEqualTo("there");
    }

    @Test
    void a_child_of_a_parent_in_dispute_waits_and_goes_with_it() {
        two.shared("INSERT INTO place VALUES(1, 'here')");
        two.b().sql("UPDATE place SET name = 'right here'");
        two.b().sql("INSERT INTO visit VALUES(1, 1, 'lovely')");
        two.a().sql("DELETE FROM place");
        two.sync(two.a());
        two.sync(two.b());
        assertThat(TwoDevices.onlyConflict(two.b()).entityType()).isEqualTo("place");
        assertThat(two.b().manager().pendingChanges()).isEqualTo(2);
        TwoDevices.decide(two.b(), ResolutionStrategy.LOCAL_WINS);
        two.agree();
        assertThat(two.a().value("SELECT p.name || v.note FROM visit v JOIN place p ON p.id = v.place_id"))
                .isEqualTo("right herelovely");
    }

    @Test
    void a_child_that_was_refused_goes_once_its_parent_is_made_anew_for_its_own_sake() {
        two.shared("INSERT INTO place VALUES(1, 'here')");
        two.b().sql("UPDATE place SET name = 'right here'");
        two.b().sql("INSERT INTO visit VALUES(1, 1, 'lovely')");
        boolean[] deleted = {false};
        two.server()
                .faults()
                .when(
                        (method, path) -> {
                            if (!method.equals("GET") && !deleted[0]) {
                                deleted[0] = true;
                                two.server().rows("place").delete("1");
                            }
                            return false;
                        },
                        Fault.reset());
        two.b().sync();
        two.server().faults().clear();
        two.b().sync();
        TwoDevices.decide(two.b(), ResolutionStrategy.LOCAL_WINS);
        two.agree();
        assertThat(two.a().rows("visit")).hasSize(1);
    }

    @Test
    void a_deletion_that_the_backend_refuses_for_an_unknown_child_is_undone() {
        two.shared("INSERT INTO place VALUES(1, 'here')");
        two.server().rows("visit").create(null, Map.of("place_id", 1, "note", "from elsewhere"));
        two.a().sql("DELETE FROM place");
        assertThat(two.a().sync().success()).isFalse();
        assertThat(two.a().manager().pendingChanges()).isEqualTo(1);
        two.agree();
        assertThat(two.a().value("SELECT p.name || v.note FROM visit v JOIN place p ON p.id = v.place_id"))
                .isEqualTo("herefrom elsewhere");
        assertThat(two.a().value("SELECT conflict_type FROM syncline_conflicts WHERE entity_type = 'place'"))
                .isEqualTo("DELETE_UPDATE");
    }

    @Test
    void a_child_that_was_deleted_with_its_parent_and_comes_back_takes_it_along() {
        two.shared("INSERT INTO place VALUES(1, 'here')");
        two.shared("INSERT INTO visit VALUES(1, 1, 'lovely'), (2, 1, 'again')");
        two.serverClock().advance(Duration.ofDays(1));
        two.server().rows("visit").update("1", Map.of("note", "edited elsewhere"));
        two.a().sql("DELETE FROM place");
        two.sync(two.a());
        two.agree();
        assertThat(two.a().query("SELECT p.name || v.note AS both FROM visit v JOIN place p ON p.id = v.place_id"))
                .extracting(row -> row.get("both"))
                .containsExactly("hereedited elsewhere");
        assertThat(two.a().value("SELECT conflict_type FROM syncline_conflicts WHERE entity_type = 'place'"))
                .isEqualTo("DELETE_UPDATE");
    }

    @Test
    void a_child_that_comes_back_does_not_take_the_row_that_has_its_parents_number_now_for_its_parent() {
        two.shared("INSERT INTO place VALUES(1, 'here')");
        two.shared("INSERT INTO visit VALUES(1, 1, 'lovely')");
        two.serverClock().advance(Duration.ofDays(1));
        two.server().rows("visit").update("1", Map.of("note", "edited elsewhere"));
        two.a().sql("DELETE FROM place");
        two.a().sql("INSERT INTO place VALUES(1, 'another')");
        two.a().sync();
        two.agree();
        assertThat(two.b().query("SELECT p.name || v.note AS both FROM visit v JOIN place p ON p.id = v.place_id"))
                .extracting(row -> row.get("both"))
                .containsExactly("hereedited elsewhere");
    }

    @Test
    void a_person_can_decide_that_a_child_comes_back_with_its_parent() {
        two.shared("INSERT INTO place VALUES(1, 'here')");
        two.shared("INSERT INTO letter VALUES('l', 1, 'dear')");
        two.server().rows("letter").update("l", Map.of("text", "dearest"));
        two.a().sql("DELETE FROM place");
        two.sync(two.a());
        TwoDevices.decide(two.a(), ResolutionStrategy.REMOTE_WINS);
        two.agree();
        assertThat(two.a().value("SELECT p.name || l.text FROM letter l JOIN place p ON p.id = l.place_id"))
                .isEqualTo("heredearest");
    }
}
