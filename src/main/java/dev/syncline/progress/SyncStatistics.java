package dev.syncline.progress;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What all runs of a file did since its statistics were last reset, also those of other processes and of earlier ones. An immutable
 * snapshot.
 *
 * @param successfulRuns runs in which nothing failed
 * @param failedRuns runs in which something did, or that were ended early
 * @param totalDuration how long they took together
 * @param operations changes that were sent
 * @param conflictsDetected conflicts found
 * @param conflictsResolved of these, those that were settled in the run that found them
 * @param lastSync when the last successful run ended; null if there was none
 * @param lastFullSync when the last successful run ended that read every table from end to end; null if there was none
 * @param nextPlanned when the next planned run is due; null if none is planned
 * @param byEntity what was done to each entity, by name; {@code notModified} counts the calls that were saved
 * @param traffic what went over the wire for each entity, by name; without an entity if the backend does not count it. A request about
 *     several entities counts for the first of them
 */
public record SyncStatistics(
        long successfulRuns,
        long failedRuns,
        Duration totalDuration,
        long operations,
        long conflictsDetected,
        long conflictsResolved,
        @Nullable Instant lastSync,
        @Nullable Instant lastFullSync,
        @Nullable Instant nextPlanned,
        Map<String, EntitySyncStats> byEntity,
        Map<String, Traffic> traffic) {

    /**
     * Copies the maps, so that nobody can change them.
     *
     * @param successfulRuns as above
     * @param failedRuns as above
     * @param totalDuration as above
     * @param operations as above
     * @param conflictsDetected as above
     * @param conflictsResolved as above
     * @param lastSync as above
     * @param lastFullSync as above
     * @param nextPlanned as above
     * @param byEntity as above
     * @param traffic as above
     */
    public SyncStatistics {
        byEntity = Map.copyOf(byEntity);
        traffic = Map.copyOf(traffic);
    }

    /**
     * Counts all runs.
     *
     * @return how many ended, in whatever way
     */
    public long runs() {
        return successfulRuns + failedRuns;
    }

    /**
     * Tells the share of runs that succeeded.
     *
     * @return from 0 to 1; 1 if there was no run
     */
    public double successRate() {
        return runs() == 0 ? 1 : (double) successfulRuns / runs();
    }

    /**
     * Tells how long a run takes.
     *
     * @return the mean; zero if there was no run
     */
    public Duration meanDuration() {
        return runs() == 0 ? Duration.ZERO : totalDuration.dividedBy(runs());
    }

    /**
     * Tells how fast changes are sent.
     *
     * @return changes per second of all runs; 0 if no time has passed
     */
    public double meanThroughput() {
        return totalDuration.isZero() ? 0 : operations * 1000.0 / totalDuration.toMillis();
    }

    /**
     * Adds up what went over the wire.
     *
     * @return the sums over all entities
     */
    public Traffic totalTraffic() {
        return traffic.values().stream().reduce(Traffic.NONE, Traffic::plus);
    }
}
