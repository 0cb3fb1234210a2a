package dev.syncline.testing.crash;

import dev.syncline.backend.Capabilities;
import dev.syncline.backend.ChangeKind;
import dev.syncline.backend.Findings;
import dev.syncline.backend.OutgoingChange;
import dev.syncline.backend.PullPage;
import dev.syncline.backend.PullRequest;
import dev.syncline.backend.PushReceipt;
import dev.syncline.backend.PushResult;
import dev.syncline.backend.RemoteBackend;
import dev.syncline.backend.RemoteRecord;
import dev.syncline.backend.VersionKind;
import dev.syncline.exception.FieldFault;
import dev.syncline.exception.ValidationException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A backend in memory that can be copied with everything it knows, so that many devices can go on from one moment, each with a
 * server of its own. It has versions, deletions, keys that it honours, ids that it assigns and references that must hold.
 * Thread-safe.
 */
public final class CopyableServer implements RemoteBackend {
    private static final long FIRST_ID = 1001;

    private final Map<String, Map<String, Row>> entities = new TreeMap<>();
    private final Map<String, PushResult> byKey = new HashMap<>();
    private final Set<String> marks = new HashSet<>();
    private final Set<String> assigning = new HashSet<>();
    private final Map<String, Map<String, String>> references = new HashMap<>();
    private final Map<String, Long> given = new HashMap<>();
    private int batch = 1;
    private boolean keepsKeys = true;
    private long seq;
    private volatile Consumer<String> during = call -> {};

    private record Row(long seq, RemoteRecord record) {}

    // ---- set-up

    /** This entity's ids are whole numbers that the server assigns. */
    public CopyableServer assigns(String entity) {
        assigning.add(entity);
        return this;
    }

    /** A value of the field names a live row of the parent, else the change is refused. */
    public CopyableServer references(String entity, String field, String parent) {
        references.computeIfAbsent(entity, e -> new HashMap<>()).put(field, parent);
        return this;
    }

    /** How many changes one request takes. */
    public CopyableServer batch(int most) {
        batch = most;
        return this;
    }

    /** It does each change as often as it is told to, and finds records by their fields instead. */
    public CopyableServer keepsNoKeys() {
        keepsKeys = false;
        return this;
    }

    /** Sets what happens at the end of each call, such as {@code fetch note} or {@code UPDATE note/7}; not copied. */
    public void during(Consumer<String> step) {
        during = step;
    }

    /** Another server that knows the same. */
    public synchronized CopyableServer copy() {
        CopyableServer copy = new CopyableServer().batch(batch);
        entities.forEach((entity, rows) -> copy.entities.put(entity, new TreeMap<>(rows)));
        copy.byKey.putAll(byKey);
        copy.marks.addAll(marks);
        copy.assigning.addAll(assigning);
        copy.references.putAll(references);
        copy.seq = seq;
        copy.given.putAll(given);
        copy.keepsKeys = keepsKeys;
        return copy;
    }

    /** Grows with every effect. */
    public synchronized long seq() {
        return seq;
    }

    /** Something another device does, once, however often the day is begun again. */
    public void once(String mark, Consumer<CopyableServer> change) {
        synchronized (this) {
            if (!marks.add(mark)) {
                return;
            }
        }
        change.accept(this);
    }

    /** Another device makes or changes a row. */
    public synchronized void put(String entity, String id, Map<String, ? extends @Nullable Object> fields) {
        Map<String, @Nullable Object> all = new LinkedHashMap<>();
        Row old = rows(entity).get(id);
        if (old != null && !old.record().deleted()) {
            all.putAll(old.record().fields());
        }
        all.putAll(fields);
        store(entity, id, all);
    }

    /** Another device deletes a row. */
    public synchronized void delete(String entity, String id) {
        rows(entity).put(id, new Row(++seq, RemoteRecord.tombstone(id, nextVersion(entity, id))));
    }

    /** Rows are gone as if they had never been there, as after a restored backup. */
    public synchronized void lose(String entity, String... ids) {
        for (String id : ids) {
            rows(entity).remove(id);
        }
    }

    /** Every row, deleted ones too: how often it was changed, and what it holds. */
    public synchronized Map<String, String> contents() {
        Map<String, String> contents = new TreeMap<>();
        entities.forEach((entity, rows) -> rows.forEach((id, row) -> contents.put(
                entity + "/" + id,
                "v" + row.record().version() + (row.record().deleted() ? " deleted" : "") + " "
                        + new TreeMap<>(row.record().fields()))));
        return contents;
    }

    /** The live rows of an entity by id. */
    public synchronized Map<String, Map<String, @Nullable Object>> live(String entity) {
        Map<String, Map<String, @Nullable Object>> live = new TreeMap<>();
        rows(entity).forEach((id, row) -> {
            if (!row.record().deleted()) {
                live.put(id, row.record().fields());
            }
        });
        return live;
    }

    // ---- as a backend

    @Override
    public String name() {
        return "copyable";
    }

    @Override
    public Capabilities capabilities() {
        return new Capabilities(
                true,
                true,
                true,
                keepsKeys,
                keepsKeys ? Duration.ofDays(1) : Duration.ZERO,
                true,
                batch,
                !keepsKeys,
                VersionKind.ORDERED);
    }

    @Override
    public PullPage fetchPage(PullRequest request) {
        PullPage page = page(request);
        during.accept("fetch " + request.entity());
        return page;
    }

    private synchronized PullPage page(PullRequest request) {
        long after = request.cursor() == null ? 0 : Long.parseLong(request.cursor());
        List<Row> later = rows(request.entity()).values().stream()
                .filter(row -> row.seq() > after)
                .filter(row -> request.cursor() != null || !row.record().deleted())
                .sorted(Comparator.comparingLong(Row::seq))
                .toList();
        boolean more = later.size() > request.limit();
        List<Row> these = more ? later.subList(0, request.limit()) : later;
        long next = more ? these.get(these.size() - 1).seq() : seq;
        return new PullPage(these.stream().map(Row::record).toList(), Long.toString(next), more, -1, null);
    }

    @Override
    public synchronized Optional<RemoteRecord> fetch(String entity, String id) {
        return Optional.ofNullable(rows(entity).get(id)).map(Row::record);
    }

    @Override
    public synchronized Findings find(String entity, Map<String, Object> fields, int limit) {
        List<RemoteRecord> found = rows(entity).values().stream()
                .map(Row::record)
                .filter(record -> !record.deleted())
                .filter(record -> fields.entrySet().stream()
                        .allMatch(field -> String.valueOf(field.getValue())
                                .equals(String.valueOf(record.fields().get(field.getKey())))))
                .limit(limit + 1L)
                .toList();
        return new Findings(found.subList(0, Math.min(limit, found.size())), found.size() <= limit);
    }

    @Override
    public PushResult push(OutgoingChange change) {
        PushResult result = serve(change);
        during.accept(change.kind() + " " + change.entity() + "/" + change.id());
        return result;
    }

    @Override
    public List<PushReceipt> pushBatch(List<OutgoingChange> changes) {
        List<PushReceipt> receipts = new ArrayList<>();
        for (OutgoingChange change : changes) {
            receipts.add(new PushReceipt(change.key(), serve(change)));
        }
        during.accept("batch");
        return receipts;
    }

    @Override
    public void probe() {
        during.accept("probe");
    }

    @Override
    public void close() {
        during = call -> {};
    }

    private synchronized PushResult serve(OutgoingChange change) {
        PushResult known = byKey.get(change.key());
        if (known != null) {
            return known;
        }
        PushResult result = apply(change);
        if (keepsKeys && result instanceof PushResult.Accepted) {
            byKey.put(change.key(), result);
        }
        return result;
    }

    private PushResult apply(OutgoingChange change) {
        String entity = change.entity();
        // Numbered by entity, so that a create has the same id whenever its turn comes among the others.
        String id = change.id() == null ? Long.toString(FIRST_ID + given.getOrDefault(entity, 0L)) : change.id();
        Row there = rows(entity).get(id);
        boolean live = there != null && !there.record().deleted();
        if (change.kind() == ChangeKind.DELETE && !live) {
            return new PushResult.Accepted(
                    id, there == null ? null : there.record().version(), null);
        }
        boolean fits = change.kind() == ChangeKind.CREATE
                ? !live
                : live
                        && there.record().version() != null
                        && there.record().version().equals(change.baseVersion());
        if (!fits) {
            return new PushResult.Conflicted(there == null ? RemoteRecord.tombstone(id, null) : there.record());
        }
        if (change.kind() == ChangeKind.DELETE) {
            delete(entity, id);
            return new PushResult.Accepted(id, rows(entity).get(id).record().version(), null);
        }
        List<FieldFault> dangling = dangling(change);
        if (!dangling.isEmpty()) {
            return new PushResult.Rejected(
                    new ValidationException("the row names a parent that is not there", dangling, Instant.EPOCH, null));
        }
        put(entity, id, change.fields());
        if (change.id() == null) {
            given.merge(entity, 1L, Long::sum);
        }
        RemoteRecord copy = rows(entity).get(id).record();
        return new PushResult.Accepted(id, copy.version(), copy);
    }

    private List<FieldFault> dangling(OutgoingChange change) {
        List<FieldFault> faults = new ArrayList<>();
        references.getOrDefault(change.entity(), Map.of()).forEach((field, parent) -> {
            Object value = change.fields().get(field);
            if (value != null && !live(parent).containsKey(value.toString())) {
                faults.add(new FieldFault(field, "reference", "Send the row it names first"));
            }
        });
        return faults;
    }

    private Map<String, Row> rows(String entity) {
        return entities.computeIfAbsent(entity, e -> new TreeMap<>());
    }

    private void store(String entity, String id, Map<String, @Nullable Object> fields) {
        rows(entity).put(id, new Row(++seq, new RemoteRecord(id, nextVersion(entity, id), false, fields, null)));
    }

    private String nextVersion(String entity, String id) {
        Row old = rows(entity).get(id);
        return old == null || old.record().version() == null
                ? "1"
                : Long.toString(Long.parseLong(old.record().version()) + 1);
    }
}
