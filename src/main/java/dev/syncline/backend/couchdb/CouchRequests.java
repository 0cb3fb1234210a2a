package dev.syncline.backend.couchdb;

import dev.syncline.internal.http.HttpSettings;
import dev.syncline.internal.http.JsonBody;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import okhttp3.HttpUrl;
import okhttp3.Request;
import org.jspecify.annotations.Nullable;

/**
 * Makes requests. No id of a document stands in an address but that of the mark, so none can lead elsewhere.
 *
 * @param base the server's address
 * @param databases which database an entity has, where that is not one of its own name
 * @param signature begins each request
 */
record CouchRequests(HttpUrl base, Map<String, String> databases, HttpSettings.Signature signature) {

    /** CouchDB's own rule. */
    private static final Pattern DATABASE = Pattern.compile("[a-z][a-z0-9_$()+/-]{0,237}");

    static boolean isDatabase(String name) {
        return DATABASE.matcher(name).matches();
    }

    Request changes(String entity, String since, int limit) {
        return to(database(entity)
                        .addPathSegment("_changes")
                        .addQueryParameter("since", since)
                        .addQueryParameter("limit", Integer.toString(limit))
                        .addQueryParameter("include_docs", "true")
                        .addQueryParameter("conflicts", "true")
                        .build())
                .build();
    }

    /** What changes from now on, without an end and uncompressed: a compressor holds back what is not yet worth a block. */
    Request feed(String entity, Duration heartbeat) {
        return to(database(entity)
                        .addPathSegment("_changes")
                        .addQueryParameter("feed", "continuous")
                        .addQueryParameter("since", "now")
                        .addQueryParameter("heartbeat", Long.toString(heartbeat.toMillis()))
                        .build())
                .header("Accept-Encoding", "identity")
                .build();
    }

    /** Asks for documents at revisions that need not be those that are shown. */
    Request revisions(String entity, Map<String, String> revisions) {
        return to(database(entity).addPathSegment("_bulk_get").build())
                .post(new JsonBody(Map.of(
                        "docs",
                        revisions.entrySet().stream()
                                .map(one -> Map.of("id", one.getKey(), "rev", one.getValue()))
                                .toList())))
                .build();
    }

    Request documents(String entity, List<String> ids) {
        return to(database(entity)
                        .addPathSegment("_all_docs")
                        .addQueryParameter("include_docs", "true")
                        .build())
                .post(new JsonBody(Map.of("keys", ids)))
                .build();
    }

    Request bulk(String entity, List<Map<String, @Nullable Object>> documents) {
        return to(database(entity).addPathSegment("_bulk_docs").build())
                .post(new JsonBody(Map.of("docs", documents)))
                .build();
    }

    Request database(String entity, String mark) {
        return to(markOf(entity)).put(new JsonBody(Map.of("database", mark))).build();
    }

    Request mark(String entity) {
        return to(markOf(entity)).build();
    }

    Request about(String entity) {
        return to(database(entity).build()).build();
    }

    Request uuid() {
        return to(base.newBuilder().addPathSegment("_uuids").build()).build();
    }

    Request session() {
        return to(base.newBuilder().addPathSegment("_session").build()).build();
    }

    private HttpUrl markOf(String entity) {
        return database(entity).addPathSegments("_local/syncline").build();
    }

    private HttpUrl.Builder database(String entity) {
        String name = databases.getOrDefault(entity, entity);
        if (!isDatabase(name)) {
            throw new IllegalArgumentException(
                    "entity " + entity + " cannot be the name of a database (a small letter, then"
                            + " small letters, digits and _$()+-/); nothing was sent. Name one with database(entity, name)");
        }
        return base.newBuilder().addPathSegment(name);
    }

    private Request.Builder to(HttpUrl url) {
        return signature.to(url);
    }
}
