package dev.syncline.functional;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.config.SyncedTable;
import dev.syncline.testing.TwoDevices;
import dev.syncline.testing.server.EntityRules.ParentDelete;
import dev.syncline.testing.server.Fault;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A deletion is sent only when nothing at the backend refers to its row any more. Defends G8 and G12. */
class DeletionOrderTest {
    @RegisterExtension
    final TwoDevices two = TwoDevices.with(
            rules -> rules.entity("place", place -> place.serverIds())
                    .entity("visit", visit -> visit.serverIds().references("place_id", "place", ParentDelete.REFUSE))
                    .entity("tagging", tagging -> tagging.references("place_id", "place", ParentDelete.REFUSE)),
            List.of(
                    SyncedTable.named("place").key("id").build(),
                    SyncedTable.named("visit")
                            .key("id")
                            .references("place_id", "place")
                            .build(),
                    SyncedTable.named("tagging")
                            .key("place_id", "tag")
                            .references("place_id", "place")
                            .build()),
            "CREATE TABLE place(id INTEGER PRIMARY KEY, name TEXT)",
            "CREATE TABLE visit(id INTEGER PRIMARY KEY, place_id INTEGER REFERENCES place(id))",
            "CREATE TABLE tagging(place_id INTEGER REFERENCES place(id), tag TEXT, weight INTEGER,"
                    + " PRIMARY KEY(place_id, tag))");

    @Test
    void a_child_whose_deletion_got_no_answer_holds_back_that_of_its_parent() {
        two.shared("INSERT INTO place VALUES(1, 'here')");
        two.shared("INSERT INTO visit VALUES(1, 1)");
        two.a().sql("DELETE FROM visit");
        two.a().sql("DELETE FROM place");
        two.server().faults().when((method, path) -> path.endsWith("/visit/1"), Fault.status(500));
        two.a().sync();
        assertThat(two.a().manager().pendingChanges()).isEqualTo(2);
        assertThat(two.server().rows("place").count()).isEqualTo(1);
        two.server().faults().clear();
        two.agree();
        assertThat(two.server().rows("place").count()).isZero();
    }

    @Test
    void a_child_with_the_reference_in_its_key_holds_back_its_parent_as_well() {
        two.shared("INSERT INTO place VALUES(1, 'here')");
        two.shared("INSERT INTO tagging VALUES(1, 'blue', 3)");
        two.a().sql("DELETE FROM tagging");
        two.a().sql("DELETE FROM place");
        two.server().faults().when((method, path) -> path.contains("/tagging/"), Fault.status(500));
        two.a().sync();
        assertThat(two.server().rows("place").count()).isEqualTo(1);
        two.server().faults().clear();
        two.agree();
        assertThat(two.server().rows("place").count()).isZero();
    }

    @Test
    void a_child_that_moves_away_goes_before_the_deletion_of_its_old_parent() {
        two.shared("INSERT INTO place VALUES(1, 'here'), (2, 'there')");
        two.shared("INSERT INTO visit VALUES(1, 1)");
        two.a().sql("UPDATE visit SET place_id = 2");
        two.a().sql("DELETE FROM place WHERE id = 1");
        two.agree();
        assertThat(two.b().value("SELECT name FROM place")).isEqualTo("there");
    }
}
