package dev.syncline.internal.engine;

import dev.syncline.backend.PullPage;
import dev.syncline.backend.PullRequest;
import dev.syncline.exception.ServerException;
import java.time.Clock;
import java.time.Instant;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Fetches the pages of one walk ahead of the one being applied, a bounded number of bounded weight, on the prefetch thread. A fetcher that
 * has no room ends instead of waiting for it, and whoever makes room starts the next one; so the thread is never held, and a host
 * may give one that does its tasks on the caller's. The reader belongs to one run thread; {@link #close} stops the fetching and closes
 * what was fetched in vain.
 */
final class PageReader implements AutoCloseable {
    private static final long POLL_MILLIS = 200;

    private final Source source;
    private final Clock clock;
    private final Cancellation cancellation;
    private final Executor thread;
    private final String entity;
    private final int limit;
    private final BlockingQueue<Fetched> ahead;
    private final int most;
    private final AtomicLong weight = new AtomicLong();
    private final AtomicBoolean fetching = new AtomicBoolean();
    private volatile @Nullable String position;
    private volatile @Nullable String validator;
    private volatile boolean behindLast;
    private volatile boolean closed;
    private final LoopWatch loops = new LoopWatch();
    private boolean ended;

    PageReader(
            Source source, Clock clock, Cancellation cancellation, Executor thread, PullRequest first, int pagesAhead) {
        this.source = source;
        this.clock = clock;
        this.cancellation = cancellation;
        this.thread = thread;
        entity = first.entity();
        position = first.cursor();
        limit = first.limit();
        validator = first.validator();
        most = pagesAhead;
        ahead = new ArrayBlockingQueue<>(pagesAhead);
    }

    /** Begins to fetch. */
    PageReader start() {
        fetchMore();
        return this;
    }

    /**
     * Gives the next page.
     *
     * @return the page, or null behind the last one
     */
    @Nullable
    Fetched next() {
        if (ended) {
            return null;
        }
        Fetched fetched = take();
        if (fetched.failure() != null) {
            ended = true;
            throw fetched.rethrown();
        }
        weight.addAndGet(-fetched.weight());
        ended = !fetched.present().more();
        fetchMore();
        return fetched;
    }

    /** Tells whether another page is there without waiting for it. */
    boolean hasNextNow() {
        return !ended && !ahead.isEmpty();
    }

    private Fetched take() {
        while (true) {
            cancellation.check();
            try {
                Fetched fetched = ahead.poll(POLL_MILLIS, TimeUnit.MILLISECONDS);
                if (fetched != null) {
                    return fetched;
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new Cancellation.CancelledException();
            }
        }
    }

    /** Starts a fetcher if there is something to fetch, room for it, and none at work. */
    private void fetchMore() {
        if (hasWork() && fetching.compareAndSet(false, true)) {
            try {
                thread.execute(this::fetchAhead);
            } catch (RejectedExecutionException closing) {
                throw new Cancellation.CancelledException();
            }
        }
    }

    private boolean hasWork() {
        return !closed && !behindLast && ahead.size() < most && weight.get() < RecordWeight.MOST;
    }

    private void fetchAhead() {
        do {
            while (hasWork()) {
                Fetched fetched = fetch(new PullRequest(entity, position, limit, validator));
                // It names the answer to the first request and to no other.
                validator = null;
                if (fetched.failure() != null) {
                    behindLast = true;
                } else {
                    behindLast = !fetched.present().more();
                    position = fetched.present().next();
                }
                weight.addAndGet(fetched.weight());
                // There is room: this is the only one who puts.
                ahead.add(fetched);
            }
            if (closed) {
                closeAhead();
            }
            fetching.set(false);
            // Room that was made before the flag fell has started nobody.
        } while (hasWork() && fetching.compareAndSet(false, true));
    }

    private Fetched fetch(PullRequest request) {
        try {
            PullPage page = source.fetch(request, cancellation);
            String next = page.next();
            if (page.more() && next != null && !loops.pass(next)) {
                page.close();
                throw new ServerException(
                        "the pages of " + entity
                                + " lead back to one that was read, so they have no end; what was read is stored, the"
                                + " next pull goes on there. Mend the backend's paging, or the settings that tell of it",
                        200,
                        "",
                        null,
                        clock.instant(),
                        null);
            }
            return new Fetched(page, RecordWeight.of(page), clock.instant(), null);
        } catch (RuntimeException | Error failure) {
            // Handed to the run thread whatever it is: a run that waited for a page which never comes would never end.
            return new Fetched(null, 0, clock.instant(), failure);
        }
    }

    /** Where pages come from. */
    @FunctionalInterface
    interface Source {
        /** Fetches one; waits end when the run is cancelled. */
        PullPage fetch(PullRequest request, Cancellation cancellation);
    }

    @Override
    public void close() {
        closed = true;
        // A page that is being fetched at this moment is closed by who fetches it.
        closeAhead();
    }

    private void closeAhead() {
        for (Fetched fetched = ahead.poll(); fetched != null; fetched = ahead.poll()) {
            if (fetched.page() != null) {
                fetched.page().close();
            }
        }
    }

    /**
     * A page, or why there is none.
     *
     * @param page the page
     * @param weight what it takes of the heap
     * @param receivedAt when it was complete, by this device's clock
     * @param failure why it could not be had
     */
    record Fetched(
            @Nullable PullPage page,
            long weight,
            Instant receivedAt,
            @Nullable Throwable failure) {

        RuntimeException rethrown() {
            if (failure instanceof Error error) {
                throw error;
            }
            return failure instanceof RuntimeException known ? known : new IllegalStateException(failure);
        }

        PullPage present() {
            if (page == null) {
                throw new IllegalStateException("a failed fetch holds no page");
            }
            return page;
        }
    }
}
