package dev.syncline.internal.engine;

import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.MDC;

/** An executor whose tasks can be told from outside by a mark on their thread, and by the run that gave them in the log. */
final class WorkExecutor extends AbstractExecutorService {
    /** Under this name each line of the log tells its run. */
    static final String RUN = "syncline.run";

    private final ExecutorService tasks;
    private final ThreadLocal<Boolean> mark;

    WorkExecutor(ExecutorService tasks, ThreadLocal<Boolean> mark) {
        this.tasks = tasks;
        this.mark = mark;
    }

    @Override
    public void execute(Runnable task) {
        String run = MDC.get(RUN);
        tasks.execute(() -> {
            boolean outer = mark.get() == null;
            mark.set(Boolean.TRUE);
            if (run != null) {
                MDC.put(RUN, run);
            }
            try {
                task.run();
            } finally {
                // A host may give an executor that runs its tasks on the caller's thread, inside another one.
                if (outer) {
                    mark.remove();
                    MDC.remove(RUN);
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
