package dev.syncline.functional;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.config.SyncedTable;
import dev.syncline.exception.ConsistencyException;
import dev.syncline.testing.Device;
import dev.syncline.testing.SettableClock;
import dev.syncline.testing.TwoDevices;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Rows that cannot be without each other and are deleted on one side go on the other, whatever the host makes of its foreign keys; those
 * that something else still refers to stay, whole. Defends G5, G7, G8 and G12.
 */
class DeletedCircleTest {
    private static final List<String> CIRCLES = List.of("strict", "deferred", "declared", "cascading", "checked");

    @RegisterExtension
    final TwoDevices two = TwoDevices.with(
            rules -> rules,
            Stream.concat(
                            CIRCLES.stream()
                                    .flatMap(name -> Stream.of(
                                            SyncedTable.named(name + "_l")
                                                    .key("id")
                                                    .references("other", name + "_r")
                                                    .build(),
                                            SyncedTable.named(name + "_r")
                                                    .key("id")
                                                    .references("other", name + "_l")
                                                    .build())),
                            Stream.of(
                                    SyncedTable.named("knot")
                                            .key("id")
                                            .references("next", "knot")
                                            .build(),
                                    SyncedTable.named("web")
                                            .key("id")
                                            .json("links")
                                            .references("links", "$[*]", "web")
                                            .build()))
                    .toList(),
            "CREATE TABLE strict_l(id TEXT PRIMARY KEY, other TEXT NOT NULL REFERENCES strict_r(id))",
            "CREATE TABLE strict_r(id TEXT PRIMARY KEY, other TEXT NOT NULL REFERENCES strict_l(id))",
            "CREATE TABLE deferred_l(id TEXT PRIMARY KEY,"
                    + " other TEXT NOT NULL REFERENCES deferred_r(id) DEFERRABLE INITIALLY DEFERRED)",
            "CREATE TABLE deferred_r(id TEXT PRIMARY KEY,"
                    + " other TEXT NOT NULL REFERENCES deferred_l(id) DEFERRABLE INITIALLY DEFERRED)",
            "CREATE TABLE declared_l(id TEXT PRIMARY KEY, other TEXT NOT NULL)",
            "CREATE TABLE declared_r(id TEXT PRIMARY KEY, other TEXT NOT NULL)",
            "CREATE TABLE cascading_l(id TEXT PRIMARY KEY,"
                    + " other TEXT NOT NULL REFERENCES cascading_r(id) ON DELETE CASCADE)",
            "CREATE TABLE cascading_r(id TEXT PRIMARY KEY,"
                    + " other TEXT NOT NULL REFERENCES cascading_l(id) ON DELETE CASCADE)",
            "CREATE TABLE checked_l(id TEXT PRIMARY KEY, other TEXT CHECK(other IS NOT NULL) REFERENCES checked_r(id))",
            "CREATE TABLE checked_r(id TEXT PRIMARY KEY, other TEXT CHECK(other IS NOT NULL) REFERENCES checked_l(id))",
            "CREATE TABLE knot(id TEXT PRIMARY KEY, next TEXT NOT NULL REFERENCES knot(id))",
            "CREATE TABLE web(id TEXT PRIMARY KEY, links TEXT NOT NULL)",
            "CREATE TABLE fan(id TEXT PRIMARY KEY, of TEXT REFERENCES strict_l(id))");

    @BeforeEach
    void open() {
        two.a().manager();
        two.b().manager();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void a_circle_deleted_here_goes_everywhere(boolean foreignKeys) throws SQLException {
        for (String name : CIRCLES) {
            there(name, "1");
            there(name, "2");
        }
        two.sync(two.a());
        two.sync(two.b());
        for (String name : CIRCLES) {
            host(
                    two.a(),
                    foreignKeys,
                    "DELETE FROM " + name + "_l WHERE id = 'l1'",
                    "DELETE FROM " + name + "_r WHERE id = 'r1'");
        }
        two.agree();
        for (String name : CIRCLES) {
            assertThat(left(two.a(), name)).as(name).containsExactly("l2", "r2");
            assertThat(left(two.b(), name)).as(name).containsExactly("l2", "r2");
            assertThat(two.server().rows(name + "_l").count()).isEqualTo(1);
        }
    }

    @Test
    void a_ring_within_one_table_and_one_inside_json() {
        for (int i = 0; i < 5; i++) {
            two.server().rows("knot").create("k" + i, Map.of("next", "k" + (i + 1) % 5));
            two.server().rows("web").create("w" + i, Map.of("links", List.of("w" + (i + 1) % 5, "w" + i)));
        }
        two.agree();
        for (int i = 0; i < 5; i++) {
            two.server().rows("knot").delete("k" + i);
            two.server().rows("web").delete("w" + i);
        }
        two.agree();
        assertThat(two.a().rows("knot")).isEmpty();
        assertThat(two.a().rows("web")).isEmpty();
    }

    @Test
    void a_circle_that_a_row_of_the_hosts_own_refers_to_stays_whole_and_is_told_of() {
        SettableClock clock = new SettableClock(Clock.systemUTC().instant());
        two.b().close();
        two.b().with(settings -> settings.clock(clock));
        there("strict", "1");
        there("strict", "2");
        two.sync(two.b());
        two.b().sql("INSERT INTO fan VALUES('f', 'l1')");
        for (String n : List.of("1", "2")) {
            two.server().rows("strict_l").delete("l" + n);
            two.server().rows("strict_r").delete("r" + n);
        }
        two.sync(two.b());
        assertThat(left(two.b(), "strict")).containsExactly("l1", "r1");
        clock.advance(Duration.ofHours(2));
        assertThat(two.b().sync().errors()).isNotEmpty().hasOnlyElementsOfType(ConsistencyException.class);
        two.b().sql("DELETE FROM fan");
        two.sync(two.b());
        assertThat(left(two.b(), "strict")).isEmpty();
    }

    @Test
    void a_circle_one_row_of_which_lives_on_stays_whole() {
        there("strict", "1");
        two.sync(two.b());
        two.server().rows("strict_l").delete("l1");
        two.sync(two.b());
        assertThat(left(two.b(), "strict")).containsExactly("l1", "r1");
        two.server().rows("strict_r").delete("r1");
        two.sync(two.b());
        assertThat(left(two.b(), "strict")).isEmpty();
    }

    private void there(String name, String number) {
        two.server().rows(name + "_l").create("l" + number, Map.of("other", "r" + number));
        two.server().rows(name + "_r").create("r" + number, Map.of("other", "l" + number));
    }

    private static List<String> left(Device device, String name) {
        return device
                .query("SELECT id FROM " + name + "_l UNION ALL SELECT id FROM " + name + "_r ORDER BY id")
                .stream()
                .map(row -> String.valueOf(row.get("id")))
                .toList();
    }

    /** What the host does in one transaction, with its foreign keys checked at the end of it or not at all. */
    private static void host(Device device, boolean foreignKeys, String... statements) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + device.file());
                Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA foreign_keys = " + foreignKeys);
            connection.setAutoCommit(false);
            statement.execute("PRAGMA defer_foreign_keys = ON");
            for (String sql : statements) {
                statement.execute(sql);
            }
            connection.commit();
        }
    }
}
