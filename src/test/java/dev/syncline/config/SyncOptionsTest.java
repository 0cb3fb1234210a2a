package dev.syncline.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNoException;

import dev.syncline.resilience.CircuitBreakerSettings;
import dev.syncline.resilience.RetryStrategy;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Defends G9: every number that sizes memory, waits or requests has a documented default and a bound. */
class SyncOptionsTest {
    private static final CircuitBreakerSettings SENSITIVE = new CircuitBreakerSettings(1, 1, Duration.ofSeconds(9));

    @Test
    void the_defaults_are_the_documented_ones() {
        assertThat(SyncOptions.defaults())
                .isEqualTo(new SyncOptions(
                        1000,
                        10_000,
                        500,
                        1_000_000,
                        8,
                        RetryStrategy.standard(),
                        CircuitBreakerSettings.standard(),
                        true,
                        Duration.ofSeconds(5),
                        65_536,
                        Duration.ofDays(30),
                        Duration.ofDays(30),
                        Duration.ofDays(7),
                        FullSyncMode.PROGRESSIVE,
                        Duration.ofMinutes(30),
                        Duration.ofHours(1),
                        50,
                        0.3,
                        EndCheck.NONE))
                .isEqualTo(SyncOptions.builder().build());
    }

    @Test
    void gentle_options_take_small_steps_and_keep_the_rest() {
        assertThat(SyncOptions.gentle())
                .isEqualTo(SyncOptions.builder()
                        .pageSize(50)
                        .commitRows(100)
                        .pushBatch(20)
                        .requestsInFlight(5)
                        .cacheKib(8192)
                        .build());
    }

    @Test
    void each_setting_changes_its_own_number() {
        SyncOptions changed = SyncOptions.builder()
                .pageSize(1)
                .commitRows(2)
                .pushBatch(3)
                .pushBytes(3000)
                .requestsInFlight(4)
                .retry(RetryStrategy.none())
                .breaker(SENSITIVE)
                .followUps(false)
                .busyTimeout(Duration.ofMillis(6))
                .cacheKib(7000)
                .tombstoneRetention(Duration.ofHours(8))
                .decisionsKept(Duration.ofHours(7))
                .fullSyncEvery(Duration.ofHours(9))
                .fullSyncMode(FullSyncMode.STAGED)
                .fullSyncLimit(Duration.ofMinutes(9))
                .idsEvery(Duration.ofMinutes(10))
                .deletionRows(10)
                .deletionShare(0.1)
                .endCheck(EndCheck.FILE)
                .build();
        assertThat(changed)
                .isEqualTo(new SyncOptions(
                        1,
                        2,
                        3,
                        3000,
                        4,
                        RetryStrategy.none(),
                        SENSITIVE,
                        false,
                        Duration.ofMillis(6),
                        7000,
                        Duration.ofHours(8),
                        Duration.ofHours(7),
                        Duration.ofHours(9),
                        FullSyncMode.STAGED,
                        Duration.ofMinutes(9),
                        Duration.ofMinutes(10),
                        10,
                        0.1,
                        EndCheck.FILE));
        assertThat(changed.toBuilder().build()).isEqualTo(changed).hasSameHashCodeAs(changed);
    }

    @ParameterizedTest
    @MethodSource
    void a_number_out_of_its_range_is_refused_by_name_and_value(
            String option, Object value, UnaryOperator<SyncOptionsBuilder> setting) {
        SyncOptionsBuilder builder = setting.apply(SyncOptions.builder());
        assertThatIllegalArgumentException()
                .isThrownBy(builder::build)
                .withMessageStartingWith(option + " is " + value + ", but must be ");
    }

    static Stream<Arguments> a_number_out_of_its_range_is_refused_by_name_and_value() {
        Duration forEver = ChronoUnit.FOREVER.getDuration();
        return Stream.of(
                out("pageSize", 0, b -> b.pageSize(0)),
                out("pageSize", 100_001, b -> b.pageSize(100_001)),
                out("commitRows", -1, b -> b.commitRows(-1)),
                out("commitRows", 1_000_001, b -> b.commitRows(1_000_001)),
                out("pushBatch", 0, b -> b.pushBatch(0)),
                out("pushBatch", 100_001, b -> b.pushBatch(100_001)),
                out("pushBytes", 999, b -> b.pushBytes(999)),
                out("pushBytes", 1_000_000_001, b -> b.pushBytes(1_000_000_001)),
                out("requestsInFlight", 0, b -> b.requestsInFlight(0)),
                out("requestsInFlight", 65, b -> b.requestsInFlight(65)),
                out("busyTimeout", "PT-0.001S", b -> b.busyTimeout(Duration.ofMillis(-1))),
                out(
                        "busyTimeout",
                        "PT24H0.001S",
                        b -> b.busyTimeout(Duration.ofDays(1).plusMillis(1))),
                out("busyTimeout", forEver, b -> b.busyTimeout(forEver)),
                out("cacheKib", 999, b -> b.cacheKib(999)),
                out("tombstoneRetention", "PT59M59S", b -> b.tombstoneRetention(Duration.ofSeconds(3599))),
                out("tombstoneRetention", forEver, b -> b.tombstoneRetention(forEver)),
                out("fullSyncEvery", "PT59S", b -> b.fullSyncEvery(Duration.ofSeconds(59))),
                out("fullSyncEvery", forEver, b -> b.fullSyncEvery(forEver)),
                out("fullSyncLimit", "PT0.999S", b -> b.fullSyncLimit(Duration.ofMillis(999))),
                out("fullSyncLimit", forEver, b -> b.fullSyncLimit(forEver)),
                out("idsEvery", "PT-1S", b -> b.idsEvery(Duration.ofSeconds(-1))),
                out("idsEvery", forEver, b -> b.idsEvery(forEver)),
                out("deletionRows", -1, b -> b.deletionRows(-1)),
                out("deletionShare", -0.1, b -> b.deletionShare(-0.1)),
                out("deletionShare", Double.NaN, b -> b.deletionShare(Double.NaN)),
                out("deletionShare", 1.1, b -> b.deletionShare(1.1)));
    }

    private static Arguments out(String option, Object value, UnaryOperator<SyncOptionsBuilder> setting) {
        return Arguments.of(option, value, setting);
    }

    @Test
    void the_ends_of_each_range_are_accepted() {
        assertThatNoException()
                .isThrownBy(() -> SyncOptions.builder()
                        .pageSize(1)
                        .commitRows(1)
                        .pushBatch(1)
                        .requestsInFlight(1)
                        .busyTimeout(Duration.ZERO)
                        .cacheKib(1000)
                        .tombstoneRetention(Duration.ofHours(1))
                        .build());
        assertThatNoException()
                .isThrownBy(() -> SyncOptions.builder()
                        .pageSize(100_000)
                        .commitRows(1_000_000)
                        .pushBatch(100_000)
                        .requestsInFlight(64)
                        .busyTimeout(Duration.ofDays(1))
                        .tombstoneRetention(Duration.ofDays(36_500))
                        .build());
    }
}
