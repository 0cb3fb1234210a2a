package dev.syncline.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.syncline.backend.ChangeKind;
import dev.syncline.backend.OutgoingChange;
import dev.syncline.backend.PullRequest;
import dev.syncline.config.SyncConfig;
import dev.syncline.config.SyncOptions;
import dev.syncline.config.SyncedTable;
import dev.syncline.exception.CircuitBreakerOpenException;
import dev.syncline.exception.NetworkException;
import dev.syncline.exception.RateLimitException;
import dev.syncline.exception.ServerException;
import dev.syncline.exception.SyncException;
import dev.syncline.internal.store.Waiter;
import dev.syncline.progress.AbortReason;
import dev.syncline.resilience.CircuitBreaker;
import dev.syncline.resilience.CircuitBreakerSettings;
import dev.syncline.resilience.RetryStrategy;
import dev.syncline.testing.MemoryBackend;
import dev.syncline.testing.RecordedWaits;
import dev.syncline.testing.SettableClock;
import io.reactivex.rxjava3.schedulers.Schedulers;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/**
 * Tries, pauses, breaker and budget as they work together around one backend. Defends G9: a backend that is down is not asked more
 * often than it is good for, whatever runs. No wait takes time.
 */
class ResilientBackendTest {
    private static final PullRequest PAGE = new PullRequest("note", null, 10);
    private static final OutgoingChange CHANGE =
            new OutgoingChange("note", ChangeKind.CREATE, "n", Map.of("title", "t"), null, "key");
    private static final int SEED = 11;

    private final SettableClock clock = new SettableClock(Instant.parse("2026-03-01T12:00:00Z"));
    private final RecordedWaits waits = new RecordedWaits();
    private final MemoryBackend remote = new MemoryBackend("memory");
    private final AtomicInteger calls = new AtomicInteger();
    private final Cancellation cancellation = new Cancellation();
    private @Nullable SyncException failure;
    private int failing;
    private Runnable beforeCall = () -> {};

    private final CircuitBreaker breaker =
            new CircuitBreaker("memory", CircuitBreakerSettings.standard(), clock, Schedulers.trampoline());

    private ResilientBackend backend(RetryStrategy retry) {
        remote.during(call -> {
            calls.incrementAndGet();
            SyncException now = failure;
            if (now != null && failing-- > 0) {
                throw now;
            }
        });
        waits.meanwhile(() -> clock.advance(waits.waits().get(waits.waits().size() - 1)));
        SyncConfig config = SyncConfig.builder(Path.of("unused.db"))
                .table(SyncedTable.named("note").key("id").build())
                .backend(remote)
                .clock(clock)
                .random(new Random(SEED))
                .scheduler(waits)
                .options(SyncOptions.builder().retry(retry).build())
                .build();
        return new ResilientBackend(
                config,
                breaker,
                new Waiter(waits),
                new OutageLog(config.clock()),
                new TrafficTally(),
                sends -> beforeCall.run());
    }

    private void fail(SyncException with, int times) {
        failure = with;
        failing = times;
    }

    private ServerException outage() {
        return new ServerException("down", 503, "", null, clock.instant(), null, Map.of());
    }

    private RateLimitException limited(Duration wait) {
        return new RateLimitException("slowly", wait, null, null, null, clock.instant(), null);
    }

    @Test
    void a_failure_that_passes_is_ridden_out_with_growing_waits() {
        ResilientBackend backend = backend(RetryStrategy.standard());
        fail(outage(), 4);
        assertThat(backend.fetchPage(PAGE, cancellation).records()).isEmpty();
        assertThat(calls).hasValue(5);
        assertThat(waits.waits()).hasSize(4);
        for (int i = 0; i < 4; i++) {
            long usual = 1000L << i;
            assertThat(waits.waits().get(i).toMillis()).isBetween(usual * 8 / 10, usual * 12 / 10);
        }
    }

    @Test
    void each_try_is_logged_the_failed_ones_with_the_next_delay_and_the_last_with_its_cause() {
        Logger logger = (Logger) LoggerFactory.getLogger(ResilientBackend.class);
        ListAppender<ILoggingEvent> records = new ListAppender<>();
        records.start();
        logger.addAppender(records);
        Level usual = logger.getLevel();
        logger.setLevel(Level.DEBUG);
        try {
            ResilientBackend backend = backend(RetryStrategy.conservative());
            fail(outage(), 3);
            assertThatThrownBy(() -> backend.fetchPage(PAGE, cancellation)).isInstanceOf(ServerException.class);
        } finally {
            logger.setLevel(usual);
            logger.detachAppender(records);
        }
        assertThat(records.list)
                .extracting(ILoggingEvent::getLevel)
                .containsExactly(Level.DEBUG, Level.WARN, Level.DEBUG, Level.WARN, Level.DEBUG, Level.ERROR);
        assertThat(records.list.get(1).getFormattedMessage())
                .contains("try 1")
                .contains("again in PT" + waits.waits().get(0).toSeconds() + ".");
        assertThat(records.list.get(5).getFormattedMessage()).contains("try 3");
        assertThat(records.list.get(5).getThrowableProxy()).isNotNull();
    }

    @Test
    void S02_a_wait_that_the_backend_demands_pauses_every_call_and_not_only_the_one_that_got_it() {
        ResilientBackend backend = backend(RetryStrategy.none());
        fail(limited(Duration.ofSeconds(7)), 1);
        assertThatThrownBy(() -> backend.fetchPage(PAGE, cancellation)).isInstanceOf(RateLimitException.class);
        clock.advance(Duration.ofSeconds(2));
        backend.fetch("note", "n", cancellation);
        assertThat(waits.waits()).containsExactly(Duration.ofSeconds(5));
    }

    @Test
    void S02_a_wait_beyond_the_patience_is_not_waited_and_nothing_is_asked_meanwhile() {
        ResilientBackend backend = backend(RetryStrategy.standard());
        fail(limited(Duration.ofHours(1)), 1);
        assertThatThrownBy(() -> backend.fetchPage(PAGE, cancellation)).isInstanceOf(RateLimitException.class);
        clock.advance(Duration.ofMinutes(58));
        assertThatThrownBy(() -> backend.fetchPage(PAGE, cancellation))
                .isInstanceOfSatisfying(
                        RateLimitException.class,
                        told -> assertThat(told.imposedDelay()).isEqualTo(Duration.ofMinutes(2)));
        assertThat(calls).hasValue(1);
        assertThat(waits.waits()).isEmpty();
        clock.advance(Duration.ofMinutes(2));
        backend.fetchPage(PAGE, cancellation);
        assertThat(calls).hasValue(2);
    }

    @Test
    void a_shorter_wait_that_is_told_later_does_not_cut_a_longer_one_short() {
        ResilientBackend backend = backend(RetryStrategy.none());
        fail(limited(Duration.ofSeconds(50)), 1);
        assertThatThrownBy(() -> backend.fetchPage(PAGE, cancellation)).isInstanceOf(RateLimitException.class);
        fail(limited(Duration.ofSeconds(1)), 1);
        assertThatThrownBy(() -> backend.fetchPage(PAGE, cancellation)).isInstanceOf(RateLimitException.class);
        assertThat(waits.waits()).containsExactly(Duration.ofSeconds(50));
    }

    @Test
    void the_breaker_counts_calls_whose_tries_are_used_up_and_then_nothing_is_asked() {
        ResilientBackend backend =
                backend(RetryStrategy.builder().maxAttempts(3).build());
        fail(new NetworkException("gone", clock.instant(), null, Map.of()), Integer.MAX_VALUE);
        for (int call = 0; call < 5; call++) {
            backend.beginRun();
            assertThatThrownBy(() -> backend.fetchPage(PAGE, cancellation)).isInstanceOf(NetworkException.class);
        }
        assertThat(calls).hasValue(15);
        assertThatThrownBy(() -> backend.fetchPage(PAGE, cancellation)).isInstanceOf(CircuitBreakerOpenException.class);
        assertThat(calls).hasValue(15);
        failing = 0;
        clock.advance(Duration.ofSeconds(60));
        backend.fetchPage(PAGE, cancellation);
        backend.fetchPage(PAGE, cancellation);
        assertThat(breaker.state()).isEqualTo(CircuitBreaker.State.CLOSED);
    }

    @Test
    void a_breaker_that_opens_ends_the_remaining_tries_of_calls_under_way() {
        ResilientBackend backend = backend(RetryStrategy.standard());
        fail(outage(), Integer.MAX_VALUE);
        waits.meanwhile(breaker::open);
        assertThatThrownBy(() -> backend.fetchPage(PAGE, cancellation)).isInstanceOf(ServerException.class);
        assertThat(calls).hasValue(2);
    }

    @Test
    void a_run_makes_no_more_second_tries_than_its_budget_whatever_the_strategy() {
        ResilientBackend backend =
                backend(RetryStrategy.builder().maxAttempts(1000).build());
        fail(outage(), Integer.MAX_VALUE);
        assertThatThrownBy(() -> backend.fetchPage(PAGE, cancellation)).isInstanceOf(ServerException.class);
        assertThat(calls).hasValue(21);
        assertThatThrownBy(() -> backend.fetchPage(PAGE, cancellation)).isInstanceOf(ServerException.class);
        assertThat(calls).hasValue(22);
        backend.beginRun();
        assertThatThrownBy(() -> backend.fetchPage(PAGE, cancellation)).isInstanceOf(ServerException.class);
        assertThat(calls).hasValue(43);
    }

    @Test
    void calls_that_are_served_earn_second_tries_back() {
        ResilientBackend backend =
                backend(RetryStrategy.builder().maxAttempts(1000).build());
        fail(outage(), 21);
        assertThatThrownBy(() -> backend.fetchPage(PAGE, cancellation)).isInstanceOf(ServerException.class);
        for (int served = 0; served < 10; served++) {
            backend.fetchPage(PAGE, cancellation);
        }
        calls.set(0);
        fail(outage(), Integer.MAX_VALUE);
        assertThatThrownBy(() -> backend.fetchPage(PAGE, cancellation)).isInstanceOf(ServerException.class);
        assertThat(calls).hasValue(3);
    }

    @Test
    void a_cancelled_run_waits_and_tries_no_more() {
        ResilientBackend backend = backend(RetryStrategy.standard());
        fail(outage(), Integer.MAX_VALUE);
        waits.meanwhile(cancellation::cancel);
        assertThatThrownBy(() -> backend.fetchPage(PAGE, cancellation)).isInstanceOf(ServerException.class);
        assertThat(calls).hasValue(1);
        assertThatThrownBy(() -> backend.fetchPage(PAGE, cancellation))
                .isInstanceOf(Cancellation.CancelledException.class);
        assertThat(breaker.statistics().failures()).isEqualTo(1);
    }

    @Test
    void what_an_adapter_should_not_throw_is_told_as_a_failure_of_that_operation() {
        ResilientBackend backend = backend(RetryStrategy.standard());
        remote.during(call -> {
            throw new IllegalArgumentException("an adapter's slip");
        });
        assertThatThrownBy(() -> backend.fetchPage(PAGE, cancellation))
                .hasMessageContaining("in a way it should not")
                .hasCauseInstanceOf(IllegalArgumentException.class);
        assertThat(List.copyOf(waits.waits())).isEmpty();
    }

    @Test
    void a_lease_that_is_lost_between_two_tries_leaves_the_outcome_of_the_first_unknown() {
        ResilientBackend backend = backend(RetryStrategy.standard());
        ServerException outage = outage();
        fail(outage, 1);
        beforeCall = () -> {
            if (calls.get() == 1) {
                throw cancellation.end(AbortReason.OTHER_PROCESS);
            }
        };
        assertThatThrownBy(() -> backend.push(CHANGE, cancellation)).isSameAs(outage);
        assertThat(calls).hasValue(1);
    }

    @Test
    void a_run_that_is_cancelled_while_a_second_try_waits_leaves_the_outcome_of_the_first_unknown() {
        ResilientBackend backend = backend(RetryStrategy.standard());
        waits.meanwhile(cancellation::cancel);
        ServerException outage = outage();
        fail(outage, 1);
        assertThatThrownBy(() -> backend.push(CHANGE, cancellation)).isSameAs(outage);
        assertThat(calls).hasValue(1);
    }

    @Test
    void a_run_that_ends_before_the_first_try_has_sent_nothing() {
        ResilientBackend backend = backend(RetryStrategy.standard());
        cancellation.cancel();
        assertThatThrownBy(() -> backend.push(CHANGE, cancellation))
                .isInstanceOf(Cancellation.CancelledException.class);
        assertThat(calls).hasValue(0);
    }
}
