package dev.syncline.internal.engine;

import dev.syncline.config.SyncConfig;
import dev.syncline.internal.store.ScheduleRepository;
import dev.syncline.internal.store.ScheduleRepository.Plan;
import dev.syncline.internal.store.TransactionManager;
import dev.syncline.progress.AbortReason;
import dev.syncline.progress.PlannedRun;
import dev.syncline.progress.RunPlans;
import dev.syncline.progress.SyncMode;
import dev.syncline.progress.SyncResult;
import io.reactivex.rxjava3.core.Flowable;
import io.reactivex.rxjava3.core.Single;
import io.reactivex.rxjava3.disposables.CompositeDisposable;
import io.reactivex.rxjava3.disposables.Disposable;
import io.reactivex.rxjava3.disposables.SerialDisposable;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Starts runs that were planned. Plans are rows in the file: they outlive the process, and of several processes with the same plan one
 * runs. They are looked at on the run thread, between two runs, when one is due and at least every minute, since a timer does not
 * notice that the clock was set or the machine slept. Safe for any thread.
 */
public final class SyncScheduler implements RunPlans, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(SyncScheduler.class);
    private static final Duration SHORTEST = Duration.ofMinutes(1);
    private static final long LOOK_EVERY = Duration.ofMinutes(1).toMillis();
    /** The one plan without a period. */
    private static final String ONCE = "ONCE";

    private final SyncConfig config;
    private final TransactionManager transactions;
    private final Function<SyncMode, Single<SyncResult>> request;
    private final LongSupplier pendingChanges;
    private final Reachability reachability;
    private final Executor runThread;
    private final OutageLog outage;
    private final SerialDisposable timer = new SerialDisposable();
    private final CompositeDisposable started = new CompositeDisposable();

    SyncScheduler(
            SyncConfig config,
            TransactionManager transactions,
            Function<SyncMode, Single<SyncResult>> request,
            LongSupplier pendingChanges,
            Reachability reachability,
            Executor runThread,
            OutageLog outage) {
        this.config = config;
        this.outage = outage;
        this.transactions = transactions;
        this.request = request;
        this.pendingChanges = pendingChanges;
        this.reachability = reachability;
        this.runThread = runThread;
    }

    /** Goes on with what an earlier process planned. */
    void begin() {
        reachability.begin(() -> onRunThread(this::reconnected));
        if (!plans().isEmpty()) {
            onRunThread(this::look);
        }
    }

    private List<Plan> plans() {
        return transactions.read(unit -> ScheduleRepository.list(unit.handle()));
    }

    @Override
    public List<PlannedRun> planned() {
        return plans().stream()
                .map(plan -> new PlannedRun(
                        SyncMode.valueOf(plan.mode()),
                        plan.period() == 0 ? null : Duration.ofMillis(plan.period()),
                        plan.unmetered(),
                        Instant.ofEpochMilli(plan.dueAt()),
                        plan.failures()))
                .toList();
    }

    @Override
    public void plan(Duration period, SyncMode mode, boolean unmetered) {
        if (period.compareTo(SHORTEST) < 0) {
            throw new IllegalArgumentException("period is " + period + ", but must be at least " + SHORTEST);
        }
        long now = config.clock().millis();
        Plan plan = new Plan(
                mode.name(),
                mode.name(),
                period.toMillis(),
                unmetered,
                Timetable.first(period.toMillis(), now, draw()),
                0);
        transactions.perform(unit -> {
            boolean same = ScheduleRepository.list(unit.handle()).stream()
                    .anyMatch(known -> known.name().equals(plan.name())
                            && known.period() == plan.period()
                            && known.unmetered() == plan.unmetered());
            // Hosts plan the same at each start; that must not put off what is due.
            if (!same) {
                ScheduleRepository.put(unit.handle(), plan, now);
            }
        });
        onRunThread(this::look);
    }

    /** One run as soon as there is something to send and the backend can be reached. */
    public void planOnce() {
        long now = config.clock().millis();
        transactions.perform(unit -> ScheduleRepository.put(
                unit.handle(), new Plan(ONCE, SyncMode.INCREMENTAL.name(), 0, false, now, 0), now));
        onRunThread(this::look);
    }

    /**
     * Forgets every plan.
     *
     * @return how many there were
     */
    public int cancel() {
        timer.set(Disposable.disposed());
        return transactions.write(unit -> ScheduleRepository.clear(unit.handle()));
    }

    /**
     * Runs what is due, for a host that brings its own timers.
     *
     * @return the results, when the runs have ended
     */
    public Single<List<SyncResult>> runDue() {
        return Single.defer(() ->
                Flowable.fromIterable(takeDue()).concatMapSingle(this::start).toList());
    }

    private void onRunThread(Runnable step) {
        try {
            runThread.execute(step);
        } catch (RejectedExecutionException closing) {
            log.debug("No plan is looked at any more, the manager is closing");
        }
    }

    private void reconnected() {
        if (reachability.findOutAnew()) {
            log.info("The backend can be reached again");
            started.add(request.apply(SyncMode.INCREMENTAL).subscribe(this::ended, SyncScheduler::refused));
        }
        look();
    }

    /** The run thread must not die of a file that cannot be read now; it is looked at again. */
    private void look() {
        long next = LOOK_EVERY;
        boolean any = true;
        try {
            takeDue().forEach(plan -> started.add(start(plan).subscribe(this::ended, SyncScheduler::refused)));
            List<Plan> left = plans();
            any = !left.isEmpty();
            long now = config.clock().millis();
            for (Plan plan : left) {
                next = Math.min(next, plan.dueAt() > now ? plan.dueAt() - now : LOOK_EVERY);
            }
        } catch (RuntimeException | Error e) {
            log.warn("The plans could not be looked at; they are in {} ms", next, e);
        }
        if (any) {
            timer.set(config.scheduler().scheduleDirect(() -> onRunThread(this::look), next, TimeUnit.MILLISECONDS));
        }
    }

    /** Marks what is due as begun, so that no other process begins it as well. */
    private List<Plan> takeDue() {
        List<Plan> due = new ArrayList<>();
        long now = config.clock().millis();
        for (Plan plan : plans()) {
            Timetable.Step step = Timetable.step(plan, now, draw());
            if (step instanceof Timetable.Step.Postpone postponed) {
                transactions.perform(
                        unit -> ScheduleRepository.move(unit.handle(), plan, postponed.until(), plan.failures()));
            } else if (step instanceof Timetable.Step.Run run && mayRun(plan)) {
                Plan begun = new Plan(
                        plan.name(), plan.mode(), plan.period(), plan.unmetered(), run.next(), plan.failures());
                boolean taken = transactions.write(unit -> plan.period() == 0
                        ? ScheduleRepository.remove(unit.handle(), plan.name())
                        : ScheduleRepository.move(unit.handle(), plan, run.next(), plan.failures()));
                if (taken) {
                    log.atLevel(outage.level(Level.INFO))
                            .log("The planned {} run is due; the next one in {} ms", plan.mode(), run.next() - now);
                    due.add(begun);
                }
            }
        }
        return due;
    }

    private boolean mayRun(Plan plan) {
        boolean hasWork = plan.period() > 0 || pendingChanges.getAsLong() > 0;
        return hasWork && (!plan.unmetered() || reachability.isUnmetered()) && reachability.findOut();
    }

    private Single<SyncResult> start(Plan plan) {
        return request.apply(SyncMode.valueOf(plan.mode()))
                .doOnSuccess(result -> onRunThread(() -> note(plan, result)));
    }

    /** A plan of one run that failed is left to the runs that follow a failure by themselves. */
    private void note(Plan plan, SyncResult result) {
        if (plan.period() == 0) {
            return;
        }
        long now = config.clock().millis();
        boolean failed = result.abortReason() != null
                && result.abortReason() != AbortReason.CANCELLED
                && result.abortReason() != AbortReason.PAUSED;
        int failures = failed ? plan.failures() + 1 : 0;
        long due = failed ? Timetable.afterFailure(plan, now, failures, draw()) : Timetable.afterSuccess(plan, now);
        if (due == plan.dueAt() && failures == plan.failures()) {
            return;
        }
        try {
            transactions.perform(unit -> ScheduleRepository.move(unit.handle(), plan, due, failures));
        } catch (RuntimeException e) {
            log.warn(
                    "When the planned {} run comes again could not be stored; it comes as if it had succeeded",
                    plan.mode(),
                    e);
        }
    }

    /** Told of every run, also of those that nobody planned. */
    void ended(SyncResult result) {
        log.debug("The run {} that was planned has ended", result.runId());
    }

    private static void refused(Throwable closing) {
        log.debug("No run was started, the manager is closing", closing);
    }

    private double draw() {
        // A generator need not be safe for two threads.
        synchronized (config.random()) {
            return config.random().nextDouble();
        }
    }

    @Override
    public void close() {
        reachability.close();
        timer.dispose();
        started.dispose();
    }
}
