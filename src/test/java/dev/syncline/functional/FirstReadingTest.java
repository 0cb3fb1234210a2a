package dev.syncline.functional;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.config.SyncOptions;
import dev.syncline.config.SyncedTable;
import dev.syncline.resilience.RetryStrategy;
import dev.syncline.testing.Device;
import dev.syncline.testing.TwoDevices;
import dev.syncline.testing.server.Fault;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What others do to a table while it is read for the first time is not missed. Defends G4 and G5 (I12). */
class FirstReadingTest {
    @RegisterExtension
    final TwoDevices two = TwoDevices.with(
            rules -> rules.entity("place", place -> place.serverIds()),
            List.of(
                    SyncedTable.named("place").key("id").build(),
                    SyncedTable.named("memo").key("id").build()),
            "CREATE TABLE place(id INTEGER PRIMARY KEY, name TEXT)",
            "CREATE TABLE memo(id TEXT PRIMARY KEY, name TEXT)");

    /** A device that stores each record by itself. */
    private Device small() {
        return two.a()
                .with(builder -> builder.options(SyncOptions.builder()
                        .retry(RetryStrategy.none())
                        .followUps(false)
                        .pageSize(1)
                        .commitRows(1)
                        .build()));
    }

    private void fourRows(String table) {
        for (int i = 1; i <= 4; i++) {
            String id = table.equals("place") ? null : String.valueOf(i);
            two.server().rows(table).create(id, Map.of("name", "n" + i));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"place", "memo"})
    void a_row_that_was_met_and_then_deleted_goes(String table) throws Exception {
        fourRows(table);
        Device device = small();
        AtomicInteger pages = new AtomicInteger();
        two.syncMeanwhile(
                device,
                (method, path) -> path.endsWith("/" + table) && pages.incrementAndGet() == 3,
                () -> two.server().rows(table).delete("1"));
        assertThat(device.rows(table)).containsOnlyKeys("2", "3", "4");
    }

    @ParameterizedTest
    @ValueSource(strings = {"place", "memo"})
    void a_row_that_was_met_and_then_changed_is_as_it_was_changed(String table) throws Exception {
        fourRows(table);
        Device device = small();
        AtomicInteger pages = new AtomicInteger();
        two.syncMeanwhile(
                device,
                (method, path) -> path.endsWith("/" + table) && pages.incrementAndGet() == 3,
                () -> two.server().rows(table).update("1", Map.of("name", "later")));
        assertThat(device.value("SELECT name FROM " + table + " WHERE id = 1")).isEqualTo("later");
        two.agree();
    }

    @Test
    void a_row_that_was_sent_before_the_first_page_came_and_then_deleted_goes() {
        Device device = small();
        two.server().faults().when((method, path) -> method.equals("GET") && path.endsWith("/memo"), Fault.status(503));
        device.sql("INSERT INTO memo VALUES('mine', 'n')");
        device.sync();
        two.server().faults().clear();
        assertThat(two.server().rows("memo").find("mine")).isPresent();
        two.server().rows("memo").delete("mine");
        two.server().rows("memo").create("other", Map.of("name", "n"));
        device.sync();
        assertThat(device.rows("memo")).containsOnlyKeys("other");
    }
}
