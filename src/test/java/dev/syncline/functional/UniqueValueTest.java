package dev.syncline.functional;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.config.SyncOptions;
import dev.syncline.config.SyncedTable;
import dev.syncline.progress.SyncResult;
import dev.syncline.testing.TwoDevices;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows that hand a unique value on to each other, in both directions. Defends G1, G5 and G12. */
class UniqueValueTest {
    @RegisterExtension
    final TwoDevices two = TwoDevices.with(
            rules -> rules.entity("seat", seat -> seat.serverIds().unique("number")),
            List.of(SyncedTable.named("seat").key("id").build()),
            "CREATE TABLE seat(id INTEGER PRIMARY KEY, number TEXT UNIQUE, guest TEXT)");

    @Test
    void a_value_of_a_deleted_row_can_be_given_to_a_new_one_in_the_same_run() {
        two.shared("INSERT INTO seat VALUES(1, '7A', 'Ada')");
        two.a().sql("DELETE FROM seat");
        two.a().sql("INSERT INTO seat VALUES(2, '7A', 'Bob')");
        SyncResult result = two.sync(two.a());
        assertThat(result.failed()).isZero();
        two.agree();
        assertThat(two.b().value("SELECT guest FROM seat")).isEqualTo("Bob");
    }

    @Test
    void rows_that_move_up_one_by_one_do_so_in_one_run() {
        two.a().with(two.oneByOne());
        two.shared("INSERT INTO seat VALUES(1, '1', 'Ada'), (2, '2', 'Bob'), (3, '3', 'Cleo')");
        two.a().sql("UPDATE seat SET guest = guest || '!'");
        two.a().sql("UPDATE seat SET number = '4' WHERE id = 3");
        two.a().sql("UPDATE seat SET number = '3' WHERE id = 2");
        two.a().sql("UPDATE seat SET number = '2' WHERE id = 1");
        two.sync(two.a());
        two.agree();
        assertThat(two.b().value("SELECT group_concat(number || guest, ' ') FROM (SELECT * FROM seat ORDER BY number)"))
                .isEqualTo("2Ada! 3Bob! 4Cleo!");
    }

    @Test
    void a_value_that_is_really_taken_is_refused_once_and_stays_pending() {
        two.a().manager();
        two.b().manager();
        two.a().sql("INSERT INTO seat VALUES(1, '7A', 'Ada')");
        two.b().sql("INSERT INTO seat VALUES(1, '7A', 'Bob')");
        two.b().sql("INSERT INTO seat VALUES(2, '7B', 'Cleo')");
        two.sync(two.a());
        two.server().journal().clear();
        SyncResult refused = two.b().sync();
        assertThat(refused.success()).isFalse();
        assertThat(refused.failed()).isEqualTo(1);
        assertThat(two.b().manager().pendingChanges()).isEqualTo(1);
        two.server().journal().clear();
        two.b().sync();
        assertThat(two.server().journal().count("POST")).isZero();
        two.b().sql("UPDATE seat SET number = '7C' WHERE id = 1");
        two.agree();
        assertThat(two.a().rows("seat")).hasSize(3);
    }

    @Test
    void rows_that_swap_values_elsewhere_do_so_here() {
        two.shared("INSERT INTO seat VALUES(1, '1', 'Ada'), (2, '2', 'Bob'), (3, '3', 'Cleo')");
        two.server().rows("seat").update("1", Map.of("number", "free"));
        two.server().rows("seat").update("2", Map.of("number", "1"));
        two.server().rows("seat").update("3", Map.of("number", "2"));
        two.server().rows("seat").update("1", Map.of("number", "3"));
        two.agree();
        assertThat(two.a().value("SELECT group_concat(number || guest, ' ') FROM (SELECT * FROM seat ORDER BY number)"))
                .isEqualTo("1Bob 2Cleo 3Ada");
    }

    @Test
    void rows_that_swap_values_here_do_so_elsewhere() {
        two.shared("INSERT INTO seat VALUES(1, '1', 'Ada'), (2, '2', 'Bob'), (3, '3', 'Cleo')");
        two.a().sql("UPDATE seat SET number = 'free' WHERE id = 1");
        two.a().sql("UPDATE seat SET number = '1' WHERE id = 2");
        two.a().sql("UPDATE seat SET number = '2' WHERE id = 3");
        two.a().sql("UPDATE seat SET number = '3' WHERE id = 1");
        two.sync(two.a());
        two.agree();
        assertThat(two.b().value("SELECT group_concat(number || guest, ' ') FROM (SELECT * FROM seat ORDER BY number)"))
                .isEqualTo("1Bob 2Cleo 3Ada");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 200})
    void rows_that_swap_values_lose_none_when_others_are_behind_them(int batch) {
        two.a()
                .with(settings ->
                        settings.options(SyncOptions.builder().pushBatch(batch).build()));
        two.shared("INSERT INTO seat VALUES(1, '1', 'Ada'), (2, '2', 'Bob')");
        two.b().sql("INSERT INTO seat VALUES(3, '3', 'Cleo')");
        two.sync(two.b());
        two.a().sql("UPDATE seat SET number = 'free' WHERE id = 1");
        two.a().sql("UPDATE seat SET number = '1' WHERE id = 2");
        two.a().sql("UPDATE seat SET number = '2' WHERE id = 1");
        two.a().sql("INSERT INTO seat VALUES(9, '3', 'who comes too late')");
        assertThat(two.a().sync().failed()).isEqualTo(1);
        assertThat(two.server().rows("seat").all())
                .extracting(row -> row.get("number").asText())
                .containsExactly("2", "1", "3");
        two.a().sql("UPDATE seat SET number = '4' WHERE id = 9");
        two.agree();
    }
}
