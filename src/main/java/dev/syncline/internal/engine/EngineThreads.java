package dev.syncline.internal.engine;

import dev.syncline.config.ExecutorSource;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All threads of one manager: one that runs, one that reads ahead, a few that send, those that deliver to subscribers, one that
 * listens where the backend gives hints, and one that asks rules of the host's where there are any. After
 * {@link #close} only a delivery that a subscriber holds up is left.
 */
public final class EngineThreads implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(EngineThreads.class);
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    /** For a thread that was interrupted, to leave its unit of work before the connections are closed. */
    private static final Duration LAST_PATIENCE = Duration.ofSeconds(2);

    private final ExecutorService run;
    private final ExecutorService prefetch;
    private final ExecutorService send;
    private final ExecutorService delivery;
    private final ExecutorSource source;
    /** Set on threads that {@link #endWork} waits for. */
    private final ThreadLocal<Boolean> working = new ThreadLocal<>();

    private @Nullable ExecutorService listen;
    private @Nullable ExecutorService rules;

    /**
     * Takes the executors from where the host wants them from.
     *
     * @param source where from
     * @param sending how many requests may be under way at once
     */
    public EngineThreads(ExecutorSource source, int sending) {
        this.source = source;
        run = new WorkExecutor(source.of("run", 1), working);
        prefetch = new WorkExecutor(source.of("prefetch", 1), working);
        send = new WorkExecutor(source.of("send", sending), working);
        delivery = source.of("delivery", ExecutorSource.UNBOUNDED);
    }

    /**
     * Gives the thread on which runs happen.
     *
     * @return an executor of one thread
     */
    public ExecutorService run() {
        return run;
    }

    /**
     * Gives the thread that fetches the next page while one is applied, and sends a batch while the next one is frozen.
     *
     * @return an executor of one thread
     */
    public ExecutorService prefetch() {
        return prefetch;
    }

    /**
     * Gives the threads that send changes side by side.
     *
     * @return a bounded executor
     */
    public ExecutorService send() {
        return send;
    }

    /**
     * Gives the threads that deliver to subscribers; one that blocks does not hold up the others.
     *
     * @return an executor
     */
    public ExecutorService delivery() {
        return delivery;
    }

    /**
     * Gives the thread that listens to a backend which says by itself when something changed; made when it is first asked for.
     *
     * @return an executor of one thread
     */
    public synchronized ExecutorService listen() {
        if (listen == null) {
            listen = new WorkExecutor(source.of("listen", 1), working);
        }
        return listen;
    }

    /**
     * Tells whether the caller is one of the threads that {@link #endWork} waits for; it must not wait for itself.
     *
     * @return true inside a task of any executor but {@link #delivery}
     */
    public boolean isWorking() {
        return working.get() != null;
    }

    /**
     * Gives the thread on which rules of the host's are asked; made when it is first asked for.
     *
     * @return an executor of one thread
     */
    public synchronized ExecutorService rules() {
        if (rules == null) {
            rules = new WorkExecutor(source.of("rules", 1), working);
        }
        return rules;
    }

    /** Ends the threads that work and waits for them, ten seconds each at the most. Those that deliver still do. */
    public void endWork() {
        run.shutdown();
        send.shutdownNow();
        // A run that was called off still waits for the batch on the wire, whose answer would be lost by an
        // interruption.
        awaitEnd(run);
        prefetch.shutdownNow();
        awaitEnd(prefetch);
        awaitEnd(send);
        endListening();
    }

    private synchronized void endListening() {
        if (rules != null) {
            // A rule that does not heed the interruption is not waited for; nobody takes its decision any more.
            rules.shutdownNow();
        }
        if (listen != null) {
            listen.shutdownNow();
            awaitEnd(listen);
        }
    }

    /** Ends the threads that deliver, once they have delivered what is there; a subscriber that blocks is not waited for. */
    @Override
    public void close() {
        endWork();
        delivery.shutdown();
    }

    private static void awaitEnd(ExecutorService executor) {
        try {
            if (executor.awaitTermination(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                return;
            }
            executor.shutdownNow();
            if (!executor.awaitTermination(LAST_PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                log.warn(
                        "A task did not end within {} nor when its thread was interrupted; it is left to its executor",
                        PATIENCE);
            }
        } catch (InterruptedException e) {
            executor.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }
}
