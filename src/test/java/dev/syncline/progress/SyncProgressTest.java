package dev.syncline.progress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.syncline.backend.ChangeKind;
import dev.syncline.exception.NetworkException;
import dev.syncline.exception.SyncException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Defends G9 (a subscriber is handed values that nothing changes any more). */
class SyncProgressTest {

    private static final Instant START = Instant.parse("2026-03-01T10:00:00Z");

    @ParameterizedTest
    @CsvSource({
        "SYNCING,   0, 0, 0, 0,   0",
        "FAILED,    0, 0, 0, 0,   0",
        "COMPLETED, 0, 0, 0, 0, 100",
        "SYNCING,   3, 0, 0, 0,   0",
        "SYNCING,   3, 1, 0, 0,  33.333333333333336",
        "SYNCING,   3, 1, 1, 0,  66.66666666666667",
        "SYNCING,   3, 1, 1, 1, 100",
        "COMPLETED, 3, 3, 0, 0, 100",
        "FAILED,    4, 1, 0, 0,  25",
        "PULLING,   6, 3, 0, 0,  50"
    })
    void percentage_is_the_finished_share(
            SyncPhase phase, long total, long completed, long failed, long skipped, double percentage) {
        SyncProgress progress = progress(phase, total, completed, failed, skipped, 0);
        assertThat(progress.percentage()).isEqualTo(percentage);
        assertThat(progress.done()).isEqualTo(completed + failed + skipped);
        assertThat(progress.remaining()).isEqualTo(total - progress.done());
    }

    @Test
    void percentage_stays_within_bounds_for_every_small_count() {
        for (int total = 1; total <= 60; total++) {
            double before = -1;
            for (int done = 0; done <= total; done++) {
                double percentage =
                        progress(SyncPhase.SYNCING, total, done, 0, 0, 0).percentage();
                assertThat(percentage).isGreaterThan(before).isBetween(0.0, 100.0);
                assertThat(percentage == 100.0).isEqualTo(done == total);
                before = percentage;
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "SYNCING,   100, 50, 10.0, PT5S",
                "SYNCING,     3,  2,  0.5, PT2S",
                "SYNCING,     3,  2,  3.0, PT0.333S",
                "SYNCING,   100,  1, 10.0, -",
                "SYNCING,   100, 50,  0.0, -",
                "SYNCING,   100, 100, 10.0, -",
                "FAILED,    100, 50, 10.0, -",
                "SYNCING, 9223372036854775807, 2, 1e-300, PT8760H"
            })
    void time_remaining_is_what_is_left_at_the_present_throughput(
            SyncPhase phase, long total, long completed, double throughput, String estimate) {
        assertThat(progress(phase, total, completed, 0, 0, throughput).estimatedTimeRemaining())
                .isEqualTo(
                        estimate == null
                                ? java.util.Optional.empty()
                                : java.util.Optional.of(Duration.parse(estimate)));
    }

    @Test
    void the_first_snapshot_knows_nothing() {
        SyncProgress first = SyncProgress.starting(START);
        assertThat(first.phase()).isEqualTo(SyncPhase.PREPARING);
        assertThat(first.percentage()).isZero();
        assertThat(first.elapsed()).isZero();
        assertThat(first.isComplete()).isFalse();
        assertThat(first.hasErrors()).isFalse();
        assertThat(first.hasConflicts()).isFalse();
        assertThat(first.estimatedTimeRemaining()).isEmpty();
        assertThat(first).isEqualTo(SyncProgress.starting(START)).hasSameHashCodeAs(SyncProgress.starting(START));
    }

    @Test
    void elapsed_time_comes_from_the_snapshot_itself_and_is_never_negative() {
        assertThat(progress(SyncPhase.SYNCING, 1, 0, 0, 0, 0).elapsed()).isEqualTo(Duration.ofSeconds(90));
        assertThat(at(START.minusSeconds(5)).elapsed()).isZero();
    }

    @Test
    void errors_are_copied_and_cannot_be_changed() {
        List<SyncException> errors = new ArrayList<>(List.of(new NetworkException("m", START, null)));
        SyncProgress progress = new SyncProgress(
                SyncPhase.SYNCING, 1, 0, 0, 0, "op-1", "payment", ChangeKind.UPDATE, 2, errors, 1.0, START, START);
        errors.clear();

        assertThat(progress.errors()).hasSize(1);
        assertThat(progress.hasErrors()).isTrue();
        assertThat(progress.hasConflicts()).isTrue();
        assertThat(progress.currentKind()).isEqualTo(ChangeKind.UPDATE);
        assertThatThrownBy(() -> progress.errors().clear()).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void a_failed_operation_is_an_error_also_without_an_exception() {
        assertThat(progress(SyncPhase.SYNCING, 1, 0, 1, 0, 0).hasErrors()).isTrue();
    }

    @Test
    void a_run_is_complete_in_its_last_phases_only() {
        for (SyncPhase phase : SyncPhase.values()) {
            assertThat(progress(phase, 1, 0, 0, 0, 0).isComplete())
                    .isEqualTo(phase == SyncPhase.COMPLETED || phase == SyncPhase.FAILED);
        }
    }

    @Test
    void impossible_counts_cannot_be_built() {
        assertThatIllegalArgumentException().isThrownBy(() -> progress(SyncPhase.SYNCING, 2, 1, 1, 1, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> progress(SyncPhase.SYNCING, 2, -1, 0, 0, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> progress(SyncPhase.SYNCING, 2, 0, -1, 0, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> progress(SyncPhase.SYNCING, 2, 0, 0, -1, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> progress(SyncPhase.SYNCING, -1, 0, 0, 0, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> progress(SyncPhase.SYNCING, 2, 0, 0, 0, -1));
        assertThatIllegalArgumentException().isThrownBy(() -> progress(SyncPhase.SYNCING, 2, 0, 0, 0, Double.NaN));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> progress(SyncPhase.SYNCING, 2, 0, 0, 0, Double.POSITIVE_INFINITY));
    }

    @Test
    void the_constants_are_exactly_these() {
        assertThat(SyncPhase.values())
                .containsExactly(
                        SyncPhase.PREPARING,
                        SyncPhase.SYNCING,
                        SyncPhase.DETECTING_CONFLICTS,
                        SyncPhase.RESOLVING_CONFLICTS,
                        SyncPhase.PULLING,
                        SyncPhase.FINALIZING,
                        SyncPhase.COMPLETED,
                        SyncPhase.FAILED);
        assertThat(SyncMode.values()).containsExactly(SyncMode.FULL, SyncMode.INCREMENTAL, SyncMode.PULL);
    }

    private static SyncProgress progress(
            SyncPhase phase, long total, long completed, long failed, long skipped, double throughput) {
        return new SyncProgress(
                phase,
                total,
                completed,
                failed,
                skipped,
                null,
                null,
                null,
                0,
                List.of(),
                throughput,
                START,
                START.plusSeconds(90));
    }

    private static SyncProgress at(Instant at) {
        return new SyncProgress(SyncPhase.SYNCING, 0, 0, 0, 0, null, null, null, 0, List.of(), 0, START, at);
    }
}
