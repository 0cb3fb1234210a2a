package dev.syncline.functional;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.backend.rest.RestBackend;
import dev.syncline.config.SyncedTable;
import dev.syncline.conflict.Merger;
import dev.syncline.testing.Device;
import dev.syncline.testing.TwoDevices;
import dev.syncline.testing.server.Fault;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Columns that are joined from both sides' changes: nobody's is lost and none counts twice. Defends G2, G5 and G6. */
class MergerTest {
    @RegisterExtension
    final TwoDevices two = TwoDevices.with(
            rules -> rules,
            List.of(SyncedTable.named("item")
                    .key("id")
                    .json("tags")
                    .decimal("price")
                    .merge(Merger.COUNTER, "stock")
                    .merge(Merger.SET, "tags")
                    .merge(Merger.MAX, "page")
                    .merge(Merger.MIN, "price")
                    .build()),
            "CREATE TABLE item(id TEXT PRIMARY KEY, stock INTEGER, tags TEXT, page INTEGER, price TEXT, name TEXT)");

    private void item() {
        two.shared("INSERT INTO item VALUES('i', 10, '[\"new\"]', 1, '5.00', 'thing')");
    }

    @Test
    void both_sides_changes_are_joined_and_reach_every_device() {
        item();
        two.a().sql("UPDATE item SET stock = stock - 3, tags = '[\"new\",\"red\"]', page = 4, price = '4.50'");
        two.b().sql("UPDATE item SET stock = stock + 5, tags = '[\"big\"]', page = 7, price = '4.90'");
        two.agree();
        assertThat(two.a().query("SELECT stock, tags, page, price FROM item"))
                .containsExactly(Map.of("stock", 12, "tags", "[\"big\",\"red\"]", "page", 7, "price", "4.50"));
        assertThat(two.b().manager().conflicts().count()).isZero();
        Map<String, ?> entry = two.b().query("SELECT * FROM syncline_conflicts").get(0);
        assertThat(entry.get("notes")).isEqualTo("joined, stock by COUNTER, tags by SET, page by MAX, price by MIN");
        assertThat(entry.get("base_data").toString()).contains("\"stock\":10");
    }

    @Test
    void changes_that_go_on_while_others_are_on_their_way_all_count_once() {
        item();
        for (int round = 0; round < 3; round++) {
            two.a().sql("UPDATE item SET stock = stock + 1");
            two.b().sql("UPDATE item SET stock = stock + 10");
            two.sync(two.b());
            two.b().sql("UPDATE item SET stock = stock + 100");
            two.sync(two.a());
        }
        two.agree();
        assertThat(two.a().value("SELECT stock FROM item")).isEqualTo(10 + 3 + 30 + 300);
    }

    @Test
    void an_edit_made_while_an_answer_is_awaited_is_added_to_what_the_answer_tells() throws Exception {
        item();
        two.a().with(two.oneByOne());
        two.a().sql("UPDATE item SET stock = stock + 1");
        two.syncMeanwhile(
                two.a(),
                (method, path) -> method.equals("PATCH"),
                () -> two.a().sql("UPDATE item SET stock = stock + 10"));
        two.agree();
        assertThat(two.b().value("SELECT stock FROM item")).isEqualTo(21);
    }

    @Test
    void an_unanswered_change_is_not_added_again_where_no_key_tells_whether_it_took_effect() {
        Device a = two.a();
        a.with(builder -> builder.backend(
                RestBackend.at(two.server().url()).noIdempotencyKeys().noBatch().build()));
        item();
        a.sql("UPDATE item SET stock = stock - 3");
        two.server().faults().when((method, path) -> method.equals("PATCH"), Fault.loseAnswer());
        a.sync();
        two.server().faults().clear();
        assertThat(stockAtServer()).isEqualTo(7);
        two.server().rows("item").update("i", Map.of("stock", 6));
        a.sync();
        assertThat(TwoDevices.onlyConflict(a).conflictingFields()).containsExactly("stock");
        assertThat(stockAtServer()).isEqualTo(6);
    }

    private int stockAtServer() {
        return two.server().rows("item").find("i").orElseThrow().path("stock").asInt();
    }
}
