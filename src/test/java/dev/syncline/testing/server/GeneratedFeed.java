package dev.syncline.testing.server;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A server of one entity whose rows are made while they are sent, so that neither their number nor a page's size costs memory. */
public final class GeneratedFeed implements AutoCloseable {

    private static final Pattern CURSOR = Pattern.compile("cursor=(\\d+)");
    private static final Pattern LIMIT = Pattern.compile("limit=(\\d+)");

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final int rows;
    private final String body;
    private final boolean inOnePage;
    private volatile boolean cut;

    /**
     * Starts one.
     *
     * @param rows how many rows there are
     * @param bytes how long the body of each is
     * @param inOnePage whether the limit that a page is asked for with means nothing
     */
    public GeneratedFeed(int rows, int bytes, boolean inOnePage) {
        this.rows = rows;
        this.inOnePage = inOnePage;
        body = "x".repeat(bytes);
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(threads);
        server.createContext("/v1/note", this::page);
        server.createContext("/v1/_health", exchange -> {
            try (exchange) {
                exchange.sendResponseHeaders(204, -1);
            }
        });
        server.start();
    }

    /** The base address. */
    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/v1";
    }

    /** Whether pages end within their last row from now on. */
    public void cut(boolean on) {
        cut = on;
    }

    private void page(HttpExchange exchange) throws IOException {
        try (exchange) {
            String query = exchange.getRequestURI().getRawQuery();
            int from = number(CURSOR, query, 0);
            int to = inOnePage ? rows : Math.min(rows, from + number(LIMIT, query, 100));
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, 0);
            try (Writer out = new BufferedWriter(
                    new OutputStreamWriter(exchange.getResponseBody(), StandardCharsets.UTF_8), 1 << 16)) {
                out.write("{\"items\":[");
                for (int i = from; i < to; i++) {
                    out.write((i == from ? "" : ",") + "{\"id\":\"n" + i + "\",\"version\":1,\"count\":" + i
                            + ",\"body\":\"" + body);
                    out.write(cut && i == to - 1 ? "" : "\"}");
                }
                if (!cut) {
                    out.write("],\"cursor\":\"" + to + "\",\"more\":" + (to < rows) + ",\"total\":" + rows + "}");
                }
            }
        }
    }

    private static int number(Pattern parameter, String query, int otherwise) {
        Matcher found = parameter.matcher(query == null ? "" : query);
        return found.find() ? Integer.parseInt(found.group(1)) : otherwise;
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
