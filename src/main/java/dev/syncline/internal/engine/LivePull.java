package dev.syncline.internal.engine;

import dev.syncline.backend.ChangeHint;
import dev.syncline.config.SyncConfig;
import dev.syncline.exception.SyncException;
import dev.syncline.progress.SyncResult;
import dev.syncline.resilience.RetryStrategy;
import io.reactivex.rxjava3.core.Flowable;
import io.reactivex.rxjava3.core.Single;
import io.reactivex.rxjava3.disposables.CompositeDisposable;
import io.reactivex.rxjava3.disposables.SerialDisposable;
import io.reactivex.rxjava3.schedulers.Schedulers;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Listens to a backend that says when something changed, and starts a run then. A stream that is lost is opened again, and a run
 * follows each time it is open: what changed in between was told to nobody. Hints that come while a run is under way ask for one more
 * after it. Safe for any thread.
 */
final class LivePull implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(LivePull.class);

    /** However fast hints come, runs that they start begin no faster. */
    static final Duration LEAST_DISTANCE = Duration.ofSeconds(1);

    /** A stream that lasted this long was a good one; the distance to the next begins anew. */
    private static final Duration GOOD = Duration.ofMinutes(1);

    /** Drawn from nothing to the whole distance, so that devices that lost a server together do not come back together. */
    private static final RetryStrategy DISTANCES = RetryStrategy.builder()
            .firstDelay(Duration.ofSeconds(1))
            .factor(2)
            .maxDelay(Duration.ofMinutes(15))
            .fullJitter()
            .build();

    private final SyncConfig config;
    private final Supplier<Single<SyncResult>> request;
    private final CompositeDisposable requested = new CompositeDisposable();
    private final SerialDisposable stream = new SerialDisposable();
    private final SerialDisposable planned = new SerialDisposable();
    private int lost;
    private Instant openSince = Instant.MAX;
    private boolean running;
    private boolean again;
    private boolean closed;

    LivePull(SyncConfig config, Supplier<Single<SyncResult>> request) {
        this.config = config;
        this.request = request;
    }

    /**
     * Begins to listen, if the backend gives hints at all.
     *
     * @param thread makes the executor that a connection keeps busy; asked only if there is something to listen to
     */
    void begin(Supplier<ExecutorService> thread) {
        config.backend()
                .hints()
                .ifPresent(hints -> stream.set(hints.subscribeOn(Schedulers.from(thread.get(), true))
                        .retryWhen(failures -> failures.concatMap(this::distance))
                        .subscribe(this::hint, LivePull::gaveUp, LivePull::ended)));
    }

    private static void gaveUp(Throwable unforeseen) {
        log.error("Listening for hints has ended; changes at the backend are seen with the next run", unforeseen);
    }

    private static void ended() {
        log.info("The backend gives no more hints; changes there are seen with the next run");
    }

    private void hint(ChangeHint hint) {
        synchronized (this) {
            if (hint == ChangeHint.LISTENING) {
                openSince = config.clock().instant();
            }
            if (running) {
                again = true;
                return;
            }
            running = true;
        }
        run();
    }

    private void run() {
        requested.add(request.get().subscribe(result -> after(), refused -> log.debug("No run was started", refused)));
    }

    /** A run that a hint came into may have read the changed table already. */
    private void after() {
        synchronized (this) {
            if (!again || closed) {
                running = false;
                return;
            }
            again = false;
        }
        planned.set(config.scheduler().scheduleDirect(this::run, LEAST_DISTANCE.toMillis(), TimeUnit.MILLISECONDS));
    }

    private Flowable<Long> distance(Throwable failure) {
        Duration wait;
        int number;
        synchronized (this) {
            boolean wasGood =
                    Duration.between(openSince, config.clock().instant()).compareTo(GOOD) >= 0;
            lost = wasGood ? 1 : lost + 1;
            openSince = Instant.MAX;
            number = lost;
            wait = distance(lost, failure);
        }
        log.atLevel(OutageLog.isPowerOfTwo(number) ? Level.INFO : Level.DEBUG)
                .log("Listening for hints again in {}: {}", wait, failure.toString());
        return Flowable.timer(wait.toMillis(), TimeUnit.MILLISECONDS, config.scheduler());
    }

    private Duration distance(int number, Throwable failure) {
        // A generator need not be safe for two threads.
        synchronized (config.random()) {
            return failure instanceof SyncException known
                    ? DISTANCES.delay(number, known, config.random())
                    : DISTANCES.interval(number, config.random());
        }
    }

    /** Disconnects, and starts nothing any more. */
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
        }
        stream.dispose();
        planned.dispose();
        requested.dispose();
    }
}
