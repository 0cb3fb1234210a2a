package dev.syncline.progress;

import dev.syncline.conflict.Conflict;
import dev.syncline.conflict.ResolutionStrategy;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What happens in and around a run. For each run: {@link Started} first and once; then any number of {@link Progress}, {@link
 * ConflictDetected} and {@link ConflictResolved}; last and once either {@link Completed} or {@link Failed}. A resolution by a
 * person may also come between runs.
 *
 * <p>An event is published after what it tells is in the database, so a crash may lose the event but never makes it a lie. To a
 * slow consumer only {@link Progress} is conflated, until it is 10 000 events behind: from then on it loses the oldest. Events come on the delivery thread, one at a time per subscriber.
 */
public sealed interface SyncEvent {

    /**
     * Names the run.
     *
     * @return its id; null only for a {@link ConflictResolved} outside any run
     */
    @Nullable
    String runId();

    /**
     * Tells when it happened.
     *
     * @return the time by the configured clock
     */
    Instant timestamp();

    /**
     * A run has started.
     *
     * @param runId the run
     * @param timestamp when
     * @param mode how much it is to exchange
     * @param operations how many operations are pending
     */
    record Started(String runId, Instant timestamp, SyncMode mode, long operations) implements SyncEvent {}

    /**
     * A run has moved on. The failure of a single operation travels here, in the snapshot's errors.
     *
     * @param runId the run
     * @param timestamp when
     * @param progress the snapshot
     */
    record Progress(String runId, Instant timestamp, SyncProgress progress) implements SyncEvent {}

    /**
     * A run has reached its end, also if single operations failed.
     *
     * @param runId the run
     * @param timestamp when
     * @param result the result, equal to the one the run returns
     */
    record Completed(String runId, Instant timestamp, SyncResult result) implements SyncEvent {}

    /**
     * A run was ended before its end. What was not sent is still pending.
     *
     * @param runId the run
     * @param timestamp when
     * @param reason why
     * @param message why, for a person
     * @param exception what was caught; null if nothing was, as when the host cancelled
     */
    record Failed(
            String runId,
            Instant timestamp,
            AbortReason reason,
            String message,
            @Nullable Throwable exception) implements SyncEvent {}

    /**
     * A conflict was found and stored.
     *
     * @param runId the run
     * @param timestamp when
     * @param conflict the conflict as it is stored
     */
    record ConflictDetected(String runId, Instant timestamp, Conflict conflict) implements SyncEvent {}

    /**
     * A conflict was settled and the outcome stored.
     *
     * @param runId the run; null if a person settled it outside any run
     * @param timestamp when
     * @param conflictId the conflict
     * @param strategy how it was settled
     */
    record ConflictResolved(@Nullable String runId, Instant timestamp, String conflictId, ResolutionStrategy strategy)
            implements SyncEvent {}
}
