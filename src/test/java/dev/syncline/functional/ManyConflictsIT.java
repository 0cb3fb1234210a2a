package dev.syncline.functional;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.config.SyncedTable;
import dev.syncline.conflict.ConflictFilter;
import dev.syncline.conflict.ConflictInbox;
import dev.syncline.conflict.Resolution;
import dev.syncline.conflict.ResolutionStrategy;
import dev.syncline.testing.TwoDevices;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A thousand conflicts of one run: each is found, followed and settled. Defends G6, G9 and G12. */
class ManyConflictsIT {
    private static final int MANY = 1000;

    @RegisterExtension
    final TwoDevices two = TwoDevices.with(
            rules -> rules,
            List.of(SyncedTable.named("memo")
                    .key("id")
                    .strategy(ResolutionStrategy.REMOTE_WINS)
                    .autoResolve()
                    .build()),
            "CREATE TABLE memo(id TEXT PRIMARY KEY, title TEXT)");

    @Test
    void a_thousand_conflicts_are_found_followed_and_settled() {
        two.a()
                .sql(
                        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)"
                                + " INSERT INTO memo SELECT 'm' || i, 'base' FROM n",
                        MANY);
        two.sync(two.a());
        two.sync(two.b());
        two.a().sql("UPDATE memo SET title = 'theirs'");
        two.sync(two.a());
        two.b().sql("UPDATE memo SET title = 'mine ' || id");
        two.sync(two.b());
        ConflictInbox inbox = two.b().manager().conflicts();
        assertThat(inbox.count()).isEqualTo(MANY);
        two.b().sql("UPDATE memo SET title = 'base' WHERE rowid <= 10");
        two.b().sql("UPDATE memo SET title = 'mine too' WHERE rowid = 11");
        two.sync(two.b());
        assertThat(inbox.count()).as("what was edited back is settled").isEqualTo(MANY - 10);
        assertThat(two.b().query("SELECT 1 FROM syncline_conflicts WHERE local_data LIKE '%mine too%'"))
                .hasSize(1);
        assertThat(inbox.autoResolve().values()).hasSize(MANY - 10).allMatch(Resolution::success);
        assertThat(inbox.decided(ConflictFilter.ALL)).hasSize(MANY);
        two.agree();
        assertThat(two.b().value("SELECT count(*) FROM memo WHERE title = 'theirs'"))
                .isEqualTo(MANY);
    }
}
