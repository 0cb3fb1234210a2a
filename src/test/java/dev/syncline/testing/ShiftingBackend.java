package dev.syncline.testing;

import dev.syncline.backend.Capabilities;
import dev.syncline.backend.PullPage;
import dev.syncline.backend.PullRequest;
import dev.syncline.backend.RemoteBackend;
import dev.syncline.backend.RemoteRecord;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A backend that counts its pages off, so that records slip from page to page and a walk may miss some. Thread-safe. */
public final class ShiftingBackend extends ForwardingBackend {
    private final Set<String> hidden = new HashSet<>();
    private final Set<String> hiddenOnce = new HashSet<>();
    private final List<String> reads = new ArrayList<>();

    public ShiftingBackend(RemoteBackend backend) {
        super(backend);
    }

    /** No page tells of this record. */
    public synchronized void hide(String id) {
        hidden.add(id);
    }

    /** The next page that would tell of this record does not. */
    public synchronized void hideOnce(String id) {
        hiddenOnce.add(id);
    }

    /** The ids that were read one by one. */
    public synchronized List<String> reads() {
        return List.copyOf(reads);
    }

    @Override
    public Capabilities capabilities() {
        Capabilities real = backend.capabilities();
        return new Capabilities(
                real.delta(),
                real.tombstones(),
                real.conditionalWrites(),
                real.idempotencyKeys(),
                real.keyRetention(),
                real.partialUpdates(),
                real.batch(),
                real.search(),
                real.versions());
    }

    @Override
    public synchronized PullPage fetchPage(PullRequest request) {
        PullPage page = backend.fetchPage(request);
        List<RemoteRecord> told = page.records().stream()
                .filter(record -> !hidden.contains(record.id()) && !hiddenOnce.remove(record.id()))
                .toList();
        return new PullPage(told, page.next(), page.more(), page.total(), page.serverTime());
    }

    @Override
    public Optional<RemoteRecord> fetch(String entity, String id) {
        synchronized (this) {
            reads.add(id);
        }
        return backend.fetch(entity, id);
    }
}
