package dev.syncline.progress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.conflict.Conflict;
import dev.syncline.conflict.ConflictSeverity;
import dev.syncline.conflict.ConflictType;
import dev.syncline.conflict.ResolutionStrategy;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Defends G13 (an event in a log shows no value) and the fixed set of events that hosts may rely on. */
class SyncEventTest {

    private static final Instant AT = Instant.parse("2026-03-01T10:00:00Z");

    @Test
    void there_are_exactly_six_kinds() {
        assertThat(Arrays.stream(SyncEvent.class.getPermittedSubclasses()).map(Class::getSimpleName))
                .containsExactlyInAnyOrder(
                        "Started", "Progress", "Completed", "Failed", "ConflictDetected", "ConflictResolved");
    }

    @Test
    void every_event_carries_run_and_time_and_equals_its_like() {
        Conflict conflict = Conflict.builder("c1", "payment", "7")
                .type(ConflictType.UPDATE_UPDATE)
                .severity(ConflictSeverity.LOW)
                .local(Map.of("note", "SECRET"))
                .detectedAt(AT)
                .build();
        SyncResult result = new SyncResult("r", SyncMode.FULL, AT, AT, Map.of(), 0, List.of(), null, null);
        List<SyncEvent> events = List.of(
                new SyncEvent.Started("r", AT, SyncMode.FULL, 3),
                new SyncEvent.Progress("r", AT, SyncProgress.starting(AT)),
                new SyncEvent.Completed("r", AT, result),
                new SyncEvent.Failed("r", AT, AbortReason.CANCELLED, "cancelled by the host", null),
                new SyncEvent.ConflictDetected("r", AT, conflict),
                new SyncEvent.ConflictResolved("r", AT, "c1", ResolutionStrategy.MERGE));

        assertThat(events).allSatisfy(event -> {
            assertThat(event.runId()).isEqualTo("r");
            assertThat(event.timestamp()).isEqualTo(AT);
            assertThat(event.toString()).doesNotContain("SECRET");
        });
        assertThat(new SyncEvent.Started("r", AT, SyncMode.FULL, 3)).isEqualTo(events.get(0));
    }

    @Test
    void a_resolution_by_a_person_needs_no_run() {
        assertThat(new SyncEvent.ConflictResolved(null, AT, "c1", ResolutionStrategy.LOCAL_WINS).runId())
                .isNull();
    }
}
