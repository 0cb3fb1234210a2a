package dev.syncline.backend.couchdb;

import dev.syncline.internal.http.Authorization;
import dev.syncline.internal.http.HttpSettings;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;

/** The settings of a {@link CouchDbBackend}, each with a default. Not thread-safe. */
public final class CouchDbBackendBuilder {

    final HttpSettings http;
    final Map<String, String> databases = new HashMap<>();

    @Nullable
    String changedAtField;

    @Nullable
    Duration hintSilence;

    List<String> hintEntities = List.of();
    int batchSize = 500;
    long maxPageBytes = 64L << 20;

    CouchDbBackendBuilder(String baseAddress) {
        http = new HttpSettings(baseAddress);
    }

    /**
     * Shows a name and a password with each request (RFC 7617). Default: nothing is shown.
     *
     * @param user the name, without a colon
     * @param password asked before each request, on the thread that sends it; it must not block for long, and may throw if there
     *     is none, which ends the run as refused credentials
     * @return this builder
     * @throws IllegalArgumentException if the name has a colon
     */
    public CouchDbBackendBuilder basic(String user, Supplier<String> password) {
        http.authorization(Authorization.basic(user, password));
        return this;
    }

    /**
     * Shows a token with each request (RFC 6750). Default: nothing is shown.
     *
     * @param token asked before each request, as the password of {@link #basic} is
     * @return this builder
     */
    public CouchDbBackendBuilder bearer(Supplier<String> token) {
        http.authorization(Authorization.bearer(token));
        return this;
    }

    /**
     * Names the database of an entity. Default: the entity's own name.
     *
     * @param entity the entity's name
     * @param database a small letter, then small letters, digits and {@code _$()+-/}
     * @return this builder
     * @throws IllegalArgumentException if no database can have the name
     */
    public CouchDbBackendBuilder database(String entity, String database) {
        if (!CouchRequests.isDatabase(database)) {
            throw new IllegalArgumentException("no database can be named " + database
                    + ": a small letter, then small letters, digits and _$()+-/");
        }
        databases.put(entity, database);
        return this;
    }

    /**
     * Names the field that tells when a document was changed, as ISO-8601 with an offset; used for last-write-wins only. The
     * documents' writers keep it up, the server does not. Default: there is none.
     *
     * @param field the field
     * @return this builder
     */
    public CouchDbBackendBuilder changedAtField(String field) {
        changedAtField = field;
        return this;
    }

    /**
     * Sets how many documents one request writes at most.
     *
     * @param documents default 500
     * @return this builder
     * @throws IllegalArgumentException if it is below 1
     */
    public CouchDbBackendBuilder batchSize(int documents) {
        if (documents < 1) {
            throw new IllegalArgumentException("batchSize is " + documents + ", but a request writes at least one");
        }
        batchSize = documents;
        return this;
    }

    /**
     * Listens to what changes in some databases ({@code _changes?feed=continuous}); every change starts a run. It takes a connection for
     * each of them. Default: none is listened to.
     *
     * @param silence how long a connection may be without a byte until it counts as dead, at least 3 s; the server is asked for a sign
     *     of life three times as often, so 60 s is a good choice
     * @param entities the entities whose databases are listened to, at least one
     * @return this builder
     * @throws IllegalArgumentException if the time is shorter, or no entity is named
     */
    public CouchDbBackendBuilder hints(Duration silence, String... entities) {
        if (silence.compareTo(Duration.ofSeconds(3)) < 0) {
            throw new IllegalArgumentException("silence of the hints is " + silence + ", but must be at least 3 s");
        }
        if (entities.length == 0) {
            throw new IllegalArgumentException("hints names no entity, so there is nothing to listen to");
        }
        hintSilence = silence;
        hintEntities = List.of(entities);
        return this;
    }

    /**
     * Limits how large an answer may be, decompressed.
     *
     * @param bytes default 64 MiB, which is also the most
     * @return this builder
     * @throws IllegalArgumentException if it is below 1 KiB or above 64 MiB
     */
    public CouchDbBackendBuilder maxPageBytes(long bytes) {
        if (bytes < 1024 || bytes > 64L << 20) {
            throw new IllegalArgumentException("maxPageBytes is " + bytes + ", but must be from 1 KiB to 64 MiB");
        }
        maxPageBytes = bytes;
        return this;
    }

    /**
     * Limits how long a connection may take.
     *
     * @param timeout default 10 s
     * @return this builder
     * @throws IllegalArgumentException if it is not positive
     */
    public CouchDbBackendBuilder connectTimeout(Duration timeout) {
        http.connectTimeout(timeout);
        return this;
    }

    /**
     * Limits how long a call may take, from connecting to the end of the answer.
     *
     * @param timeout default 30 s
     * @return this builder
     * @throws IllegalArgumentException if it is not positive
     */
    public CouchDbBackendBuilder callTimeout(Duration timeout) {
        http.callTimeout(timeout);
        return this;
    }

    /**
     * Sets the clock that exceptions are stamped with. It decides nothing.
     *
     * @param clock default the system's
     * @return this builder
     */
    public CouchDbBackendBuilder clock(Clock clock) {
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
    public CouchDbBackendBuilder client(OkHttpClient client) {
        http.client(client);
        return this;
    }

    /**
     * Checks the settings against each other and makes the backend. Nothing is sent yet.
     *
     * @return the backend; closed by the manager that uses it
     * @throws IllegalArgumentException if settings contradict each other; the message names them
     */
    public CouchDbBackend build() {
        http.check();
        return new CouchDbBackend(this);
    }
}
