package dev.syncline.internal.engine;

import dev.syncline.progress.AbortReason;
import io.reactivex.rxjava3.core.Completable;
import io.reactivex.rxjava3.subjects.CompletableSubject;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;

/** A flag that ends a run at its next safe point and cuts its waits short. Thread-safe. */
public final class Cancellation {
    private final CompletableSubject signal = CompletableSubject.create();
    private final AtomicReference<AbortReason> why = new AtomicReference<>();

    /** Asks the run to end, as the host wishes. */
    public void cancel() {
        cancel(AbortReason.CANCELLED);
    }

    /**
     * Asks the run to end.
     *
     * @param reason why; the first one counts
     */
    public void cancel(AbortReason reason) {
        why.compareAndSet(null, reason);
        signal.onComplete();
    }

    /**
     * Asks the run to end, in a place where it cannot go on.
     *
     * @param reason why; the first one counts
     * @return what is to be thrown
     */
    CancelledException end(AbortReason reason) {
        cancel(reason);
        return new CancelledException(Objects.requireNonNullElse(why.get(), reason));
    }

    /**
     * Tells whether the run was asked to end.
     *
     * @return true from {@link #cancel} on
     */
    public boolean isCancelled() {
        return why.get() != null;
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
        AbortReason reason = why.get();
        if (reason != null) {
            throw new CancelledException(reason);
        }
    }

    /** The run was asked to end; everything that was not sent stays pending. */
    public static final class CancelledException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final AbortReason reason;

        /** The host asked. */
        CancelledException() {
            this(AbortReason.CANCELLED);
        }

        CancelledException(AbortReason reason) {
            super(words(reason));
            this.reason = reason;
        }

        /**
         * Tells why the run was asked to end.
         *
         * @return the reason
         */
        public AbortReason reason() {
            return reason;
        }

        String words() {
            return words(reason);
        }

        private static String words(AbortReason reason) {
            return switch (reason) {
                case PAUSED ->
                    "the run was ended by a pause; what was not sent stays pending and goes on after resume()";
                case OTHER_PROCESS ->
                    "another process synchronizes the file; this run ended and changed nothing more."
                            + " What is pending is sent by that process or by a later run";
                default -> "the run was cancelled; what was not sent stays pending";
            };
        }
    }
}
