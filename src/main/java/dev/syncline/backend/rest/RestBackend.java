package dev.syncline.backend.rest;

import dev.syncline.backend.Capabilities;
import dev.syncline.backend.ChangeHint;
import dev.syncline.backend.Findings;
import dev.syncline.backend.OutgoingChange;
import dev.syncline.backend.PullPage;
import dev.syncline.backend.PullRequest;
import dev.syncline.backend.PushReceipt;
import dev.syncline.backend.PushResult;
import dev.syncline.backend.RemoteBackend;
import dev.syncline.backend.RemoteRecord;
import dev.syncline.internal.http.HttpCaller;
import dev.syncline.internal.http.HttpFailures;
import dev.syncline.internal.http.WholeAnswer;
import io.reactivex.rxjava3.core.Flowable;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import okhttp3.Request;
import org.jspecify.annotations.Nullable;

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

    private final String name;
    private final Capabilities capabilities;
    private final HttpCaller client;
    private final RestRequests requests;
    private final HttpFailures failures;
    private final ListPages rows;
    private final @Nullable ListPages ids;
    private final FieldSearch search;
    private final @Nullable BulkRead bulk;
    private final Map<String, String> fixed;
    private final String limitParameter;
    /** A search begins no delta, so its last page owes no cursor. */
    private final PageFeed walk;

    private final Spools spools;
    private final PageIntake pages;
    private final RowFormat format;
    private final PushAnswers answers;
    private final BatchAnswers batchAnswers;
    private final @Nullable String batchPath;
    private final String probePath;
    private final @Nullable HintStream hints;
    private final Clock clock;

    RestBackend(RestBackendBuilder settings) {
        name = settings.http.base().toString();
        capabilities = settings.capabilities();
        clock = settings.http.clock();
        format = settings.rowFormat();
        Pagination pagination = settings.pagination;
        search = new FieldSearch(pagination, settings.delta);
        bulk = settings.bulkRead;
        fixed = pagination.fixed();
        limitParameter = pagination.limitParameter();
        walk = Delta.none().over(pagination.pager());
        spools = new Spools(settings.spoolDirectory, clock);
        pages = new PageIntake(new PageReader(pagination.parts(), format::record), spools, settings.spoolAbove);
        failures = settings.http.failures();
        answers = new PushAnswers(format, failures, clock);
        batchAnswers = new BatchAnswers(answers, failures);
        requests = settings.requests(format, failures);
        client = settings.http.caller(failures, settings.maxPageBytes);
        rows = new ListPages(
                pagination,
                RestAddresses.COLLECTION,
                settings.delta.over(pagination.pager()),
                pages,
                settings.conditionalReads,
                client,
                requests,
                failures,
                clock);
        PageReader idReader = new PageReader(pagination.parts(), format::listed);
        PageIntake idIntake = new PageIntake(idReader, spools, settings.spoolAbove);
        String idPath = settings.deletions.path();
        ids = idPath == null
                ? null
                : new ListPages(pagination, idPath, walk, idIntake, false, client, requests, failures, clock);
        batchPath = settings.batchPath;
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
            boolean gone = whole.status() == 404 || whole.status() == 410;
            if (whole.form() == WholeAnswer.Form.MARKUP && (gone || whole.status() == 200)) {
                throw failures.intercepted(what);
            }
            if (whole.status() == 404) {
                return Optional.empty();
            }
            if (whole.status() == 410) {
                return Optional.of(answers.tombstone(id, whole));
            }
            if (whole.status() != 200) {
                throw failures.refused(what, whole);
            }
            return Optional.of(answers.row(id, whole, what));
        });
    }

    /** Asks in one request for as many as have room in an address; the engine asks for the others by themselves. */
    @Override
    public List<RemoteRecord> fetchAll(String entity, List<String> ids) {
        if (bulk == null) {
            throw new IllegalArgumentException("this backend reads rows one by one; see bulkRead");
        }
        List<String> askable = bulk.askable(ids);
        if (askable.isEmpty()) {
            return List.of();
        }
        Map<String, String> query = new LinkedHashMap<>(fixed);
        query.put(limitParameter, Integer.toString(askable.size()));
        query.put(bulk.parameter(), bulk.value(askable));
        Set<String> wanted = Set.copyOf(askable);
        return listed("a read of " + entity, entity, askable.size(), query).rows().records().stream()
                .filter(record -> wanted.contains(record.id()))
                .toList();
    }

    /** A server that ignores the parameters lists everything: then the page is either all there is, or another one follows. */
    @Override
    public Findings find(String entity, Map<String, Object> fields, int limit) {
        Optional<Map<String, String>> query = search.query(fields, limit);
        if (!capabilities.search() || query.isEmpty()) {
            return Findings.NONE_KNOWN;
        }
        PageContent page = listed("a search in " + entity, entity, limit, query.get());
        boolean complete = !walk.next(null, limit, page, null).more();
        return new Findings(
                page.rows().records().stream()
                        .filter(record -> !record.deleted())
                        .toList(),
                complete);
    }

    /** The one page of rows that a query gives. */
    private PageContent listed(String what, String entity, int limit, Map<String, String> query) {
        Request request = requests.page(RestAddresses.COLLECTION, entity, walk.address(null, limit), query, null);
        return client.call(what, request, answer -> {
            if (answer.status() != 200) {
                throw failures.refused(what, WholeAnswer.read(answer, clock));
            }
            if (answer.isMarkup()) {
                throw failures.intercepted(what);
            }
            return rows.withHeaders(pages.findings(answer, entity), answer);
        });
    }

    @Override
    public PushResult push(OutgoingChange change) {
        PushResult refused = answers.unaddressable(change);
        if (refused != null) {
            return refused;
        }
        WholeAnswer answer = send(PushAnswers.name(change), requests.write(change));
        return answers.outcome(change, answer);
    }

    @Override
    public List<PushReceipt> pushBatch(List<OutgoingChange> changes) {
        if (batchPath == null || changes.size() > capabilities.batch()) {
            throw new IllegalArgumentException(
                    changes.size() + " changes in a batch, but this backend takes " + capabilities.batch());
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
        if (!sent.isEmpty()) {
            WholeAnswer answer = send(BatchAnswers.NAME, requests.batch(batchPath, sent));
            receipts.addAll(batchAnswers.receipts(sent, answer));
        }
        return receipts;
    }

    @Override
    public void probe() {
        String what = "the probe";
        WholeAnswer answer = send(what, requests.at(probePath));
        if (answer.form() == WholeAnswer.Form.MARKUP && answer.isSuccess()) {
            throw failures.intercepted(what);
        }
        if (!answer.isSuccess()) {
            throw failures.refused(what, answer);
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
