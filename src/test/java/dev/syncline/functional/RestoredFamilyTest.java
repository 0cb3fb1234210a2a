package dev.syncline.functional;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.config.SyncedTable;
import dev.syncline.config.SyncedTableBuilder;
import dev.syncline.conflict.ConflictSeverity;
import dev.syncline.conflict.ResolutionStrategy;
import dev.syncline.testing.TwoDevices;
import dev.syncline.testing.server.EntityRules.ParentDelete;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A row that comes back by rule, since it was edited elsewhere, brings what it refers to along, also where the host has given the
 * number of that to another row since: right in the run in which it is told. Defends G5, G6, G7 and G8.
 */
class RestoredFamilyTest {
    @RegisterExtension
    final TwoDevices two = TwoDevices.with(
            rules -> rules.entity("town", town -> town.serverIds())
                    .entity("inn", inn -> inn.serverIds().references("town_id", "town", ParentDelete.REFUSE))
                    .entity("road", road -> road.references("town_id", "town", ParentDelete.REFUSE)),
            List.of(
                    byRule(SyncedTable.named("town").key("id")),
                    byRule(SyncedTable.named("inn").key("id").references("town_id", "town")),
                    byRule(SyncedTable.named("road").key("town_id", "number").references("town_id", "town"))),
            "CREATE TABLE town(id INTEGER PRIMARY KEY, name TEXT)",
            "CREATE TABLE inn(id INTEGER PRIMARY KEY, town_id INTEGER NOT NULL REFERENCES town(id), name TEXT)",
            "CREATE TABLE road(town_id INTEGER REFERENCES town(id), number TEXT, name TEXT, PRIMARY KEY(town_id, number))");

    private static SyncedTable byRule(SyncedTableBuilder table) {
        return table.strategy(ResolutionStrategy.REMOTE_WINS)
                .autoResolve(ConflictSeverity.values())
                .build();
    }

    private void isBackInOneRun(String child) {
        two.sync(two.a());
        assertThat(two.a().value("SELECT count(*) FROM syncline_holding")).isEqualTo(0);
        assertThat(two.a().value("SELECT t.name || c.name FROM " + child + " c JOIN town t ON t.id = c.town_id"))
                .isEqualTo("oldedited");
        assertThat(two.a().value("SELECT name FROM town WHERE id = 1")).isEqualTo("new");
        two.agree();
        assertThat(two.b().rows("town")).hasSize(2);
    }

    @Test
    void a_child_comes_back_with_its_parent_whose_number_was_taken() {
        two.shared("INSERT INTO town VALUES(1, 'old')");
        two.shared("INSERT INTO inn VALUES(1, 1, 'inn')");
        two.a().sql("DELETE FROM inn");
        two.a().sql("DELETE FROM town");
        two.a().sql("INSERT INTO town VALUES(1, 'new')");
        two.server().rows("inn").update("1", Map.of("name", "edited"));
        isBackInOneRun("inn");
    }

    @Test
    void a_child_whose_own_number_was_taken_too_comes_back() {
        two.shared("INSERT INTO town VALUES(1, 'old')");
        two.shared("INSERT INTO inn VALUES(1, 1, 'inn')");
        two.a().sql("DELETE FROM inn");
        two.a().sql("DELETE FROM town");
        two.a().sql("INSERT INTO town VALUES(1, 'new')");
        two.a().sql("INSERT INTO inn VALUES(1, 1, 'another')");
        two.server().rows("inn").update("1", Map.of("name", "edited"));
        two.sync(two.a());
        assertThat(two.a().value("SELECT count(*) FROM syncline_holding")).isEqualTo(0);
        assertThat(two.a().value("SELECT t.name FROM inn i JOIN town t ON t.id = i.town_id WHERE i.name = 'edited'"))
                .isEqualTo("old");
        assertThat(two.a().value("SELECT t.name FROM inn i JOIN town t ON t.id = i.town_id WHERE i.name = 'another'"))
                .isEqualTo("new");
        two.agree();
    }

    @Test
    void a_child_whose_key_holds_the_number_comes_back_with_its_parent() {
        two.shared("INSERT INTO town VALUES(1, 'old')");
        two.shared("INSERT INTO road VALUES(1, 'A1', 'road')");
        two.a().sql("DELETE FROM road");
        two.a().sql("DELETE FROM town");
        two.a().sql("INSERT INTO town VALUES(1, 'new')");
        two.server()
                .rows("road")
                .update(two.server().rows("road").all().get(0).path("id").asText(), Map.of("name", "edited"));
        isBackInOneRun("road");
    }
}
