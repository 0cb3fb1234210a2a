package dev.syncline.backend.couchdb;

import dev.syncline.backend.Capabilities;
import dev.syncline.backend.ChangeHint;
import dev.syncline.backend.ChangeKind;
import dev.syncline.backend.OutgoingChange;
import dev.syncline.backend.PullPage;
import dev.syncline.backend.PullRequest;
import dev.syncline.backend.PushReceipt;
import dev.syncline.backend.PushResult;
import dev.syncline.backend.RemoteBackend;
import dev.syncline.backend.RemoteRecord;
import dev.syncline.backend.TrafficMeter;
import dev.syncline.backend.VersionKind;
import dev.syncline.exception.ClientException;
import dev.syncline.exception.FieldFault;
import dev.syncline.exception.SyncException;
import dev.syncline.exception.ValidationException;
import dev.syncline.internal.http.HttpCaller;
import dev.syncline.internal.http.HttpFailures;
import dev.syncline.internal.http.MalformedAnswer;
import dev.syncline.internal.http.WholeAnswer;
import io.reactivex.rxjava3.core.Flowable;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import okhttp3.Request;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A backend that speaks CouchDB's protocol ({@code docs.couchdb.org}, "HTTP API Reference"): Apache CouchDB and its clusters,
 * PouchDB Server. Each entity is a database of its own:
 *
 * <pre>{@code
 * CouchDbBackend.at("https://couch.example.com").basic("anna", vault::password).build()
 * }</pre>
 *
 * <p>It reads {@code _changes} and writes {@code _bulk_docs}. A write names the revision that it follows in its document; the server's
 * {@code If-Match} is not used, since servers of this family ignore it. The id of a record is the {@code _id} of its document; where a
 * table has ids of the server's, the key of the create becomes the id, so that repeating it cannot make a second document.
 *
 * <p>Thread-safe; closed by the manager that uses it.
 */
public final class CouchDbBackend implements RemoteBackend {

    private static final Logger log = LoggerFactory.getLogger(CouchDbBackend.class);

    /** A walk over everything is due. */
    private static final int CURSOR_GONE = 410;

    private final String name;
    private final int batch;
    private final Clock clock;
    private final HttpCaller caller;
    private final HttpFailures failures;
    private final CouchRequests requests;
    private final CouchDocument documents;
    private final BulkAnswers answers;
    private final DatabaseMark mark;
    private final RevisionsBeside beside;
    private final @Nullable ChangesFeed feed;

    CouchDbBackend(CouchDbBackendBuilder settings) {
        name = settings.http.base().toString();
        batch = settings.batchSize;
        clock = settings.http.clock();
        documents = new CouchDocument(settings.changedAtField);
        failures = settings.http.failures();
        requests = new CouchRequests(
                settings.http.base(), Map.copyOf(settings.databases), settings.http.signature(failures));
        caller = settings.http.caller(failures, settings.maxPageBytes);
        answers = new BulkAnswers(failures, clock);
        mark = new DatabaseMark(requests, failures, this::send);
        beside = new RevisionsBeside(requests, failures, this::send, documents);
        feed = settings.hintSilence == null
                ? null
                : new ChangesFeed(
                        caller.patient(settings.hintSilence),
                        requests,
                        settings.hintEntities,
                        settings.hintSilence,
                        failures,
                        clock);
    }

    /**
     * Starts a backend at a server's address, under which each entity has a database of its own name.
     *
     * @param baseAddress {@code https} (or {@code http}, for a trusted network), host and path, without credentials, query
     *     or fragment
     * @return a builder with every default set
     * @throws IllegalArgumentException if the address is anything else
     */
    public static CouchDbBackendBuilder at(String baseAddress) {
        return new CouchDbBackendBuilder(baseAddress);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Capabilities capabilities() {
        return new Capabilities(true, true, true, false, Duration.ZERO, false, batch, false, VersionKind.OPAQUE, true)
                .withBulkRead(batch);
    }

    @Override
    public PullPage fetchPage(PullRequest request) {
        String entity = request.entity();
        String what = "a page of " + entity;
        CouchCursor from = from(request, what);
        Timed read = caller.call(what, requests.changes(entity, from.since(), request.limit()), answer -> {
            WholeAnswer whole = expect(what, WholeAnswer.read(answer, clock));
            return new Timed(
                    ChangesPage.read(whole.json(), from.since(), request.limit(), documents), answer.serverTime());
        });
        ChangesPage page = read.page();
        return new PullPage(
                beside.with(entity, page.records(), page.beside()),
                new CouchCursor(page.last(), from.database(), page.more()).text(),
                page.more(),
                request.cursor() == null ? page.total() : -1,
                read.at());
    }

    /** Where a page begins, once it is sure that the place is one of this database. */
    private CouchCursor from(PullRequest request, String what) {
        if (request.cursor() == null) {
            return new CouchCursor(CouchCursor.START, mark.of(request.entity(), what), true);
        }
        CouchCursor cursor = CouchCursor.parse(request.cursor());
        if (cursor == null) {
            throw gone(what, "its cursor is none of this backend's", null);
        }
        if (!cursor.more()) {
            String now = mark.of(request.entity(), what);
            boolean other = !now.equals(cursor.database())
                    || (now.isEmpty() && mark.isBehind(request.entity(), cursor.since(), what));
            if (other) {
                throw gone(what, "the database was made anew since, or is another one", null);
            }
        }
        return cursor;
    }

    private ClientException gone(String what, String why, @Nullable Throwable cause) {
        return new ClientException(what + " was not asked for: " + why, CURSOR_GONE, "", clock.instant(), cause);
    }

    @Override
    public Optional<RemoteRecord> fetch(String entity, String id) {
        return Optional.ofNullable(
                read("a read of " + entity, entity, List.of(id)).get(id));
    }

    @Override
    public List<RemoteRecord> fetchAll(String entity, List<String> ids) {
        return List.copyOf(read("a read of " + entity, entity, ids).values());
    }

    /** What the server holds under some ids; deletions as tombstones, nothing for what it never held. */
    private Map<String, RemoteRecord> read(String what, String entity, List<String> ids) {
        return caller.call(what, requests.documents(entity, ids), answer -> {
            WholeAnswer whole = expect(what, WholeAnswer.read(answer, clock));
            if (!(whole.json() instanceof Map<?, ?> body) || !(body.get("rows") instanceof List<?> rows)) {
                throw new MalformedAnswer("rows is missing or no array");
            }
            Map<String, RemoteRecord> found = new LinkedHashMap<>();
            for (Object entry : rows) {
                if (!(entry instanceof Map<?, ?> row)) {
                    throw new MalformedAnswer("a row is no object");
                }
                String id = CouchDocument.id(row.get("key"));
                if (row.get("value") instanceof Map<?, ?> value) {
                    found.put(
                            id,
                            Boolean.TRUE.equals(value.get("deleted"))
                                    ? RemoteRecord.tombstone(id, CouchDocument.revision(value.get("rev")))
                                    : documents.record(id, row.get("doc")));
                } else if (!"not_found".equals(row.get("error"))) {
                    throw new MalformedAnswer("a row has neither value nor error");
                }
            }
            return found;
        });
    }

    @Override
    public PushResult push(OutgoingChange change) {
        List<PushReceipt> receipts = pushBatch(List.of(change));
        if (receipts.isEmpty()) {
            throw failures.malformed(
                    change.kind() + " of " + change.entity(), 201, "it does not tell what became of it");
        }
        PushResult result = receipts.get(0).result();
        if (result instanceof PushResult.Unserved unserved) {
            throw unserved.cause();
        }
        return result;
    }

    @Override
    public List<PushReceipt> pushBatch(List<OutgoingChange> changes) {
        if (changes.size() > batch) {
            throw new IllegalArgumentException(changes.size() + " changes in a batch, but this backend takes " + batch);
        }
        List<PushReceipt> receipts = new ArrayList<>(changes.size());
        Map<String, List<OutgoingChange>> byEntity = new LinkedHashMap<>();
        for (OutgoingChange change : changes) {
            List<FieldFault> faults = CouchDocument.faults(change);
            if (faults.isEmpty()) {
                byEntity.computeIfAbsent(change.entity(), e -> new ArrayList<>())
                        .add(change);
            } else {
                receipts.add(new PushReceipt(
                        change.key(),
                        new PushResult.Rejected(new ValidationException(
                                change.kind() + " of " + change.entity()
                                        + " was not sent: a CouchDB cannot keep it as it is",
                                faults,
                                clock.instant(),
                                null))));
            }
        }
        // Whatever was answered before a later database fails must reach the engine, so one database is one request's
        // worth.
        byEntity.forEach((entity, some) -> receipts.addAll(sendOrReport(entity, some, byEntity.size() > 1)));
        return receipts;
    }

    private List<PushReceipt> sendOrReport(String entity, List<OutgoingChange> changes, boolean oneOfSeveral) {
        try {
            return send(entity, changes);
        } catch (SyncException e) {
            if (!oneOfSeveral) {
                throw e;
            }
            return changes.stream()
                    .map(change -> new PushReceipt(change.key(), new PushResult.Unserved(e)))
                    .toList();
        }
    }

    private List<PushReceipt> send(String entity, List<OutgoingChange> changes) {
        Map<String, OutgoingChange> sent = new LinkedHashMap<>();
        changes.forEach(change -> sent.put(idOf(change), change));
        List<PushReceipt> receipts = new ArrayList<>();
        Map<String, String> revisions = revisions(entity, sent, receipts);
        List<Map<String, @Nullable Object>> bodies = new ArrayList<>(sent.size());
        sent.forEach((id, change) -> bodies.add(CouchDocument.of(change, id, revisions.get(id))));
        if (bodies.isEmpty()) {
            return receipts;
        }
        Map<String, Map<?, ?>> entries = answers.entries(send(BulkAnswers.NAME, requests.bulk(entity, bodies)));
        List<String> collided = sent.keySet().stream()
                .filter(id -> BulkAnswers.isConflict(entries.get(id)))
                .toList();
        Map<String, RemoteRecord> present = Map.of();
        boolean known = true;
        if (!collided.isEmpty()) {
            try {
                present = read("a read of " + entity, entity, collided);
            } catch (SyncException e) {
                // The batch was answered, and that must not be lost; the engine reads each of these records by itself.
                log.info("What is in conflict with a batch of {} could not be read along: {}", entity, e.getMessage());
                known = false;
            }
        }
        receipts.addAll(answers.receipts(sent, entries, present, known));
        beside.settle(entity, sent, receipts);
        return receipts;
    }

    /**
     * The revisions that updates and deletions follow. Without one a server would make a new document of an update, and for one that
     * is none of its own it refuses the whole batch; then it is looked up, and what cannot follow it is answered right away.
     */
    private Map<String, String> revisions(String entity, Map<String, OutgoingChange> sent, List<PushReceipt> receipts) {
        Map<String, String> revisions = new LinkedHashMap<>();
        List<String> unknown = new ArrayList<>();
        sent.forEach((id, change) -> {
            String base = change.baseVersion();
            if (base != null && CouchDocument.isRevision(base)) {
                revisions.put(id, base);
            } else if (change.kind() != ChangeKind.CREATE) {
                unknown.add(id);
            }
        });
        if (!unknown.isEmpty()) {
            Map<String, RemoteRecord> present = read("a read of " + entity, entity, unknown);
            for (String id : unknown) {
                RemoteRecord there = present.get(id);
                OutgoingChange change = Objects.requireNonNull(sent.get(id));
                if (there != null && !there.deleted() && there.version() != null && change.baseVersion() == null) {
                    revisions.put(id, there.version());
                } else {
                    sent.remove(id);
                    receipts.add(new PushReceipt(change.key(), BulkAnswers.collided(change, id, there)));
                }
            }
        }
        return revisions;
    }

    private static String idOf(OutgoingChange change) {
        String id = change.id();
        return id == null ? change.key() : id;
    }

    @Override
    public void meter(TrafficMeter meter) {
        caller.meter(meter::exchanged);
    }

    @Override
    public void probe() {
        expect("the probe", send("the probe", requests.session()));
    }

    @Override
    public Optional<Flowable<ChangeHint>> hints() {
        return Optional.ofNullable(feed).map(ChangesFeed::open);
    }

    private WholeAnswer send(String what, Request request) {
        return caller.call(what, request, answer -> WholeAnswer.read(answer, clock));
    }

    private WholeAnswer expect(String what, WholeAnswer answer) {
        if (answer.form() == WholeAnswer.Form.MARKUP) {
            throw failures.intercepted(what);
        }
        if (answer.status() != 200) {
            throw failures.refused(what, answer);
        }
        return answer;
    }

    @Override
    public void close() {
        caller.close();
    }

    /** What was read, and when by the server's clock. */
    private record Timed(ChangesPage page, @Nullable Instant at) {}
}
