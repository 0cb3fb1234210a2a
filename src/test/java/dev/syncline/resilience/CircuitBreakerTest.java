package dev.syncline.resilience;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.syncline.exception.AuthenticationException;
import dev.syncline.exception.CircuitBreakerOpenException;
import dev.syncline.exception.ClientException;
import dev.syncline.exception.ConflictException;
import dev.syncline.exception.ConsistencyException;
import dev.syncline.exception.NetworkException;
import dev.syncline.exception.RateLimitException;
import dev.syncline.exception.ServerException;
import dev.syncline.exception.SyncException;
import dev.syncline.exception.SyncOperationException;
import dev.syncline.exception.SyncTimeoutException;
import dev.syncline.exception.ValidationException;
import dev.syncline.resilience.CircuitBreaker.State;
import dev.syncline.testing.SettableClock;
import io.reactivex.rxjava3.schedulers.TestScheduler;
import io.reactivex.rxjava3.subscribers.TestSubscriber;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.LoggerFactory;

/** Defends G9 (an outage costs a bounded number of calls) and G12 (a refusal of one record closes the way for no other). */
class CircuitBreakerTest {

    private static final Instant START = Instant.parse("2026-03-01T10:00:00Z");
    private static final SyncException OUTAGE = new ServerException("m", 500, "", null, START, null);
    private static final SyncException REFUSAL = new ValidationException("m", List.of(), START, null);

    private final SettableClock clock = new SettableClock(START);
    private final TestScheduler delivery = new TestScheduler();
    private final CircuitBreaker breaker = breaker(CircuitBreakerSettings.standard());

    /**
     * Steps: s success, f failure, r refusal by the backend, w wait for the open time, o an outcome that says nothing, x a call
     * that must be refused.
     */
    @ParameterizedTest
    @CsvSource({
        "ffff, CLOSED",
        "fffff, OPEN",
        "fffffx, OPEN",
        "ffffsffff, CLOSED",
        "ffffsfffff, OPEN",
        "ffffrffff, CLOSED",
        "ffffofx, OPEN",
        "rrrrrrrrrrrrrrrrrrrr, CLOSED",
        "sfsfsfsfsfsfsfsf, CLOSED",
        "fffffw, OPEN",
        "fffffws, HALF_OPEN",
        "fffffwss, CLOSED",
        "fffffwrr, CLOSED",
        "fffffwf, OPEN",
        "fffffwfx, OPEN",
        "fffffwsf, OPEN",
        "fffffwsfx, OPEN",
        "fffffwsfws, HALF_OPEN",
        "fffffwsfwss, CLOSED",
        "fffffwoooo, HALF_OPEN",
        "fffffwososo, CLOSED",
        "fffffwssffff, CLOSED",
        "fffffwssfffff, OPEN"
    })
    void a_sequence_of_outcomes_leads_to_its_state(String steps, State state) {
        steps.chars().forEach(step -> perform((char) step));
        assertThat(breaker.state()).isEqualTo(state);
    }

    @ParameterizedTest
    @CsvSource({"1, 1, f, OPEN", "1, 1, fws, CLOSED", "2, 3, ffwss, HALF_OPEN", "2, 3, ffwsss, CLOSED"})
    void other_numbers_hold_as_well(int failures, int successes, String steps, State state) {
        CircuitBreaker other = breaker(new CircuitBreakerSettings(failures, successes, Duration.ofSeconds(60)));
        steps.chars().forEach(step -> perform(other, (char) step));
        assertThat(other.state()).isEqualTo(state);
    }

    @Test
    void it_is_open_no_longer_after_the_clock_was_set_back() {
        "fffff".chars().forEach(step -> perform((char) step));
        clock.set(START.minus(Duration.ofDays(2)));
        "xwss".chars().forEach(step -> perform((char) step));
        assertThat(breaker.state()).isEqualTo(State.CLOSED);
    }

    @Test
    void random_sequences_agree_with_the_written_rule() {
        SplittableRandom random = new SplittableRandom(11);
        for (int round = 0; round < 40; round++) {
            CircuitBreaker tested = breaker(CircuitBreakerSettings.standard());
            int failures = 0;
            int successes = 0;
            State expected = State.CLOSED;
            for (int step = 0; step < 100; step++) {
                if (expected == State.OPEN) {
                    assertThatThrownBy(tested::acquire).isInstanceOf(CircuitBreakerOpenException.class);
                    clock.advance(Duration.ofSeconds(60));
                    expected = State.HALF_OPEN;
                    successes = 0;
                }
                boolean success = random.nextInt(3) == 0;
                perform(tested, success ? 's' : 'f');
                failures = success ? 0 : failures + 1;
                successes = success ? successes + 1 : 0;
                if (expected == State.HALF_OPEN && !success) {
                    expected = State.OPEN;
                } else if (expected == State.HALF_OPEN && successes == 2) {
                    expected = State.CLOSED;
                    failures = 0;
                } else if (expected == State.CLOSED && failures == 5) {
                    expected = State.OPEN;
                }
                assertThat(tested.state()).isEqualTo(expected);
            }
        }
    }

    @Test
    void it_is_open_for_exactly_its_open_time() {
        open();
        clock.advance(Duration.ofMillis(59_999));
        assertThat(breaker.isCircuitOpen()).isTrue();
        assertThatThrownBy(breaker::acquire).isInstanceOf(CircuitBreakerOpenException.class);

        clock.advance(Duration.ofMillis(1));
        assertThat(breaker.isCircuitOpen()).isFalse();
        assertThat(breaker.isCircuitOpen()).as("asking changes nothing").isFalse();
        assertThat(breaker.state()).isEqualTo(State.OPEN);
        breaker.acquire().close();
        assertThat(breaker.state()).isEqualTo(State.HALF_OPEN);
    }

    @Test
    void a_refused_call_is_told_when_to_come_back() {
        open();
        clock.advance(Duration.ofSeconds(18));
        CircuitBreakerOpenException refused =
                catchThrowableOfType(CircuitBreakerOpenException.class, () -> breaker.execute(() -> "never"));
        assertThat(refused.resetAt()).isEqualTo(START.plusSeconds(60));
        assertThat(refused.failures()).isEqualTo(5);
        assertThat(refused.retryDelay()).isEqualTo(Duration.ofSeconds(42));
        assertThat(refused.timestamp()).isEqualTo(clock.instant());
        assertThat(refused).hasMessageContaining("bank").hasMessageContaining("5 failures");
    }

    @Test
    void half_open_lets_one_trial_through_and_sends_the_rest_away_for_a_minute() {
        open();
        clock.advance(Duration.ofSeconds(60));
        try (CircuitBreaker.Permit trial = breaker.acquire()) {
            assertThat(breaker.state()).isEqualTo(State.HALF_OPEN);
            CircuitBreakerOpenException refused =
                    catchThrowableOfType(CircuitBreakerOpenException.class, breaker::acquire);
            assertThat(refused.retryDelay()).isEqualTo(Duration.ofSeconds(60));
            trial.recordSuccess();
        }
        breaker.acquire().recordSuccess();
        assertThat(breaker.state()).isEqualTo(State.CLOSED);
    }

    @Test
    void a_failed_trial_opens_for_a_whole_new_open_time() {
        open();
        clock.advance(Duration.ofSeconds(90));
        fail(breaker);
        assertThat(breaker.statistics().openedAt()).isEqualTo(START.plusSeconds(90));
        clock.advance(Duration.ofMillis(59_999));
        assertThat(breaker.isCircuitOpen()).isTrue();
        clock.advance(Duration.ofMillis(1));
        assertThat(breaker.isCircuitOpen()).isFalse();
    }

    @Test
    void a_trial_that_never_reports_does_not_wedge_it() {
        open();
        clock.advance(Duration.ofSeconds(60));
        CircuitBreaker.Permit lost = breaker.acquire();
        clock.advance(Duration.ofMillis(59_999));
        assertThatThrownBy(breaker::acquire).isInstanceOf(CircuitBreakerOpenException.class);
        clock.advance(Duration.ofMillis(1));
        try (CircuitBreaker.Permit next = breaker.acquire()) {
            lost.recordFailure(OUTAGE);
            assertThat(breaker.state()).as("the lost trial no longer counts").isEqualTo(State.HALF_OPEN);
            next.recordSuccess();
        }
        succeed(breaker);
        assertThat(breaker.state()).isEqualTo(State.CLOSED);
    }

    @Test
    void fifty_threads_at_half_opening_make_one_call() throws Exception {
        open();
        clock.advance(Duration.ofSeconds(60));
        AtomicInteger calls = new AtomicInteger();
        AtomicInteger refusals = new AtomicInteger();
        CountDownLatch start = new CountDownLatch(1);
        CountDownLatch refused = new CountDownLatch(49);
        ExecutorService threads = Executors.newFixedThreadPool(50);
        try {
            List<Future<?>> done = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                done.add(threads.submit(() -> {
                    start.await();
                    try {
                        breaker.execute(() -> {
                            calls.incrementAndGet();
                            return await(refused);
                        });
                    } catch (CircuitBreakerOpenException e) {
                        refusals.incrementAndGet();
                        refused.countDown();
                    }
                    return null;
                }));
            }
            start.countDown();
            for (Future<?> each : done) {
                each.get(30, TimeUnit.SECONDS);
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(calls).hasValue(1);
        assertThat(refusals).hasValue(49);
        assertThat(breaker.state()).isEqualTo(State.HALF_OPEN);
        assertThat(breaker.statistics().refused()).isEqualTo(49);
    }

    @Test
    void operations_in_progress_do_not_wait_for_each_other() throws Exception {
        CountDownLatch allInside = new CountDownLatch(5);
        ExecutorService threads = Executors.newFixedThreadPool(5);
        try {
            List<Future<Boolean>> done = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                done.add(threads.submit(() -> breaker.execute(() -> {
                    allInside.countDown();
                    return await(allInside);
                })));
            }
            for (Future<Boolean> each : done) {
                assertThat(each.get(30, TimeUnit.SECONDS)).isTrue();
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(breaker.statistics().successes()).isEqualTo(5);
    }

    @Test
    void threads_reporting_at_once_open_it_exactly_once() throws Exception {
        TestSubscriber<State> states = breaker.watchState().test();
        List<CircuitBreaker.Permit> permits =
                Stream.generate(breaker::acquire).limit(64).toList();
        CountDownLatch start = new CountDownLatch(1);
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Future<?>> done = new ArrayList<>();
            for (CircuitBreaker.Permit permit : permits) {
                done.add(threads.submit(() -> {
                    start.await();
                    permit.recordFailure(OUTAGE);
                    return null;
                }));
            }
            start.countDown();
            for (Future<?> each : done) {
                each.get(30, TimeUnit.SECONDS);
            }
        } finally {
            threads.shutdownNow();
        }
        delivery.triggerActions();
        states.assertNotComplete().assertNoErrors();
        assertThat(states.values()).endsWith(State.OPEN).hasSizeLessThanOrEqualTo(2);
        assertThat(breaker.statistics().failures()).isEqualTo(64);
        assertThat(breaker.statistics().failureStreak()).isEqualTo(5);
        assertThat(permits).allMatch(CircuitBreaker.Permit::isRevoked);
    }

    @Test
    void what_was_let_through_before_an_opening_no_longer_moves_it() {
        CircuitBreaker.Permit early = breaker.acquire();
        CircuitBreaker.Permit other = breaker.acquire();
        assertThat(early.isRevoked()).isFalse();
        open();
        assertThat(early.isRevoked()).isTrue();

        clock.advance(Duration.ofSeconds(60));
        try (CircuitBreaker.Permit trial = breaker.acquire()) {
            early.recordFailure(OUTAGE);
            other.close();
            assertThat(breaker.state()).isEqualTo(State.HALF_OPEN);
            assertThat(trial.isRevoked()).isFalse();
            trial.recordSuccess();
        }
        succeed(breaker);
        assertThat(breaker.state()).isEqualTo(State.CLOSED);
        assertThat(breaker.statistics().failures())
                .as("it is counted all the same")
                .isEqualTo(6);
    }

    @Test
    void only_the_first_report_of_a_permit_counts() {
        CircuitBreaker.Permit permit = breaker.acquire();
        permit.recordSuccess();
        permit.recordFailure(OUTAGE);
        permit.recordSuccess();
        permit.close();
        assertThat(breaker.statistics().successes()).isEqualTo(1);
        assertThat(breaker.statistics().failures()).isZero();
    }

    static Stream<SyncException> outages() {
        return Stream.of(
                new NetworkException("m", START, null),
                new SyncTimeoutException("m", Duration.ofSeconds(30), START, null),
                OUTAGE,
                operation(OUTAGE));
    }

    @ParameterizedTest
    @MethodSource("outages")
    void what_speaks_against_the_backend_opens_it(SyncException outage) {
        for (int i = 0; i < 5; i++) {
            breaker.acquire().recordFailure(outage);
        }
        assertThat(breaker.state()).isEqualTo(State.OPEN);
    }

    static Stream<SyncException> refusals() {
        return Stream.of(
                REFUSAL,
                new ClientException("m", 404, "", START, null),
                new ConflictException("m", null, null, null, null, null, START, null),
                new AuthenticationException("m", START, null),
                new RateLimitException("m", null, null, null, null, START, null),
                operation(REFUSAL));
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void what_a_living_backend_refuses_counts_as_success(SyncException refusal) {
        "ffff".chars().forEach(step -> perform((char) step));
        breaker.acquire().recordFailure(refusal);
        assertThat(breaker.statistics().successStreak()).isEqualTo(1);
        assertThat(breaker.statistics().failureStreak()).isZero();
    }

    static Stream<SyncException> silent() {
        return Stream.of(
                new ConsistencyException("m", "X", List.of(), START, null),
                new CircuitBreakerOpenException("m", START, 5, START),
                operation(new IllegalStateException()),
                operation(null));
    }

    @ParameterizedTest
    @MethodSource("silent")
    void what_says_nothing_about_the_backend_counts_as_not_made(SyncException failure) {
        breaker.acquire().recordFailure(failure);
        assertThat(breaker.statistics())
                .isEqualTo(new CircuitBreakerStatistics(State.CLOSED, 0, 0, 0, 0, 0, null, null));
    }

    @Test
    void execute_reports_for_its_caller() {
        assertThat(breaker.<String>execute(() -> "done")).isEqualTo("done");
        assertThatThrownBy(() -> breaker.execute(() -> {
                    throw OUTAGE;
                }))
                .isSameAs(OUTAGE);
        assertThatThrownBy(() -> breaker.execute(() -> {
                    throw new IllegalStateException("ours");
                }))
                .hasMessage("ours");
        assertThatThrownBy(() -> breaker.execute(() -> {
                    throw new AssertionError("worse");
                }))
                .hasMessage("worse");
        assertThat(breaker.statistics().successes()).isEqualTo(1);
        assertThat(breaker.statistics().failures()).isEqualTo(1);
    }

    @Test
    void an_error_in_a_trial_gives_the_trial_back() {
        open();
        clock.advance(Duration.ofSeconds(60));
        assertThatThrownBy(() -> breaker.execute(() -> {
                    throw new AssertionError("ours");
                }))
                .hasMessage("ours");
        succeed(breaker);
        succeed(breaker);
        assertThat(breaker.state()).isEqualTo(State.CLOSED);
    }

    @Test
    void statistics_are_exact() {
        "ssfsffr".chars().forEach(step -> perform((char) step));
        assertThat(breaker.statistics())
                .isEqualTo(new CircuitBreakerStatistics(State.CLOSED, 4, 3, 0, 1, 0, START, null));
        assertThat(breaker.statistics().successRate()).isEqualTo(4.0 / 7);
        assertThat(breaker.statistics().failureRate()).isEqualTo(3.0 / 7);

        clock.advance(Duration.ofSeconds(1));
        "fffffxx".chars().forEach(step -> perform((char) step));
        Instant opened = START.plusSeconds(1);
        assertThat(breaker.statistics())
                .isEqualTo(new CircuitBreakerStatistics(State.OPEN, 4, 8, 2, 0, 5, opened, opened));
    }

    @Test
    void before_any_report_the_backend_counts_as_well() {
        assertThat(breaker.statistics().successRate()).isEqualTo(1.0);
        assertThat(breaker.statistics().failureRate()).isEqualTo(0.0);
    }

    @Test
    void it_can_be_opened_by_hand_and_anew() {
        breaker.open();
        assertThat(breaker.state()).isEqualTo(State.OPEN);
        assertThatThrownBy(breaker::acquire)
                .isInstanceOf(CircuitBreakerOpenException.class)
                .hasMessageContaining("after 0 failures");
        clock.advance(Duration.ofSeconds(30));
        breaker.open();
        clock.advance(Duration.ofSeconds(59));
        assertThat(breaker.isCircuitOpen()).isTrue();
        clock.advance(Duration.ofSeconds(1));
        assertThat(breaker.isCircuitOpen()).isFalse();
    }

    @Test
    void reset_closes_it_and_forgets() {
        open();
        breaker.reset();
        assertThat(breaker.statistics())
                .isEqualTo(new CircuitBreakerStatistics(State.CLOSED, 0, 0, 0, 0, 0, null, null));
        "ffff".chars().forEach(step -> perform((char) step));
        assertThat(breaker.state()).isEqualTo(State.CLOSED);
        perform('f');
        assertThat(breaker.state()).isEqualTo(State.OPEN);
    }

    @Test
    void reset_amid_a_trial_lets_everything_through() {
        open();
        clock.advance(Duration.ofSeconds(60));
        CircuitBreaker.Permit trial = breaker.acquire();
        breaker.reset();
        breaker.acquire().recordSuccess();
        trial.recordFailure(OUTAGE);
        assertThat(breaker.state()).isEqualTo(State.CLOSED);
    }

    @Test
    void states_are_streamed_in_order_with_the_present_one_first() {
        TestSubscriber<State> early = breaker.watchState().test();
        delivery.triggerActions();
        open();
        delivery.triggerActions();
        clock.advance(Duration.ofSeconds(60));
        succeed(breaker);
        delivery.triggerActions();
        TestSubscriber<State> late = breaker.watchState().test();
        delivery.triggerActions();
        succeed(breaker);
        delivery.triggerActions();

        early.assertValues(State.CLOSED, State.OPEN, State.HALF_OPEN, State.CLOSED)
                .assertNotComplete();
        late.assertValues(State.HALF_OPEN, State.CLOSED).assertNotComplete();
    }

    @Test
    void slow_failing_and_absent_subscribers_change_nothing() {
        TestSubscriber<State> never = breaker.watchState().test(0);
        breaker.watchState()
                .subscribe(
                        state -> {
                            throw new IllegalStateException("the host's");
                        },
                        error -> {});
        TestSubscriber<State> slow = breaker.watchState().test(1);
        delivery.triggerActions();
        open();
        clock.advance(Duration.ofSeconds(60));
        succeed(breaker);
        succeed(breaker);
        delivery.triggerActions();

        assertThat(breaker.state()).isEqualTo(State.CLOSED);
        never.assertEmpty();
        slow.assertValues(State.CLOSED);
        slow.request(10);
        delivery.triggerActions();
        assertThat(slow.values()).as("the newest is never missed").endsWith(State.CLOSED);
        slow.assertNoErrors();
    }

    @Test
    void transitions_are_logged_with_their_counts() {
        Logger logger = (Logger) LoggerFactory.getLogger(CircuitBreaker.class);
        ListAppender<ILoggingEvent> records = new ListAppender<>();
        records.start();
        logger.addAppender(records);
        Level usual = logger.getLevel();
        logger.setLevel(Level.INFO);
        try {
            open();
            clock.advance(Duration.ofSeconds(60));
            succeed(breaker);
            succeed(breaker);
        } finally {
            logger.setLevel(usual);
            logger.detachAppender(records);
        }
        assertThat(records.list)
                .extracting(ILoggingEvent::getLevel)
                .containsExactly(Level.WARN, Level.INFO, Level.INFO);
        assertThat(records.list.get(0).getFormattedMessage())
                .isEqualTo("Circuit of bank went from CLOSED to OPEN: 5 failures and 0 successes in a row,"
                        + " 0 refused so far");
    }

    @Test
    void it_has_no_thread_of_its_own() {
        long before = threadsOfResilience4j();
        open();
        clock.advance(Duration.ofSeconds(60));
        succeed(breaker);
        assertThat(threadsOfResilience4j()).isEqualTo(before);
    }

    @Test
    void wrong_numbers_are_refused() {
        Duration minute = Duration.ofMinutes(1);
        assertThatIllegalArgumentException().isThrownBy(() -> new CircuitBreakerSettings(0, 2, minute));
        assertThatIllegalArgumentException().isThrownBy(() -> new CircuitBreakerSettings(5, 0, minute));
        assertThatIllegalArgumentException().isThrownBy(() -> new CircuitBreakerSettings(1_001, 2, minute));
        assertThatIllegalArgumentException().isThrownBy(() -> new CircuitBreakerSettings(5, 2, Duration.ZERO));
        assertThatIllegalArgumentException().isThrownBy(() -> new CircuitBreakerSettings(5, 2, minute.negated()));
        assertThatIllegalArgumentException().isThrownBy(() -> new CircuitBreakerSettings(5, 2, Duration.ofDays(366)));
        assertThat(CircuitBreakerSettings.standard()).isEqualTo(new CircuitBreakerSettings(5, 2, minute));
        assertThat(State.values()).containsExactly(State.CLOSED, State.OPEN, State.HALF_OPEN);
    }

    private CircuitBreaker breaker(CircuitBreakerSettings settings) {
        return new CircuitBreaker("bank", settings, clock, delivery);
    }

    private void open() {
        for (int i = 0; i < 5; i++) {
            fail(breaker);
        }
        assertThat(breaker.state()).isEqualTo(State.OPEN);
    }

    private void perform(char step) {
        perform(breaker, step);
    }

    private void perform(CircuitBreaker target, char step) {
        switch (step) {
            case 's' -> succeed(target);
            case 'f' -> fail(target);
            case 'r' -> target.acquire().recordFailure(REFUSAL);
            case 'o' -> target.acquire().close();
            case 'w' -> clock.advance(Duration.ofSeconds(60));
            default -> assertThatThrownBy(target::acquire).isInstanceOf(CircuitBreakerOpenException.class);
        }
    }

    private static void succeed(CircuitBreaker target) {
        try (CircuitBreaker.Permit permit = target.acquire()) {
            permit.recordSuccess();
        }
    }

    private static void fail(CircuitBreaker target) {
        try (CircuitBreaker.Permit permit = target.acquire()) {
            permit.recordFailure(OUTAGE);
        }
    }

    private static SyncOperationException operation(Throwable cause) {
        return new SyncOperationException("m", "op", "payment", "UPDATE", START, cause);
    }

    private static boolean await(CountDownLatch latch) {
        try {
            return latch.await(30, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static long threadsOfResilience4j() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().contains("Resilience4j")
                        || thread.getName().contains("CircuitBreaker"))
                .count();
    }
}
