package dev.syncline.testing;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * Does each task at once, on the thread that gives it. With one at a time, a task that is given while another is under way waits for
 * its end, as it would on a thread of its own.
 */
public final class CallersThread extends AbstractExecutorService {
    private final Deque<Runnable> waiting = new ArrayDeque<>();
    private final boolean oneAtATime;
    private boolean working;
    private boolean shutdown;

    public CallersThread(boolean oneAtATime) {
        this.oneAtATime = oneAtATime;
    }

    @Override
    public void execute(Runnable task) {
        if (shutdown) {
            throw new RejectedExecutionException("shut down");
        }
        if (!oneAtATime) {
            task.run();
            return;
        }
        waiting.add(task);
        if (working) {
            return;
        }
        working = true;
        try {
            for (Runnable next = waiting.poll(); next != null; next = waiting.poll()) {
                next.run();
            }
        } finally {
            working = false;
        }
    }

    @Override
    public void shutdown() {
        shutdown = true;
    }

    @Override
    public List<Runnable> shutdownNow() {
        shutdown = true;
        List<Runnable> never = List.copyOf(waiting);
        waiting.clear();
        return never;
    }

    @Override
    public boolean isShutdown() {
        return shutdown;
    }

    @Override
    public boolean isTerminated() {
        return shutdown && !working;
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
        return true;
    }
}
