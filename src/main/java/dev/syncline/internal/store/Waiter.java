package dev.syncline.internal.store;

import io.reactivex.rxjava3.core.Completable;
import io.reactivex.rxjava3.core.Scheduler;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** The one place where Syncline waits: on the injected scheduler, never by sleeping. */
public final class Waiter {
    private final Scheduler scheduler;

    /**
     * Makes a waiter.
     *
     * @param scheduler what tells the time to wait for
     */
    public Waiter(Scheduler scheduler) {
        this.scheduler = scheduler;
    }

    /**
     * Blocks until the time has passed or the wait is called off.
     *
     * @param time how long
     * @param calledOff completes to end the wait early
     */
    public void await(Duration time, Completable calledOff) {
        Completable.timer(time.toMillis(), TimeUnit.MILLISECONDS, scheduler)
                .ambWith(calledOff)
                .blockingAwait();
    }

    /**
     * Blocks until the time has passed.
     *
     * @param time how long
     */
    public void await(Duration time) {
        await(time, Completable.never());
    }
}
