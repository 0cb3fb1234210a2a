package consumer;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The least that a server has to do: take new records, each key once, and give them out again. */
final class SmallServer implements AutoCloseable {

    private static final Pattern CURSOR = Pattern.compile("cursor=(\\d+)");

    private final Map<String, Map<String, String>> rowsByPathAndKey = new LinkedHashMap<>();
    private final HttpServer http;

    SmallServer() throws IOException {
        http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        http.createContext("/", this::serve);
        http.start();
    }

    String url() {
        return "http://127.0.0.1:" + http.getAddress().getPort() + "/v1";
    }

    synchronized int rows(String entity) {
        return of("/v1/" + entity).size();
    }

    private Map<String, String> of(String path) {
        return rowsByPathAndKey.computeIfAbsent(path, first -> new LinkedHashMap<>());
    }

    private synchronized void serve(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        String query = String.valueOf(exchange.getRequestURI().getQuery());
        Map<String, String> rows = of(exchange.getRequestURI().getPath());
        switch (exchange.getRequestMethod()) {
            case "GET" -> answer(exchange, 200, page(rows.values(), query));
            case "POST" -> answer(exchange, 201, create(rows, exchange, body));
            default -> answer(exchange, 405, "{\"title\":\"This address takes GET and POST\",\"status\":405}");
        }
    }

    /** A cursor is the number of records that were given out before. */
    private static String page(Collection<String> all, String query) {
        Matcher cursor = CURSOR.matcher(query);
        List<String> items =
                List.copyOf(all).subList(cursor.find() ? Integer.parseInt(cursor.group(1)) : 0, all.size());
        return "{\"items\":[" + String.join(",", items) + "],\"cursor\":\"" + all.size() + "\",\"more\":false}";
    }

    private static String create(Map<String, String> rows, HttpExchange exchange, String body) {
        String key = exchange.getRequestHeaders().getFirst("Idempotency-Key");
        String owned = "{\"version\":1,\"updated_at\":\"2026-11-23T12:00:00Z\",";
        return rows.computeIfAbsent(key, first -> owned + body.substring(1));
    }

    private static void answer(HttpExchange exchange, int status, String json) throws IOException {
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, bytes.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(bytes);
        }
    }

    @Override
    public void close() {
        http.stop(0);
    }
}
