package dev.syncline.functional;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.config.SyncedTable;
import dev.syncline.conflict.ConflictSeverity;
import dev.syncline.conflict.ResolutionStrategy;
import dev.syncline.testing.TwoDevices;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A row waits for a decision while the row that its key is made of loses its record and stays: however it is decided, what the
 * backend knew the row as is gone with that record, so the row is sent as a new one. Defends G1, G4 and G6.
 */
class KeyedOrphanTest {
    @RegisterExtension
    final TwoDevices two = TwoDevices.with(
            rules -> rules.entity("place", place -> place.serverIds()).entity("label", label -> {}),
            List.of(
                    SyncedTable.named("place")
                            .key("id")
                            .strategy(ResolutionStrategy.LOCAL_WINS)
                            .autoResolve(ConflictSeverity.values())
                            .build(),
                    SyncedTable.named("label")
                            .key("place_id", "word")
                            .references("place_id", "place")
                            .strategy(ResolutionStrategy.MANUAL)
                            .build()),
            "CREATE TABLE place(id INTEGER PRIMARY KEY, name TEXT)",
            "CREATE TABLE label(place_id INTEGER REFERENCES place(id) ON DELETE CASCADE, word TEXT, note TEXT,"
                    + " PRIMARY KEY(place_id, word))");

    @BeforeEach
    void both_know_a_place_and_its_label() {
        two.shared("INSERT INTO place VALUES(1, 'here')");
        two.shared("INSERT INTO label VALUES(1, 'blue', 'ours')");
    }

    /** What the backend left behind, having no foreign keys, goes; what this device has is there under new ids. */
    private void expectAtBoth(String note) {
        two.server().rows("label").delete("1,blue");
        two.agree();
        assertThat(two.a().value("SELECT name || note FROM place JOIN label ON place.id = place_id"))
                .isEqualTo(note);
        assertThat(two.server().rows("place").count()).isEqualTo(1);
        assertThat(two.server().rows("label").count()).isEqualTo(1);
    }

    @Test
    void a_decision_that_keeps_the_parent_makes_the_row_new_as_well() {
        two.b().sql("UPDATE label SET note = 'mine'");
        two.server().rows("place").delete("1");
        two.sync(two.b());
        TwoDevices.decide(two.b(), ResolutionStrategy.LOCAL_WINS);
        two.sync(two.b());
        expectAtBoth("heremine");
    }

    @Test
    void the_backends_version_stays_what_it_is_and_goes_as_it_goes_there() {
        two.b().sql("UPDATE label SET note = 'mine'");
        two.server().rows("place").delete("1");
        two.sync(two.b());
        TwoDevices.decide(two.b(), ResolutionStrategy.REMOTE_WINS);
        assertThat(two.b().value("SELECT note FROM label")).isEqualTo("ours");
        two.sync(two.b());
        assertThat(two.server().rows("place").count()).isZero();
        two.server().rows("label").delete("1,blue");
        two.agree();
        assertThat(two.b().rows("label")).isEmpty();
        assertThat(two.b().rows("place")).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(
            value = ResolutionStrategy.class,
            names = {"REMOTE_WINS", "LOCAL_WINS"})
    void a_row_in_question_while_its_parent_becomes_new_is_new_once_it_is_decided(ResolutionStrategy strategy) {
        two.a().sql("UPDATE label SET note = 'theirs'");
        two.sync(two.a());
        two.b().sql("UPDATE label SET note = 'mine'");
        two.sync(two.b());
        two.b().sql("UPDATE place SET name = 'there'");
        two.server().rows("place").delete("1");
        two.sync(two.b());
        TwoDevices.decide(two.b(), strategy);
        two.sync(two.b());
        expectAtBoth(strategy == ResolutionStrategy.LOCAL_WINS ? "theremine" : "theretheirs");
    }
}
