package dev.syncline.functional;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.config.SyncedTable;
import dev.syncline.conflict.ConflictSeverity;
import dev.syncline.conflict.ResolutionStrategy;
import dev.syncline.testing.TwoDevices;
import dev.syncline.testing.server.EntityRules.ParentDelete;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Rows whose key is made of another row's id, which that row loses when it outlives its record: the backend's tombstones name
 * ids that mean nothing here any more. Defends G1, G4 and G5.
 */
class KeyedChildTest {
    @RegisterExtension
    final TwoDevices two = TwoDevices.with(
            rules -> rules.entity("place", place -> place.serverIds())
                    .entity("label", label -> label.references("place_id", "place", ParentDelete.CASCADE)),
            List.of(
                    SyncedTable.named("place")
                            .key("id")
                            .strategy(ResolutionStrategy.LOCAL_WINS)
                            .autoResolve(ConflictSeverity.values())
                            .build(),
                    SyncedTable.named("label")
                            .key("place_id", "word")
                            .references("place_id", "place")
                            .build()),
            "CREATE TABLE place(id INTEGER PRIMARY KEY, name TEXT)",
            "CREATE TABLE label(place_id INTEGER REFERENCES place(id) ON DELETE CASCADE, word TEXT, note TEXT,"
                    + " PRIMARY KEY(place_id, word))");

    private void deletedThereAndEditedHere() {
        two.shared("INSERT INTO place VALUES(1, 'here')");
        two.shared("INSERT INTO label VALUES(1, 'blue', 'a'), (1, 'red', 'b')");
        two.a().sql("DELETE FROM place");
        two.sync(two.a());
        two.b().sql("UPDATE place SET name = 'here!'");
    }

    @Test
    void rows_that_belong_to_a_row_that_outlives_its_record_go_with_it() {
        deletedThereAndEditedHere();
        two.sync(two.b());
        assertThat(two.b().manager().pendingChanges()).isZero();
        two.agree();
        assertThat(two.a().value("SELECT group_concat(word || note, ' ') FROM (SELECT * FROM label ORDER BY word)"))
                .isEqualTo("bluea redb");
    }

    @Test
    void edits_and_deletions_of_them_meanwhile_count() {
        deletedThereAndEditedHere();
        two.b().sql("UPDATE label SET note = 'mine' WHERE word = 'blue'");
        two.b().sql("DELETE FROM label WHERE word = 'red'");
        two.sync(two.b());
        two.agree();
        assertThat(two.a().value("SELECT group_concat(word || note, ' ') FROM label"))
                .isEqualTo("bluemine");
    }
}
