package dev.syncline.testing;

import dev.syncline.backend.Capabilities;
import dev.syncline.backend.OutgoingChange;
import dev.syncline.backend.PullPage;
import dev.syncline.backend.PullRequest;
import dev.syncline.backend.PushReceipt;
import dev.syncline.backend.PushResult;
import dev.syncline.backend.RemoteBackend;
import dev.syncline.backend.RemoteRecord;
import java.time.Clock;
import java.util.List;
import java.util.Optional;

/** A backend whose answers tell the time by a clock of the test's, which the JDK's own HTTP server cannot be made to do. */
public final class TimeTellingBackend implements RemoteBackend {
    private final RemoteBackend backend;
    private final Clock clock;

    public TimeTellingBackend(RemoteBackend backend, Clock clock) {
        this.backend = backend;
        this.clock = clock;
    }

    @Override
    public PullPage fetchPage(PullRequest request) {
        PullPage page = backend.fetchPage(request);
        return new PullPage(page.records(), page.next(), page.more(), page.total(), clock.instant());
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
