package dev.syncline.progress;

import dev.syncline.backend.ChangeKind;
import dev.syncline.exception.SyncException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A snapshot of a run. Within one run the counts of finished operations never fall; the total may grow while pages announce
 * themselves. An immutable value.
 *
 * @param phase the part of the run that is going on
 * @param total operations known so far; 0 while unknown
 * @param completed operations that succeeded
 * @param failed operations that failed
 * @param skipped operations that were left for later or needed nothing
 * @param currentOperation the operation under way; null between operations and while pulling
 * @param currentEntityType the entity being worked on; null between entities
 * @param currentKind what the operation under way does; null when there is none
 * @param conflictsDetected conflicts found in this run, each once
 * @param errors what went wrong so far, oldest first; the sender may keep the newest only
 * @param throughput operations per second over the last completions, fractional; 0 while unknown
 * @param startedAt when the run started
 * @param at when the snapshot was taken
 */
public record SyncProgress(
        SyncPhase phase,
        long total,
        long completed,
        long failed,
        long skipped,
        @Nullable String currentOperation,
        @Nullable String currentEntityType,
        @Nullable ChangeKind currentKind,
        long conflictsDetected,
        List<SyncException> errors,
        double throughput,
        Instant startedAt,
        Instant at) {

    private static final double WHOLE = 100.0;
    private static final Duration LONGEST_ESTIMATE = Duration.ofDays(365);

    /**
     * Checks that the counts fit each other.
     *
     * @param phase as above
     * @param total as above; not negative
     * @param completed as above; not negative
     * @param failed as above; not negative
     * @param skipped as above; not negative
     * @param currentOperation as above
     * @param currentEntityType as above
     * @param currentKind as above
     * @param conflictsDetected as above; not negative
     * @param errors as above; copied
     * @param throughput as above; finite and not negative
     * @param startedAt as above
     * @param at as above; not before {@code startedAt}, else taken as that
     * @throws IllegalArgumentException if a count is negative, more operations are finished than known, or the throughput is
     *     no number from 0 on
     */
    public SyncProgress {
        if (total < 0 || completed < 0 || failed < 0 || skipped < 0 || conflictsDetected < 0) {
            throw new IllegalArgumentException("a count of a progress snapshot is negative");
        }
        if (completed + failed + skipped > total) {
            throw new IllegalArgumentException((completed + failed + skipped) + " operations are finished of " + total);
        }
        if (!Double.isFinite(throughput) || throughput < 0) {
            throw new IllegalArgumentException("throughput is " + throughput + ", but must be a number from 0 on");
        }
        errors = List.copyOf(errors);
        at = at.isBefore(startedAt) ? startedAt : at;
    }

    /**
     * Gives the first snapshot of a run.
     *
     * @param startedAt when the run started
     * @return a snapshot in {@link SyncPhase#PREPARING} that knows nothing yet
     */
    public static SyncProgress starting(Instant startedAt) {
        return new SyncProgress(
                SyncPhase.PREPARING, 0, 0, 0, 0, null, null, null, 0, List.of(), 0.0, startedAt, startedAt);
    }

    /**
     * Counts the finished operations.
     *
     * @return completed, failed and skipped ones
     */
    public long done() {
        return completed + failed + skipped;
    }

    /**
     * Counts the operations that are still to come.
     *
     * @return total less {@link #done}
     */
    public long remaining() {
        return total - done();
    }

    /**
     * Gives the finished share.
     *
     * @return 0 to 100; with a total of 0 it is 0 until the run has reached its end, then 100
     */
    public double percentage() {
        if (total == 0) {
            return phase == SyncPhase.COMPLETED ? WHOLE : 0.0;
        }
        return done() == total ? WHOLE : done() * WHOLE / total;
    }

    /**
     * Estimates when the run will be through, from the throughput.
     *
     * @return the time still needed, at most 365 days; empty before two operations are finished, while the throughput is
     *     unknown, and when nothing is left
     */
    public Optional<Duration> estimatedTimeRemaining() {
        if (done() < 2 || throughput == 0 || remaining() == 0 || phase.isLast()) {
            return Optional.empty();
        }
        double seconds = remaining() / throughput;
        return Optional.of(
                seconds >= LONGEST_ESTIMATE.toSeconds()
                        ? LONGEST_ESTIMATE
                        : Duration.ofMillis(Math.round(seconds * 1000)));
    }

    /**
     * Tells how long the run has been going on.
     *
     * @return the time from start to snapshot
     */
    public Duration elapsed() {
        return Duration.between(startedAt, at);
    }

    /**
     * Says whether the run is over.
     *
     * @return whether the phase is {@link SyncPhase#COMPLETED} or {@link SyncPhase#FAILED}
     */
    public boolean isComplete() {
        return phase.isLast();
    }

    /**
     * Says whether something went wrong.
     *
     * @return whether an operation failed or there is an error
     */
    public boolean hasErrors() {
        return failed > 0 || !errors.isEmpty();
    }

    /**
     * Says whether conflicts were found.
     *
     * @return whether there is at least one
     */
    public boolean hasConflicts() {
        return conflictsDetected > 0;
    }
}
