package dev.syncline.testing;

import dev.syncline.backend.Capabilities;
import dev.syncline.backend.OutgoingChange;
import dev.syncline.backend.PullPage;
import dev.syncline.backend.PullRequest;
import dev.syncline.backend.PushReceipt;
import dev.syncline.backend.PushResult;
import dev.syncline.backend.RemoteBackend;
import dev.syncline.backend.RemoteRecord;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Passes every call on to another backend, and lets a test change what batches are answered with. */
public final class MeddlingBackend implements RemoteBackend {
    private final RemoteBackend backend;
    private volatile UnaryOperator<List<PushReceipt>> meddling = UnaryOperator.identity();

    public MeddlingBackend(RemoteBackend backend) {
        this.backend = backend;
    }

    /** Changes the answers to batches from now on. */
    public void meddle(UnaryOperator<List<PushReceipt>> change) {
        meddling = change;
    }

    @Override
    public List<PushReceipt> pushBatch(List<OutgoingChange> changes) {
        return meddling.apply(backend.pushBatch(changes));
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
    public PullPage fetchPage(PullRequest request) {
        return backend.fetchPage(request);
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
    public void probe() {
        backend.probe();
    }

    @Override
    public void close() {
        backend.close();
    }
}
