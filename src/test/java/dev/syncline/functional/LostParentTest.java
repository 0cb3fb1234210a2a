package dev.syncline.functional;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.syncline.config.SyncedTable;
import dev.syncline.conflict.ResolutionStrategy;
import dev.syncline.testing.TwoDevices;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The backend deletes a parent and leaves a row that refers to it, as one without foreign keys does, while that row waits for a
 * decision: the conflict can be ended all the same. Defends G1, G6 and G12.
 */
class LostParentTest {
    @RegisterExtension
    final TwoDevices two = TwoDevices.with(
            rules -> rules.entity("place", place -> place.serverIds()).entity("letter", letter -> {}),
            List.of(
                    SyncedTable.named("place").key("id").build(),
                    SyncedTable.named("letter")
                            .key("id")
                            .references("place_id", "place")
                            .strategy(ResolutionStrategy.MANUAL)
                            .build()),
            "CREATE TABLE place(id INTEGER PRIMARY KEY, name TEXT)",
            "CREATE TABLE letter(id TEXT PRIMARY KEY, place_id INTEGER REFERENCES place(id) ON DELETE CASCADE, text TEXT)");

    @Test
    void a_child_in_question_that_is_deleted_here_as_well_needs_no_decision() {
        two.shared("INSERT INTO place VALUES(1, 'here')");
        two.shared("INSERT INTO letter VALUES('l', 1, 'dear')");
        two.b().sql("UPDATE letter SET text = 'dearest'");
        two.server().rows("place").delete("1");
        two.sync(two.b());
        assertThat(TwoDevices.onlyConflict(two.b()).remoteData()).containsEntry("text", "dear");
        two.b().sql("DELETE FROM letter");
        two.agree();
        assertThat(two.b().manager().conflicts().count()).isZero();
        assertThat(two.server().rows("letter").count()).isZero();
        assertThat(two.a().rows("letter")).isEmpty();
        assertThat(two.b().rows("place")).isEmpty();
    }

    @Test
    void a_child_whose_other_version_refers_to_what_is_gone_can_hold_but_not_give_way() {
        two.shared("INSERT INTO place VALUES(1, 'here'), (2, 'there')");
        two.shared("INSERT INTO letter VALUES('l', 1, 'dear')");
        two.a().sql("UPDATE letter SET text = 'dearest'");
        two.sync(two.a());
        two.b().sql("UPDATE letter SET text = 'hello'");
        two.sync(two.b());
        two.server().rows("place").delete("1");
        two.b().sql("UPDATE letter SET place_id = 2");
        two.sync(two.b());
        assertThat(two.b().rows("place")).hasSize(1);
        assertThatIllegalStateException()
                .isThrownBy(() -> TwoDevices.decide(two.b(), ResolutionStrategy.REMOTE_WINS))
                .withMessageContaining("place_id")
                .withMessageContaining("let this side win");
        TwoDevices.decide(two.b(), ResolutionStrategy.LOCAL_WINS);
        two.agree();
        assertThat(two.a().value("SELECT place_id || text FROM letter")).isEqualTo("2hello");
    }
}
