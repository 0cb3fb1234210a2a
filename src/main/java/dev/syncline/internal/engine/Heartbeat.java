package dev.syncline.internal.engine;

import io.reactivex.rxjava3.core.Scheduler;
import io.reactivex.rxjava3.disposables.Disposable;
import io.reactivex.rxjava3.disposables.SerialDisposable;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does something at a distance for as long as a run goes on, whatever its thread waits for. The timer comes from the scheduler; what is
 * done may wait for the file and is done on a thread of the manager's. A process that is stopped has no heartbeat. Safe for any thread.
 */
final class Heartbeat {
    private static final Logger log = LoggerFactory.getLogger(Heartbeat.class);

    private final Scheduler scheduler;
    private final Executor thread;
    private final Duration every;
    private final SerialDisposable beating = new SerialDisposable();

    Heartbeat(Scheduler scheduler, Executor thread, Duration every) {
        this.scheduler = scheduler;
        this.thread = thread;
        this.every = every;
    }

    /** Begins; what beat before does no more. */
    void begin(Runnable beat) {
        SerialDisposable next = new SerialDisposable();
        beating.set(next);
        plan(beat, next);
    }

    private void plan(Runnable beat, SerialDisposable next) {
        next.set(scheduler.scheduleDirect(
                () -> {
                    give(beat);
                    // Nothing is planned any more by what has been ended meanwhile.
                    if (!next.isDisposed()) {
                        plan(beat, next);
                    }
                },
                every.toMillis(),
                TimeUnit.MILLISECONDS));
    }

    private void give(Runnable beat) {
        try {
            thread.execute(() -> quietly(beat));
        } catch (RejectedExecutionException closing) {
            log.debug("No sign of life is given any more, the manager is closing");
        }
    }

    private static void quietly(Runnable beat) {
        try {
            beat.run();
        } catch (RuntimeException e) {
            log.debug("A sign of life could not be given; the next one makes up for it", e);
        }
    }

    void end() {
        beating.set(Disposable.disposed());
    }
}
