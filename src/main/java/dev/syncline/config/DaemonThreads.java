package dev.syncline.config;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

/** The threads that a manager has unless its host gives others: daemons, so that none keeps the process alive. */
final class DaemonThreads implements ExecutorSource {

    @Override
    public ExecutorService of(String role, int threads) {
        ThreadFactory named = named(role);
        if (threads == UNBOUNDED) {
            return Executors.newCachedThreadPool(named);
        }
        return threads == 1 ? Executors.newSingleThreadExecutor(named) : Executors.newFixedThreadPool(threads, named);
    }

    private static ThreadFactory named(String role) {
        AtomicInteger number = new AtomicInteger();
        return task -> {
            Thread thread = new Thread(task, "syncline-" + role + "-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }
}
