package dev.syncline.bench;

import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/** Pages in order, fetched and parsed by a thread of their own that stays two pages ahead. */
final class FloorPages implements AutoCloseable {

    private static final int AHEAD = 2;

    private final FloorHttp http;
    private final FloorStore.@Nullable Cursor from;
    private final Semaphore free = new Semaphore(AHEAD);
    private final BlockingQueue<Optional<FloorHttp.Page>> ready = new LinkedBlockingQueue<>();
    private final ExecutorService thread = Executors.newSingleThreadExecutor();
    private final Future<?> fetching;

    FloorPages(FloorHttp http, FloorStore.@Nullable Cursor from) {
        this.http = http;
        this.from = from;
        fetching = thread.submit(this::fetch);
    }

    private Void fetch() throws Exception {
        String cursor = from == null ? null : from.place();
        String etag = from == null ? null : from.etag();
        boolean more = true;
        try {
            while (more) {
                free.acquire();
                Optional<FloorHttp.Page> page = http.page(cursor, etag);
                more = page.isPresent() && page.get().more();
                if (page.isPresent()) {
                    cursor = page.get().next().place();
                    etag = null;
                    ready.add(page);
                }
            }
        } finally {
            ready.add(Optional.empty());
        }
        return null;
    }

    /** Waits for the next page; nothing after the last. */
    Optional<FloorHttp.Page> next() throws InterruptedException, ExecutionException {
        Optional<FloorHttp.Page> page = ready.take();
        free.release();
        if (page.isEmpty()) {
            fetching.get();
        }
        return page;
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
