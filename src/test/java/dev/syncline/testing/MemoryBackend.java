package dev.syncline.testing;

import dev.syncline.backend.Capabilities;
import dev.syncline.backend.ChangeKind;
import dev.syncline.backend.OutgoingChange;
import dev.syncline.backend.PullPage;
import dev.syncline.backend.PullRequest;
import dev.syncline.backend.PushReceipt;
import dev.syncline.backend.PushResult;
import dev.syncline.backend.RemoteBackend;
import dev.syncline.backend.RemoteRecord;
import dev.syncline.backend.VersionKind;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A backend in memory that always answers with everything it has, for tests that are not about the wire. Does something of the
 * test's during each call. Thread-safe.
 */
public final class MemoryBackend implements RemoteBackend {
    private final String name;
    private final Map<String, RemoteRecord> records = new LinkedHashMap<>();
    private final AtomicInteger closed = new AtomicInteger();
    private volatile Consumer<String> during = call -> {};
    private long version;

    public MemoryBackend(String name) {
        this.name = name;
    }

    /** Sets what happens during each call, which is told {@code fetch}, {@code push} or {@code close}. */
    public MemoryBackend during(Consumer<String> step) {
        during = step;
        return this;
    }

    /** How often it was closed. */
    public int closed() {
        return closed.get();
    }

    /** What it holds of an entity, by id. */
    public synchronized Map<String, Map<String, @Nullable Object>> rows(String entity) {
        Map<String, Map<String, @Nullable Object>> found = new LinkedHashMap<>();
        records.forEach((key, record) -> {
            if (key.startsWith(entity + "/")) {
                found.put(record.id(), record.fields());
            }
        });
        return found;
    }

    /** Puts a record there, as another device would. */
    public synchronized void put(String entity, String id, Map<String, ? extends @Nullable Object> fields) {
        records.put(
                entity + "/" + id,
                new RemoteRecord(id, Long.toString(++version), false, new LinkedHashMap<>(fields), null));
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Capabilities capabilities() {
        return new Capabilities(false, false, false, true, Duration.ofDays(1), true, 1, false, VersionKind.ORDERED);
    }

    @Override
    public PullPage fetchPage(PullRequest request) {
        during.accept("fetch");
        synchronized (this) {
            List<RemoteRecord> all = records.entrySet().stream()
                    .filter(entry -> entry.getKey().startsWith(request.entity() + "/"))
                    .map(Map.Entry::getValue)
                    .toList();
            return new PullPage(all, null, false, all.size(), null);
        }
    }

    @Override
    public synchronized Optional<RemoteRecord> fetch(String entity, String id) {
        return Optional.ofNullable(records.get(entity + "/" + id));
    }

    @Override
    public PushResult push(OutgoingChange change) {
        during.accept("push");
        synchronized (this) {
            String id = change.id() == null ? Long.toString(version + 1) : change.id();
            if (change.kind() == ChangeKind.DELETE) {
                records.remove(change.entity() + "/" + id);
                return new PushResult.Accepted(id, Long.toString(++version), null);
            }
            Map<String, @Nullable Object> fields =
                    new LinkedHashMap<>(rows(change.entity()).getOrDefault(id, Map.of()));
            fields.putAll(change.fields());
            put(change.entity(), id, fields);
            RemoteRecord stored = records.get(change.entity() + "/" + id);
            return new PushResult.Accepted(id, stored.version(), stored);
        }
    }

    @Override
    public List<PushReceipt> pushBatch(List<OutgoingChange> changes) {
        throw new UnsupportedOperationException("there is no batch endpoint");
    }

    @Override
    public void probe() {
        during.accept("probe");
    }

    @Override
    public void close() {
        during.accept("close");
        closed.incrementAndGet();
    }
}
