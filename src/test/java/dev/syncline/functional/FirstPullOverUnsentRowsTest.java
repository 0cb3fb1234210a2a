package dev.syncline.functional;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.config.SyncedTable;
import dev.syncline.conflict.ResolutionStrategy;
import dev.syncline.progress.SyncMode;
import dev.syncline.testing.TwoDevices;
import dev.syncline.testing.server.Fault;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A first pull into a table with unsent rows stores every other row and overwrites none of these. Defends G1, G5 and G6. */
class FirstPullOverUnsentRowsTest {
    private static final int ROWS = 1500;

    @RegisterExtension
    final TwoDevices two = TwoDevices.with(
            rules -> rules,
            List.of(SyncedTable.named("memo")
                    .key("id")
                    .strategy(ResolutionStrategy.MANUAL)
                    .build()),
            "CREATE TABLE memo(id TEXT PRIMARY KEY, title TEXT)");

    private void seed() {
        two.server().rows("memo").seed(IntStream.range(0, ROWS).mapToObj(i -> {
            Map<String, Object> fields = new HashMap<>();
            fields.put("id", "m" + i);
            fields.put("title", "theirs");
            return fields;
        }));
    }

    /** Few unsent rows are known by name, many are looked for one by one; what becomes of them is the same. */
    @ParameterizedTest
    @ValueSource(ints = {1, 3, 1200})
    void what_is_unsent_under_an_id_of_the_backend_meets_it_and_all_else_is_stored(int unsent) {
        seed();
        two.a().manager();
        IntStream.range(0, unsent).forEach(i -> two.a().sql("INSERT INTO memo VALUES(?, 'mine')", "m" + i));
        two.a().sql("INSERT INTO memo VALUES('own', 'mine')");
        two.a().manager().synchronize(SyncMode.PULL).blockingGet();
        assertThat(two.a().value("SELECT count(*) FROM memo WHERE title = 'mine'"))
                .isEqualTo(unsent + 1);
        assertThat(two.a().value("SELECT count(*) FROM memo WHERE title = 'theirs'"))
                .isEqualTo(ROWS - unsent);
        assertThat(two.a().manager().conflicts().count()).isEqualTo(unsent);
    }

    @Test
    void a_row_that_is_on_its_way_waits_for_its_answer_while_the_others_are_stored() {
        seed();
        two.server().faults().when((method, path) -> method.equals("GET"), Fault.status(503));
        two.server().faults().when((method, path) -> method.equals("POST"), Fault.loseAnswer());
        two.a().sql("INSERT INTO memo VALUES('own', 'mine')");
        two.a().sync();
        two.server().faults().clear();
        two.a().close();
        two.sync(two.a());
        assertThat(two.a().value("SELECT count(*) FROM memo")).isEqualTo(ROWS + 1);
        two.agree();
    }
}
