package dev.syncline.internal.engine;

import dev.syncline.config.SyncConfig;
import dev.syncline.exception.SyncException;
import dev.syncline.progress.AbortReason;
import dev.syncline.progress.SyncMode;
import dev.syncline.progress.SyncResult;
import dev.syncline.resilience.RetryStrategy;
import io.reactivex.rxjava3.core.Single;
import io.reactivex.rxjava3.disposables.CompositeDisposable;
import io.reactivex.rxjava3.disposables.Disposable;
import java.time.Duration;
import java.util.Comparator;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Starts another run by itself after one that ended for a reason that heals or left something to be sent later, so that the queue
 * drains without the host calling again. What a person has to mend first starts nothing. Safe for any thread.
 */
final class FollowUps implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(FollowUps.class);

    /** Drawn from nothing to the whole distance, so that devices that failed together do not come back together. */
    private static final RetryStrategy DISTANCES = RetryStrategy.builder()
            .firstDelay(Duration.ofSeconds(2))
            .factor(2)
            .maxDelay(Duration.ofMinutes(15))
            .fullJitter()
            .build();

    private static final Duration LONGEST = Duration.ofHours(24);

    private final SyncConfig config;
    private final Function<SyncMode, Single<SyncResult>> request;
    private final OutageLog outage;
    private final CompositeDisposable started = new CompositeDisposable();
    private @Nullable Disposable planned;
    private int unfinished;
    private boolean closed;

    FollowUps(SyncConfig config, Function<SyncMode, Single<SyncResult>> request, OutageLog outage) {
        this.config = config;
        this.outage = outage;
        this.request = request;
    }

    /** A run begins, for whatever reason: the planned one is not needed any more. */
    synchronized void begun() {
        if (planned != null) {
            planned.dispose();
            planned = null;
        }
    }

    /**
     * A run has ended. The next one goes on with as much as it was to exchange.
     *
     * @param run the run
     * @param told its result
     * @param due when the first operation that got no answer may be sent again, ms since the epoch; empty if there is none
     */
    void ended(SyncRun run, SyncResult told, OptionalLong due) {
        AbortReason reason = told.abortReason();
        SyncException heals = told.errors().stream()
                .filter(SyncException::isRetryable)
                .max(Comparator.comparing(FollowUps::imposed))
                .orElse(null);
        boolean unfinishedNow = heals != null || (reason == null && (due.isPresent() || run.leftSome()));
        boolean goesOn = unfinishedNow || reason == AbortReason.TIME_LIMIT || (reason == null && run.leftLater());
        if (!unfinishedNow || needsAPerson(reason)) {
            // A host that writes all the time is no failure, and does not make the waits grow.
            synchronized (this) {
                unfinished = 0;
            }
        }
        if (!config.options().followUps() || needsAPerson(reason) || !goesOn) {
            return;
        }
        // A walk over everything that was interrupted is stored as such, and the usual run goes on with it.
        SyncMode next = run.mode() == SyncMode.FULL ? SyncMode.INCREMENTAL : run.mode();
        plan(next, heals, reason == null ? due : OptionalLong.empty());
    }

    private static Duration imposed(SyncException failure) {
        return Objects.requireNonNullElse(failure.imposedDelay(), Duration.ZERO);
    }

    private static boolean needsAPerson(@Nullable AbortReason reason) {
        return reason == AbortReason.AUTHENTICATION
                || reason == AbortReason.CANCELLED
                || reason == AbortReason.PAUSED
                || reason == AbortReason.CONSISTENCY;
    }

    private void plan(SyncMode mode, @Nullable SyncException heals, OptionalLong due) {
        synchronized (this) {
            unfinished++;
            Duration wait = distance(unfinished, heals);
            if (due.isPresent()) {
                Duration left =
                        Duration.ofMillis(due.getAsLong() - config.clock().millis());
                wait = wait.compareTo(left) > 0 ? wait : left;
            }
            wait = wait.compareTo(LONGEST) > 0 ? LONGEST : wait;
            if (!closed) {
                begun();
                log.atLevel(outage.level(Level.INFO))
                        .log("Running again by itself in {}{}", wait, heals == null ? "" : ": " + heals);
                planned = config.scheduler().scheduleDirect(() -> start(mode), wait.toMillis(), TimeUnit.MILLISECONDS);
            }
        }
    }

    private Duration distance(int number, @Nullable SyncException heals) {
        // A generator need not be safe for two threads.
        synchronized (config.random()) {
            return heals == null
                    ? DISTANCES.interval(number, config.random())
                    : DISTANCES.delay(number, heals, config.random());
        }
    }

    private void start(SyncMode mode) {
        synchronized (this) {
            if (closed) {
                return;
            }
            planned = null;
        }
        request.apply(mode)
                .subscribe(
                        result -> log.debug("The run {} that was started by itself has ended", result.runId()),
                        refused -> log.debug("No run was started, the manager is closing", refused),
                        started);
    }

    /** Starts nothing any more. */
    @Override
    public synchronized void close() {
        closed = true;
        begun();
        started.dispose();
    }
}
