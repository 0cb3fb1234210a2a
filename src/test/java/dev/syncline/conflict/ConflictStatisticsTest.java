package dev.syncline.conflict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Defends G6: every conflict is counted, once. */
class ConflictStatisticsTest {

    private static final Instant AT = Instant.parse("2026-03-01T10:00:00Z");

    @Test
    void seven_conflicts_give_exact_numbers() {
        ConflictStatistics numbers = ConflictStatistics.of(List.of(
                open("payment", ConflictType.UPDATE_UPDATE, ConflictSeverity.HIGH),
                open("payment", ConflictType.UPDATE_DELETE, ConflictSeverity.HIGH),
                open("account", ConflictType.UPDATE_UPDATE, ConflictSeverity.LOW),
                resolved("payment", 10, ResolvedBy.AUTO),
                resolved("payment", 20, ResolvedBy.AUTO),
                resolved("budget", 30, ResolvedBy.AUTO),
                resolved("budget", 3, ResolvedBy.USER)));

        assertThat(numbers.total()).isEqualTo(7);
        assertThat(numbers.unresolved()).isEqualTo(3);
        assertThat(numbers.resolved()).isEqualTo(4);
        assertThat(numbers.autoResolved()).isEqualTo(3);
        assertThat(numbers.manuallyResolved()).isEqualTo(1);
        assertThat(numbers.bySeverity())
                .isEqualTo(Map.of(ConflictSeverity.LOW, 1L, ConflictSeverity.MEDIUM, 4L, ConflictSeverity.HIGH, 2L));
        assertThat(numbers.byType())
                .isEqualTo(Map.of(
                        ConflictType.UPDATE_UPDATE, 6L,
                        ConflictType.UPDATE_DELETE, 1L,
                        ConflictType.DELETE_UPDATE, 0L,
                        ConflictType.CREATE_EXISTS, 0L));
        assertThat(numbers.byEntity())
                .containsExactly(Map.entry("account", 1L), Map.entry("budget", 2L), Map.entry("payment", 4L));
        assertThat(numbers.meanResolutionTime()).isEqualTo(Duration.ofMillis(15_750));
        assertThat(numbers.resolutionRate()).isEqualTo(4.0 / 7);
        assertThat(numbers.autoResolutionRate()).isEqualTo(0.75);
    }

    @Test
    void without_conflicts_everything_counts_as_resolved() {
        ConflictStatistics none = ConflictStatistics.of(List.of());
        assertThat(none.total()).isZero();
        assertThat(none.resolutionRate()).isEqualTo(1.0);
        assertThat(none.autoResolutionRate()).isEqualTo(0.0);
        assertThat(none.meanResolutionTime()).isNull();
        assertThat(none).isEqualTo(new ConflictStatistics(0, 0, 0, Map.of(), Map.of(), Map.of(), null));
    }

    @Test
    void with_open_ones_only_no_rate_is_reached() {
        ConflictStatistics open =
                ConflictStatistics.of(List.of(open("payment", ConflictType.CREATE_EXISTS, ConflictSeverity.LOW)));
        assertThat(open.resolutionRate()).isEqualTo(0.0);
        assertThat(open.autoResolutionRate()).isEqualTo(0.0);
    }

    @Test
    void counts_cannot_be_changed_or_contradict_each_other() {
        ConflictStatistics none = ConflictStatistics.of(List.of());
        assertThatThrownBy(() -> none.byEntity().put("x", 1L)).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> none.byType().clear()).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> none.bySeverity().clear()).isInstanceOf(UnsupportedOperationException.class);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ConflictStatistics(-1, 0, 0, Map.of(), Map.of(), Map.of(), null));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ConflictStatistics(0, 1, 0, Map.of(), Map.of(), Map.of(), null));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ConflictStatistics(0, 0, 0, Map.of(), Map.of(), Map.of(), Duration.ZERO));
    }

    private static Conflict open(String entity, ConflictType type, ConflictSeverity severity) {
        return Conflict.builder("c", entity, "1")
                .type(type)
                .severity(severity)
                .detectedAt(AT)
                .build();
    }

    private static Conflict resolved(String entity, long seconds, ResolvedBy by) {
        return open(entity, ConflictType.UPDATE_UPDATE, ConflictSeverity.MEDIUM)
                .resolved(AT.plusSeconds(seconds), ResolutionStrategy.MERGE, by);
    }
}
