package dev.syncline.testing;

import io.reactivex.rxjava3.core.Scheduler;
import io.reactivex.rxjava3.disposables.Disposable;
import io.reactivex.rxjava3.schedulers.TestScheduler;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A scheduler whose time passes when a test says so, together with a clock's; tells how many tasks came due. Thread-safe. */
public final class VirtualTime extends Scheduler {
    private final TestScheduler scheduler = new TestScheduler();
    private final SettableClock clock;
    private final AtomicInteger ran = new AtomicInteger();

    public VirtualTime(SettableClock clock) {
        this.clock = clock;
    }

    /** Lets time pass and gives the number of tasks that ran because of it. */
    public int pass(Duration time) {
        int before = ran.get();
        clock.advance(time);
        scheduler.advanceTimeBy(time.toMillis(), TimeUnit.MILLISECONDS);
        return ran.get() - before;
    }

    @Override
    public long now(TimeUnit unit) {
        return scheduler.now(unit);
    }

    @Override
    public Worker createWorker() {
        Worker worker = scheduler.createWorker();
        return new Worker() {
            @Override
            public Disposable schedule(Runnable task, long delay, TimeUnit unit) {
                return worker.schedule(
                        () -> {
                            ran.incrementAndGet();
                            task.run();
                        },
                        delay,
                        unit);
            }

            @Override
            public long now(TimeUnit unit) {
                return worker.now(unit);
            }

            @Override
            public void dispose() {
                worker.dispose();
            }

            @Override
            public boolean isDisposed() {
                return worker.isDisposed();
            }
        };
    }
}
