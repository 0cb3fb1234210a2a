package dev.syncline.functional;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.syncline.config.SyncedTable;
import dev.syncline.conflict.ConflictInbox;
import dev.syncline.conflict.Resolution;
import dev.syncline.conflict.ResolutionStrategy;
import dev.syncline.progress.SyncEvent;
import dev.syncline.testing.TwoDevices;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A full inbox is settled by rule many at a time, and one that cannot be settled keeps no other open. Defends G6 and G12. */
class ManyByRuleTest {
    private static final int MANY = 450;
    private static final List<String> TABLES = List.of("memo", "note");

    @RegisterExtension
    final TwoDevices two = TwoDevices.with(
            rules -> rules,
            List.of(table("memo"), table("note")),
            "CREATE TABLE memo(id TEXT PRIMARY KEY, title TEXT CHECK(title <> 'forbidden'))",
            "CREATE TABLE note(id TEXT PRIMARY KEY, title TEXT CHECK(title <> 'forbidden'))");

    private static SyncedTable table(String name) {
        return SyncedTable.named(name)
                .key("id")
                .strategy(ResolutionStrategy.REMOTE_WINS)
                .autoResolve()
                .build();
    }

    private void park() {
        for (String table : TABLES) {
            two.a()
                    .sql("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < " + MANY + ")"
                            + " INSERT INTO " + table + " SELECT 'm' || i, 'base' FROM n");
        }
        two.sync(two.a());
        two.sync(two.b());
        for (String table : TABLES) {
            two.a().sql("UPDATE " + table + " SET title = 'theirs'");
            two.b().sql("UPDATE " + table + " SET title = 'mine'");
        }
        two.sync(two.a());
        for (String id : List.of("m1", "m200", "m333", "m450")) {
            two.server().rows("memo").update(id, Map.of("title", "forbidden"));
        }
        two.sync(two.b());
    }

    @Test
    void all_that_can_be_settled_are_and_each_that_cannot_says_why() {
        park();
        ConflictInbox inbox = two.b().manager().conflicts();
        assertThat(inbox.count()).isEqualTo(2 * MANY);
        List<String> told = new CopyOnWriteArrayList<>();
        two.b()
                .manager()
                .watchEvents()
                .ofType(SyncEvent.ConflictResolved.class)
                .subscribe(event -> told.add(event.conflictId()));
        Map<String, Resolution> tried = inbox.autoResolve();
        assertThat(tried).hasSize(2 * MANY);
        assertThat(tried.values())
                .filteredOn(resolution -> !resolution.success())
                .hasSize(4)
                .allSatisfy(failed -> {
                    assertThat(failed.errorMessage()).contains("CHECK");
                    assertThat(failed.conflict().entityType()).isEqualTo("memo");
                });
        assertThat(inbox.open())
                .extracting(conflict -> conflict.entityId())
                .containsExactlyInAnyOrder("m1", "m200", "m333", "m450");
        assertThat(two.b().value("SELECT count(*) FROM note WHERE title = 'theirs'"))
                .isEqualTo(MANY);
        assertThat(two.b().value("SELECT count(*) FROM memo WHERE title = 'theirs'"))
                .isEqualTo(MANY - 4);
        assertThat(inbox.statistics().autoResolved()).isEqualTo(2 * MANY - 4);
        await().until(() -> told.size() == 2 * MANY - 4);
        assertThat(two.b().manager().pendingChanges()).isEqualTo(4);
    }
}
