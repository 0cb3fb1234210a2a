package dev.syncline.functional;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.config.SyncOptions;
import dev.syncline.config.SyncedTable;
import dev.syncline.progress.AbortReason;
import dev.syncline.resilience.CircuitBreaker.State;
import dev.syncline.resilience.CircuitBreakerSettings;
import dev.syncline.resilience.RetryStrategy;
import dev.syncline.testing.SettableClock;
import dev.syncline.testing.TwoDevices;
import io.reactivex.rxjava3.subscribers.TestSubscriber;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The host sets the breaker, sees its state, and loses nothing while it is open. Defends G1 and G9. */
class BreakerTest {
    private final SettableClock clock = new SettableClock(Instant.parse("2026-03-01T12:00:00Z"));

    @RegisterExtension
    final TwoDevices two = TwoDevices.with(
            rules -> rules,
            List.of(SyncedTable.named("note").key("id").build()),
            "CREATE TABLE note(id TEXT PRIMARY KEY, text TEXT)");

    @Test
    void the_breaker_is_as_the_host_sets_it_and_its_states_are_told() {
        two.a()
                .with(builder -> builder.clock(clock)
                        .options(SyncOptions.builder()
                                .retry(RetryStrategy.none())
                                .followUps(false)
                                .breaker(new CircuitBreakerSettings(2, 1, Duration.ofMinutes(5)))
                                .build()));
        TestSubscriber<State> states = two.a().manager().breaker().watch().test();
        states.awaitCount(1).assertValues(State.CLOSED);
        two.a().sql("INSERT INTO note VALUES('n', 'x')");
        two.server().faults().cut(true);
        two.a().sync();
        two.a().sync();
        states.awaitCount(2).assertValues(State.CLOSED, State.OPEN);
        two.server().journal().clear();
        assertThat(two.a().sync().abortReason()).isEqualTo(AbortReason.OFFLINE);
        assertThat(two.server().journal().requests()).isZero();
        assertThat(two.a().manager().breaker().statistics().refused()).isEqualTo(1);
        assertThat(two.a().manager().pendingChanges()).isEqualTo(1);
        two.server().faults().clear();
        clock.advance(Duration.ofMinutes(5));
        two.sync(two.a());
        assertThat(two.a().manager().breaker().statistics().state()).isEqualTo(State.CLOSED);
        states.awaitCount(3);
        assertThat(states.values()).endsWith(State.CLOSED);
        two.a().close();
        states.awaitDone(20, java.util.concurrent.TimeUnit.SECONDS).assertComplete();
        two.agree();
    }

    @Test
    void a_person_opens_the_breaker_and_lets_everything_through_again() {
        two.a().sql("INSERT INTO note VALUES('n', 'x')");
        two.a().manager().breaker().open();
        assertThat(two.a().sync().abortReason()).isEqualTo(AbortReason.OFFLINE);
        assertThat(two.server().journal().requests()).isZero();
        two.a().manager().breaker().reset();
        assertThat(two.a().manager().breaker().statistics().refused()).isZero();
        two.sync(two.a());
        assertThat(two.a().manager().pendingChanges()).isZero();
        two.agree();
    }
}
