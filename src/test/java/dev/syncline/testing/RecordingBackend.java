package dev.syncline.testing;

import dev.syncline.backend.Findings;
import dev.syncline.backend.OutgoingChange;
import dev.syncline.backend.PullPage;
import dev.syncline.backend.PullRequest;
import dev.syncline.backend.PushReceipt;
import dev.syncline.backend.PushResult;
import dev.syncline.backend.RemoteBackend;
import dev.syncline.backend.RemoteRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Passes every call on to another backend and writes down in which order they came. Thread-safe. */
public final class RecordingBackend extends ForwardingBackend {
    private final List<String> calls = new ArrayList<>();

    public RecordingBackend(RemoteBackend inner) {
        super(inner);
    }

    /** What was called since the last time this was asked. */
    public synchronized List<String> taken() {
        List<String> taken = List.copyOf(calls);
        calls.clear();
        return taken;
    }

    private synchronized void note(String call) {
        calls.add(call);
    }

    private static String name(OutgoingChange change) {
        return change.kind() + " " + change.entity() + " " + change.id();
    }

    @Override
    public PullPage fetchPage(PullRequest request) {
        note("page of " + request.entity());
        return backend.fetchPage(request);
    }

    @Override
    public Optional<RemoteRecord> fetch(String entity, String id) {
        note("read " + entity + " " + id);
        return backend.fetch(entity, id);
    }

    @Override
    public List<RemoteRecord> fetchAll(String entity, List<String> ids) {
        note("read " + entity + " " + String.join(" ", ids));
        return backend.fetchAll(entity, ids);
    }

    @Override
    public Findings find(String entity, Map<String, Object> fields, int limit) {
        note("search in " + entity);
        return backend.find(entity, fields, limit);
    }

    @Override
    public PushResult push(OutgoingChange change) {
        note(name(change));
        return backend.push(change);
    }

    @Override
    public List<PushReceipt> pushBatch(List<OutgoingChange> changes) {
        note(changes.stream().map(RecordingBackend::name).collect(Collectors.joining(", ", "batch of ", "")));
        return backend.pushBatch(changes);
    }

    @Override
    public void probe() {
        note("probe");
        backend.probe();
    }
}
