package dev.syncline.functional;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import dev.syncline.config.SyncOptions;
import dev.syncline.config.SyncedTable;
import dev.syncline.resilience.RetryStrategy;
import dev.syncline.testing.CallersThread;
import dev.syncline.testing.LogCapture;
import dev.syncline.testing.SettableClock;
import dev.syncline.testing.TwoDevices;
import dev.syncline.testing.VirtualTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** An outage of days fills no disk: it is told at its beginning, ever more rarely while it lasts, and at its end. Defends G9. */
class OutageLogTest {
    private final SettableClock clock = new SettableClock(Instant.parse("2026-03-01T12:00:00Z"));
    private final VirtualTime time = new VirtualTime(clock);
    private LogCapture log;

    @RegisterExtension
    final TwoDevices two = TwoDevices.with(
            rules -> rules,
            List.of(SyncedTable.named("note").key("id").build()),
            "CREATE TABLE note(id TEXT PRIMARY KEY, text TEXT)");

    @BeforeEach
    void an_app_that_synchronizes_every_quarter_of_an_hour() {
        two.a()
                .with(builder -> builder.clock(clock)
                        .scheduler(time)
                        .random(new Random(3))
                        .executors((role, threads) -> new CallersThread(threads == 1))
                        .deliverOn(Runnable::run)
                        .options(SyncOptions.builder()
                                .retry(RetryStrategy.none())
                                .build()));
        two.a().manager().schedulePeriodic(Duration.ofMinutes(15));
        two.sync(two.a());
        log = new LogCapture();
    }

    @AfterEach
    void stopListening() {
        log.close();
    }

    private int pass(Duration length) {
        int before = log.lines(Level.INFO).size();
        for (Duration passed = Duration.ZERO; passed.compareTo(length) < 0; passed = passed.plusMinutes(1)) {
            time.pass(Duration.ofMinutes(1));
        }
        return log.lines(Level.INFO).size() - before;
    }

    @Test
    void an_outage_is_told_at_its_beginning_ever_more_rarely_and_at_its_end() {
        two.server().faults().cut(true);
        two.a().sql("INSERT INTO note VALUES('n', 'x')");

        int firstHour = pass(Duration.ofHours(1));
        assertThat(log.lines(Level.ERROR)).as("what is wrong").isNotEmpty();
        int firstDay = pass(Duration.ofHours(23));
        int secondDay = pass(Duration.ofDays(1));

        assertThat(firstHour).isBetween(1, 100);
        assertThat(firstHour + firstDay).isLessThan(200);
        assertThat(secondDay).isLessThan(40);
        assertThat(log.lines(Level.DEBUG)).as("the rest is there at DEBUG").hasSizeGreaterThan(500);

        two.server().faults().clear();
        int end = log.lines(Level.INFO).size();
        pass(Duration.ofHours(1));
        List<String> after = log.lines(Level.INFO);
        assertThat(after.subList(end, after.size()))
                .anyMatch(line -> line.contains("The backend answers again") && line.contains(" did not reach it"))
                .anyMatch(line -> line.contains("completed"));
        assertThat(two.a().manager().pendingChanges()).isZero();
    }

    @Test
    void the_next_outage_is_told_like_the_first() {
        two.server().faults().cut(true);
        pass(Duration.ofDays(1));
        two.server().faults().clear();
        pass(Duration.ofHours(1));
        int before = log.lines(Level.WARN).size();
        two.server().faults().cut(true);
        pass(Duration.ofHours(1));
        assertThat(log.lines(Level.WARN).size() - before).isPositive();
    }
}
