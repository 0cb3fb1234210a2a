package dev.syncline.backend.firefly;

import dev.syncline.backend.Capabilities;
import dev.syncline.backend.Findings;
import dev.syncline.backend.OutgoingChange;
import dev.syncline.backend.PullPage;
import dev.syncline.backend.PullRequest;
import dev.syncline.backend.PushReceipt;
import dev.syncline.backend.PushResult;
import dev.syncline.backend.RemoteBackend;
import dev.syncline.backend.RemoteRecord;
import dev.syncline.backend.SpooledRecords;
import dev.syncline.backend.rest.Errors;
import dev.syncline.backend.rest.Meaning;
import dev.syncline.backend.rest.Pagination;
import dev.syncline.backend.rest.Paths;
import dev.syncline.backend.rest.RestBackend;
import dev.syncline.backend.rest.RestBackendBuilder;
import dev.syncline.backend.rest.Rows;
import dev.syncline.backend.rest.Search;
import dev.syncline.backend.rest.UpdateForm;
import dev.syncline.backend.rest.Writes;
import dev.syncline.internal.http.HttpSettings;
import dev.syncline.internal.json.Json;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * A Firefly III server by its API v1, for the tables of {@code dev.syncline.finance}. It is a {@link RestBackend} with that server's
 * conventions, and what those cannot say: the splits of a transaction are records of their own here, with ids such as {@code 17.42}
 * for the split 42 of the transaction 17.
 *
 * <p>The server tells no changes and no deletions, so every pull reads all pages; it compares no versions, so that each write is preceded by a
 * read, and a change of another client's that falls between the two is overwritten. A transaction whose answer was lost is looked for by
 * its {@code external_id}, everything else by its name. Thread-safe; closed by the manager that uses it.
 */
public final class FireflyIii implements RemoteBackend {
    static final String TRANSACTION = "transaction";
    private static final String EXTERNAL_ID = "external_id";
    private static final int SEARCH_PAGE = 500;
    private static final int SEARCHED_PAGES = 200;

    private final RestBackend rest;
    private final SplitWrites splits;

    private FireflyIii(RestBackend rest, Clock clock) {
        this.rest = rest;
        splits = new SplitWrites(rest, clock);
    }

    /**
     * Makes a backend with the usual time limits.
     *
     * @param address the server's own address, such as {@code https://money.example.org}, without {@code /api}
     * @param token gives a personal access token; asked before each request, as {@link RestBackendBuilder#bearer} says
     * @return the backend; nothing is sent yet
     * @throws IllegalArgumentException if the address is none
     */
    public static FireflyIii at(String address, Supplier<String> token) {
        return at(address, token, new HttpSettings(address).clock(), settings -> settings);
    }

    /**
     * Makes a backend with settings of the host's, such as time limits or a client.
     *
     * @param address as for {@link #at(String, Supplier)}
     * @param token as there
     * @param clock dates exceptions; it decides nothing
     * @param settings changes what is not the server's convention
     * @return the backend; nothing is sent yet
     * @throws IllegalArgumentException if the address is none or the settings contradict each other
     */
    public static FireflyIii at(
            String address, Supplier<String> token, Clock clock, UnaryOperator<RestBackendBuilder> settings) {
        String base = address.endsWith("/") ? address.substring(0, address.length() - 1) : address;
        return new FireflyIii(
                settings.apply(conventions(base + "/api/v1").bearer(token).clock(clock))
                        .build(),
                clock);
    }

    private static RestBackendBuilder conventions(String base) {
        return RestBackend.plainAt(base)
                .paths(Paths.standard()
                        .named("account", "accounts")
                        .named("category", "categories")
                        .named("budget", "budgets")
                        .named("bill", "bills")
                        .named("piggy_bank", "piggy-banks")
                        .named(TRANSACTION, "transactions")
                        .named(SplitWrites.SPLIT, "transaction-journals"))
                .rows(Rows.standard()
                        .changedAt("attributes.updated_at")
                        .neverMarkedDeleted()
                        .answeredIn("data")
                        .fieldsIn("attributes")
                        .without(FlatFields.COMPUTED))
                .pagination(Pagination.numbered(1).items("data").totalField("meta.pagination.total"))
                .writes(Writes.by(UpdateForm.PUT_CHANGED))
                // A missing record looks like refused credentials in some releases; those are tried then.
                .errors(Errors.problems().code("exception").fields("errors").means(401, Meaning.GONE))
                .search(Search.byTerm("query", "{field}_is:\"{value}\"").at("search/{entity}"))
                .probe("about/user");
    }

    @Override
    public String name() {
        return rest.name();
    }

    @Override
    public Capabilities capabilities() {
        return rest.capabilities();
    }

    @Override
    public PullPage fetchPage(PullRequest request) {
        PullPage page = rest.fetchPage(request);
        Function<RemoteRecord, List<RemoteRecord>> form = form(request.entity());
        if (page.records() instanceof SpooledRecords spooled) {
            return with(page, new SpooledForms(spooled, form));
        }
        List<RemoteRecord> records = new ArrayList<>();
        page.records().forEach(record -> records.addAll(form.apply(record)));
        return with(page, records);
    }

    private static PullPage with(PullPage page, Collection<RemoteRecord> records) {
        return new PullPage(
                records,
                page.next(),
                page.more(),
                -1,
                page.serverTime(),
                page.validator(),
                page.notModified(),
                page.whole());
    }

    /** What a record of the server's is here: itself in other words, or its splits. */
    private static Function<RemoteRecord, List<RemoteRecord>> form(String entity) {
        return entity.equals(TRANSACTION)
                ? TransactionSplits::of
                : record -> List.of(FlatFields.incoming(entity, record));
    }

    @Override
    public Optional<RemoteRecord> fetch(String entity, String id) {
        if (!entity.equals(TRANSACTION)) {
            return rest.fetch(entity, id).map(record -> FlatFields.incoming(entity, record));
        }
        return rest.fetch(entity, TransactionSplits.group(id)).flatMap(group -> TransactionSplits.find(group, id));
    }

    @Override
    public Findings find(String entity, Map<String, Object> fields, int limit) {
        if (!entity.equals(TRANSACTION)) {
            return walk(entity, fields);
        }
        if (!fields.keySet().equals(Set.of(EXTERNAL_ID))) {
            return Findings.NONE_KNOWN;
        }
        Findings groups = rest.find(entity, fields, limit);
        return new Findings(
                groups.records().stream()
                        .flatMap(group -> TransactionSplits.of(group).stream())
                        .filter(split -> holds(split, fields))
                        .toList(),
                groups.complete());
    }

    /** Only transactions can be searched by a field; of the others there are few enough to be looked through. */
    private Findings walk(String entity, Map<String, Object> fields) {
        List<RemoteRecord> found = new ArrayList<>();
        String cursor = null;
        for (int pages = 0; pages < SEARCHED_PAGES; pages++) {
            try (PullPage page = fetchPage(new PullRequest(entity, cursor, SEARCH_PAGE))) {
                page.records().stream().filter(record -> holds(record, fields)).forEach(found::add);
                if (!page.more()) {
                    return new Findings(found, true);
                }
                cursor = page.next();
            }
        }
        return new Findings(found, false);
    }

    private static boolean holds(RemoteRecord record, Map<String, Object> fields) {
        return fields.entrySet().stream()
                .allMatch(field -> Objects.equals(
                        Json.canonical(record.fields().get(field.getKey())), Json.canonical(field.getValue())));
    }

    @Override
    public PushResult push(OutgoingChange change) {
        if (change.entity().equals(TRANSACTION)) {
            return splits.push(change);
        }
        PushResult result = rest.push(FlatFields.outgoing(change));
        return FlatFields.incoming(change.entity(), result);
    }

    @Override
    public List<PushReceipt> pushBatch(List<OutgoingChange> changes) {
        return rest.pushBatch(changes);
    }

    @Override
    public void probe() {
        rest.probe();
    }

    @Override
    public void close() {
        rest.close();
    }
}
