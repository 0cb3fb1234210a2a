package dev.syncline.functional;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.config.SyncedTable;
import dev.syncline.conflict.ConflictSeverity;
import dev.syncline.conflict.ResolutionStrategy;
import dev.syncline.testing.TwoDevices;
import dev.syncline.testing.server.EntityRules.ParentDelete;
import dev.syncline.testing.server.Fault;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A row that is kept after its deletion elsewhere is new under another id, while a row that refers to it is on its way with the old one.
 * Defends G1, G5 and G8.
 */
class RevivedParentTest {
    @RegisterExtension
    final TwoDevices two = TwoDevices.with(
            rules -> rules.entity("town", town -> town.serverIds())
                    .entity("inn", inn -> inn.serverIds().references("town_id", "town", ParentDelete.REFUSE))
                    .entity("road", road -> road.references("town_id", "town", ParentDelete.REFUSE)),
            List.of(
                    SyncedTable.named("town")
                            .key("id")
                            .strategy(ResolutionStrategy.LOCAL_WINS)
                            .autoResolve(ConflictSeverity.values())
                            .build(),
                    SyncedTable.named("inn")
                            .key("id")
                            .references("town_id", "town")
                            .build(),
                    SyncedTable.named("road")
                            .key("town_id", "number")
                            .references("town_id", "town")
                            .build()),
            "CREATE TABLE town(id INTEGER PRIMARY KEY, name TEXT)",
            "CREATE TABLE inn(id INTEGER PRIMARY KEY, town_id INTEGER NOT NULL REFERENCES town(id), name TEXT)",
            "CREATE TABLE road(town_id INTEGER REFERENCES town(id), number TEXT, name TEXT, PRIMARY KEY(town_id, number))");

    @Test
    void a_child_that_was_sent_with_the_old_id_goes_again_with_the_new_one() {
        deletedWhileOnItsWay("INSERT INTO inn VALUES(1, 1, 'The Sun')");
        assertThat(two.a().value("SELECT t.name || i.name FROM inn i JOIN town t ON t.id = i.town_id"))
                .isEqualTo("newThe Sun");
    }

    @Test
    void a_child_whose_key_holds_the_old_id_goes_again_with_the_new_one() {
        deletedWhileOnItsWay("INSERT INTO road VALUES(1, 'A1', 'north')");
        assertThat(two.a().value("SELECT t.name || r.name FROM road r JOIN town t ON t.id = r.town_id"))
                .isEqualTo("newnorth");
    }

    private void deletedWhileOnItsWay(String child) {
        two.shared("INSERT INTO town VALUES(1, 'old')");
        two.b().sql("UPDATE town SET name = 'new'");
        two.b().sql(child);
        two.server().faults().when((method, path) -> !method.equals("GET"), Fault.reset());
        assertThat(two.b().sync().success()).isFalse();
        two.server().faults().clear();
        two.server().rows("town").delete("1");
        two.agree();
    }
}
