package dev.syncline.internal.engine;

import io.reactivex.rxjava3.core.Scheduler;
import io.reactivex.rxjava3.core.Single;
import io.reactivex.rxjava3.core.SingleEmitter;
import io.reactivex.rxjava3.schedulers.Schedulers;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls the host's own rules and validators, each on a thread that does nothing else and for a limited time: whatever they do, the run
 * goes on. Used by the run thread.
 */
final class HostCalls {
    private static final Logger log = LoggerFactory.getLogger(HostCalls.class);

    static final long PATIENCE_SECONDS = 10;

    private final EngineThreads threads;
    private final Scheduler timer;
    /** Whether a call that was given up has not come back yet; nothing else is asked until it does. */
    private final AtomicBoolean busy = new AtomicBoolean();

    HostCalls(EngineThreads threads, Scheduler timer) {
        this.threads = threads;
        this.timer = timer;
    }

    /** Whether a call that took too long is still at it. */
    boolean areBusy() {
        return busy.get();
    }

    /** The time by the clock that the patience is measured with, in milliseconds. */
    long now() {
        return timer.now(TimeUnit.MILLISECONDS);
    }

    /**
     * Calls. An error of the host's own, such as one that a library of its lacks a class, is no failure of the run.
     *
     * @throws RuntimeException if it throws, takes too long or answers with nothing
     */
    <T> T call(Callable<T> question) {
        busy.set(true);
        return Single.<T>create(emitter -> answer(question, emitter))
                .subscribeOn(Schedulers.from(threads.rules(), true))
                .timeout(PATIENCE_SECONDS, TimeUnit.SECONDS, timer)
                .blockingGet();
    }

    /** Whatever comes after the patience has ended has nobody to go to, and must reach no handler of the host's for lost errors. */
    private <T> void answer(Callable<T> question, SingleEmitter<T> emitter) {
        @Nullable T answer = null;
        Throwable broken = new IllegalStateException("the rule answered with nothing");
        try {
            answer = question.call();
        } catch (Throwable thrown) {
            broken = thrown instanceof Error ? new IllegalStateException("the rule ended in an error", thrown) : thrown;
        } finally {
            busy.set(false);
        }
        if (answer != null) {
            emitter.onSuccess(answer);
        } else if (!emitter.tryOnError(broken)) {
            log.debug("A rule of the host's that was given up has ended", broken);
        }
    }
}
