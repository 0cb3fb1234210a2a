package dev.syncline.backend.rest;

import dev.syncline.backend.Capabilities;
import dev.syncline.backend.ChangeHint;
import dev.syncline.backend.ChangeKind;
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
import dev.syncline.exception.SyncException;
import dev.syncline.internal.http.HttpCaller;
import dev.syncline.internal.http.HttpFailures;
import dev.syncline.internal.http.WholeAnswer;
import io.reactivex.rxjava3.core.Flowable;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import okhttp3.Request;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A backend that speaks HTTP and JSON. Without further settings it speaks the protocol of {@code docs/BACKENDS.md}:
 *
 * <pre>{@code
 * RestBackend.at("https://api.example.com/v1").bearer(tokens::current).build()
 * }</pre>
 *
 * <p>Each call is one request, sent once: no redirect is followed, nothing is sent again by itself, and an answer that is cut
 * off, too large or not what the protocol says is refused whole. Thread-safe; closed by the manager that uses it.
 */
public final class RestBackend implements RemoteBackend {

    private static final Logger log = LoggerFactory.getLogger(RestBackend.class);

    private final String name;
    private final Capabilities capabilities;
    private final HttpCaller client;
    private final RestRequests requests;
    private final HttpFailures failures;
    private final ListPages rows;
    private final @Nullable ListPages ids;
    private final RowQueries queries;
    private final SummaryQueries summaries;
    private final Spools spools;
    private final Versions versions;
    private final Writes writes;
    private final Refusals refusals;
    private final PushAnswers answers;
    private final BatchAnswers batchAnswers;
    private final @Nullable AddressTemplate batchPath;
    private final AddressTemplate probePath;
    private final @Nullable HintStream hints;
    private final Clock clock;

    RestBackend(RestBackendBuilder settings) {
        name = settings.http.base().toString();
        capabilities = RestCapabilities.of(settings);
        clock = settings.http.clock();
        versions = settings.versions;
        writes = settings.writes;
        RowFormat format = new RowFormat(settings.rows, versions, settings.delta.goesByTime());
        Pagination pagination = settings.pagination.withToken(settings.delta.tokenPlace());
        spools = new Spools(settings.largePages.directory(), clock);
        PageIntake pages =
                new PageIntake(new PageReader(pagination, format::record), spools, settings.largePages.spooledAbove());
        failures = settings.http.failures();
        refusals = new Refusals(settings.errors, failures, clock, this::probe);
        answers = new PushAnswers(format, writes, refusals, failures, clock);
        batchAnswers = new BatchAnswers(answers, failures);
        requests = new RestRequests(
                new RestAddresses(settings.http.base(), settings.paths),
                settings.http.signature(failures),
                format,
                writes,
                settings.keyHeader);
        client = settings.http.caller(failures, settings.largePages.refusedAbove());
        rows = new ListPages(
                pagination,
                settings.paths.collection(),
                settings.paths.changes(),
                settings.delta,
                pages,
                settings.conditionalReads,
                client,
                requests,
                refusals,
                failures,
                clock);
        queries = new RowQueries(
                pagination,
                new FieldSearch(settings.search, pagination, settings.delta),
                settings.bulkRead,
                settings.paths.collection(),
                Objects.requireNonNullElse(settings.search.path(), settings.paths.collection()),
                rows,
                pages,
                client,
                requests,
                refusals,
                failures,
                clock);
        summaries = new SummaryQueries(settings.summaries, rows, client, requests, refusals, failures, clock);
        PageIntake idIntake =
                new PageIntake(new PageReader(pagination, format::listed), spools, settings.largePages.spooledAbove());
        AddressTemplate idPath = settings.deletions.path();
        ids = idPath == null
                ? null
                : new ListPages(
                        pagination,
                        idPath,
                        idPath,
                        Delta.none(),
                        idIntake,
                        false,
                        client,
                        requests,
                        refusals,
                        failures,
                        clock);
        batchPath = settings.batches.path();
        probePath = settings.probePath;
        hints = settings.hintPath == null
                ? null
                : new HintStream(
                        client.patient(settings.hintSilence), requests.stream(settings.hintPath), failures, clock);
    }

    /**
     * Starts a backend at a base address, under which each entity has a collection of its own name.
     *
     * @param baseAddress {@code https} (or {@code http}, for a trusted network), host and path, without credentials, query
     *     or fragment
     * @return a builder with every default set
     * @throws IllegalArgumentException if the address is anything else
     */
    public static RestBackendBuilder at(String baseAddress) {
        return new RestBackendBuilder(baseAddress);
    }

    /**
     * Starts a backend that can do nothing but list, read and write: no deltas, tombstones, versions, keys or batches. What the server can do
     * is added, so that nothing is claimed by oversight.
     *
     * @param baseAddress as for {@link #at}
     * @return a builder with {@link Delta#none()}, {@link Deletions#untold()}, {@link Versions#ofContent()}, rows without time or mark of
     *     deletion, no batch, no idempotency keys and no trust in the ETags of lists
     * @throws IllegalArgumentException if the address is none
     */
    public static RestBackendBuilder plainAt(String baseAddress) {
        return new RestBackendBuilder(baseAddress)
                .rows(Rows.standard().timeless().neverMarkedDeleted())
                .versions(Versions.ofContent())
                .pagination(Pagination.offset().items(""))
                .delta(Delta.none())
                .deletions(Deletions.untold())
                .conditionalReads(false)
                .noBatch()
                .noIdempotencyKeys();
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Capabilities capabilities() {
        return capabilities;
    }

    @Override
    public PullPage fetchPage(PullRequest request) {
        return rows.page(request, "a page of " + request.entity());
    }

    @Override
    public PullPage fetchIds(PullRequest request) {
        if (ids == null) {
            throw new IllegalArgumentException("this backend does not list ids; see Deletions.listed");
        }
        return ids.page(request, "a list of the ids of " + request.entity());
    }

    @Override
    public Optional<RemoteRecord> fetch(String entity, String id) {
        String what = "a read of " + entity;
        return client.call(what, requests.row(entity, id), answer -> {
            WholeAnswer whole = WholeAnswer.read(answer, clock);
            boolean gone = refusals.isGone(whole);
            if (whole.form() == WholeAnswer.Form.MARKUP && (gone || whole.status() == 200)) {
                throw failures.intercepted(what);
            }
            if (gone) {
                return whole.status() == 410 ? Optional.of(answers.tombstone(id, whole)) : Optional.empty();
            }
            if (whole.status() != 200) {
                throw refusals.failure(what, whole);
            }
            if (answers.isNone(whole)) {
                return Optional.empty();
            }
            return Optional.of(answers.row(id, whole, what));
        });
    }

    @Override
    public List<RemoteRecord> fetchAll(String entity, List<String> ids) {
        return queries.fetchAll(entity, ids);
    }

    @Override
    public Findings find(String entity, Map<String, Object> fields, int limit) {
        return queries.find(entity, fields, limit);
    }

    @Override
    public Optional<EntitySummary> summarize(String entity) {
        return summaries.of(entity);
    }

    @Override
    public PushResult push(OutgoingChange change) {
        PushResult refused = answers.unaddressable(change);
        if (refused != null) {
            return refused;
        }
        boolean blind =
                change.kind() == ChangeKind.DELETE && versions.areCompared() && !versions.areComparedByDeletes();
        if (blind) {
            PushResult moved = comparedBefore(change);
            if (moved != null) {
                return moved;
            }
        }
        WholeAnswer answer = send(PushAnswers.name(change), requests.write(change));
        PushResult result = answers.outcome(change, answer);
        boolean unseen = writes.isReadBack() && change.kind() != ChangeKind.DELETE;
        return unseen && result instanceof PushResult.Accepted accepted ? readBack(change, accepted) : result;
    }

    /** What a delete meets at a server that would not look; null if it is what it was made on. */
    private @Nullable PushResult comparedBefore(OutgoingChange change) {
        String id = Objects.requireNonNull(change.id());
        Optional<RemoteRecord> there = fetch(change.entity(), id).filter(record -> !record.deleted());
        if (there.isEmpty()) {
            return new PushResult.Accepted(id, null, null);
        }
        boolean same = change.baseVersion() == null
                || change.baseVersion().equals(there.get().version());
        return same ? null : new PushResult.Conflicted(there.get());
    }

    /** The row as it stands after a write; a success that did nothing is none. */
    private PushResult readBack(OutgoingChange change, PushResult.Accepted accepted) {
        Optional<RemoteRecord> there;
        try {
            there = fetch(change.entity(), accepted.id());
        } catch (SyncException e) {
            log.debug(
                    "A {} of {} was accepted, but could not be read back; the next pull tells it",
                    change.kind(),
                    change.entity(),
                    e);
            return new PushResult.Accepted(accepted.id(), null, null);
        }
        if (there.isPresent() && !there.get().deleted()) {
            return new PushResult.Accepted(accepted.id(), there.get().version(), there.get());
        }
        if (change.kind() == ChangeKind.UPDATE) {
            return new PushResult.Conflicted(RemoteRecord.tombstone(accepted.id(), null));
        }
        throw failures.malformed(PushAnswers.name(change), 200, "it says that it made a record, but there is none");
    }

    @Override
    public List<PushReceipt> pushBatch(List<OutgoingChange> changes) {
        return send(changes, capabilities.batch(), false);
    }

    @Override
    public List<PushReceipt> pushTogether(List<OutgoingChange> changes) {
        return send(changes, capabilities.atomicBatch(), true);
    }

    private List<PushReceipt> send(List<OutgoingChange> changes, int most, boolean atomic) {
        if (batchPath == null || changes.size() > most) {
            throw new IllegalArgumentException(changes.size() + " changes in a batch, but this backend takes " + most);
        }
        List<PushReceipt> receipts = new ArrayList<>(changes.size());
        List<OutgoingChange> sent = new ArrayList<>(changes.size());
        for (OutgoingChange change : changes) {
            PushResult refused = answers.unaddressable(change);
            if (refused == null) {
                sent.add(change);
            } else {
                receipts.add(new PushReceipt(change.key(), refused));
            }
        }
        if (!sent.isEmpty() && (receipts.isEmpty() || !atomic)) {
            WholeAnswer answer = send(BatchAnswers.NAME, requests.batch(batchPath, sent, atomic));
            receipts.addAll(batchAnswers.receipts(sent, answer));
        }
        return receipts;
    }

    @Override
    public void meter(TrafficMeter meter) {
        client.meter(meter::exchanged);
    }

    @Override
    public void probe() {
        String what = "the probe";
        WholeAnswer answer = send(what, requests.at(probePath));
        if (answer.form() == WholeAnswer.Form.MARKUP && answer.isSuccess()) {
            throw failures.intercepted(what);
        }
        if (!answer.isSuccess()) {
            throw refusals.failure(what, answer);
        }
    }

    @Override
    public Optional<Flowable<ChangeHint>> hints() {
        return Optional.ofNullable(hints).map(HintStream::open);
    }

    private WholeAnswer send(String what, Request request) {
        return client.call(what, request, answer -> WholeAnswer.read(answer, clock));
    }

    @Override
    public void close() {
        client.close();
        spools.close();
    }

    /** How many pages lie in temporary files. */
    int spooledPages() {
        return spools.count();
    }
}
