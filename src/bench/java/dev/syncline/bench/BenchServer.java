package dev.syncline.bench;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A server that speaks the documented protocol as far as the scenarios need it, from memory and on loopback. It is no
 * reference for anything: it is there so that the server is never what is measured. Rows that are created are counted and
 * answered, not fed back, since no scenario pulls after its push.
 */
final class BenchServer implements AutoCloseable {

    static final String STAMP = "2026-11-01T10:00:00.000000Z";

    private static final int THREADS = 16;
    private static final Pattern CURSOR = Pattern.compile("(?:^|&)cursor=([0-9]{1,6})(?:&|$)");

    static {
        // Read once, when the first server of the JVM is made. Without it each larger answer waits for a delayed ACK.
        System.setProperty("sun.net.httpserver.nodelay", "true");
    }

    private final HttpServer http;
    private final ExecutorService executor = Executors.newFixedThreadPool(THREADS);
    private final Set<String> created = ConcurrentHashMap.newKeySet();
    private volatile Feed feed;

    BenchServer(Feed feed) throws IOException {
        this.feed = feed;
        http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 256);
        http.createContext("/v1/", this::handle);
        http.setExecutor(executor);
        http.start();
    }

    /** The base address. */
    String url() {
        return "http://127.0.0.1:" + http.getAddress().getPort() + "/v1";
    }

    /** From now on serves this feed, and counts anew. */
    void serve(Feed feed) {
        this.feed = feed;
        created.clear();
    }

    /** Different rows that were created. */
    int createdRows() {
        return created.size();
    }

    @Override
    public void close() {
        http.stop(0);
        executor.shutdownNow();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            String call = exchange.getRequestMethod() + " "
                    + exchange.getRequestURI().getRawPath().substring("/v1/".length());
            switch (call) {
                case "GET " + Transactions.ENTITY -> page(exchange);
                case "POST " + Transactions.ENTITY -> {
                    CreatedRow row = CreatedRow.read(body);
                    created.add(row.id());
                    exchange.getResponseHeaders().set("ETag", "\"1\"");
                    send(exchange, 201, row.answer());
                }
                case "POST _batch" -> send(exchange, 200, CreatedRow.answerBatch(body, created::add));
                default ->
                    send(exchange, 404, "{\"title\":\"no scenario needs this\"}".getBytes(StandardCharsets.UTF_8));
            }
        }
    }

    private void page(HttpExchange exchange) throws IOException {
        String query = exchange.getRequestURI().getRawQuery();
        Matcher cursor = CURSOR.matcher(query == null ? "" : query);
        String etag = feed.etag();
        exchange.getResponseHeaders().set("ETag", etag);
        if (etag.equals(exchange.getRequestHeaders().getFirst("If-None-Match"))) {
            exchange.sendResponseHeaders(304, -1);
        } else {
            send(exchange, 200, feed.answer(cursor.find() ? Integer.parseInt(cursor.group(1)) : 0));
        }
    }

    private static void send(HttpExchange exchange, int status, byte[]... pieces) throws IOException {
        long length = 0;
        for (byte[] piece : pieces) {
            length += piece.length;
        }
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, length);
        OutputStream out = exchange.getResponseBody();
        for (byte[] piece : pieces) {
            out.write(piece);
        }
    }
}
