package dev.syncline.progress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.syncline.exception.NetworkException;
import dev.syncline.exception.SyncException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Defends G12 (one failed operation shows, and the others count as done) and G9 (results are values). */
class SyncResultTest {

    private static final Instant START = Instant.parse("2026-03-01T10:00:00Z");

    @Test
    void one_failure_of_ten_is_no_success() {
        SyncResult result = result(Map.of("payment", stats("payment", 10, 9, 1, 0)), 0, null, null);

        assertThat(result.success()).isFalse();
        assertThat(result.total()).isEqualTo(10);
        assertThat(result.successful()).isEqualTo(9);
        assertThat(result.failed()).isEqualTo(1);
        assertThat(result.skipped()).isZero();
        assertThat(result.successRate()).isEqualTo(0.9);
    }

    @Test
    void totals_are_the_sums_over_all_entities() {
        Map<String, EntitySyncStats> byEntity = new HashMap<>();
        for (String entity : List.of("transaction", "account", "category", "budget", "bill", "piggy_bank")) {
            byEntity.put(entity, new EntitySyncStats(entity, 1, 2, 3, 4, 1, 2, 10, 7, 3, 1));
        }
        SyncResult result = result(byEntity, 5, null, null);
        byEntity.clear();

        assertThat(result.total()).isEqualTo(36);
        assertThat(result.successful()).isEqualTo(24);
        assertThat(result.failed()).isEqualTo(6);
        assertThat(result.skipped()).isEqualTo(6);
        assertThat(result.conflictsDetected()).isEqualTo(12);
        assertThat(result.hasUnresolvedConflicts()).isTrue();
        assertThat(result.byEntity().keySet())
                .containsExactly("account", "bill", "budget", "category", "piggy_bank", "transaction");
        assertThatThrownBy(() -> result.byEntity().clear()).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void a_run_without_operations_is_a_success_at_full_rate() {
        SyncResult result = result(Map.of(), 0, null, null);
        assertThat(result.success()).isTrue();
        assertThat(result.successRate()).isEqualTo(1.0);
        assertThat(result.throughput()).isZero();
        assertThat(result.hasUnresolvedConflicts()).isFalse();
    }

    @Test
    void a_phase_cut_short_is_no_success_although_nothing_failed() {
        SyncResult cut = result(Map.of("payment", stats("payment", 2, 2, 0, 0)), 0, null, "the pull ended early");
        assertThat(cut.success()).isFalse();
        assertThat(cut.abortReason()).isNull();

        SyncResult offline = result(Map.of(), 0, AbortReason.OFFLINE, "backend not reached");
        assertThat(offline.success()).isFalse();
        assertThat(offline.successRate()).isEqualTo(1.0);
    }

    @Test
    void conflicts_alone_do_not_make_a_failure() {
        SyncResult result = result(Map.of("payment", stats("payment", 2, 1, 0, 1)), 0, null, null);
        assertThat(result.success()).isTrue();
        assertThat(result.skipped()).isEqualTo(1);
        assertThat(result.hasUnresolvedConflicts()).isTrue();
        assertThat(result(Map.of("payment", stats("payment", 2, 1, 0, 1)), 1, null, null)
                        .hasUnresolvedConflicts())
                .isFalse();
    }

    @Test
    void throughput_is_fractional_and_a_run_without_duration_has_none() {
        Map<String, EntitySyncStats> one = Map.of("payment", stats("payment", 1, 1, 0, 0));
        assertThat(lasting(one, Duration.ofMillis(500)).throughput()).isEqualTo(2.0);
        assertThat(lasting(one, Duration.ofSeconds(4)).throughput()).isEqualTo(0.25);
        assertThat(lasting(one, Duration.ZERO).throughput()).isZero();
        assertThat(lasting(one, Duration.ofSeconds(-4)).duration()).isZero();
    }

    @Test
    void results_built_alike_are_equal_and_own_their_errors() {
        List<SyncException> errors = new ArrayList<>(List.of(new NetworkException("m", START, null)));
        SyncResult one = new SyncResult("r", SyncMode.FULL, START, START, Map.of(), 0, errors, null, null);
        SyncResult other = new SyncResult("r", SyncMode.FULL, START, START, Map.of(), 0, errors, null, null);
        errors.clear();

        assertThat(one).isEqualTo(other).hasSameHashCodeAs(other);
        assertThat(one.errors()).hasSize(1);
        assertThatThrownBy(() -> one.errors().clear()).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void contradictions_cannot_be_built() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> result(Map.of("a", stats("b", 1, 1, 0, 0)), 0, null, null));
        assertThatIllegalArgumentException().isThrownBy(() -> result(Map.of(), 1, null, null));
        assertThatIllegalArgumentException().isThrownBy(() -> result(Map.of(), -1, null, null));
        assertThatIllegalArgumentException().isThrownBy(() -> result(Map.of(), 0, AbortReason.CANCELLED, null));
    }

    @Test
    void entity_numbers_add_up_and_know_their_rate() {
        EntitySyncStats one = new EntitySyncStats("payment", 1, 2, 3, 3, 1, 1, 10, 6, 4, 2);
        EntitySyncStats sum = one.plus(one).plus(EntitySyncStats.none("payment"));

        assertThat(sum).isEqualTo(new EntitySyncStats("payment", 2, 4, 6, 6, 2, 2, 20, 12, 8, 4));
        assertThat(sum.total()).isEqualTo(12);
        assertThat(sum.successRate()).isEqualTo(0.5);
        assertThat(EntitySyncStats.none("payment").successRate()).isEqualTo(1.0);
        assertThatIllegalArgumentException().isThrownBy(() -> one.plus(EntitySyncStats.none("account")));
    }

    @Test
    void impossible_entity_numbers_cannot_be_built() {
        for (int negative = 0; negative < 10; negative++) {
            long[] n = new long[10];
            n[negative] = -1;
            assertThatIllegalArgumentException()
                    .isThrownBy(
                            () -> new EntitySyncStats("e", n[0], n[1], n[2], n[3], n[4], n[5], n[6], n[7], n[8], n[9]));
        }
        assertThatIllegalArgumentException().isThrownBy(() -> new EntitySyncStats("e", 1, 0, 0, 1, 1, 0, 0, 0, 0, 0));
    }

    private static EntitySyncStats stats(String entity, long updates, long successful, long failed, long conflicts) {
        return new EntitySyncStats(entity, 0, updates, 0, successful, failed, conflicts, 0, 0, 0, 0);
    }

    private static SyncResult result(
            Map<String, EntitySyncStats> byEntity, long resolved, AbortReason reason, String message) {
        return new SyncResult(
                "run-1",
                SyncMode.INCREMENTAL,
                START,
                START.plusSeconds(2),
                byEntity,
                resolved,
                List.of(),
                reason,
                message);
    }

    private static SyncResult lasting(Map<String, EntitySyncStats> byEntity, Duration duration) {
        return new SyncResult("run-1", SyncMode.PULL, START, START.plus(duration), byEntity, 0, List.of(), null, null);
    }
}
