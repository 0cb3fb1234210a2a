package dev.syncline.functional;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.config.SyncOptions;
import dev.syncline.config.SyncedTable;
import dev.syncline.progress.SyncMode;
import dev.syncline.progress.SyncStatistics;
import dev.syncline.progress.Traffic;
import dev.syncline.resilience.RetryStrategy;
import dev.syncline.testing.SettableClock;
import dev.syncline.testing.TwoDevices;
import dev.syncline.testing.server.Fault;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The sums over all runs, as a host reads them now and after a restart. Defends G10: they are whole, never half. */
class StatisticsTest {
    private final SettableClock clock = new SettableClock(Instant.parse("2026-03-28T12:00:00Z"));

    @RegisterExtension
    final TwoDevices two = TwoDevices.with(
            rules -> rules,
            List.of(SyncedTable.named("note").key("id").build()),
            "CREATE TABLE note(id TEXT PRIMARY KEY, text TEXT)");

    @BeforeEach
    void open() {
        two.a()
                .with(builder -> builder.clock(clock)
                        .options(SyncOptions.builder()
                                .retry(RetryStrategy.none())
                                .followUps(false)
                                .build()));
    }

    private SyncStatistics now() {
        return two.a().manager().statistics();
    }

    private SyncStatistics afterRestart() {
        two.a().close();
        return now();
    }

    @Test
    void the_bytes_of_each_entity_are_summed_up_now_and_after_a_restart() {
        String text = "x".repeat(10_000);
        two.a().sql("INSERT INTO note VALUES('1', ?)", text);
        two.sync(two.a());
        Traffic sent = now().traffic().get("note");
        assertThat(sent.sent()).as("a body of that size").isBetween(10_000L, 13_000L);
        two.sync(two.b());
        Traffic pulled = two.b().manager().statistics().totalTraffic();
        assertThat(pulled.sent()).as("a page is asked for").isBetween(50L, 2_000L);
        assertThat(pulled.received()).as("it comes compressed").isBetween(100L, 3_000L);
        assertThat(afterRestart().traffic()).containsEntry("note", sent);
        two.a().manager().resetStatistics();
        assertThat(now().traffic()).isEmpty();
    }

    @Test
    void three_known_runs_are_summed_up_now_and_after_a_restart() {
        two.a().sql("INSERT INTO note VALUES('1', 'x'), ('2', 'x')");
        two.sync(two.a());
        clock.advance(Duration.ofMinutes(1));
        two.server().faults().cut(true);
        two.a().sql("UPDATE note SET text = 'y' WHERE id = '1'");
        assertThat(two.a().sync().success()).isFalse();
        two.server().faults().clear();
        clock.advance(Duration.ofMinutes(1));
        assertThat(two.a().manager().synchronize(SyncMode.FULL).blockingGet().success())
                .isTrue();

        for (SyncStatistics statistics : List.of(now(), afterRestart())) {
            assertThat(statistics.runs()).isEqualTo(3);
            assertThat(statistics.successfulRuns()).isEqualTo(2);
            assertThat(statistics.successRate()).isEqualTo(2.0 / 3);
            assertThat(statistics.operations()).isEqualTo(3);
            assertThat(statistics.lastSync()).isEqualTo(clock.instant());
            assertThat(statistics.lastFullSync()).isEqualTo(clock.instant());
            assertThat(statistics.byEntity().get("note").creates()).isEqualTo(2);
            assertThat(statistics.byEntity().get("note").updates()).isEqualTo(1);
            assertThat(statistics.byEntity().get("note").successful()).isEqualTo(3);
            assertThat(statistics.byEntity().get("note").fetched()).isEqualTo(2);
        }
    }

    @Test
    void quiet_runs_write_nothing_and_are_counted_all_the_same() {
        two.a().sql("INSERT INTO note VALUES('1', 'x')");
        two.sync(two.a());
        two.sync(two.a());
        long runs = now().runs();
        Object version = two.a().value("SELECT value FROM syncline_metadata WHERE key = 'statistics'");
        for (int i = 0; i < 5; i++) {
            two.sync(two.a());
        }
        assertThat(two.a().value("SELECT value FROM syncline_metadata WHERE key = 'statistics'"))
                .isEqualTo(version);
        assertThat(now().runs()).isEqualTo(runs + 5);
        assertThat(now().byEntity().get("note").notModified()).isGreaterThanOrEqualTo(4);
        assertThat(afterRestart().runs()).isEqualTo(runs + 5);
    }

    @Test
    void a_reset_keeps_cursors_so_that_the_next_run_is_incremental() {
        two.a().sql("INSERT INTO note VALUES('1', 'x')");
        two.sync(two.a());
        two.sync(two.a());
        two.a().manager().resetStatistics();
        assertThat(now().runs()).isZero();
        assertThat(now().byEntity()).isEmpty();
        assertThat(now().lastSync()).isNull();
        assertThat(afterRestart().runs()).isZero();
        two.server().journal().clear();
        two.sync(two.a());
        assertThat(two.server().journal().entries())
                .allMatch(entry -> entry.path().contains("cursor="));
        assertThat(now().runs()).isEqualTo(1);
    }

    @Test
    void the_next_planned_run_is_told() {
        assertThat(now().nextPlanned()).isNull();
        two.a().manager().schedulePeriodic(Duration.ofHours(1));
        assertThat(now().nextPlanned())
                .isEqualTo(two.a().manager().schedules().planned().get(0).dueAt());
    }

    @Test
    void a_run_with_a_refused_change_is_none_that_succeeded() {
        two.server().faults().when((method, path) -> method.equals("POST"), Fault.status(422));
        two.a().sql("INSERT INTO note VALUES('1', 'x')");
        assertThat(two.a().sync().success()).isFalse();
        assertThat(now().failedRuns()).isEqualTo(1);
        assertThat(now().byEntity().get("note").failed()).isEqualTo(1);
    }
}
