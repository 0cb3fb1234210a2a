package dev.syncline.testing;

import dev.syncline.backend.PullPage;
import dev.syncline.backend.PullRequest;
import dev.syncline.backend.RemoteBackend;
import dev.syncline.backend.RemoteRecord;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** A backend whose next page tells, besides what it has to tell, records that the test gives: old, repeated or new ones. */
public final class ReplayingBackend extends ForwardingBackend {
    private final Deque<RemoteRecord> next = new ArrayDeque<>();

    public ReplayingBackend(RemoteBackend backend) {
        super(backend);
    }

    /** Tells this with the next page of any entity. */
    public synchronized void tell(RemoteRecord record) {
        next.add(record);
    }

    /** Whether all of it has been told. */
    public synchronized boolean hasTold() {
        return next.isEmpty();
    }

    @Override
    public synchronized PullPage fetchPage(PullRequest request) {
        PullPage page = backend.fetchPage(request);
        List<RemoteRecord> records = new ArrayList<>(page.records());
        while (!next.isEmpty()) {
            records.add(next.remove());
        }
        return new PullPage(records, page.next(), page.more(), page.total(), page.serverTime());
    }
}
