package dev.syncline.config;

import dev.syncline.resilience.CircuitBreakerSettings;
import dev.syncline.resilience.RetryStrategy;
import java.time.Duration;

/** Collects the numbers of a synchronization. Not thread-safe; made by {@link SyncOptions#builder()}. */
public final class SyncOptionsBuilder {
    private int pageSize;
    private int commitRows;
    private int pushBatch;
    private int pushBytes;
    private int requestsInFlight;
    private RetryStrategy retry;
    private CircuitBreakerSettings breaker;
    private boolean followUps;
    private Duration busyTimeout;
    private int cacheKib;
    private Duration tombstoneRetention;
    private Duration decisionsKept;
    private Duration fullSyncEvery;
    private FullSyncMode fullSyncMode;
    private Duration fullSyncLimit;
    private Duration idsEvery;
    private int deletionRows;
    private double deletionShare;
    private EndCheck endCheck;

    SyncOptionsBuilder(SyncOptions from) {
        pageSize = from.pageSize();
        commitRows = from.commitRows();
        pushBatch = from.pushBatch();
        pushBytes = from.pushBytes();
        requestsInFlight = from.requestsInFlight();
        retry = from.retry();
        breaker = from.breaker();
        followUps = from.followUps();
        busyTimeout = from.busyTimeout();
        cacheKib = from.cacheKib();
        tombstoneRetention = from.tombstoneRetention();
        decisionsKept = from.decisionsKept();
        fullSyncEvery = from.fullSyncEvery();
        fullSyncMode = from.fullSyncMode();
        fullSyncLimit = from.fullSyncLimit();
        idsEvery = from.idsEvery();
        deletionRows = from.deletionRows();
        deletionShare = from.deletionShare();
        endCheck = from.endCheck();
    }

    /**
     * Sets how many records are asked for in one page. Default: 1000.
     *
     * @param records records, 1 to 100 000; the backend may give fewer
     * @return this
     */
    public SyncOptionsBuilder pageSize(int records) {
        pageSize = records;
        return this;
    }

    /**
     * Sets how many records go into one transaction while a whole table is read. Default: 10 000.
     *
     * @param records records, in full pages; 1 to 1 000 000
     * @return this
     */
    public SyncOptionsBuilder commitRows(int records) {
        commitRows = records;
        return this;
    }

    /**
     * Sets how many changes are frozen and sent together. Default: 500.
     *
     * @param changes changes, 1 to 100 000
     * @return this
     */
    public SyncOptionsBuilder pushBatch(int changes) {
        pushBatch = changes;
        return this;
    }

    /**
     * Sets how large one batch may be. A backend that refuses a batch as too large is given smaller ones whatever is set here.
     * Default: 1 000 000.
     *
     * @param bytes bytes, roughly, 1000 to 1 000 000 000; a single change is sent whatever its size
     * @return this
     */
    public SyncOptionsBuilder pushBytes(int bytes) {
        pushBytes = bytes;
        return this;
    }

    /**
     * Sets how many single requests are under way at once. Default: 8.
     *
     * @param requests requests, 1 to 64
     * @return this
     */
    public SyncOptionsBuilder requestsInFlight(int requests) {
        requestsInFlight = requests;
        return this;
    }

    /**
     * Sets tries and waits within one run. Default: {@link RetryStrategy#standard()}.
     *
     * @param strategy the strategy
     * @return this
     */
    public SyncOptionsBuilder retry(RetryStrategy strategy) {
        retry = strategy;
        return this;
    }

    /**
     * Sets when a backend that keeps failing is left alone, and for how long. Default: {@link CircuitBreakerSettings#standard()}.
     *
     * @param settings the numbers of the breaker
     * @return this
     */
    public SyncOptionsBuilder breaker(CircuitBreakerSettings settings) {
        breaker = settings;
        return this;
    }

    /**
     * Sets whether a run that ended early for a reason that heals (no connection, a time-out, 5xx, 429, an open breaker) or left
     * something to be sent later is followed by another one by itself: after a wait drawn up to 2 s, each time twice as long, 15
     * minutes at most, or as long as the backend demands. Refused credentials are followed by none. Default: true.
     *
     * @param on whether to run again; off, nothing runs but what the host asks for
     * @return this
     */
    public SyncOptionsBuilder followUps(boolean on) {
        followUps = on;
        return this;
    }

    /**
     * Sets how long SQLite waits for the host's writers before a unit is repeated. Default: 5 s.
     *
     * @param time the time, from none to one day
     * @return this
     */
    public SyncOptionsBuilder busyTimeout(Duration time) {
        busyTimeout = time;
        return this;
    }

    /**
     * Sets the page cache of Syncline's own connection. Default: 65 536.
     *
     * @param kib KiB, at least 1000
     * @return this
     */
    public SyncOptionsBuilder cacheKib(int kib) {
        cacheKib = kib;
        return this;
    }

    /**
     * Sets how long a deleted row's id and version are kept. Default: 30 days.
     *
     * @param time the time, one hour to 36 500 days
     * @return this
     */
    public SyncOptionsBuilder tombstoneRetention(Duration time) {
        tombstoneRetention = time;
        return this;
    }

    /**
     * Sets how long the journal keeps what was decided about conflicts; after that it can neither be listed nor taken back. Default: 30
     * days.
     *
     * @param time the time, one hour to 36 500 days
     * @return this
     */
    public SyncOptionsBuilder decisionsKept(Duration time) {
        decisionsKept = time;
        return this;
    }

    /**
     * Sets after how long a table is read from end to end again. Where the backend tells of every deletion this only mends what it
     * lost without a word, as a restored backup does; where it does not, deletions are found this way alone. Default: 7 days.
     *
     * @param time the time, one minute to 36 500 days
     * @return this
     */
    public SyncOptionsBuilder fullSyncEvery(Duration time) {
        fullSyncEvery = time;
        return this;
    }

    /**
     * Sets how the result of reading whole tables comes to be seen: of the first pull, of {@link dev.syncline.progress.SyncMode#FULL}, and of
     * what is read again by itself. Default: {@link FullSyncMode#PROGRESSIVE}.
     *
     * @param mode page by page, or all at once
     * @return this
     */
    public SyncOptionsBuilder fullSyncMode(FullSyncMode mode) {
        fullSyncMode = mode;
        return this;
    }

    /**
     * Sets how long one run reads tables from end to end. A run that has done so for longer ends with {@link
     * dev.syncline.progress.AbortReason#TIME_LIMIT}: what it has read is stored, what is due is sent, and the next run goes on at the page
     * behind. Default: 30 minutes.
     *
     * @param time the time, one second to 36 500 days
     * @return this
     */
    public SyncOptionsBuilder fullSyncLimit(Duration time) {
        fullSyncLimit = time;
        return this;
    }

    /**
     * Sets how often the list of ids is asked for at a backend that tells of no deletion but has such a list ({@link
     * dev.syncline.backend.Capabilities#idList()}). Such a deletion is seen no sooner. Default: 1 hour.
     *
     * @param time the time, from zero, which means in every run, to 36 500 days
     * @return this
     */
    public SyncOptionsBuilder idsEvery(Duration time) {
        idsEvery = time;
        return this;
    }

    /**
     * Sets how many rows of one table the backend may delete within 24 h in any case. Default: 50.
     *
     * @param rows rows, 0 to 1 000 000 000
     * @return this
     */
    public SyncOptionsBuilder deletionRows(int rows) {
        deletionRows = rows;
        return this;
    }

    /**
     * Sets what part of one table the backend may delete within 24 h. If more than that and more than {@link #deletionRows(int)}
     * would go, by tombstones or because a full sync no longer found them, they all stay until {@code
     * SyncManager.allowDeletions}. Default: 0.3.
     *
     * @param part the part, 0 to 1; 1 lets everything go unasked
     * @return this
     */
    public SyncOptionsBuilder deletionShare(double part) {
        deletionShare = part;
        return this;
    }

    /**
     * Sets what is looked for contradictions at the end of each run; what is found is among the errors of its result. Default: {@link
     * EndCheck#NONE}.
     *
     * @param check how much is looked at
     * @return this
     */
    public SyncOptionsBuilder endCheck(EndCheck check) {
        endCheck = check;
        return this;
    }

    /**
     * Makes the options.
     *
     * @return the options
     * @throws IllegalArgumentException if a number is out of its range; the message names option and value
     */
    public SyncOptions build() {
        return new SyncOptions(
                pageSize,
                commitRows,
                pushBatch,
                pushBytes,
                requestsInFlight,
                retry,
                breaker,
                followUps,
                busyTimeout,
                cacheKib,
                tombstoneRetention,
                decisionsKept,
                fullSyncEvery,
                fullSyncMode,
                fullSyncLimit,
                idsEvery,
                deletionRows,
                deletionShare,
                endCheck);
    }
}
