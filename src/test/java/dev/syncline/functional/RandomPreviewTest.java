package dev.syncline.functional;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.config.SyncedTable;
import dev.syncline.conflict.Conflict;
import dev.syncline.conflict.ConflictInbox;
import dev.syncline.conflict.Decision;
import dev.syncline.conflict.Merger;
import dev.syncline.conflict.ResolutionStrategy;
import dev.syncline.testing.Device;
import dev.syncline.testing.TwoDevices;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Rows parked at random, edited here and there while they wait, and looked at under every strategy: a preview leaves the file as it is,
 * the library's own tables included, and is what the decision then makes of the row on both devices. Defends G5 and G6.
 */
class RandomPreviewTest {
    private static final int ROWS = 10;
    private static final List<ResolutionStrategy> STRATEGIES = List.of(
            ResolutionStrategy.LOCAL_WINS,
            ResolutionStrategy.REMOTE_WINS,
            ResolutionStrategy.LAST_WRITE_WINS,
            ResolutionStrategy.MERGE);

    @RegisterExtension
    final TwoDevices two = TwoDevices.with(
            rules -> rules,
            List.of(SyncedTable.named("item")
                    .key("id")
                    .json("tags")
                    .merge(Merger.COUNTER, "stock")
                    .merge(Merger.SET, "tags")
                    .strategy(ResolutionStrategy.MANUAL)
                    .build()),
            "CREATE TABLE item(id TEXT PRIMARY KEY, a TEXT, b TEXT, stock INTEGER, tags TEXT)");

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4})
    void a_preview_changes_nothing_and_is_what_the_decision_makes(long seed) throws Exception {
        SplittableRandom random = new SplittableRandom(seed);
        two.a().manager();
        two.b().manager();
        for (int row = 0; row < ROWS; row += 2) {
            two.a().sql("INSERT INTO item VALUES(?, 'base', 'base', 10, '[1,2]')", "r" + row);
        }
        two.sync(two.a());
        two.sync(two.b());
        edit(two.a(), random, "theirs");
        edit(two.b(), random, "mine");
        two.sync(two.a());
        two.sync(two.b());
        assertThat(two.b().manager().conflicts().count()).isPositive();
        edit(two.b(), random, "mine, later");
        edit(two.a(), random, "theirs, later");
        two.sync(two.a());
        if (random.nextBoolean()) {
            two.sync(two.b());
            edit(two.b(), random, "mine, last");
        }
        ConflictInbox inbox = two.b().manager().conflicts();
        assertThat(inbox.count()).isPositive();
        Map<String, @Nullable String> decided = new LinkedHashMap<>();
        for (Conflict conflict : inbox.open()) {
            Map<ResolutionStrategy, @Nullable String> shown = new LinkedHashMap<>();
            List<String> before = everything(two.b());
            for (ResolutionStrategy strategy : STRATEGIES) {
                shown.put(strategy, text(inbox.preview(conflict.id(), Decision.by(strategy))));
            }
            assertThat(everything(two.b())).isEqualTo(before);
            ResolutionStrategy chosen = STRATEGIES.get(random.nextInt(STRATEGIES.size()));
            inbox.resolve(conflict.id(), chosen);
            assertThat(row(two.b(), conflict.entityId()))
                    .as("%s by %s", conflict, chosen)
                    .isEqualTo(shown.get(chosen));
            decided.put(conflict.entityId(), shown.get(chosen));
        }
        assertThat(decided).isNotEmpty();
        settle();
        two.agree();
    }

    /** What moved on at the backend while it was decided is decided again. */
    private void settle() {
        for (int round = 0; round < 4; round++) {
            for (Device device : List.of(two.b(), two.a())) {
                two.sync(device);
                ConflictInbox inbox = device.manager().conflicts();
                inbox.open().forEach(open -> inbox.resolve(open.id(), ResolutionStrategy.REMOTE_WINS));
            }
        }
    }

    private void edit(Device device, SplittableRandom random, String who) {
        for (int row = 0; row < ROWS; row++) {
            String id = "r" + row;
            device.sql(
                    "INSERT OR IGNORE INTO item SELECT ?, ?, 'base', 10, '[2]' WHERE ?",
                    id,
                    who,
                    random.nextInt(3) == 0);
            switch (random.nextInt(8)) {
                case 0 -> device.sql("DELETE FROM item WHERE id = ?", id);
                case 1 -> device.sql("UPDATE item SET a = 'base' WHERE id = ?", id);
                case 2, 3 -> device.sql("UPDATE item SET a = ? WHERE id = ?", who, id);
                case 4 -> device.sql("UPDATE item SET b = ?, stock = stock + 1 WHERE id = ?", who, id);
                case 5 -> device.sql("UPDATE item SET stock = stock * 3, tags = '[2,3]' WHERE id = ?", id);
                case 6 -> device.sql("UPDATE item SET a = ?, tags = '[]' WHERE id = ?", who, id);
                default -> device.sql("UPDATE item SET a = 'same', b = ? WHERE id = ?", who, id);
            }
        }
    }

    private static @Nullable String row(Device device, String id) {
        List<Map<String, @Nullable Object>> rows = device.query("SELECT a, b, stock, tags FROM item WHERE id = ?", id);
        return text(rows.isEmpty() ? Optional.empty() : Optional.of(rows.get(0)));
    }

    private static @Nullable String text(Optional<Map<String, @Nullable Object>> row) {
        return row.map(columns -> columns.toString().replace(", ", ",")).orElse(null);
    }

    /** Every row of every table of the file. */
    private static List<String> everything(Device device) {
        List<String> all = new ArrayList<>();
        for (Map<String, @Nullable Object> table :
                device.query("SELECT name FROM sqlite_master WHERE type = 'table'")) {
            String name = String.valueOf(table.get("name"));
            device.query("SELECT * FROM \"" + name + "\"").forEach(row -> all.add(name + row));
        }
        return all;
    }
}
