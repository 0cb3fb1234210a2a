package dev.syncline.internal.engine;

import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;

/** An executor whose tasks can be told from outside by a mark on their thread. */
final class WorkExecutor extends AbstractExecutorService {
    private final ExecutorService tasks;
    private final ThreadLocal<Boolean> mark;

    WorkExecutor(ExecutorService tasks, ThreadLocal<Boolean> mark) {
        this.tasks = tasks;
        this.mark = mark;
    }

    @Override
    public void execute(Runnable task) {
        tasks.execute(() -> {
            boolean outer = mark.get() == null;
            mark.set(Boolean.TRUE);
            try {
                task.run();
            } finally {
                // A host may give an executor that runs its tasks on the caller's thread, inside another one.
                if (outer) {
                    mark.remove();
                }
            }
        });
    }

    @Override
    public void shutdown() {
        tasks.shutdown();
    }

    @Override
    public List<Runnable> shutdownNow() {
        return tasks.shutdownNow();
    }

    @Override
    public boolean isShutdown() {
        return tasks.isShutdown();
    }

    @Override
    public boolean isTerminated() {
        return tasks.isTerminated();
    }

    @Override
    public boolean awaitTermination(long time, TimeUnit unit) throws InterruptedException {
        return tasks.awaitTermination(time, unit);
    }
}
