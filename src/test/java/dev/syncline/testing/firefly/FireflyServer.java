package dev.syncline.testing.firefly;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.syncline.internal.json.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Firefly III's API v1 as its documentation and source have it, as far as the tables of finance go: JSON:API with numbered pages, 200 for
 * creates, partial {@code PUT}, 422 with an array of messages for each field, no versions, no deletions told, and a missing record that is a
 * 404 or, as with older releases, a 401.
 */
public final class FireflyServer implements AutoCloseable {
    private static final Pattern EXTERNAL = Pattern.compile("external_id_is:\"([^\"]*)\"");
    private static final int PAGE = 50;

    private final HttpServer http;
    private final ExecutorService executor = Executors.newFixedThreadPool(8);
    private final FireflyBooks books = new FireflyBooks();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private volatile String token = "secret";
    private volatile boolean missingLooksForbidden;
    private volatile @Nullable String loseAnswerTo;

    public FireflyServer() {
        try {
            http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 64);
        } catch (IOException e) {
            throw new IllegalStateException("no port could be opened", e);
        }
        http.createContext("/", this::serve);
        http.setExecutor(executor);
        http.start();
    }

    public String url() {
        return "http://127.0.0.1:" + http.getAddress().getPort();
    }

    /** Answers 401 where a record is missing, as older releases do. */
    public FireflyServer missingLooksForbidden() {
        missingLooksForbidden = true;
        return this;
    }

    /** Takes this token only. */
    public void token(String only) {
        token = only;
    }

    /** Does what the next request of this method says and breaks the connection. */
    public void loseAnswerTo(String method) {
        loseAnswerTo = method;
    }

    /** Method and path of each request. */
    public List<String> requests() {
        return requests;
    }

    /** Makes a row as the server's own pages would. */
    public synchronized long create(String kind, Map<String, @Nullable Object> fields) {
        return books.create(kind, new LinkedHashMap<>(fields));
    }

    /** Changes a row as the server's own pages would. */
    public synchronized void update(String kind, long id, Map<String, @Nullable Object> fields) {
        books.update(kind, id, new LinkedHashMap<>(fields));
    }

    /** Deletes a row as the server's own pages would. */
    public synchronized void delete(String kind, long id) {
        books.delete(kind, id);
    }

    /** The rows of a kind by their ids, as they are kept. */
    public synchronized Map<Long, Map<String, @Nullable Object>> rows(String kind) {
        return new TreeMap<>(books.of(kind));
    }

    /** All splits of all transactions. */
    public synchronized List<Map<String, @Nullable Object>> splits() {
        return new ArrayList<>(books.allSplits());
    }

    private void serve(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        String method = exchange.getRequestMethod();
        requests.add(method + " " + path);
        byte[] body = exchange.getRequestBody().readAllBytes();
        Answer answer;
        synchronized (this) {
            boolean letIn =
                    ("Bearer " + token).equals(exchange.getRequestHeaders().getFirst("Authorization"));
            answer = letIn && path.startsWith("/api/v1/")
                    ? route(exchange, method, path.substring("/api/v1/".length()), body)
                    : unauthenticated();
        }
        if (method.equals(loseAnswerTo)) {
            loseAnswerTo = null;
            exchange.close();
            return;
        }
        byte[] bytes = answer.body() == null ? new byte[0] : Json.writeBytes(answer.body());
        exchange.getResponseHeaders().set("Content-Type", "application/vnd.api+json");
        exchange.sendResponseHeaders(answer.status(), bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    private Answer route(HttpExchange exchange, String method, String path, byte[] body) {
        if (path.equals("about/user")) {
            return new Answer(200, Map.of("data", Map.of("type", "users", "id", "1", "attributes", Map.of())));
        }
        String[] parts = path.split("/");
        Map<String, String> query = query(exchange);
        if (path.equals("search/transactions")) {
            return search(query);
        }
        if (parts[0].equals("transaction-journals") && parts.length == 2 && method.equals("DELETE")) {
            return books.deleteSplit(parts[1]) ? new Answer(204, null) : missing();
        }
        TreeMap<Long, Map<String, @Nullable Object>> rows = books.of(parts[0]);
        if (rows == null) {
            return missing();
        }
        try {
            if (parts.length == 1) {
                return method.equals("POST")
                        ? one(parts[0], books.create(parts[0], members(body)))
                        : page(parts[0], List.copyOf(rows.keySet()), query);
            }
            if (!parts[1].matches("[0-9]{1,18}") || !rows.containsKey(Long.valueOf(parts[1]))) {
                return missing();
            }
            long id = Long.parseLong(parts[1]);
            if (method.equals("DELETE")) {
                books.delete(parts[0], id);
                return new Answer(204, null);
            }
            if (method.equals("PUT")) {
                books.update(parts[0], id, members(body));
            }
            return one(parts[0], id);
        } catch (FireflyBooks.Invalid invalid) {
            Map<String, Object> errors = new LinkedHashMap<>();
            invalid.errors().forEach((field, message) -> errors.put(field, List.of(message)));
            return new Answer(
                    422, Map.of("message", invalid.errors().values().iterator().next(), "errors", errors));
        }
    }

    private Answer one(String kind, long id) {
        return new Answer(200, Map.of("data", books.shown(kind, id)));
    }

    /** A page beyond the last one is empty. */
    private Answer page(String kind, List<Long> ids, Map<String, String> query) {
        int limit = Integer.parseInt(query.getOrDefault("limit", Integer.toString(PAGE)));
        int page = Integer.parseInt(query.getOrDefault("page", "1"));
        List<Object> data = ids.stream()
                .skip((long) (page - 1) * limit)
                .limit(limit)
                .map(id -> (Object) books.shown(kind, id))
                .toList();
        Map<String, Object> pagination = Map.of(
                "total", (long) ids.size(),
                "count", (long) data.size(),
                "per_page", (long) limit,
                "current_page", (long) page,
                "total_pages", (long) Math.max(1, (ids.size() + limit - 1) / limit));
        return new Answer(200, Map.of("data", data, "meta", Map.of("pagination", pagination), "links", Map.of()));
    }

    private Answer search(Map<String, String> query) {
        Matcher wanted = EXTERNAL.matcher(query.getOrDefault("query", ""));
        List<Long> found = new ArrayList<>();
        if (wanted.matches()) {
            books.of(FireflyBooks.TRANSACTIONS).forEach((id, row) -> {
                if (FireflyBooks.splits(row).stream()
                        .anyMatch(split -> wanted.group(1).equals(split.get("external_id")))) {
                    found.add(id);
                }
            });
        }
        return page(FireflyBooks.TRANSACTIONS, found, query);
    }

    private Answer missing() {
        return missingLooksForbidden
                ? unauthenticated()
                : new Answer(404, Map.of("message", "Resource not found", "exception", "NotFoundHttpException"));
    }

    private static Answer unauthenticated() {
        return new Answer(401, Map.of("message", "Unauthenticated.", "exception", "AuthenticationException"));
    }

    private static Map<String, @Nullable Object> members(byte[] body) {
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        ((Map<?, ?>) Json.parse(body)).forEach((name, value) -> members.put((String) name, value));
        return members;
    }

    private static Map<String, String> query(HttpExchange exchange) {
        Map<String, String> query = new LinkedHashMap<>();
        String raw = exchange.getRequestURI().getRawQuery();
        for (String part : raw == null ? new String[0] : raw.split("&")) {
            String[] pair = part.split("=", 2);
            query.put(pair[0], URLDecoder.decode(pair[1], StandardCharsets.UTF_8));
        }
        return query;
    }

    @Override
    public void close() {
        http.stop(0);
        executor.shutdownNow();
    }

    private record Answer(int status, @Nullable Object body) {}
}
