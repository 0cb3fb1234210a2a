package dev.syncline.testing;

import dev.syncline.backend.Capabilities;
import dev.syncline.backend.ChangeHint;
import dev.syncline.backend.EntitySummary;
import dev.syncline.backend.Findings;
import dev.syncline.backend.OutgoingChange;
import dev.syncline.backend.PullPage;
import dev.syncline.backend.PullRequest;
import dev.syncline.backend.PushReceipt;
import dev.syncline.backend.PushResult;
import dev.syncline.backend.RemoteBackend;
import dev.syncline.backend.RemoteRecord;
import dev.syncline.backend.TrafficMeter;
import io.reactivex.rxjava3.core.Flowable;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Passes every call on to another backend; a test overrides the one that it is about. */
public class ForwardingBackend implements RemoteBackend {
    protected final RemoteBackend backend;

    protected ForwardingBackend(RemoteBackend backend) {
        this.backend = backend;
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
    public PullPage fetchIds(PullRequest request) {
        return backend.fetchIds(request);
    }

    @Override
    public Optional<RemoteRecord> fetch(String entity, String id) {
        return backend.fetch(entity, id);
    }

    @Override
    public List<RemoteRecord> fetchAll(String entity, List<String> ids) {
        return backend.fetchAll(entity, ids);
    }

    @Override
    public Findings find(String entity, Map<String, Object> fields, int limit) {
        return backend.find(entity, fields, limit);
    }

    @Override
    public Optional<EntitySummary> summarize(String entity) {
        return backend.summarize(entity);
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
    public void meter(TrafficMeter meter) {
        backend.meter(meter);
    }

    @Override
    public List<PushReceipt> pushTogether(List<OutgoingChange> changes) {
        return backend.pushTogether(changes);
    }

    @Override
    public void probe() {
        backend.probe();
    }

    @Override
    public Optional<Flowable<ChangeHint>> hints() {
        return backend.hints();
    }

    @Override
    public void close() {
        backend.close();
    }
}
