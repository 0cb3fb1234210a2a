package dev.syncline.simulator;

import io.reactivex.rxjava3.core.Scheduler;
import io.reactivex.rxjava3.disposables.Disposable;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** A scheduler whose waits are over at once: the world is told how much time passes, and may let other things happen in it. */
final class VirtualScheduler extends Scheduler {
    private final Consumer<Duration> passing;

    VirtualScheduler(Consumer<Duration> passing) {
        this.passing = passing;
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
