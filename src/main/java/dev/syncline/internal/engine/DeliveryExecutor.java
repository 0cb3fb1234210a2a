package dev.syncline.internal.engine;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/**
 * Runs what subscribers are told. A stream of several steps passes each on to the executor anew; the end of one that comes while the
 * manager closes would be refused at its second step and never be told. So what is refused is run by the thread that brings it,
 * which is one that delivers, or the one that closes.
 */
final class DeliveryExecutor implements Executor {
    private final Executor executor;

    DeliveryExecutor(Executor executor) {
        this.executor = executor;
    }

    @Override
    public void execute(Runnable task) {
        try {
            executor.execute(task);
        } catch (RejectedExecutionException ended) {
            task.run();
        }
    }
}
