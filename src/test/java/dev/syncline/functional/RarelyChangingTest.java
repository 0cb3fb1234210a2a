package dev.syncline.functional;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.syncline.config.SyncedTable;
import dev.syncline.progress.EntitySyncStats;
import dev.syncline.progress.SyncMode;
import dev.syncline.progress.SyncResult;
import dev.syncline.testing.Device;
import dev.syncline.testing.SettableClock;
import dev.syncline.testing.TwoDevices;
import dev.syncline.testing.server.Fault;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A table that rarely changes is left out of pulls while it is fresh, and of nothing else. Defends G1, G5 and G8.
 */
class RarelyChangingTest {
    @RegisterExtension
    final TwoDevices two = TwoDevices.with(
            rules -> rules,
            List.of(
                    SyncedTable.named("currency").key("code").rarelyChanges().build(),
                    SyncedTable.named("country")
                            .key("code")
                            .references("currency", "currency")
                            .rarelyChanges(Duration.ofHours(6))
                            .build(),
                    SyncedTable.named("shop")
                            .key("id")
                            .references("country", "country")
                            .build()),
            "CREATE TABLE currency(code TEXT PRIMARY KEY, name TEXT)",
            "CREATE TABLE country(code TEXT PRIMARY KEY, currency TEXT REFERENCES currency(code), name TEXT)",
            "CREATE TABLE shop(id TEXT PRIMARY KEY, country TEXT REFERENCES country(code), name TEXT)");

    private final SettableClock clock = new SettableClock(Instant.parse("2026-03-01T12:00:00Z"));
    private Device device;

    @BeforeEach
    void read() {
        device = two.a().with(builder -> builder.clock(clock));
        two.server().rows("currency").create("EUR", Map.of("name", "Euro"));
        two.server().rows("country").create("fr", Map.of("currency", "EUR", "name", "France"));
        two.server().rows("shop").create("s1", Map.of("country", "fr", "name", "one"));
        two.sync(device);
        two.server().rows("currency").update("EUR", Map.of("name", "euro"));
        two.server().rows("country").update("fr", Map.of("name", "FRANCE"));
        two.server().rows("shop").update("s1", Map.of("name", "ONE"));
        two.server().journal().clear();
    }

    private Object name(String table) {
        return device.value("SELECT name FROM " + table);
    }

    private long reads(String entity) {
        return two.server().journal().entries().stream()
                .filter(e -> e.method().equals("GET") && e.path().contains("/" + entity + "?"))
                .count();
    }

    @ParameterizedTest(name = "after {0} currency is {1}, country is {2}")
    @CsvSource({
        "PT0S, Euro, France",
        "PT5H59M59.999S, Euro, France",
        "PT6H, Euro, FRANCE",
        "PT23H59M, Euro, FRANCE",
        "PT23H59M59.999S, Euro, FRANCE",
        "PT24H, euro, FRANCE",
        "PT-1S, euro, FRANCE",
        "PT-240H, euro, FRANCE",
    })
    void a_table_is_left_out_while_it_is_fresh(Duration later, String currency, String country) {
        clock.advance(later);
        SyncResult result = two.sync(device);
        assertThat(name("currency")).isEqualTo(currency);
        assertThat(name("country")).isEqualTo(country);
        assertThat(name("shop")).isEqualTo("ONE");
        boolean left = currency.equals("Euro");
        assertThat(reads("currency")).isEqualTo(left ? 0 : 1);
        EntitySyncStats told = result.byEntity().get("currency");
        assertThat(told.notModified()).isEqualTo(left ? 1 : 0);
    }

    @Test
    void a_reading_begins_a_new_day_also_for_the_next_process() {
        clock.advance(Duration.ofHours(24));
        two.sync(device);
        two.server().rows("currency").update("EUR", Map.of("name", "later"));
        device.close();
        clock.advance(Duration.ofHours(23));
        two.sync(device);
        assertThat(name("currency")).isEqualTo("euro");
        clock.advance(Duration.ofHours(1));
        two.sync(device);
        assertThat(name("currency")).isEqualTo("later");
    }

    @Test
    void what_is_forced_is_read_and_the_others_are_left_out() {
        assertThat(device.manager().forceSync("Currency").blockingGet().success())
                .isTrue();
        assertThat(name("currency")).isEqualTo("euro");
        assertThat(name("country")).isEqualTo("France");
        two.server().journal().clear();
        two.sync(device);
        assertThat(reads("currency")).isZero();
        assertThatThrownBy(() -> device.manager().forceSync("planet"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("planet");
    }

    @Test
    void what_was_forced_and_failed_is_read_by_the_next_run_of_the_next_process() {
        two.server().faults().when((method, path) -> path.contains("/currency"), Fault.status(500));
        assertThat(device.manager().forceSync("currency").blockingGet().success())
                .isFalse();
        two.server().faults().clear();
        device.close();
        two.sync(device);
        assertThat(name("currency")).isEqualTo("euro");
    }

    @Test
    void a_full_run_reads_it_and_so_does_a_reload() {
        assertThat(device.manager().synchronize(SyncMode.FULL).blockingGet().success())
                .isTrue();
        assertThat(name("currency")).isEqualTo("euro");
        two.server().rows("currency").update("EUR", Map.of("name", "later"));
        assertThat(device.manager().clearAndReload().blockingGet().success()).isTrue();
        assertThat(name("currency")).isEqualTo("later");
    }

    @Test
    void local_changes_of_a_fresh_table_are_sent() {
        device.sql("INSERT INTO currency VALUES('USD', 'Dollar')");
        two.sync(device);
        assertThat(device.manager().pendingChanges()).isZero();
        assertThat(reads("currency")).isZero();
        two.sync(two.b());
        assertThat(two.b().rows("currency")).containsKeys("EUR", "USD");
    }

    @Test
    void a_change_that_collides_with_one_not_yet_pulled_is_a_conflict_all_the_same() {
        two.sync(two.b());
        device.sql("UPDATE currency SET name = 'mine' WHERE code = 'EUR'");
        SyncResult result = device.sync();
        assertThat(result.conflictsDetected()).isEqualTo(1);
    }

    @Test
    void a_record_that_refers_to_what_is_not_here_has_its_parents_read_after_all() {
        two.server().rows("currency").create("CHF", Map.of("name", "Franc"));
        two.server().rows("country").create("ch", Map.of("currency", "CHF", "name", "Switzerland"));
        two.server().rows("shop").create("s2", Map.of("country", "ch", "name", "two"));
        two.sync(device);
        assertThat(device.rows("shop")).containsKeys("s1", "s2");
        assertThat(device.rows("country")).containsKeys("fr", "ch");
        assertThat(device.value("SELECT count(*) FROM syncline_holding")).isEqualTo(0);
    }

    @Test
    void a_parent_that_never_comes_does_not_have_its_table_read_again_and_again() {
        two.server().rows("shop").create("s3", Map.of("country", "nowhere", "name", "three"));
        clock.advance(Duration.ofMinutes(1));
        device.sync();
        assertThat(device.value("SELECT count(*) FROM syncline_holding")).isEqualTo(1);
        clock.advance(Duration.ofMinutes(1));
        device.sync();
        two.server().journal().clear();
        clock.advance(Duration.ofMinutes(1));
        device.sync();
        assertThat(reads("country")).isZero();
        assertThat(reads("shop")).isEqualTo(1);
        two.server().rows("country").create("nowhere", Map.of("currency", "EUR", "name", "Nowhere"));
        clock.advance(Duration.ofHours(6));
        two.sync(device);
        assertThat(device.rows("shop")).containsKey("s3");
    }

    @Test
    void a_quiet_run_over_a_fresh_table_asks_for_nothing_of_it_and_writes_nothing() throws SQLException {
        two.sync(device);
        two.sync(device);
        two.server().journal().clear();
        try (Connection other = device.connect()) {
            long before = version(other);
            two.sync(device);
            assertThat(version(other)).isEqualTo(before);
        }
        assertThat(two.server().journal().requests()).isEqualTo(1);
    }

    private static long version(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("PRAGMA data_version")) {
            return rows.getLong(1);
        }
    }
}
