package dev.syncline.resilience;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

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
import dev.syncline.resilience.RetryDecision.GiveUp;
import dev.syncline.resilience.RetryDecision.Postpone;
import dev.syncline.resilience.RetryDecision.RetryAfter;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Defends G2 (only what may be repeated is), G9 (every wait and every number of tries is bounded) and G13 (hostile waits). */
class RetryStrategyTest {

    private static final Instant AT = Instant.parse("2026-03-01T10:00:00Z");
    private static final SyncException NETWORK = new NetworkException("m", AT, null);

    private final RandomGenerator random = new SplittableRandom(42);

    @ParameterizedTest
    @CsvSource({
        "1, 1000",
        "2, 2000",
        "3, 4000",
        "4, 8000",
        "5, 16000",
        "6, 32000",
        "7, 60000",
        "8, 60000",
        "64, 60000",
        "2147483647, 60000"
    })
    void without_jitter_the_wait_doubles_up_to_its_limit(int attempt, long millis) {
        RetryStrategy strategy = RetryStrategy.builder().jitter(0).build();
        assertThat(strategy.delay(attempt, NETWORK, random)).isEqualTo(Duration.ofMillis(millis));
    }

    static Stream<RetryStrategy> strategies() {
        return Stream.of(
                RetryStrategy.standard(),
                RetryStrategy.aggressive(),
                RetryStrategy.conservative(),
                RetryStrategy.builder()
                        .factor(1e300)
                        .maxDelay(Duration.ofDays(365))
                        .jitter(1)
                        .build());
    }

    @ParameterizedTest
    @MethodSource("strategies")
    void every_draw_stays_within_its_bounds(RetryStrategy strategy) {
        for (int attempt = 1; attempt <= 64; attempt++) {
            double interval = Math.min(
                    strategy.firstDelay().toNanos() * Math.pow(strategy.factor(), attempt - 1),
                    strategy.maxDelay().toNanos());
            double most = Math.min(
                    interval * (1 + strategy.jitter()), strategy.maxDelay().toNanos());
            double least = interval * (1 - strategy.jitter());
            double sum = 0;
            int shorter = 0;
            int longer = 0;
            for (int draw = 0; draw < 10_000; draw++) {
                Duration delay = strategy.delay(attempt, NETWORK, random);
                assertThat(delay).isBetween(Duration.ZERO, strategy.maxDelay());
                double nanos = delay.toNanos();
                assertThat(nanos).isBetween(least - 2, most + 2);
                sum += nanos;
                shorter += nanos < interval ? 1 : 0;
                longer += nanos > interval ? 1 : 0;
            }
            assertThat(shorter).isPositive();
            double mean = sum / 10_000;
            if (interval * (1 + strategy.jitter()) <= strategy.maxDelay().toNanos()) {
                assertThat(longer).isPositive();
                assertThat(mean).isCloseTo(interval, within(interval * 0.02));
            } else {
                assertThat(mean).isCloseTo((least + most) / 2, within(interval * 0.02));
            }
        }
    }

    @Test
    void a_fixed_seed_repeats() {
        List<Duration> one = draws(new SplittableRandom(7));
        assertThat(draws(new SplittableRandom(7))).isEqualTo(one);
        assertThat(draws(new SplittableRandom(8))).isNotEqualTo(one);
    }

    @Test
    void full_jitter_draws_from_zero() {
        RetryStrategy strategy = RetryStrategy.builder().fullJitter().build();
        double sum = 0;
        for (int draw = 0; draw < 10_000; draw++) {
            Duration delay = strategy.delay(3, NETWORK, random);
            assertThat(delay).isBetween(Duration.ZERO, Duration.ofSeconds(4));
            sum += delay.toMillis();
        }
        assertThat(sum / 10_000).isCloseTo(2_000, within(80.0));
        assertThat(RetryStrategy.builder().fullJitter().jitter(0).build().fullJitter())
                .isFalse();
    }

    @Test
    void a_first_delay_of_zero_stays_zero() {
        RetryStrategy strategy =
                RetryStrategy.builder().firstDelay(Duration.ZERO).factor(1e300).build();
        assertThat(strategy.delay(1_000, NETWORK, random)).isZero();
    }

    static Stream<Arguments> imposed() {
        return Stream.of(
                Arguments.of(new RateLimitException("m", secs(7), null, null, null, AT, null), 7),
                Arguments.of(new RateLimitException("m", secs(0), null, null, null, AT, null), 0),
                Arguments.of(new RateLimitException("m", secs(-3), null, null, null, AT, null), 0),
                Arguments.of(new RateLimitException("m", null, null, null, null, AT, null), 60),
                Arguments.of(new ServerException("m", 503, "", secs(7), AT, null), 7));
    }

    @ParameterizedTest
    @MethodSource("imposed")
    void a_wait_that_the_backend_demands_is_kept_exactly(SyncException failure, long seconds) {
        assertThat(RetryStrategy.standard().delay(1, failure, random)).isEqualTo(secs(seconds));
        assertThat(RetryStrategy.standard().next(1, failure, random)).isEqualTo(new RetryAfter(secs(seconds)));
        SyncException wrapped = new SyncOperationException("m", "op", "payment", "UPDATE", AT, failure);
        assertThat(RetryStrategy.standard().next(1, wrapped, random)).isEqualTo(new RetryAfter(secs(seconds)));
    }

    static Stream<Arguments> decisions() {
        RetryStrategy standard = RetryStrategy.builder().jitter(0).build();
        SyncException hour = new RateLimitException("m", secs(3600), null, null, null, AT, null);
        SyncException minute = new RateLimitException("m", secs(60), null, null, null, AT, null);
        SyncException open = new CircuitBreakerOpenException("m", AT.plusSeconds(20), 5, AT);
        return Stream.of(
                Arguments.of(standard, 1, NETWORK, new RetryAfter(secs(1))),
                Arguments.of(standard, 4, NETWORK, new RetryAfter(secs(8))),
                Arguments.of(standard, 5, NETWORK, new GiveUp()),
                Arguments.of(standard, 6, NETWORK, new GiveUp()),
                Arguments.of(standard, 1, new ClientException("m", 403, "", AT, null), new GiveUp()),
                Arguments.of(standard, 1, minute, new RetryAfter(secs(60))),
                Arguments.of(standard, 1, hour, new Postpone(secs(3600))),
                Arguments.of(standard, 5, hour, new Postpone(secs(3600))),
                Arguments.of(standard, 1, open, new Postpone(secs(20))),
                Arguments.of(
                        standard,
                        1,
                        new SyncOperationException("m", "op", "payment", "UPDATE", AT, open),
                        new Postpone(secs(20))),
                Arguments.of(RetryStrategy.none(), 1, NETWORK, new GiveUp()),
                Arguments.of(
                        RetryStrategy.builder()
                                .jitter(0)
                                .patience(secs(3))
                                .maxDelay(secs(9))
                                .build(),
                        3,
                        NETWORK,
                        new Postpone(secs(4))));
    }

    @ParameterizedTest
    @MethodSource("decisions")
    void each_failed_try_has_its_decision(
            RetryStrategy strategy, int attempt, SyncException failure, RetryDecision decision) {
        assertThat(strategy.next(attempt, failure, random)).isEqualTo(decision);
    }

    static Stream<Arguments> retryable() {
        return Stream.of(
                Arguments.of(NETWORK, true),
                Arguments.of(new ServerException("m", 500, "", null, AT, null), true),
                Arguments.of(new SyncTimeoutException("m", secs(30), AT, null), true),
                Arguments.of(new RateLimitException("m", null, null, null, null, AT, null), true),
                Arguments.of(new CircuitBreakerOpenException("m", AT, 5, AT), true),
                Arguments.of(new SyncOperationException("m", "op", "e", "UPDATE", AT, NETWORK), true),
                Arguments.of(new SyncOperationException("m", "op", "e", "UPDATE", AT, null), true),
                Arguments.of(new SyncOperationException("m", "op", "e", "UPDATE", AT, new Error()), false),
                Arguments.of(new ClientException("m", 404, "", AT, null), false),
                Arguments.of(new ConflictException("m", null, null, null, null, null, AT, null), false),
                Arguments.of(new AuthenticationException("m", AT, null), false),
                Arguments.of(new ValidationException("m", List.of(), AT, null), false),
                Arguments.of(new ConsistencyException("m", "X", List.of(), AT, null), false),
                Arguments.of(new IllegalStateException(NETWORK), false),
                Arguments.of(new OutOfMemoryError(), false));
    }

    @ParameterizedTest
    @MethodSource("retryable")
    void the_type_says_what_is_tried_again_and_what_nobody_foresaw_is_not(Throwable failure, boolean retryable) {
        assertThat(RetryStrategy.standard().isRetryable(failure)).isEqualTo(retryable);
    }

    @Test
    void the_ready_made_strategies_have_these_numbers() {
        assertThat(RetryStrategy.standard())
                .isEqualTo(new RetryStrategy(5, secs(1), 2.0, secs(60), 0.2, false, secs(60)))
                .isEqualTo(RetryStrategy.builder().build())
                .hasSameHashCodeAs(RetryStrategy.builder().build());
        assertThat(RetryStrategy.aggressive())
                .isEqualTo(new RetryStrategy(10, Duration.ofMillis(500), 1.5, secs(30), 0.1, false, secs(60)));
        assertThat(RetryStrategy.conservative())
                .isEqualTo(new RetryStrategy(3, secs(2), 3.0, secs(120), 0.3, false, secs(60)));
        assertThat(RetryStrategy.none().maxAttempts()).isEqualTo(1);
    }

    static Stream<RetryStrategyBuilder> wrong() {
        return Stream.of(
                RetryStrategy.builder().maxAttempts(0),
                RetryStrategy.builder().maxAttempts(-1),
                RetryStrategy.builder().firstDelay(Duration.ofNanos(-1)),
                RetryStrategy.builder().factor(0.99),
                RetryStrategy.builder().factor(Double.NaN),
                RetryStrategy.builder().factor(Double.POSITIVE_INFINITY),
                RetryStrategy.builder().firstDelay(secs(61)),
                RetryStrategy.builder().maxDelay(Duration.ofMillis(999)),
                RetryStrategy.builder().maxDelay(Duration.ofDays(366)),
                RetryStrategy.builder().jitter(1.5),
                RetryStrategy.builder().jitter(-0.1),
                RetryStrategy.builder().jitter(Double.NaN),
                RetryStrategy.builder().patience(secs(-1)));
    }

    @ParameterizedTest
    @MethodSource("wrong")
    void wrong_numbers_are_refused_by_name(RetryStrategyBuilder builder) {
        assertThatIllegalArgumentException()
                .isThrownBy(builder::build)
                .withMessageMatching("(maxAttempts|firstDelay|factor|maxDelay|jitter|patience) is .*, but must be .*");
    }

    @Test
    void tries_are_counted_from_one() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RetryStrategy.standard().next(0, NETWORK, random));
    }

    private static List<Duration> draws(RandomGenerator seeded) {
        return Stream.iterate(1, n -> n + 1)
                .limit(20)
                .map(n -> RetryStrategy.standard().delay(n, NETWORK, seeded))
                .toList();
    }

    private static Duration secs(long seconds) {
        return Duration.ofSeconds(seconds);
    }
}
