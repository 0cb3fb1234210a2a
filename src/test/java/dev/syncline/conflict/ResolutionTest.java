package dev.syncline.conflict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Defends G6: an outcome says truly whether the conflict is settled. */
class ResolutionTest {

    private static final Instant AT = Instant.parse("2026-03-01T10:00:00Z");
    private static final Conflict OPEN = Conflict.builder("c1", "payment", "7")
            .type(ConflictType.UPDATE_UPDATE)
            .severity(ConflictSeverity.LOW)
            .detectedAt(AT)
            .build();
    private static final Conflict RESOLVED = OPEN.resolved(AT, ResolutionStrategy.MERGE, ResolvedBy.AUTO);

    @Test
    void a_success_carries_the_data_and_no_message() {
        Map<String, Object> data = new HashMap<>(Map.of("note", "SECRET"));
        Resolution resolution = Resolution.succeeded(RESOLVED, ResolutionStrategy.MERGE, data, AT);
        data.clear();

        assertThat(resolution.success()).isTrue();
        assertThat(resolution.errorMessage()).isNull();
        assertThat(resolution.resolvedData()).isEqualTo(Map.of("note", "SECRET"));
        assertThatThrownBy(() -> resolution.resolvedData().clear()).isInstanceOf(UnsupportedOperationException.class);
        assertThat(resolution)
                .isEqualTo(Resolution.succeeded(RESOLVED, ResolutionStrategy.MERGE, Map.of("note", "SECRET"), AT));
        assertThat(resolution.toString()).contains("succeeded, fields=[note]").doesNotContain("SECRET");
    }

    @Test
    void a_deletion_is_a_success_without_data() {
        Resolution resolution = Resolution.succeeded(RESOLVED, ResolutionStrategy.REMOTE_WINS, null, AT);
        assertThat(resolution.resolvedData()).isNull();
        assertThat(resolution.toString()).contains("fields=none");
    }

    @Test
    void a_failure_has_a_message_and_leaves_the_conflict_open() {
        Resolution resolution = Resolution.failed(OPEN, ResolutionStrategy.LOCAL_WINS, "backend not reached", AT);
        assertThat(resolution.success()).isFalse();
        assertThat(resolution.conflict().isResolved()).isFalse();
        assertThat(resolution.errorMessage()).isEqualTo("backend not reached");
        assertThat(resolution.toString()).contains("failed: backend not reached");
    }

    @Test
    void contradictions_cannot_be_built() {
        ResolutionStrategy merge = ResolutionStrategy.MERGE;
        assertThatIllegalArgumentException().isThrownBy(() -> Resolution.succeeded(OPEN, merge, null, AT));
        assertThatIllegalArgumentException().isThrownBy(() -> Resolution.failed(RESOLVED, merge, "m", AT));
        assertThatIllegalArgumentException().isThrownBy(() -> new Resolution(RESOLVED, merge, null, true, "m", AT));
        assertThatIllegalArgumentException().isThrownBy(() -> new Resolution(OPEN, merge, null, false, null, AT));
        assertThatIllegalArgumentException().isThrownBy(() -> new Resolution(OPEN, merge, Map.of(), false, "m", AT));
    }
}
