package dev.syncline.progress;

import dev.syncline.exception.SyncException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * What a whole run came to. Its totals are the sums over its entities, so that they cannot disagree. An immutable value.
 *
 * @param runId the run
 * @param mode how much it was to exchange
 * @param startedAt when it started
 * @param endedAt when it ended
 * @param byEntity the numbers of each entity it met, sorted by name
 * @param conflictsResolved how many of the conflicts detected in this run were also resolved in it
 * @param errors what went wrong, oldest first
 * @param abortReason why it was ended before its end; null if it reached its end
 * @param errorMessage why it is no success beyond failed operations: a phase was cut short or the run aborted; null if neither
 */
public record SyncResult(
        String runId,
        SyncMode mode,
        Instant startedAt,
        Instant endedAt,
        Map<String, EntitySyncStats> byEntity,
        long conflictsResolved,
        List<SyncException> errors,
        @Nullable AbortReason abortReason,
        @Nullable String errorMessage) {

    private static final double NANOS_PER_SECOND = 1e9;

    /**
     * Copies the collections and checks that the parts fit each other.
     *
     * @param runId as above
     * @param mode as above
     * @param startedAt as above
     * @param endedAt as above; not before {@code startedAt}, else taken as that
     * @param byEntity as above; each under its own name
     * @param conflictsResolved as above; from 0 to the number detected
     * @param errors as above
     * @param abortReason as above
     * @param errorMessage as above
     * @throws IllegalArgumentException if numbers stand under another entity's name, more conflicts are resolved than detected,
     *     or an aborted run has no message
     */
    public SyncResult {
        byEntity = Collections.unmodifiableMap(new TreeMap<>(byEntity));
        byEntity.forEach((name, stats) -> {
            if (!name.equals(stats.entityType())) {
                throw new IllegalArgumentException("numbers of " + stats.entityType() + " stand under " + name);
            }
        });
        long detected = sum(byEntity.values(), EntitySyncStats::conflicts);
        if (conflictsResolved < 0 || conflictsResolved > detected) {
            throw new IllegalArgumentException(
                    conflictsResolved + " conflicts are resolved of " + detected + " detected in this run");
        }
        if (abortReason != null && errorMessage == null) {
            throw new IllegalArgumentException("run " + runId + " was aborted (" + abortReason + ") without a message");
        }
        errors = List.copyOf(errors);
        endedAt = endedAt.isBefore(startedAt) ? startedAt : endedAt;
    }

    /**
     * Says whether everything worked: no operation failed, no phase was cut short, the run reached its end. Operations that
     * wait in the conflict inbox do not count against it.
     *
     * @return whether nothing is left to look at but conflicts
     */
    public boolean success() {
        return errorMessage == null && failed() == 0;
    }

    /**
     * Counts the operations the run took from the queue.
     *
     * @return successful, failed and skipped ones
     */
    public long total() {
        return sum(byEntity.values(), EntitySyncStats::total);
    }

    /**
     * Counts the operations that the backend accepted.
     *
     * @return the number
     */
    public long successful() {
        return sum(byEntity.values(), EntitySyncStats::successful);
    }

    /**
     * Counts the operations that failed.
     *
     * @return the number
     */
    public long failed() {
        return sum(byEntity.values(), EntitySyncStats::failed);
    }

    /**
     * Counts the operations that neither succeeded nor failed: still pending, parked as a conflict, or needless.
     *
     * @return the number
     */
    public long skipped() {
        return total() - successful() - failed();
    }

    /**
     * Counts the conflicts found in this run.
     *
     * @return the number
     */
    public long conflictsDetected() {
        return sum(byEntity.values(), EntitySyncStats::conflicts);
    }

    /**
     * Says whether conflicts found in this run are still open.
     *
     * @return whether fewer were resolved than detected
     */
    public boolean hasUnresolvedConflicts() {
        return conflictsResolved < conflictsDetected();
    }

    /**
     * Tells how long the run took.
     *
     * @return the time from start to end
     */
    public Duration duration() {
        return Duration.between(startedAt, endedAt);
    }

    /**
     * Gives the share of operations that the backend accepted.
     *
     * @return 0 to 1; 1 if there were none
     */
    public double successRate() {
        return total() == 0 ? 1.0 : (double) successful() / total();
    }

    /**
     * Gives the speed of the run.
     *
     * @return operations that succeeded or failed per second, fractional; 0 if the run took no time
     */
    public double throughput() {
        Duration duration = duration();
        double seconds = duration.getSeconds() + duration.getNano() / NANOS_PER_SECOND;
        return seconds == 0 ? 0.0 : (successful() + failed()) / seconds;
    }

    private static long sum(Collection<EntitySyncStats> stats, ToLongFunction<EntitySyncStats> count) {
        return stats.stream().mapToLong(count).sum();
    }
}
