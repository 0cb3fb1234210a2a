package dev.syncline.config;

import dev.syncline.resilience.CircuitBreakerSettings;
import dev.syncline.resilience.RetryStrategy;
import java.time.Duration;

/**
 * The numbers of a synchronization. Immutable; {@link #defaults()} is what holds when nothing is set, and
 * {@link #builder()} begins there.
 *
 * @param pageSize records asked for in one page; default 1000, the backend may give fewer
 * @param commitRows records gathered into one transaction while a whole table is read, in full pages; default 10 000. More is
 *     faster and holds the write lock longer
 * @param pushBatch changes frozen in one durable transaction and, where the backend takes batches, sent together; default
 *     500
 * @param pushBytes bytes that one batch takes at the most, roughly; a single change is sent whatever its size; default
 *     1 000 000
 * @param requestsInFlight changes sent side by side where there is no batch endpoint; default 8
 * @param retry tries and waits within one run
 * @param breaker when a backend that keeps failing is left alone, and for how long; default {@link CircuitBreakerSettings#standard()}
 * @param followUps whether a run that ended for a reason that heals, or left something to be sent later, is followed by another by
 *     itself; default true
 * @param busyTimeout how long SQLite waits for the host's writers before a unit is repeated; default 5 s
 * @param cacheKib SQLite page cache of Syncline's own connection, in KiB; default 65 536
 * @param tombstoneRetention how long a deleted row's id and version are kept against stale answers; default 30 days
 * @param decisionsKept how long the journal keeps what was decided about conflicts, and with it the undo; default 30 days. What is open
 *     is never forgotten
 * @param fullSyncEvery after how long a table is read from end to end again, so that what the backend lost without a word goes
 *     here too; default 7 days
 * @param fullSyncMode how the result of reading whole tables comes to be seen; default {@link FullSyncMode#PROGRESSIVE}
 * @param fullSyncLimit how long one run reads tables from end to end before it leaves the rest to the next; default 30 minutes
 * @param idsEvery how often the list of ids is asked for at a backend that tells of no deletion but has such a list; default 1 hour
 * @param deletionRows rows of one table that the backend may delete within 24 h in any case; default 50
 * @param deletionShare part of one table that the backend may delete within 24 h; more than that and more than {@code deletionRows}
 *     is held until {@code SyncManager.allowDeletions}; default 0.3
 * @param endCheck what is looked for contradictions at the end of each run; default {@link EndCheck#NONE}
 */
public record SyncOptions(
        int pageSize,
        int commitRows,
        int pushBatch,
        int pushBytes,
        int requestsInFlight,
        RetryStrategy retry,
        CircuitBreakerSettings breaker,
        boolean followUps,
        Duration busyTimeout,
        int cacheKib,
        Duration tombstoneRetention,
        Duration decisionsKept,
        Duration fullSyncEvery,
        FullSyncMode fullSyncMode,
        Duration fullSyncLimit,
        Duration idsEvery,
        int deletionRows,
        double deletionShare,
        EndCheck endCheck) {

    private static final SyncOptions DEFAULTS = new SyncOptions(
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
            EndCheck.NONE);

    /**
     * Checks every number.
     *
     * @param pageSize as above; 1 to 100 000
     * @param commitRows as above; 1 to 1 000 000
     * @param pushBatch as above; 1 to 100 000
     * @param pushBytes as above; 1000 to 1 000 000 000
     * @param requestsInFlight as above; 1 to 64
     * @param retry as above
     * @param breaker as above
     * @param followUps as above
     * @param busyTimeout as above; at most one day
     * @param cacheKib as above; at least 1000
     * @param tombstoneRetention as above; one hour to 36 500 days
     * @param decisionsKept as above; one hour to 36 500 days
     * @param fullSyncEvery as above; one minute to 36 500 days
     * @param fullSyncMode as above
     * @param fullSyncLimit as above; one second to 36 500 days
     * @param idsEvery as above; zero, which means in every run, to 36 500 days
     * @param deletionRows as above; 0 to 1 000 000 000
     * @param deletionShare as above; 0 to 1, which lets everything go
     * @param endCheck as above
     * @throws IllegalArgumentException if a number is out of its range; the message names option and value
     */
    public SyncOptions {
        require("pageSize", pageSize, 1, 100_000);
        require("commitRows", commitRows, 1, 1_000_000);
        require("pushBatch", pushBatch, 1, 100_000);
        require("pushBytes", pushBytes, 1000, 1_000_000_000);
        require("requestsInFlight", requestsInFlight, 1, 64);
        // SQLite counts it in 31 bits of milliseconds and takes more for no wait at all.
        require("busyTimeout", busyTimeout, Duration.ZERO, Duration.ofDays(1));
        require("cacheKib", cacheKib, 1000, Integer.MAX_VALUE);
        require("tombstoneRetention", tombstoneRetention, Duration.ofHours(1), Duration.ofDays(36_500));
        require("decisionsKept", decisionsKept, Duration.ofHours(1), Duration.ofDays(36_500));
        require("fullSyncEvery", fullSyncEvery, Duration.ofMinutes(1), Duration.ofDays(36_500));
        require("fullSyncLimit", fullSyncLimit, Duration.ofSeconds(1), Duration.ofDays(36_500));
        require("idsEvery", idsEvery, Duration.ZERO, Duration.ofDays(36_500));
        require("deletionRows", deletionRows, 0, 1_000_000_000);
        require("deletionShare", deletionShare, 0.0, 1.0);
    }

    /**
     * Gives the defaults.
     *
     * @return the options that hold when the host sets none
     */
    public static SyncOptions defaults() {
        return DEFAULTS;
    }

    /**
     * Gives small steps for weak devices and servers: pages of 50, 100 rows a commit, batches of 20, 5 requests in flight.
     *
     * @return the gentle options
     */
    public static SyncOptions gentle() {
        return builder()
                .pageSize(50)
                .commitRows(100)
                .pushBatch(20)
                .requestsInFlight(5)
                .cacheKib(8_192)
                .build();
    }

    /**
     * Begins with these options and changes some.
     *
     * @return a builder that holds these values
     */
    public SyncOptionsBuilder toBuilder() {
        return new SyncOptionsBuilder(this);
    }

    /**
     * Begins with the defaults and changes some.
     *
     * @return a builder that holds the defaults
     */
    public static SyncOptionsBuilder builder() {
        return DEFAULTS.toBuilder();
    }

    private static <T extends Comparable<T>> void require(String option, T value, T least, T most) {
        if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
            throw new IllegalArgumentException(
                    option + " is " + value + ", but must be between " + least + " and " + most);
        }
    }
}
