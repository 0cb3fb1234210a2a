package dev.syncline.internal.engine;

import dev.syncline.config.SyncConfig;
import dev.syncline.internal.store.FileVersion;
import dev.syncline.internal.store.TransactionManager;
import dev.syncline.progress.SyncMode;
import dev.syncline.progress.SyncResult;
import dev.syncline.progress.UnsentChange;
import dev.syncline.progress.UnsentChange.State;
import io.reactivex.rxjava3.core.Single;
import io.reactivex.rxjava3.disposables.CompositeDisposable;
import io.reactivex.rxjava3.disposables.Disposable;
import io.reactivex.rxjava3.disposables.SerialDisposable;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts a run some time after the host has changed something. Hosts write through connections and processes that tell nobody, so the
 * version of the file is looked at every second, which costs no read of a table; what goes through this library is known at once. Works
 * on the run thread, between two runs; the switch is safe for any thread.
 */
final class ChangeWatch implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ChangeWatch.class);
    private static final long LOOK_EVERY_MILLIS = 1000;
    /** A host that never stops writing is synchronized nevertheless, after so many times the rest that it was to make. */
    private static final int MOST_RESTS = 10;

    private static final long NEVER_READ = -1;

    private final SyncConfig config;
    private final TransactionManager transactions;
    private final Function<SyncMode, Single<SyncResult>> request;
    private final Supplier<List<UnsentChange>> unsent;
    private final Executor runThread;
    private final SerialDisposable ticking = new SerialDisposable();
    private final SerialDisposable resting = new SerialDisposable();
    private final CompositeDisposable started = new CompositeDisposable();
    private volatile @Nullable Duration rest;
    /** Run thread only, as what follows. */
    private long version = NEVER_READ;

    private Set<String> leftByLastRun = Set.of();
    private int rests;

    ChangeWatch(
            SyncConfig config,
            TransactionManager transactions,
            Function<SyncMode, Single<SyncResult>> request,
            Supplier<List<UnsentChange>> unsent,
            Executor runThread) {
        this.config = config;
        this.transactions = transactions;
        this.request = request;
        this.unsent = unsent;
        this.runThread = runThread;
    }

    /** Starts runs after such a rest; without one, none. */
    void follow(@Nullable Duration debounce) {
        if (debounce == null) {
            off();
        } else {
            on(debounce);
        }
    }

    private void on(Duration debounce) {
        if (debounce.isNegative()) {
            throw new IllegalArgumentException("the rest after a change is " + debounce + ", but must not be negative");
        }
        rest = debounce;
        onRunThread(() -> {
            version = NEVER_READ;
            look();
        });
        tick();
    }

    private void tick() {
        ticking.set(config.scheduler()
                .scheduleDirect(
                        () -> {
                            if (rest != null) {
                                onRunThread(this::look);
                                tick();
                            }
                        },
                        LOOK_EVERY_MILLIS,
                        TimeUnit.MILLISECONDS));
    }

    private void off() {
        rest = null;
        ticking.set(Disposable.disposed());
        resting.set(Disposable.disposed());
    }

    /** This library itself has changed something outside of a run. */
    void hint() {
        if (rest != null) {
            onRunThread(this::look);
        }
    }

    /** A run has ended; what it wrote is no change of the host's, but the host may have written meanwhile. */
    void ended(SyncResult result) {
        if (rest == null) {
            return;
        }
        try {
            version = version();
            Set<String> left = sendable();
            boolean isNew = !left.isEmpty() && !left.equals(leftByLastRun);
            leftByLastRun = left;
            // A run that was ended early is followed by another, or by none, for reasons of its own.
            if (isNew && result.abortReason() == null) {
                rest();
            }
        } catch (RuntimeException e) {
            log.debug("What the last run left could not be read; it is looked at with the next change", e);
        }
    }

    private void look() {
        try {
            long now = version();
            if (now != version && rest != null) {
                version = now;
                startIfNeeded();
            }
        } catch (RuntimeException e) {
            log.debug("The file could not be looked at just now", e);
        }
    }

    private void startIfNeeded() {
        if (!sendable().isEmpty()) {
            rest();
        }
    }

    private void rest() {
        Duration wait = rest;
        if (wait != null && ++rests <= MOST_RESTS) {
            resting.set(config.scheduler()
                    .scheduleDirect(() -> onRunThread(this::start), wait.toMillis(), TimeUnit.MILLISECONDS));
        }
    }

    private void start() {
        rests = 0;
        if (rest != null) {
            started.add(request.apply(SyncMode.INCREMENTAL)
                    .subscribe(
                            result -> log.debug("The run {} that followed a change has ended", result.runId()),
                            refused -> log.debug("No run was started, the manager is closing", refused)));
        }
    }

    private long version() {
        return transactions.read(FileVersion::read);
    }

    /** What the next run would send; what waits for something or somebody is none of it. */
    private Set<String> sendable() {
        return unsent.get().stream()
                .filter(change -> change.state() == State.PENDING)
                .map(UnsentChange::id)
                .collect(Collectors.toSet());
    }

    private void onRunThread(Runnable step) {
        try {
            runThread.execute(step);
        } catch (RejectedExecutionException closing) {
            log.debug("The file is not looked at any more, the manager is closing");
        }
    }

    @Override
    public void close() {
        off();
        started.dispose();
    }
}
