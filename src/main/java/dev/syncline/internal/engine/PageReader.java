package dev.syncline.internal.engine;

import dev.syncline.backend.PullPage;
import dev.syncline.backend.PullRequest;
import java.time.Clock;
import java.time.Instant;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Fetches the pages of one walk ahead of the one being applied, a bounded number of them, on the prefetch thread. The reader
 * belongs to one run thread; {@link #close} stops the fetching.
 */
final class PageReader implements AutoCloseable {
    private static final long POLL_MILLIS = 200;

    private final ResilientBackend backend;
    private final Clock clock;
    private final Cancellation cancellation;
    private final BlockingQueue<Fetched> ahead;
    private volatile boolean closed;
    private boolean ended;

    PageReader(ResilientBackend backend, Clock clock, Cancellation cancellation, int pagesAhead) {
        this.backend = backend;
        this.clock = clock;
        this.cancellation = cancellation;
        ahead = new ArrayBlockingQueue<>(pagesAhead);
    }

    /** Begins to fetch. */
    void start(ExecutorService thread, String entity, @Nullable String cursor, int limit) {
        thread.execute(() -> fetchAll(entity, cursor, limit));
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
        ended = !fetched.present().more();
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

    private void fetchAll(String entity, @Nullable String cursor, int limit) {
        String position = cursor;
        boolean more = true;
        while (more && !closed) {
            Fetched fetched = fetch(new PullRequest(entity, position, limit));
            if (!put(fetched) || fetched.failure() != null) {
                return;
            }
            more = fetched.present().more();
            position = fetched.present().next();
        }
    }

    private Fetched fetch(PullRequest request) {
        try {
            PullPage page = backend.fetchPage(request, cancellation);
            return new Fetched(page, clock.instant(), null);
        } catch (RuntimeException | Error failure) {
            // Handed to the run thread whatever it is: a run that waited for a page which never comes would never end.
            return new Fetched(null, clock.instant(), failure);
        }
    }

    private boolean put(Fetched fetched) {
        try {
            while (!closed) {
                if (ahead.offer(fetched, POLL_MILLIS, TimeUnit.MILLISECONDS)) {
                    return true;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return false;
    }

    @Override
    public void close() {
        closed = true;
    }

    /**
     * A page, or why there is none.
     *
     * @param page the page
     * @param receivedAt when it was complete, by this device's clock
     * @param failure why it could not be had
     */
    record Fetched(
            @Nullable PullPage page,
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
