package dev.syncline.config;

import java.util.concurrent.ExecutorService;

/**
 * Where a manager's threads come from. The default makes daemon threads that are named after what they do; a host that must not
 * make threads by itself, such as one inside a managed container, or one that prefers virtual threads, gives its own.
 *
 * <p>A source may be asked by several managers at once, so it must be safe for several threads.
 */
@FunctionalInterface
public interface ExecutorSource {

    /** What {@link #of} is given where a task must never wait for another. */
    int UNBOUNDED = Integer.MAX_VALUE;

    /**
     * Gives an executor for one role of one manager. The manager asks once for each role when it is opened, and shuts down what
     * it was given when it is closed; an executor that outlives it must be wrapped so that a shutdown ends the wrapper only.
     *
     * @param role what its tasks do: {@code run}, {@code prefetch}, {@code send}, {@code delivery}, or {@code listen}
     *     where the backend gives hints
     * @param threads how many tasks may be under way at once; with 1 they are done one after the other, in the order in which
     *     they came; {@link #UNBOUNDED} where none may wait for another
     * @return an executor that belongs to the manager from now on
     */
    ExecutorService of(String role, int threads);
}
