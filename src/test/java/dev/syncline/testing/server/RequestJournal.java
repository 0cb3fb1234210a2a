package dev.syncline.testing.server;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** What was asked and how it was answered: the last requests one by one, all of them as counts. */
public final class RequestJournal {

    /** The answer was never sent. */
    public static final int NO_ANSWER = 0;

    private static final int KEPT = 20_000;

    /**
     * One request.
     *
     * @param method the HTTP method
     * @param path path and query as they came
     * @param key the idempotency key, if there was one
     * @param ifMatch the If-Match header, if there was one
     * @param status the status that was sent, or {@link #NO_ANSWER}
     * @param fault the fault that struck, if one did
     */
    public record Entry(
            String method,
            String path,
            @Nullable String key,
            @Nullable String ifMatch,
            int status,
            @Nullable Fault fault) {}

    private final Deque<Entry> entries = new ArrayDeque<>();
    private final AtomicLong requests = new AtomicLong();
    private final AtomicLong bytesOut = new AtomicLong();

    RequestJournal() {}

    /** The last requests, oldest first; 20 000 are kept. */
    public synchronized List<Entry> entries() {
        return List.copyOf(entries);
    }

    /** How many requests with this method came since the last {@link #clear()}, among those kept. */
    public synchronized long count(String method) {
        return entries.stream().filter(e -> e.method().equals(method)).count();
    }

    /** How many requests came since the last {@link #clear()}. */
    public long requests() {
        return requests.get();
    }

    /** How many bytes of bodies were sent since the last {@link #clear()}, as they went over the wire. */
    public long bytesOut() {
        return bytesOut.get();
    }

    /** Forgets everything. */
    public synchronized void clear() {
        entries.clear();
        requests.set(0);
        bytesOut.set(0);
    }

    synchronized void add(Entry entry, long bytes) {
        if (entries.size() == KEPT) {
            entries.removeFirst();
        }
        entries.addLast(entry);
        requests.incrementAndGet();
        bytesOut.addAndGet(bytes);
    }
}
