package consumer;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The least that a server of one entity, payment, has to do: take new records, each key once, and give them out again. */
final class SmallServer implements AutoCloseable {

    private static final Pattern CURSOR = Pattern.compile("cursor=(\\d+)");

    private final Map<String, String> rowsByKey = new LinkedHashMap<>();
    private final HttpServer http;

    SmallServer() throws IOException {
        http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        http.createContext("/", this::serve);
        http.start();
    }

    String url() {
        return "http://127.0.0.1:" + http.getAddress().getPort() + "/v1";
    }

    synchronized int rows() {
        return rowsByKey.size();
    }

    private synchronized void serve(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        String query = String.valueOf(exchange.getRequestURI().getQuery());
        switch (exchange.getRequestMethod() + " " + exchange.getRequestURI().getPath()) {
            case "GET /v1/payment" -> answer(exchange, 200, page(query));
            case "POST /v1/payment" -> answer(exchange, 201, create(exchange, body));
            default -> answer(exchange, 404, "{\"title\":\"There is nothing at this address\",\"status\":404}");
        }
    }

    /** A cursor is the number of records that were given out before. */
    private String page(String query) {
        Matcher cursor = CURSOR.matcher(query);
        List<String> rows = List.copyOf(rowsByKey.values());
        List<String> items = rows.subList(cursor.find() ? Integer.parseInt(cursor.group(1)) : 0, rows.size());
        return "{\"items\":[" + String.join(",", items) + "],\"cursor\":\"" + rows.size() + "\",\"more\":false}";
    }

    private String create(HttpExchange exchange, String body) {
        String key = exchange.getRequestHeaders().getFirst("Idempotency-Key");
        String owned = "{\"version\":1,\"updated_at\":\"2026-11-23T12:00:00Z\",";
        return rowsByKey.computeIfAbsent(key, first -> owned + body.substring(1));
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
