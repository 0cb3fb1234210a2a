package dev.syncline.simulator;

import io.reactivex.rxjava3.core.Scheduler;
import io.reactivex.rxjava3.disposables.Disposable;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.Consumer;

/**
 * A scheduler whose waits are over at once: the world is told how much time passes, and may let other things happen in it. What is
 * only planned for later is handed over.
 */
final class VirtualScheduler extends Scheduler {
    private final Consumer<Duration> passing;
    private final BiFunction<Duration, Runnable, Disposable> planning;

    VirtualScheduler(Consumer<Duration> passing, BiFunction<Duration, Runnable, Disposable> planning) {
        this.passing = passing;
        this.planning = planning;
    }

    /** Who waits for a timer gives one that can be disposed of; what is nobody's wait is planned. */
    @Override
    public Disposable scheduleDirect(Runnable task, long delay, TimeUnit unit) {
        return task instanceof Disposable
                ? super.scheduleDirect(task, delay, unit)
                : planning.apply(Duration.ofNanos(unit.toNanos(delay)), task);
    }

    @Override
    public Worker createWorker() {
        return new Worker() {
            private boolean disposed;

            @Override
            public Disposable schedule(Runnable task, long delay, TimeUnit unit) {
                if (delay > 0) {
                    passing.accept(Duration.ofNanos(unit.toNanos(delay)));
                }
                if (!disposed) {
                    task.run();
                }
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
