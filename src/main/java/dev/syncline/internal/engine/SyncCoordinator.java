package dev.syncline.internal.engine;

import dev.syncline.backend.Capabilities;
import dev.syncline.config.SyncConfig;
import dev.syncline.exception.SyncException;
import dev.syncline.internal.record.ApplyContext;
import dev.syncline.internal.record.DeletionLimit;
import dev.syncline.internal.store.AttemptRepository;
import dev.syncline.internal.store.TransactionManager;
import dev.syncline.progress.AbortReason;
import dev.syncline.progress.SyncMode;
import dev.syncline.progress.SyncResult;
import dev.syncline.progress.SyncState;
import io.reactivex.rxjava3.core.Flowable;
import io.reactivex.rxjava3.core.Single;
import io.reactivex.rxjava3.processors.BehaviorProcessor;
import io.reactivex.rxjava3.processors.FlowableProcessor;
import io.reactivex.rxjava3.subjects.SingleSubject;
import java.time.Instant;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import org.slf4j.event.Level;

/**
 * One run at a time. A request that comes while a run is under way shares the one run after it, since the present one may have
 * read its queue already. Safe for any thread; runs happen on the run thread.
 */
public final class SyncCoordinator {
    private static final Logger log = LoggerFactory.getLogger(SyncCoordinator.class);

    private final SyncConfig config;
    private final TransactionManager transactions;
    private final Function<SyncMode, SyncService> services;
    private final SyncProgressTracker tracker;
    private final EngineThreads threads;
    private final LongSupplier pendingChanges;
    private final ClockOffset offset;
    private final Lease lease;
    private final RunEnd end;
    private final FlowableProcessor<Boolean> changes =
            BehaviorProcessor.createDefault(Boolean.TRUE).toSerialized();
    private final FollowUps followUps;
    private final OutageLog outage;
    private final Capabilities capabilities;
    private @Nullable SyncRun running;
    private @Nullable SingleSubject<SyncResult> next;
    private SyncMode nextMode = SyncMode.INCREMENTAL;
    /** What a pause has ended; goes on after it. */
    private @Nullable SyncMode interrupted;

    private volatile Consumer<SyncResult> afterEach = result -> {};
    private boolean paused;
    private boolean closed;

    SyncCoordinator(
            SyncConfig config,
            TransactionManager transactions,
            Function<SyncMode, SyncService> services,
            SyncProgressTracker tracker,
            EngineThreads threads,
            LongSupplier pendingChanges,
            ClockOffset offset,
            Lease lease,
            SyncStatisticsService statistics,
            OutageLog outage) {
        this.config = config;
        this.transactions = transactions;
        this.services = services;
        this.tracker = tracker;
        this.threads = threads;
        this.pendingChanges = pendingChanges;
        this.offset = offset;
        this.lease = lease;
        end = new RunEnd(config, transactions, offset, statistics);
        capabilities = config.backend().capabilities();
        this.outage = outage;
        followUps = new FollowUps(config, this::request, outage);
    }

    /**
     * Sets what is told of each run that has ended, on the run thread.
     *
     * @param listener must not throw
     */
    void afterEach(Consumer<SyncResult> listener) {
        afterEach = listener;
    }

    /**
     * Asks for a run; it is asked for when the result is subscribed to. Whoever shares the run after the present one gets at least
     * what was asked for.
     *
     * @param mode how much is to be exchanged
     * @return the result of the run that was asked for; an error only if the manager is closed, or if the host's own clock or
     *     source of ids throws
     */
    public Single<SyncResult> request(SyncMode mode) {
        return Single.defer(() -> enqueue(mode));
    }

    private synchronized Single<SyncResult> enqueue(SyncMode mode) {
        if (closed) {
            return Single.error(
                    new IllegalStateException("the SyncManager is closed; open another one to synchronize"));
        }
        if (next != null) {
            nextMode = more(nextMode, mode);
            return next;
        }
        SingleSubject<SyncResult> result = SingleSubject.create();
        next = result;
        nextMode = mode;
        try {
            if (!paused) {
                threads.run().execute(() -> run(result));
            }
        } catch (RejectedExecutionException e) {
            next = null;
            return Single.error(new IllegalStateException("the SyncManager is closing", e));
        }
        return result;
    }

    /** Lets no run begin, and ends the one under way at its next safe point; it goes on after {@link #resume}. */
    public void pause() {
        synchronized (this) {
            requireOpen();
            paused = true;
            if (running != null) {
                running.cancellation().cancel(AbortReason.PAUSED);
            }
        }
        changes.onNext(Boolean.TRUE);
    }

    /** Lets runs begin again, with what was asked for and what the pause had ended. */
    public void resume() {
        synchronized (this) {
            requireOpen();
            if (paused) {
                paused = false;
                goOn();
            }
        }
        changes.onNext(Boolean.TRUE);
    }

    private void goOn() {
        if (interrupted != null) {
            nextMode = next == null ? interrupted : more(nextMode, interrupted);
            next = next == null ? SingleSubject.create() : next;
            interrupted = null;
        }
        if (next != null) {
            SingleSubject<SyncResult> waiting = next;
            threads.run().execute(() -> run(waiting));
        }
    }

    /**
     * Ends the run under way at its next safe point.
     *
     * @return whether there was one
     */
    public boolean cancel() {
        boolean found;
        synchronized (this) {
            requireOpen();
            found = running != null;
            if (running != null) {
                running.cancellation().cancel();
            }
        }
        changes.onNext(Boolean.TRUE);
        return found;
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the SyncManager is closed; open another one");
        }
    }

    /**
     * Tells what is going on.
     *
     * @return the present state
     */
    public synchronized SyncState state() {
        if (closed) {
            return SyncState.CLOSED;
        }
        if (running != null) {
            return running.cancellation().isCancelled() ? SyncState.CANCELLING : SyncState.RUNNING;
        }
        return paused ? SyncState.PAUSED : SyncState.IDLE;
    }

    /** The present state and each new one; which state it is, is looked up late, so that the last one told is the last there was. */
    Flowable<SyncState> watchState() {
        return changes.onBackpressureLatest().map(change -> state()).distinctUntilChanged();
    }

    /** Each mode does all that the ones after it do. */
    private static SyncMode more(SyncMode a, SyncMode b) {
        return a.compareTo(b) < 0 ? a : b;
    }

    /** Whatever happens, whoever waits is told, and the next request finds the way free. */
    private void run(SingleSubject<SyncResult> result) {
        try {
            runOnce(result);
        } catch (RuntimeException | Error unforeseen) {
            log.error("A run could not be begun or ended; what was not sent stays pending", unforeseen);
            synchronized (this) {
                running = null;
                if (result.equals(next)) {
                    next = null;
                }
            }
            deliver(() -> result.onError(unforeseen));
        }
    }

    private void runOnce(SingleSubject<SyncResult> result) {
        ApplyContext context = new ApplyContext(
                capabilities.versions(),
                config.clock(),
                config.ids(),
                offset.last(),
                new DeletionLimit(
                        config.options().deletionRows(), config.options().deletionShare(), Set.of()),
                !capabilities.partialUpdates());
        String id = config.ids().get();
        Instant now = config.clock().instant();
        SyncRun run;
        synchronized (this) {
            if (paused && !closed) {
                return;
            }
            // From here on a request may come too late for this run.
            next = null;
            run = new SyncRun(id, nextMode, now, context, tracker);
            running = run;
            if (closed) {
                run.cancellation().cancel();
            }
        }
        changes.onNext(Boolean.TRUE);
        followUps.begun();
        outage.begin();
        Throwable failure = execute(run);
        offset.note(run.context().clockOffset());
        SyncResult told;
        try {
            told = end.conclude(run, failure);
            outage.end(told);
        } finally {
            lease.end();
        }
        synchronized (this) {
            running = null;
            if (told.abortReason() == AbortReason.PAUSED && !closed) {
                interrupted = run.mode();
                if (!paused) {
                    goOn();
                }
            }
        }
        changes.onNext(Boolean.TRUE);
        followUps.ended(run, told, earliestDue(run));
        afterEach.accept(told);
        tracker.ended(run, told, failure);
        MDC.remove(WorkExecutor.RUN);
        deliver(() -> result.onSuccess(told));
    }

    /** A run that sends nothing leaves what is due to one that does. */
    private OptionalLong earliestDue(SyncRun run) {
        if (!config.options().followUps() || run.mode() == SyncMode.PULL || run.isCalm()) {
            return OptionalLong.empty();
        }
        try {
            return transactions.read(unit -> AttemptRepository.earliestDue(unit.handle()));
        } catch (RuntimeException | Error unreadable) {
            // The run's own failure tells of it, and of whether another run may help.
            log.debug("When the next change is due could not be read", unreadable);
            return OptionalLong.empty();
        }
    }

    /** Subscribers of the result run on their own thread, so that none of them can hold the run thread. */
    private void deliver(Runnable telling) {
        try {
            threads.delivery().execute(telling);
        } catch (RejectedExecutionException e) {
            // The manager was closed and did not wait for this run any longer; whoever asked for it still does.
            telling.run();
        }
    }

    /** Every way a run can fail ends here; the run thread never dies of one. */
    private @Nullable Throwable execute(SyncRun run) {
        try {
            MDC.put(WorkExecutor.RUN, run.id());
            tracker.started(run, pendingChanges.getAsLong());
            lease.begin(run);
            services.apply(run.mode()).run(run);
            return null;
        } catch (Cancellation.CancelledException | SyncException expected) {
            log.atLevel(outage.level(Level.INFO)).log("Run {} ends early: {}", run.id(), expected.toString());
            return expected;
        } catch (RuntimeException | Error unforeseen) {
            log.error("Run {} failed in an unforeseen way; what was not sent stays pending", run.id(), unforeseen);
            return unforeseen;
        }
    }

    /** Asks the run under way to end at its next safe point, and lets no other begin. */
    public void close() {
        synchronized (this) {
            closed = true;
            followUps.close();
            if (running != null) {
                running.cancellation().cancel();
            }
            if (paused && next != null) {
                // It begins to end at once, so that whoever asked for it is told.
                SingleSubject<SyncResult> waiting = next;
                threads.run().execute(() -> run(waiting));
            }
        }
        changes.onNext(Boolean.TRUE);
        changes.onComplete();
    }
}
