package dev.syncline.internal.engine;

import dev.syncline.config.SyncConfig;
import dev.syncline.conflict.ConflictInbox;
import dev.syncline.internal.capture.CaptureException;
import dev.syncline.internal.capture.CaptureMute;
import dev.syncline.internal.capture.CaptureTables;
import dev.syncline.internal.queue.ConsistencyChecker;
import dev.syncline.internal.queue.QueueImages;
import dev.syncline.internal.record.ApplyContext;
import dev.syncline.internal.record.BoundTable;
import dev.syncline.internal.record.DeletionLimit;
import dev.syncline.internal.store.OperationRepository;
import dev.syncline.internal.store.QueryConnection;
import dev.syncline.internal.store.SchemaMigrator;
import dev.syncline.internal.store.SyncDatabase;
import dev.syncline.internal.store.SyncOperation.Status;
import dev.syncline.internal.store.TransactionManager;
import dev.syncline.internal.store.Waiter;
import dev.syncline.progress.AbortReason;
import dev.syncline.progress.ConsistencyChecks;
import dev.syncline.progress.LiveQueries;
import dev.syncline.progress.SyncEvent;
import dev.syncline.progress.SyncMode;
import dev.syncline.progress.SyncProgress;
import dev.syncline.progress.SyncState;
import dev.syncline.progress.SyncStatistics;
import dev.syncline.progress.UnsentChange;
import dev.syncline.resilience.BackendBreaker;
import dev.syncline.resilience.CircuitBreaker;
import dev.syncline.table.TableRepositories;
import io.reactivex.rxjava3.core.Flowable;
import io.reactivex.rxjava3.core.Scheduler;
import io.reactivex.rxjava3.schedulers.Schedulers;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** One open file with everything that works on it. Safe for any thread; {@link #close} releases all of it. */
public final class SyncEngine {
    private final SyncConfig config;
    private final SyncDatabase database;
    private final TransactionManager transactions;
    private final EngineThreads threads;
    private final List<BoundTable> tables;
    private final SyncProgressTracker tracker;
    private final InboxKeeper inbox;
    private final RuleDesk rules;
    private final Inbox conflicts;
    private final QueueKeeper queue;
    private final QueueCount queueCount;
    private final Scheduler delivery;
    private final ReadingOrders reading;
    private final ClockOffset offset;
    private final Lease lease;
    private final CircuitBreaker breaker;
    private final SyncCoordinator coordinator;
    private final LivePull live;
    private final FileQueries files;
    private final SyncStatisticsService statistics;
    private final ChangeWatch changes;
    private final ConsistencyChecks consistency;
    private final SyncScheduler schedules;
    private final HostTransactions hostTransactions;

    private SyncEngine(
            SyncConfig config,
            SyncDatabase database,
            TransactionManager transactions,
            EngineThreads threads,
            List<BoundTable> tables,
            Waiter waiter) {
        this.config = config;
        this.database = database;
        this.transactions = transactions;
        this.threads = threads;
        this.tables = tables;
        delivery = Schedulers.from(
                new DeliveryExecutor(config.deliverOn() == null ? threads.delivery() : config.deliverOn()),
                false,
                true);
        OutageLog outage = new OutageLog(config.clock());
        tracker = new SyncProgressTracker(config.clock(), delivery, outage);
        files = new FileQueries(
                new QueryConnection(database),
                () -> watchEvents().ignoreElements(),
                config.scheduler(),
                delivery,
                this::changed);
        transactions.afterCommit(files::committed);
        queueCount = new QueueCount(this::pendingChanges, tracker::watchEvents, config.scheduler(), delivery);
        InboxDecisions decisions = new InboxDecisions(tables, transactions);
        inbox = new InboxKeeper(tables, transactions);
        HostCalls calls = new HostCalls(threads, config.scheduler());
        rules = new RuleDesk(tables, transactions, decisions, new HostRules(calls));
        conflicts = new Inbox(tables, transactions, decisions, tracker, this::context, delivery);
        queue = new QueueKeeper(tables, transactions, conflict -> tracker.resolved(null, conflict));
        Quarantine quarantine = new Quarantine(tables, transactions, config.clock());
        quarantine.followSchema();
        Staging staging = new Staging(config, transactions);
        Freshness freshness = new Freshness(transactions, config.clock());
        Discards discards = new Discards();
        Calm calm = new Calm(tables, transactions, config.backend().capabilities());
        MassDeletions deletions = new MassDeletions(tables, transactions, config.clock());
        offset = new ClockOffset(transactions, config.clock());
        breaker = new CircuitBreaker(config.backend().name(), config.options().breaker(), config.clock(), delivery);
        TrafficTally traffic = new TrafficTally();
        config.backend().meter(traffic);
        statistics = new SyncStatisticsService(config, transactions, traffic);
        lease = new Lease(
                transactions, config.clock(), new Heartbeat(config.scheduler(), threads.delivery(), Lease.BEATS_EVERY));
        ResilientBackend backend = new ResilientBackend(config, breaker, waiter, outage, traffic, lease::beforeCall);
        ConsistencyChecker checker = new ConsistencyChecker(tables, config.balances(), transactions, config.clock());
        Comparisons comparisons = new Comparisons();
        Pull pull =
                new Pull(config, tables, transactions, backend, threads, staging, deletions, freshness, discards, calm);
        BackendComparer comparer = new BackendComparer(tables, transactions, backend, pull);
        Function<SyncMode, SyncService> steps =
                services(pull, new QueuePusher(config, tables, transactions, backend, threads, calls), backend, calm);
        coordinator = new SyncCoordinator(
                config,
                transactions,
                mode -> new EndOfRun(steps.apply(mode), config, comparisons, checker, comparer),
                tracker,
                threads,
                this::pendingChanges,
                offset,
                lease,
                statistics,
                outage);
        reading = new ReadingOrders(tables, staging, freshness, discards, deletions, quarantine, coordinator);
        Reachability reachability = new Reachability(config, backend::probe);
        consistency = new Consistency(checker, comparisons, coordinator::request);
        changes = new ChangeWatch(
                config, transactions, coordinator::request, () -> queue.operations(any -> true), threads.run());
        coordinator.afterEach(result -> {
            reachability.note(result.abortReason() != AbortReason.OFFLINE);
            changes.ended(result);
        });
        schedules = new SyncScheduler(
                config, transactions, coordinator::request, this::pendingChanges, reachability, threads.run(), outage);
        hostTransactions = new HostTransactions(config, transactions, tables, changes::hint);
        live = new LivePull(config, () -> coordinator.request(SyncMode.INCREMENTAL));
    }

    private Function<SyncMode, SyncService> services(
            Pull pull, QueuePusher pusher, ResilientBackend backend, Calm calm) {
        SyncService onlyPull = new PullSyncService(pull, backend);
        SyncService incremental = new IncrementalSyncService(pull, pusher, inbox, rules, calm);
        SyncService full = new FullSyncService(pull, incremental);
        return mode -> switch (mode) {
            case PULL -> onlyPull;
            case INCREMENTAL -> incremental;
            case FULL -> full;
        };
    }

    /**
     * Prepares a file: checks what was declared against it, brings the library's tables up to date, puts capture on the host's, and
     * takes in rows that were there.
     *
     * @param config what to open and how
     * @param database the open file; closed if it cannot be prepared
     * @return the engine
     * @throws IllegalArgumentException if the file does not hold what was declared, or holds it in a form that cannot be synced
     */
    public static SyncEngine open(SyncConfig config, SyncDatabase database) {
        try {
            Waiter waiter = new Waiter(config.scheduler());
            TransactionManager transactions = new TransactionManager(database, waiter);
            AdoptionMark adoption = new AdoptionMark(transactions, config.clock());
            TableBinder binder = new TableBinder(config, transactions, adoption);
            binder.check();
            new SchemaMigrator(database, transactions).migrate(CaptureTables.DDL);
            speak(transactions);
            new Lineage(config, transactions, adoption).enter();
            List<BoundTable> tables = binder.bind();
            tables.forEach(new EntityLineage(transactions, adoption, config.clock())::enter);
            tables.forEach(adoption::adopt);
            tables.forEach(new QueueImages(transactions)::follow);
            boolean wholeRows = !config.backend().capabilities().partialUpdates();
            tables.forEach(new FieldChanges(transactions, wholeRows, config.clock())::follow);
            EngineThreads threads =
                    new EngineThreads(config.executors(), config.options().requestsInFlight());
            SyncEngine engine = new SyncEngine(config, database, transactions, threads, tables, waiter);
            engine.live.begin(threads::listen);
            engine.schedules.begin();
            return engine;
        } catch (CaptureException e) {
            database.close();
            // The same words, as the kind of failure that a host is told to expect.
            throw new IllegalArgumentException(e.getMessage(), e);
        } catch (RuntimeException | Error e) {
            database.close();
            throw e;
        }
    }

    /** No unit may leave capture silenced; should one have done so after all, what was missed meanwhile is a gap. */
    private static void speak(TransactionManager transactions) {
        transactions.beforeCommit(unit -> CaptureMute.requireOff(unit.connection()));
        if (transactions.read(unit -> CaptureMute.isOn(unit.connection()))) {
            transactions.perform(unit -> CaptureMute.heal(unit.connection()));
        }
    }

    /** {@return what runs are asked of} */
    public SyncCoordinator coordinator() {
        return coordinator;
    }

    /** {@return the progress of runs} */
    public Flowable<SyncProgress> watchProgress() {
        return tracker.watchProgress();
    }

    /** {@return what looks for contradictions} */
    public ConsistencyChecks consistency() {
        return consistency;
    }

    /** {@return what all runs did} */
    public SyncStatistics statistics() {
        return statistics.get();
    }

    /** Forgets what all runs did. */
    public void resetStatistics() {
        statistics.reset();
    }

    /**
     * Starts a run some time after each change of the host's.
     *
     * @param debounce the rest after the last change; null for no such runs
     */
    public void syncOnChange(@Nullable Duration debounce) {
        if (coordinator.state() == SyncState.CLOSED) {
            throw new IllegalStateException("the SyncManager is closed; open another one");
        }
        changes.follow(debounce);
    }

    private void changed() {
        changes.hint();
    }

    /** {@return units of the host's} */
    public dev.syncline.progress.TransactionManager hostTransactions() {
        return hostTransactions;
    }

    /** {@return what starts planned runs} */
    public SyncScheduler schedules() {
        return schedules;
    }

    /** {@return what the manager is doing} */
    public Flowable<SyncState> watchState() {
        // Once closed there is no thread left that could tell it.
        return Flowable.defer(() -> coordinator.state() == SyncState.CLOSED
                ? Flowable.just(SyncState.CLOSED)
                : coordinator.watchState().observeOn(delivery, false, 1));
    }

    /** {@return what happens} */
    public Flowable<SyncEvent> watchEvents() {
        return tracker.watchEvents();
    }

    /** {@return the number of unsent, failed and parked changes} */
    public long pendingChanges() {
        return transactions.read(unit -> {
            long count = OperationRepository.count(unit.handle(), Status.PROCESSING);
            for (BoundTable table : tables) {
                count += table.journal().count(unit.connection());
            }
            return count;
        });
    }

    /** {@return what waits for a decision, and what was decided} */
    public ConflictInbox conflicts() {
        return conflicts;
    }

    private ApplyContext context() {
        return new ApplyContext(
                config.backend().capabilities().versions(),
                config.clock(),
                config.ids(),
                offset.last(),
                new DeletionLimit(
                        config.options().deletionRows(), config.options().deletionShare(), Set.of()),
                !config.backend().capabilities().partialUpdates());
    }

    /** {@return what follows the rows of the file} */
    public LiveQueries liveQueries() {
        return files;
    }

    /** {@return typed access to the tables} */
    public TableRepositories repositories() {
        return new HostRepositories(tables, transactions, hostTransactions, files, queue, config.ids());
    }

    /** {@return what leaves the backend alone when it keeps failing} */
    public BackendBreaker breaker() {
        return new BreakerView(breaker, watchEvents().ignoreElements());
    }

    /** {@return the number of unsent, failed and parked changes, followed} */
    public Flowable<Long> watchQueueCount() {
        return queueCount.watch();
    }

    /**
     * {@return a snapshot of unsent changes}
     * @param wanted which ones
     */
    public List<UnsentChange> operations(Predicate<? super UnsentChange> wanted) {
        return queue.operations(wanted);
    }

    /** {@return how many failed changes are let be sent again} */
    public int retryFailed() {
        int armed = queue.retryFailed();
        changes.hint();
        return armed;
    }

    /**
     * Gives an unsent change up.
     *
     * @param id the change
     * @return whether there was one
     */
    public boolean discard(String id) {
        return queue.discard(id, context());
    }

    /** {@return what the host orders of the reading of its tables} */
    public ReadingOrders reading() {
        return reading;
    }

    /**
     * Ends a run at its next safe point, then the threads, then the connections and the backend. Called by one of the threads that have to end, it returns before they have.
     *
     * @param closed done when nothing of the engine works any more
     */
    public void close(Runnable closed) {
        live.close();
        schedules.close();
        changes.close();
        coordinator.close();
        if (threads.isWorking()) {
            threads.delivery().execute(() -> release(closed));
        } else {
            release(closed);
        }
    }

    private void release(Runnable closed) {
        try {
            threads.endWork();
            statistics.storeRest();
            // While the delivering threads still take work, else no subscriber would hear of the end.
            tracker.close();
            threads.close();
        } finally {
            files.close();
            try {
                database.close();
            } finally {
                lease.close();
                closeBackend(closed);
            }
        }
    }

    private void closeBackend(Runnable closed) {
        try {
            config.backend().close();
        } finally {
            closed.run();
        }
    }
}
