package dev.syncline.backend.rest;

import dev.syncline.backend.Findings;
import dev.syncline.backend.RemoteRecord;
import dev.syncline.internal.http.HttpCaller;
import dev.syncline.internal.http.HttpFailures;
import dev.syncline.internal.http.WholeAnswer;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import okhttp3.Request;
import org.jspecify.annotations.Nullable;

/** Asks for a few rows of a list: those of some ids, or those that hold some values. Thread-safe. */
final class RowQueries {
    private final FieldSearch search;
    private final @Nullable BulkRead bulk;
    private final Map<String, String> fixed;
    private final String limitParameter;
    /** A search begins no delta, so its last page owes no cursor. */
    private final PageFeed walk;

    private final AddressTemplate collection;
    private final AddressTemplate searched;
    private final ListPages rows;
    private final PageIntake pages;
    private final HttpCaller client;
    private final RestRequests requests;
    private final Refusals refusals;
    private final HttpFailures failures;
    private final Clock clock;

    RowQueries(
            Pagination pagination,
            FieldSearch search,
            @Nullable BulkRead bulk,
            AddressTemplate collection,
            AddressTemplate searched,
            ListPages rows,
            PageIntake pages,
            HttpCaller client,
            RestRequests requests,
            Refusals refusals,
            HttpFailures failures,
            Clock clock) {
        this.search = search;
        this.bulk = bulk;
        fixed = pagination.fixed();
        limitParameter = pagination.limitParameter();
        walk = Delta.none().over(pagination.pager());
        this.collection = collection;
        this.searched = searched;
        this.rows = rows;
        this.pages = pages;
        this.client = client;
        this.requests = requests;
        this.refusals = refusals;
        this.failures = failures;
        this.clock = clock;
    }

    /** Asks in one request for as many as have room in an address; the engine asks for the others by themselves. */
    List<RemoteRecord> fetchAll(String entity, List<String> ids) {
        if (bulk == null) {
            throw new IllegalArgumentException("this backend reads rows one by one; see bulkRead");
        }
        List<String> askable = bulk.askable(ids);
        if (askable.isEmpty()) {
            return List.of();
        }
        Map<String, String> query = new LinkedHashMap<>(fixed);
        if (!limitParameter.isEmpty()) {
            query.put(limitParameter, Integer.toString(askable.size()));
        }
        query.put(bulk.parameter(), bulk.value(askable));
        Set<String> wanted = Set.copyOf(askable);
        return listed("a read of " + entity, collection, entity, askable.size(), query).rows().records().stream()
                .filter(record -> wanted.contains(record.id()))
                .toList();
    }

    /** A server that ignores the parameters lists everything: then the page is either all there is, or another one follows. */
    Findings find(String entity, Map<String, Object> fields, int limit) {
        Optional<Map<String, String>> query = search.query(fields, limit);
        if (query.isEmpty()) {
            return Findings.NONE_KNOWN;
        }
        PageContent page = listed("a search in " + entity, searched, entity, limit, query.get());
        boolean complete = !walk.next(null, limit, page, null).more();
        return new Findings(
                page.rows().records().stream()
                        .filter(record -> !record.deleted())
                        .toList(),
                complete);
    }

    /** The one page of rows that a query gives. */
    private PageContent listed(
            String what, AddressTemplate where, String entity, int limit, Map<String, String> query) {
        Request request = requests.page(where, entity, walk.address(null, limit), query, null);
        return client.call(what, request, answer -> {
            if (!rows.isPage(answer.status())) {
                throw refusals.failure(what, WholeAnswer.read(answer, clock));
            }
            if (answer.isMarkup()) {
                throw failures.intercepted(what);
            }
            return rows.withHeaders(pages.findings(answer, entity), answer);
        });
    }
}
