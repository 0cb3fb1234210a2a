package dev.syncline.config;

import dev.syncline.resilience.RetryStrategy;
import java.time.Duration;

/**
 * The numbers of a synchronization. Immutable; {@link #defaults()} is what holds when nothing is set, and each
 * {@code with…} method returns a changed copy.
 *
 * @param pageSize records asked for in one page; default 1000, the backend may give fewer
 * @param commitRows records gathered into one transaction while a whole table is read, in full pages; default 5000. More is
 *     faster and holds the write lock longer
 * @param pushBatch changes frozen in one durable transaction and, where the backend takes batches, sent together; default
 *     500
 * @param requestsInFlight changes sent side by side where there is no batch endpoint; default 8
 * @param maxAttempts runs in which an operation may fail while the backend serves others, before it counts as failed;
 *     default 5
 * @param retry tries and waits within one run
 * @param busyTimeout how long SQLite waits for the host's writers before a unit is repeated; default 5 s
 * @param cacheKib SQLite page cache of Syncline's own connection, in KiB; default 65 536
 * @param tombstoneRetention how long a deleted row's id and version are kept against stale answers; default 30 days
 */
public record SyncOptions(
        int pageSize,
        int commitRows,
        int pushBatch,
        int requestsInFlight,
        int maxAttempts,
        RetryStrategy retry,
        Duration busyTimeout,
        int cacheKib,
        Duration tombstoneRetention) {

    private static final SyncOptions DEFAULTS = new SyncOptions(
            1000, 5000, 500, 8, 5, RetryStrategy.standard(), Duration.ofSeconds(5), 65_536, Duration.ofDays(30));

    /**
     * Checks every number.
     *
     * @param pageSize as above; at least 1
     * @param commitRows as above; at least 1
     * @param pushBatch as above; at least 1
     * @param requestsInFlight as above; 1 to 64
     * @param maxAttempts as above; at least 1
     * @param retry as above
     * @param busyTimeout as above; not negative
     * @param cacheKib as above; at least 1000
     * @param tombstoneRetention as above; at least one hour
     * @throws IllegalArgumentException if a number is out of its range; the message names option and value
     */
    public SyncOptions {
        require(pageSize >= 1, "pageSize", pageSize, "at least 1");
        require(commitRows >= 1, "commitRows", commitRows, "at least 1");
        require(pushBatch >= 1, "pushBatch", pushBatch, "at least 1");
        require(requestsInFlight >= 1 && requestsInFlight <= 64, "requestsInFlight", requestsInFlight, "1 to 64");
        require(maxAttempts >= 1, "maxAttempts", maxAttempts, "at least 1");
        require(!busyTimeout.isNegative(), "busyTimeout", busyTimeout, "not negative");
        require(cacheKib >= 1000, "cacheKib", cacheKib, "at least 1000");
        require(
                tombstoneRetention.compareTo(Duration.ofHours(1)) >= 0,
                "tombstoneRetention",
                tombstoneRetention,
                "at least one hour");
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
        return new SyncOptions(
                50,
                100,
                20,
                5,
                DEFAULTS.maxAttempts,
                DEFAULTS.retry,
                DEFAULTS.busyTimeout,
                8_192,
                DEFAULTS.tombstoneRetention);
    }

    /**
     * Changes the page size.
     *
     * @param records records asked for in one page
     * @return a changed copy
     */
    public SyncOptions withPageSize(int records) {
        return new SyncOptions(
                records,
                commitRows,
                pushBatch,
                requestsInFlight,
                maxAttempts,
                retry,
                busyTimeout,
                cacheKib,
                tombstoneRetention);
    }

    /**
     * Changes how many records go into one transaction while a whole table is read.
     *
     * @param rows records gathered
     * @return a changed copy
     */
    public SyncOptions withCommitRows(int rows) {
        return new SyncOptions(
                pageSize,
                rows,
                pushBatch,
                requestsInFlight,
                maxAttempts,
                retry,
                busyTimeout,
                cacheKib,
                tombstoneRetention);
    }

    /**
     * Changes the push batch.
     *
     * @param changes changes frozen and sent together
     * @return a changed copy
     */
    public SyncOptions withPushBatch(int changes) {
        return new SyncOptions(
                pageSize,
                commitRows,
                changes,
                requestsInFlight,
                maxAttempts,
                retry,
                busyTimeout,
                cacheKib,
                tombstoneRetention);
    }

    /**
     * Changes how many single requests are under way at once.
     *
     * @param requests requests in flight
     * @return a changed copy
     */
    public SyncOptions withRequestsInFlight(int requests) {
        return new SyncOptions(
                pageSize,
                commitRows,
                pushBatch,
                requests,
                maxAttempts,
                retry,
                busyTimeout,
                cacheKib,
                tombstoneRetention);
    }

    /**
     * Changes how failures are retried within a run.
     *
     * @param strategy tries and waits
     * @return a changed copy
     */
    public SyncOptions withRetry(RetryStrategy strategy) {
        return new SyncOptions(
                pageSize,
                commitRows,
                pushBatch,
                requestsInFlight,
                maxAttempts,
                strategy,
                busyTimeout,
                cacheKib,
                tombstoneRetention);
    }

    private static void require(boolean holds, String option, Object value, String range) {
        if (!holds) {
            throw new IllegalArgumentException(option + " is " + value + ", but must be " + range);
        }
    }
}
