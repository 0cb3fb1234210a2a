package dev.syncline.functional;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.config.SyncedTable;
import dev.syncline.conflict.ConflictSeverity;
import dev.syncline.conflict.ResolutionStrategy;
import dev.syncline.exception.ConsistencyException;
import dev.syncline.progress.SyncResult;
import dev.syncline.testing.Device;
import dev.syncline.testing.TwoDevices;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Records that swap unique values at the backend swap them here, whatever the columns allow. Defends G4, G5, G6 and G12. */
class SwappedValueTest {
    @RegisterExtension
    final TwoDevices two = TwoDevices.with(
            rules -> rules,
            List.of(
                    SyncedTable.named("rank").key("id").localOnly("seen").build(),
                    SyncedTable.named("slot").key("id").build(),
                    SyncedTable.named("code").key("id").build(),
                    SyncedTable.named("seat")
                            .key("id")
                            .strategy(ResolutionStrategy.REMOTE_WINS)
                            .autoResolve(ConflictSeverity.values())
                            .build()),
            "CREATE TABLE rank(id TEXT PRIMARY KEY, place INTEGER NOT NULL UNIQUE CHECK(place > 0), name TEXT, seen TEXT)",
            "CREATE TABLE slot(id TEXT PRIMARY KEY, room TEXT NOT NULL, hour REAL NOT NULL, who TEXT, UNIQUE(room, hour))",
            "CREATE TABLE code(id TEXT PRIMARY KEY, code TEXT NOT NULL UNIQUE, kind TEXT)",
            "CREATE TABLE seat(id TEXT PRIMARY KEY, place TEXT UNIQUE, name TEXT)",
            "CREATE TABLE used(code TEXT REFERENCES code(code) ON UPDATE CASCADE)");

    @BeforeEach
    void open() {
        two.a().manager();
        two.b().manager();
    }

    @Test
    void a_number_that_must_be_there_and_columns_of_this_device_only() {
        two.shared("INSERT INTO rank VALUES('x', 1, 'Ada', NULL), ('y', 2, 'Bob', NULL)");
        two.b().sql("UPDATE rank SET seen = 'by b ' || id");
        swap("rank", "place", 1, 2);
        two.sync(two.b());
        assertThat(two.b().query("SELECT name || place || seen AS all_of_it FROM rank ORDER BY id"))
                .extracting(row -> row.get("all_of_it"))
                .containsExactly("Ada2by b x", "Bob1by b y");
    }

    @Test
    void a_value_of_two_columns() {
        two.shared(
                "INSERT INTO slot VALUES('x', 'blue', 9.5, 'Ada'), ('y', 'blue', 10.5, 'Bob'), ('z', 'red', 10.5, 'Cleo')");
        two.server().rows("slot").update("x", Map.of("hour", 10.5));
        two.server().rows("slot").update("y", Map.of("room", "red"));
        two.server().rows("slot").update("z", Map.of("room", "blue", "hour", 9.5));
        two.agree();
    }

    @Test
    void a_row_that_was_edited_here_in_another_column_keeps_the_edit() {
        two.shared("INSERT INTO rank VALUES('x', 1, 'Ada', NULL), ('y', 2, 'Bob', NULL)");
        two.b().sql("UPDATE rank SET name = 'Ada L.' WHERE id = 'x'");
        swap("rank", "place", 1, 2);
        two.sync(two.b());
        two.sync(two.a());
        assertThat(two.b().manager().pendingChanges()).isZero();
        assertThat(two.a().query("SELECT name || place AS both FROM rank ORDER BY id"))
                .extracting(row -> row.get("both"))
                .containsExactly("Ada L.2", "Bob1");
    }

    @Test
    void rows_in_which_the_value_itself_was_edited_here_are_put_to_the_rules() {
        two.shared("INSERT INTO seat VALUES('x', 'p1', 'Ada'), ('y', 'p2', 'Bob'), ('z', 'p3', 'Cleo')");
        rotate(two.b(), "p2", "p3", "p1");
        rotate(two.a(), "p3", "p1", "p2");
        two.sync(two.a());
        two.agree();
        assertThat(two.b().query("SELECT name || place AS both FROM seat ORDER BY id"))
                .extracting(row -> row.get("both"))
                .containsExactly("Adap3", "Bobp1", "Cleop2");
    }

    @Test
    void a_value_that_others_here_follow_by_themselves_waits_and_is_told_of() {
        two.shared("INSERT INTO code VALUES('x', 'c1', 'k'), ('y', 'c2', 'k')");
        two.b().sql("INSERT INTO used VALUES('c1'), ('c2')");
        swap("code", "code", "c1", "c2");
        SyncResult waiting = two.b().sync();
        assertThat(waiting.errors())
                .hasSize(2)
                .allSatisfy(error -> assertThat(error)
                        .isInstanceOf(ConsistencyException.class)
                        .hasMessageContaining("another row holds a unique value"));
        assertThat(two.b().query("SELECT code FROM used ORDER BY code"))
                .extracting(row -> row.get("code"))
                .containsExactly("c1", "c2");
        two.b().sql("DELETE FROM used");
        two.server().rows("code").update("x", Map.of("code", "c3"));
        two.agree();
    }

    private static void rotate(Device device, String x, String y, String z) {
        device.sql("UPDATE seat SET place = NULL");
        device.sql("UPDATE seat SET place = CASE id WHEN 'x' THEN ? WHEN 'y' THEN ? ELSE ? END", x, y, z);
    }

    private void swap(String entity, String field, Object of, Object with) {
        Object free = of instanceof String ? "free" : 99;
        two.server().rows(entity).update("x", Map.of(field, free));
        two.server().rows(entity).update("y", Map.of(field, of));
        two.server().rows(entity).update("x", Map.of(field, with));
    }
}
