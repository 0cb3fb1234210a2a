package dev.syncline.functional;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.config.SyncedTable;
import dev.syncline.progress.AbortReason;
import dev.syncline.testing.SettableClock;
import dev.syncline.testing.TwoDevices;
import dev.syncline.testing.server.Fault;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A device clock that was wrong and is set right holds nothing up. Defends G1. */
class ClockStepTest {
    @RegisterExtension
    final TwoDevices two = TwoDevices.with(
            rules -> rules,
            List.of(SyncedTable.named("memo").key("id").build()),
            "CREATE TABLE memo(id TEXT PRIMARY KEY, title TEXT)");

    @Test
    void a_send_put_off_while_the_clock_was_years_ahead_is_due_once_it_is_right() {
        SettableClock clock = new SettableClock(Clock.systemUTC().instant().plus(Duration.ofDays(4000)));
        two.a().with(builder -> two.oneByOne().apply(builder).clock(clock));
        two.a().manager();
        two.a().sql("INSERT INTO memo VALUES('good', 'x')");
        two.sync(two.a());
        two.a().sql("INSERT INTO memo VALUES('better', 'x')");
        two.a().sql("UPDATE memo SET title = 'y' WHERE id = 'good'");
        // One change of the run is served, so the other one is put off alone.
        two.server().faults().when((method, path) -> method.equals("POST"), Fault.status(500));
        two.a().sync();
        two.server().faults().clear();
        clock.set(Clock.systemUTC().instant());
        two.a().sync();
        assertThat(two.a().manager().pendingChanges()).isZero();
        assertThat(two.server().rows("memo").count()).isEqualTo(2);
    }

    @Test
    void a_wait_that_the_backend_asked_for_is_no_longer_after_the_clock_was_set_back() {
        Instant now = Clock.systemUTC().instant();
        SettableClock clock = new SettableClock(now.plus(Duration.ofDays(2)));
        two.a().with(builder -> builder.clock(clock));
        two.a().manager();
        two.server().faults().next(Fault.status(429, "300"));
        two.a().sync();
        clock.set(now);
        assertThat(two.a().sync().abortReason()).isEqualTo(AbortReason.OFFLINE);
        clock.advance(Duration.ofSeconds(301));
        two.sync(two.a());
    }

    @Test
    void a_change_that_the_backend_put_off_is_sent_after_that_wait_although_the_clock_was_set_back() {
        Instant now = Clock.systemUTC().instant();
        SettableClock clock = new SettableClock(now);
        two.a().with(builder -> two.oneByOne().apply(builder).clock(clock));
        two.a().manager();
        two.a().sql("INSERT INTO memo VALUES('late', 'x')");
        two.server().faults().when((method, path) -> method.equals("POST"), Fault.status(503, "3600"));
        two.a().sync();
        two.server().faults().clear();
        clock.set(now.minus(Duration.ofHours(12)));
        two.a().sync();
        clock.advance(Duration.ofSeconds(3601));
        two.sync(two.a());
        assertThat(two.a().manager().pendingChanges()).isZero();
    }
}
