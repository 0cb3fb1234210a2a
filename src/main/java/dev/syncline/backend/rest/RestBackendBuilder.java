package dev.syncline.backend.rest;

import dev.syncline.internal.http.Authorization;
import dev.syncline.internal.http.HttpSettings;
import java.time.Clock;
import java.time.Duration;
import java.util.function.Supplier;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a {@link RestBackend}, each with a default that fits the protocol of {@code docs/BACKENDS.md}; checked
 * together in {@link #build()}. Not thread-safe.
 */
public final class RestBackendBuilder {

    final HttpSettings http;
    Paths paths = Paths.standard();
    Rows rows = Rows.standard();
    Versions versions = Versions.numbered("version");
    Pagination pagination = Pagination.cursor();
    Delta delta = Delta.cursor();
    Deletions deletions = Deletions.told();
    Writes writes = Writes.standard();
    Errors errors = Errors.problems();
    Search search = Search.none();
    Summaries summaries = Summaries.none();
    LargePages largePages = LargePages.standard();
    Batches batches = Batches.standard();
    boolean conditionalReads = true;

    @Nullable
    BulkRead bulkRead;

    AddressTemplate probePath = AddressTemplate.of("_health");

    @Nullable
    AddressTemplate hintPath;

    @Nullable
    String keyHeader = "Idempotency-Key";

    Duration hintSilence = Duration.ofSeconds(60);
    Duration keyRetention = Duration.ofHours(24);

    RestBackendBuilder(String baseAddress) {
        http = new HttpSettings(baseAddress);
    }

    /**
     * Sets where the bearer token comes from. Default: none is sent.
     *
     * @param token asked before each request, on the thread that sends it; it must not block for long, and may throw or give
     *     an empty text if there is no token, which ends the run as refused credentials
     * @return this builder
     */
    public RestBackendBuilder bearer(Supplier<String> token) {
        http.authorization(Authorization.bearer(token));
        return this;
    }

    /**
     * Shows a name and a password with each request (RFC 7617). Default: nothing is shown.
     *
     * @param user the name, without a colon
     * @param password asked before each request, as the token of {@link #bearer} is
     * @return this builder
     * @throws IllegalArgumentException if the name has a colon
     */
    public RestBackendBuilder basic(String user, Supplier<String> password) {
        http.authorization(Authorization.basic(user, password));
        return this;
    }

    /**
     * Shows a key that may change in a header of its own with each request. A key in an address is not offered: addresses stand in logs.
     * Default: nothing is shown.
     *
     * @param header the header, such as {@code X-Api-Key}
     * @param key asked before each request, as the token of {@link #bearer} is
     * @return this builder
     * @throws IllegalArgumentException if the header is reserved or none
     */
    public RestBackendBuilder apiKey(String header, Supplier<String> key) {
        http.secretHeader(header, key);
        return this;
    }

    /**
     * Adds a header to every request, for example an API key. Default: none.
     *
     * @param name the header, none of those that this adapter sets itself
     * @param value printable ASCII
     * @return this builder
     * @throws IllegalArgumentException if the name is reserved or one of both holds a character that no header may
     */
    public RestBackendBuilder header(String name, String value) {
        http.header(name, value);
        return this;
    }

    /**
     * Says where collections and rows are.
     *
     * @param where default {@link Paths#standard()}
     * @return this builder
     */
    public RestBackendBuilder paths(Paths where) {
        paths = where;
        return this;
    }

    /**
     * Says how rows look in answers.
     *
     * @param form default {@link Rows#standard()}
     * @return this builder
     */
    public RestBackendBuilder rows(Rows form) {
        rows = form;
        return this;
    }

    /**
     * Says where versions are told and how writes name the one that they were made on.
     *
     * @param style default {@link Versions#numbered Versions.numbered("version")}
     * @return this builder
     */
    public RestBackendBuilder versions(Versions style) {
        versions = style;
        return this;
    }

    /**
     * Says how lists are split into pages.
     *
     * @param style default {@link Pagination#cursor()}
     * @return this builder
     */
    public RestBackendBuilder pagination(Pagination style) {
        pagination = style;
        return this;
    }

    /**
     * Says how changes since the last pull are told.
     *
     * @param style default {@link Delta#cursor()}
     * @return this builder
     */
    public RestBackendBuilder delta(Delta style) {
        delta = style;
        return this;
    }

    /**
     * Sets how deletions are learned.
     *
     * @param way default {@link Deletions#told()}
     * @return this builder
     */
    public RestBackendBuilder deletions(Deletions way) {
        deletions = way;
        return this;
    }

    /**
     * Says how creates, updates and deletes travel.
     *
     * @param style default {@link Writes#standard()}
     * @return this builder
     */
    public RestBackendBuilder writes(Writes style) {
        writes = style;
        return this;
    }

    /**
     * Says what refusals look like and mean.
     *
     * @param style default {@link Errors#problems()}
     * @return this builder
     */
    public RestBackendBuilder errors(Errors style) {
        errors = style;
        return this;
    }

    /**
     * Says how lists are narrowed to the records that hold certain values.
     *
     * @param way default {@link Search#none()}
     * @return this builder
     */
    public RestBackendBuilder search(Search way) {
        search = way;
        return this;
    }

    /**
     * Says where the server tells how many rows there are, so that drift can be found without reading everything.
     *
     * @param way default {@link Summaries#none()}
     * @return this builder
     */
    public RestBackendBuilder summaries(Summaries way) {
        summaries = way;
        return this;
    }

    /**
     * Sets the batch endpoint. A batch saves a round trip for each change.
     *
     * @param path relative to the base address; default {@code _batch}
     * @param most the most changes in one request, at least 2; default 500
     * @return this builder
     * @throws IllegalArgumentException if the path is not plain segments or {@code most} is below 2
     */
    public RestBackendBuilder batch(String path, int most) {
        batches = batches.at(path, most);
        return this;
    }

    /**
     * Says that the server applies a batch whose body holds {@code "atomic": true} whole or not at all: if it refuses one change, the
     * others have status 424 in its answer. Default off.
     *
     * @return this builder
     */
    public RestBackendBuilder atomicBatches() {
        batches = batches.wholeOrNot();
        return this;
    }

    /**
     * Says that the server has no batch endpoint: each change is a request of its own.
     *
     * @return this builder
     */
    public RestBackendBuilder noBatch() {
        batches = batches.none();
        return this;
    }

    /**
     * Sets the address that is asked whether the backend is there and takes the credentials.
     *
     * @param path relative to the base address; default {@code _health}
     * @return this builder
     * @throws IllegalArgumentException if the path is not plain segments
     */
    public RestBackendBuilder probe(String path) {
        probePath = AddressTemplate.of(path);
        return this;
    }

    /**
     * Names a stream of server-sent events (the WHATWG HTML standard, section 9.2) on which the server says that something
     * changed. What an event holds is not looked at; every event starts a run. Default: none.
     *
     * @param path relative to the base address
     * @param silence how long the stream may be without a byte until it counts as dead; more than the distance of the
     *     comments that the server sends as signs of life, for example 60 s at a distance of 15 s
     * @return this builder
     * @throws IllegalArgumentException if the path is not plain segments or the time not positive
     */
    public RestBackendBuilder hints(String path, Duration silence) {
        hintPath = AddressTemplate.of(path);
        hintSilence = HttpSettings.positive("silence of the hints", silence);
        return this;
    }

    /**
     * Sets how idempotency keys travel and how long they hold. A retention longer than the server's risks a double effect
     * after a long time offline; a shorter one costs a look-up.
     *
     * @param header the header of single requests; default {@code Idempotency-Key}
     * @param retention how long the server remembers a key; default 24 hours
     * @return this builder
     * @throws IllegalArgumentException if the header is reserved or none, or the retention not positive
     */
    public RestBackendBuilder idempotencyKeys(String header, Duration retention) {
        keyHeader = HttpSettings.headerName(header);
        keyRetention = HttpSettings.positive("key retention", retention);
        return this;
    }

    /**
     * Says that the server has no idempotency keys. A create whose answer was lost is then looked up before it is sent
     * again, and can have taken effect twice where nothing identifies it.
     *
     * @return this builder
     */
    public RestBackendBuilder noIdempotencyKeys() {
        keyHeader = null;
        return this;
    }

    /**
     * Says whether the server's ETags of lists can be trusted, so that "nothing new" may be a 304.
     *
     * @param trusted default true
     * @return this builder
     */
    public RestBackendBuilder conditionalReads(boolean trusted) {
        conditionalReads = trusted;
        return this;
    }

    /**
     * Limits the time for making a connection.
     *
     * @param limit default 10 s
     * @return this builder
     * @throws IllegalArgumentException if it is not positive
     */
    public RestBackendBuilder connectTimeout(Duration limit) {
        http.connectTimeout(limit);
        return this;
    }

    /**
     * Limits the time of one whole call, from the first byte sent to the last one read.
     *
     * @param limit default 30 s
     * @return this builder
     * @throws IllegalArgumentException if it is not positive
     */
    public RestBackendBuilder callTimeout(Duration limit) {
        http.callTimeout(limit);
        return this;
    }

    /**
     * Says what becomes of large pages.
     *
     * @param way default {@link LargePages#standard()}
     * @return this builder
     */
    public RestBackendBuilder largePages(LargePages way) {
        largePages = way;
        return this;
    }

    /**
     * Sets the clock that exceptions are stamped with. It decides nothing.
     *
     * @param clock default the system's
     * @return this builder
     */
    public RestBackendBuilder clock(Clock clock) {
        http.clock(clock);
        return this;
    }

    /**
     * Sets the client to start from: its TLS settings, pins, proxy, DNS and interceptors are kept. Retries, redirects,
     * cookies, cache, authenticator, timeouts, dispatcher and connection pool are replaced in a copy; the client itself
     * stays the host's, to use and to close.
     *
     * @param client default a new one
     * @return this builder
     */
    public RestBackendBuilder client(OkHttpClient client) {
        http.client(client);
        return this;
    }

    /**
     * Says that a list of an entity's takes a parameter which names the wanted ids, separated by commas, so that what is in conflict is
     * read together: {@code GET /{entity}?ids=1,2,3} lists these rows as a page of the pagination's form, deleted ones with their mark or
     * not at all. An id that holds a comma is read by itself.
     *
     * @param parameter the parameter's name; default none, each row is read by itself
     * @param most the largest number of ids in one request, 2 to 1 000
     * @return this builder
     * @throws IllegalArgumentException if the name is blank or the number is out of range
     */
    public RestBackendBuilder bulkRead(String parameter, int most) {
        bulkRead = new BulkRead(parameter, most);
        return this;
    }

    /**
     * Checks the settings against each other and makes the backend. Nothing is sent yet.
     *
     * @return the backend; closed by the manager that uses it
     * @throws IllegalArgumentException if settings contradict each other; the message names them
     */
    public RestBackend build() {
        Contradictions.refuse(this);
        http.check();
        return new RestBackend(this);
    }
}
