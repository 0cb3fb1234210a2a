package dev.syncline.testing;

import io.reactivex.rxjava3.core.Scheduler;
import io.reactivex.rxjava3.disposables.Disposable;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/**
 * A scheduler on which no wait takes time: it notes how long it was asked to wait, does what the test wants to happen meanwhile,
 * and goes on. What is planned, with nobody waiting for it, never comes, and neither does the end of a time limit. Thread-safe.
 */
public final class RecordedWaits extends Scheduler {
    private final List<Duration> waits = new CopyOnWriteArrayList<>();
    private volatile Runnable meanwhile = () -> {};

    /** The waits so far. */
    public List<Duration> waits() {
        return waits;
    }

    /** Sets what happens during each wait from now on. */
    public void meanwhile(Runnable action) {
        meanwhile = action;
    }

    /** Who waits for a timer gives one that can be disposed of. */
    @Override
    public Disposable scheduleDirect(Runnable task, long delay, TimeUnit unit) {
        boolean limit = task.getClass().getName().contains("Timeout");
        return (task instanceof Disposable && !limit) || delay <= 0
                ? super.scheduleDirect(task, delay, unit)
                : Disposable.disposed();
    }

    @Override
    public Worker createWorker() {
        return new Worker() {
            private volatile boolean disposed;

            @Override
            public Disposable schedule(Runnable task, long delay, TimeUnit unit) {
                if (disposed) {
                    return Disposable.disposed();
                }
                waits.add(Duration.of(delay, unit.toChronoUnit()));
                meanwhile.run();
                task.run();
                return Disposable.disposed();
            }

            @Override
            public void dispose() {
                disposed = true;
            }

            @Override
            public boolean isDisposed() {
                return disposed;
            }
        };
    }
}
