package dev.syncline.internal.engine;

import io.reactivex.rxjava3.core.Completable;
import io.reactivex.rxjava3.subjects.CompletableSubject;

/** A flag that ends a run at its next safe point and cuts its waits short. Thread-safe. */
public final class Cancellation {
    private final CompletableSubject signal = CompletableSubject.create();

    /** Asks the run to end. */
    public void cancel() {
        signal.onComplete();
    }

    /**
     * Tells whether the run was asked to end.
     *
     * @return true from {@link #cancel} on
     */
    public boolean isCancelled() {
        return signal.hasComplete();
    }

    /**
     * Gives what ends a wait early.
     *
     * @return completes when the run is asked to end
     */
    public Completable signal() {
        return signal;
    }

    /**
     * A safe point: ends the run here if it was asked to.
     *
     * @throws CancelledException if it was
     */
    public void check() {
        if (isCancelled()) {
            throw new CancelledException();
        }
    }

    /** The run was asked to end; everything that was not sent stays pending. */
    public static final class CancelledException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        CancelledException() {
            super("the run was cancelled; what was not sent stays pending");
        }
    }
}
