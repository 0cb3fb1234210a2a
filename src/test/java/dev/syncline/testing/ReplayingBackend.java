package dev.syncline.testing;

import dev.syncline.backend.Capabilities;
import dev.syncline.backend.OutgoingChange;
import dev.syncline.backend.PullPage;
import dev.syncline.backend.PullRequest;
import dev.syncline.backend.PushReceipt;
import dev.syncline.backend.PushResult;
import dev.syncline.backend.RemoteBackend;
import dev.syncline.backend.RemoteRecord;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/** A backend whose next page tells, besides what it has to tell, records that the test gives: old, repeated or new ones. */
public final class ReplayingBackend implements RemoteBackend {
    private final RemoteBackend backend;
    private final Deque<RemoteRecord> next = new ArrayDeque<>();

    public ReplayingBackend(RemoteBackend backend) {
        this.backend = backend;
    }

    /** Tells this with the next page of any entity. */
    public synchronized void tell(RemoteRecord record) {
        next.add(record);
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

    @Override
    public String name() {
        return backend.name();
    }

    @Override
    public Capabilities capabilities() {
        return backend.capabilities();
    }

    @Override
    public Optional<RemoteRecord> fetch(String entity, String id) {
        return backend.fetch(entity, id);
    }

    @Override
    public PushResult push(OutgoingChange change) {
        return backend.push(change);
    }

    @Override
    public List<PushReceipt> pushBatch(List<OutgoingChange> changes) {
        return backend.pushBatch(changes);
    }

    @Override
    public void probe() {
        backend.probe();
    }

    @Override
    public void close() {
        backend.close();
    }
}
