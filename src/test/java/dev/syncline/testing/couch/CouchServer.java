package dev.syncline.testing.couch;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.syncline.internal.json.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * Databases in memory behind HTTP, with the habits of a server of this family that matter here: sequences are numbers, or opaque
 * as in a cluster; a database that was made anew takes an old sequence for its end; numbers are doubles; answers are text/plain.
 */
public final class CouchServer implements AutoCloseable {

    private final boolean cluster;
    private final HttpServer http;
    private final ExecutorService executor = Executors.newFixedThreadPool(8);
    private final Map<String, CouchDatabase> databases = new TreeMap<>();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final List<String> effects = new ArrayList<>();
    private volatile @Nullable String password;
    private volatile boolean refusesMarks;
    private volatile boolean hasBulkGet = true;
    private volatile boolean losesNextBulkAnswer;
    private long uuids;

    private CouchServer(boolean cluster) {
        this.cluster = cluster;
        try {
            http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 64);
        } catch (IOException e) {
            throw new IllegalStateException("no port could be opened", e);
        }
        http.createContext("/", this::serve);
        http.setExecutor(executor);
        http.start();
    }

    /** One node, whose sequences are numbers. */
    public static CouchServer node() {
        return new CouchServer(false);
    }

    /** A cluster, whose sequences only it can read. */
    public static CouchServer cluster() {
        return new CouchServer(true);
    }

    public String url() {
        return "http://127.0.0.1:" + http.getAddress().getPort();
    }

    /** Makes a database, in place of one of that name. */
    public synchronized CouchServer create(String database) {
        databases.put(database, new CouchDatabase(cluster));
        return this;
    }

    /** Writes a document as another client would, whatever revision it is at. */
    public synchronized void put(String database, String id, Map<String, ?> fields) {
        CouchDatabase target = databases.get(database);
        Map<String, @Nullable Object> present = target.find(id);
        Map<String, @Nullable Object> document = new LinkedHashMap<>(fields);
        document.put("_id", id);
        if (present != null && present.get("_deleted") == null) {
            document.put("_rev", present.get("_rev"));
        }
        target.write(document, id);
    }

    /** Leaves a revision of a document beside the one that is shown, as replication does. */
    public synchronized void leave(String database, String id, String revision, Map<String, ?> fields) {
        databases.get(database).leave(id, revision, fields);
    }

    /** The revisions beside the one that is shown. */
    public synchronized List<String> beside(String database, String id) {
        return List.copyOf(databases.get(database).beside(id).keySet());
    }

    /** Is a server that has no {@code _bulk_get}. */
    public void withoutBulkGet() {
        hasBulkGet = false;
    }

    /** A document as it is; null if there is none. */
    public synchronized @Nullable Map<String, @Nullable Object> document(String database, String id) {
        Map<String, @Nullable Object> document = databases.get(database).find(id);
        return document == null || document.get("_deleted") != null ? null : Map.copyOf(document);
    }

    /** How many live documents a database has. */
    public synchronized long count(String database) {
        return databases.get(database).all().values().stream()
                .filter(document -> document.get("_deleted") == null)
                .count();
    }

    /** Method and path of each request. */
    public List<String> requests() {
        return requests;
    }

    public void password(String only) {
        password = only;
    }

    /** Lets nobody write {@code _local} documents. */
    public void refuseMarks() {
        refusesMarks = true;
    }

    /** Does what the next {@code _bulk_docs} says and breaks the connection. */
    public void loseNextBulkAnswer() {
        losesNextBulkAnswer = true;
    }

    private void serve(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getRawPath();
        requests.add(exchange.getRequestMethod() + " " + path);
        byte[] body = exchange.getRequestBody().readAllBytes();
        Answer answer;
        synchronized (this) {
            answer = isLetIn(exchange)
                    ? route(exchange, path, body)
                    : error(401, "unauthorized", "Name or password is incorrect.");
        }
        if (answer == null) {
            exchange.close();
            return;
        }
        byte[] bytes = Json.writeBytes(answer.body());
        exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=utf-8");
        exchange.sendResponseHeaders(answer.status(), bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    private boolean isLetIn(HttpExchange exchange) {
        String shown = exchange.getRequestHeaders().getFirst("Authorization");
        return password == null
                || ("Basic "
                                + Base64.getEncoder()
                                        .encodeToString(("anna:" + password).getBytes(StandardCharsets.UTF_8)))
                        .equals(shown);
    }

    private @Nullable Answer route(HttpExchange exchange, String path, byte[] body) {
        String[] parts = path.substring(1).split("/");
        if (parts[0].equals("_uuids")) {
            return new Answer(200, Map.of("uuids", List.of("mark-" + System.identityHashCode(this) + "-" + ++uuids)));
        }
        if (parts[0].equals("_session")) {
            return new Answer(200, Map.of("ok", true));
        }
        CouchDatabase database = databases.get(URLDecoder.decode(parts[0], StandardCharsets.UTF_8));
        if (database == null) {
            return error(404, "not_found", "no_db_file");
        }
        if (parts.length == 1) {
            return new Answer(200, Map.of("update_seq", database.shown(database.sequence())));
        }
        return switch (parts[1]) {
            case "_changes" -> changes(database, query(exchange));
            case "_all_docs" -> documents(database, (Map<?, ?>) Json.parse(body));
            case "_bulk_get" ->
                hasBulkGet ? revisions(database, (Map<?, ?>) Json.parse(body)) : error(404, "not_found", "missing");
            case "_bulk_docs" -> bulk(database, (Map<?, ?>) Json.parse(body));
            case "_local" -> local(database, exchange.getRequestMethod(), parts[2], body);
            default -> error(404, "not_found", "missing");
        };
    }

    private static Answer changes(CouchDatabase database, Map<String, String> query) {
        return new Answer(200, database.changes(query.get("since"), Integer.parseInt(query.get("limit"))));
    }

    private static Answer revisions(CouchDatabase database, Map<?, ?> asked) {
        List<Object> results = new ArrayList<>();
        for (Object one : (List<?>) asked.get("docs")) {
            Map<?, ?> named = (Map<?, ?>) one;
            String id = (String) named.get("id");
            Map<String, @Nullable Object> found = database.beside(id).get((String) named.get("rev"));
            results.add(Map.of(
                    "id",
                    id,
                    "docs",
                    List.of(
                            found == null
                                    ? Map.of("error", Map.of("error", "not_found", "reason", "missing"))
                                    : Map.of("ok", found))));
        }
        return new Answer(200, Map.of("results", results));
    }

    private static Answer documents(CouchDatabase database, Map<?, ?> asked) {
        List<@Nullable Object> rows = new ArrayList<>();
        for (Object key : (List<?>) asked.get("keys")) {
            Map<String, @Nullable Object> document = database.find((String) key);
            Map<String, @Nullable Object> row = new LinkedHashMap<>();
            row.put("key", key);
            if (document == null) {
                row.put("error", "not_found");
            } else {
                boolean gone = document.get("_deleted") != null;
                row.put("id", key);
                row.put(
                        "value",
                        gone
                                ? Map.of("rev", document.get("_rev"), "deleted", true)
                                : Map.of("rev", document.get("_rev")));
                row.put("doc", gone ? null : document);
            }
            rows.add(row);
        }
        return new Answer(200, Map.of("rows", rows));
    }

    private @Nullable Answer bulk(CouchDatabase database, Map<?, ?> sent) {
        List<@Nullable Object> entries = new ArrayList<>();
        for (Object document : (List<?>) sent.get("docs")) {
            Map<?, ?> members = (Map<?, ?>) document;
            if (members.keySet().stream().anyMatch(n -> ((String) n).matches("_(?!id|rev|deleted|attachments).*"))) {
                return error(500, "doc_validation", "Bad special document member");
            }
            Map<String, @Nullable Object> entry = database.write((Map<?, ?>) asDoubles(members), "uuid-" + ++uuids);
            if (entry.get("ok") != null) {
                effects.add(String.valueOf(entry.get("id")));
            }
            entries.add(entry);
        }
        if (losesNextBulkAnswer) {
            losesNextBulkAnswer = false;
            return null;
        }
        return new Answer(201, entries);
    }

    /** How often documents were written under this id by way of {@code _bulk_docs}. */
    public synchronized long effects(String id) {
        return effects.stream().filter(id::equals).count();
    }

    private static @Nullable Object asDoubles(@Nullable Object value) {
        if (value instanceof Map<?, ?> members) {
            Map<String, @Nullable Object> copy = new LinkedHashMap<>();
            members.forEach((name, member) -> copy.put((String) name, asDoubles(member)));
            return copy;
        }
        if (value instanceof List<?> items) {
            return new ArrayList<>(items.stream().map(CouchServer::asDoubles).toList());
        }
        if (value instanceof Number number) {
            double kept = number.doubleValue();
            return kept == Math.rint(kept) && Math.abs(kept) < 1e18
                    ? (Object) (long) kept
                    : (Object) new java.math.BigDecimal(Double.toString(kept));
        }
        return value;
    }

    private Answer local(CouchDatabase database, String method, String id, byte[] body) {
        if (method.equals("GET")) {
            Map<String, @Nullable Object> document = database.local().get(id);
            return document == null ? error(404, "not_found", "missing") : new Answer(200, document);
        }
        if (refusesMarks) {
            return error(403, "forbidden", "You are not a db or server admin.");
        }
        if (database.local().containsKey(id)) {
            return error(409, "conflict", "Document update conflict.");
        }
        Map<String, @Nullable Object> document = new LinkedHashMap<>();
        ((Map<?, ?>) Json.parse(body)).forEach((name, value) -> document.put((String) name, value));
        database.local().put(id, document);
        return new Answer(201, Map.of("ok", true));
    }

    private static Map<String, String> query(HttpExchange exchange) {
        Map<String, String> query = new LinkedHashMap<>();
        for (String part : exchange.getRequestURI().getRawQuery().split("&")) {
            String[] pair = part.split("=", 2);
            query.put(pair[0], URLDecoder.decode(pair[1], StandardCharsets.UTF_8));
        }
        return query;
    }

    private static Answer error(int status, String error, String reason) {
        return new Answer(status, Map.of("error", error, "reason", reason));
    }

    @Override
    public void close() {
        http.stop(0);
        executor.shutdownNow();
    }

    private record Answer(int status, Object body) {}
}
