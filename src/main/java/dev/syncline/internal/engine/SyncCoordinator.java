package dev.syncline.internal.engine;

import dev.syncline.backend.Capabilities;
import dev.syncline.config.SyncConfig;
import dev.syncline.exception.StorageException;
import dev.syncline.exception.SyncException;
import dev.syncline.exception.SyncOperationException;
import dev.syncline.internal.json.Json;
import dev.syncline.internal.record.ApplyContext;
import dev.syncline.internal.record.DeletionLimit;
import dev.syncline.internal.store.OperationRepository;
import dev.syncline.internal.store.RunRepository;
import dev.syncline.internal.store.RunRepository.Fault;
import dev.syncline.internal.store.TombstoneRepository;
import dev.syncline.internal.store.TransactionManager;
import dev.syncline.progress.AbortReason;
import dev.syncline.progress.SyncMode;
import dev.syncline.progress.SyncResult;
import io.reactivex.rxjava3.core.Single;
import io.reactivex.rxjava3.subjects.SingleSubject;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

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
    private final KeptKeys keptKeys;
    private final FollowUps followUps;
    private final Capabilities capabilities;
    private @Nullable SyncRun running;
    private @Nullable SingleSubject<SyncResult> next;
    private SyncMode nextMode = SyncMode.INCREMENTAL;
    private boolean closed;

    SyncCoordinator(
            SyncConfig config,
            TransactionManager transactions,
            Function<SyncMode, SyncService> services,
            SyncProgressTracker tracker,
            EngineThreads threads,
            LongSupplier pendingChanges,
            ClockOffset offset,
            Lease lease) {
        this.config = config;
        this.transactions = transactions;
        this.services = services;
        this.tracker = tracker;
        this.threads = threads;
        this.pendingChanges = pendingChanges;
        this.offset = offset;
        this.lease = lease;
        keptKeys = new KeptKeys(config);
        capabilities = config.backend().capabilities();
        followUps = new FollowUps(config, this::request);
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
            threads.run().execute(() -> run(result));
        } catch (RejectedExecutionException e) {
            next = null;
            return Single.error(new IllegalStateException("the SyncManager is closing", e));
        }
        return result;
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
            // From here on a request may come too late for this run.
            next = null;
            run = new SyncRun(id, nextMode, now, context, tracker);
            running = run;
            if (closed) {
                run.cancellation().cancel();
            }
        }
        followUps.begun();
        Throwable failure = execute(run);
        offset.note(run.context().clockOffset());
        SyncResult told;
        try {
            told = conclude(run, failure);
        } finally {
            lease.end();
        }
        synchronized (this) {
            running = null;
        }
        followUps.ended(run, told, earliestDue(run));
        tracker.ended(run, told, failure);
        deliver(() -> result.onSuccess(told));
    }

    /** A run that sends nothing leaves what is due to one that does. */
    private OptionalLong earliestDue(SyncRun run) {
        if (!config.options().followUps() || run.mode() == SyncMode.PULL) {
            return OptionalLong.empty();
        }
        try {
            return transactions.read(unit -> OperationRepository.earliestDue(unit.handle()));
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
            tracker.started(run, pendingChanges.getAsLong());
            lease.begin(run);
            services.apply(run.mode()).run(run);
            return null;
        } catch (Cancellation.CancelledException | SyncException expected) {
            log.info("Run {} ends early: {}", run.id(), expected.toString());
            return expected;
        } catch (RuntimeException | Error unforeseen) {
            log.error("Run {} failed in an unforeseen way; what was not sent stays pending", run.id(), unforeseen);
            return unforeseen;
        }
    }

    private SyncResult conclude(SyncRun run, @Nullable Throwable failure) {
        Instant ended = config.clock().instant();
        AbortReason reason =
                failure != null ? RunFailures.reason(failure) : run.isTimeUp() ? AbortReason.TIME_LIMIT : null;
        if (failure != null) {
            run.noteFault(asSyncException(failure));
        }
        SyncResult result = new SyncResult(
                run.id(),
                run.mode(),
                run.startedAt(),
                ended,
                run.byEntity(),
                run.conflictsResolved(),
                run.faults().stream().map(Fault::cause).toList(),
                reason,
                message(run, failure));
        if (run.wrote() && reason != AbortReason.OTHER_PROCESS) {
            store(run, result);
        }
        return result;
    }

    private static @Nullable String message(SyncRun run, @Nullable Throwable failure) {
        if (failure == null && run.isTimeUp()) {
            return "reading whole tables took longer than SyncOptions.fullSyncLimit; what was read is stored, and the next run goes"
                    + " on behind it";
        }
        if (failure != null) {
            return failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
        }
        List<Fault> faults = run.faults();
        return faults.isEmpty() ? null : faults.get(0).cause().getMessage();
    }

    private SyncException asSyncException(Throwable failure) {
        Instant now = config.clock().instant();
        if (failure instanceof SyncException known) {
            return known;
        }
        if (failure instanceof Cancellation.CancelledException asked) {
            return asked.reason() == AbortReason.OTHER_PROCESS
                    ? new StorageException(asked.words(), true, now, null)
                    : new SyncOperationException(asked.words(), "", "", "", now, asked);
        }
        return new SyncOperationException(
                "the run failed in an unforeseen way; what was not sent stays pending", "", "", "", now, failure);
    }

    private void store(SyncRun run, SyncResult result) {
        Map<String, @Nullable Object> summary = new LinkedHashMap<>();
        summary.put("total", result.total());
        summary.put("successful", result.successful());
        summary.put("failed", result.failed());
        summary.put("conflicts", result.conflictsDetected());
        try {
            transactions.perform(unit -> {
                RunRepository.save(
                        unit.handle(),
                        run.id(),
                        run.mode().name(),
                        result.startedAt(),
                        result.endedAt(),
                        result.success(),
                        Json.write(summary));
                RunRepository.logFaults(unit.handle(), run.id(), run.faults());
                offset.store(unit);
                keptKeys.pruneWhenDue(unit);
                TombstoneRepository.prune(
                        unit.handle(),
                        result.endedAt()
                                .minus(config.options().tombstoneRetention())
                                .toEpochMilli());
            });
        } catch (RuntimeException | Error e) {
            // The run itself is over and its data stored; only its row in the history is missing.
            log.warn("The row of run {} could not be stored", run.id(), e);
        }
    }

    /** Asks the run under way to end at its next safe point, and lets no other begin. */
    public synchronized void close() {
        closed = true;
        followUps.close();
        if (running != null) {
            running.cancellation().cancel();
        }
    }
}
