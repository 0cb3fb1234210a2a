package dev.syncline.testing;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** A list that never changes, served by cursor, offset, number, link or behind a row, as it is asked for, with trouble at one of its pages. */
public final class PagedServer implements AutoCloseable {
    private static final String JSON = "application/json";

    private final HttpServer http;
    private final Map<String, List<Map<String, Object>>> lists;
    private final AtomicInteger requests = new AtomicInteger();
    private volatile int every;
    private final AtomicInteger starts = new AtomicInteger();
    private volatile int badPage;
    private volatile Trouble trouble = Trouble.REFUSAL;

    /** What goes wrong with a page. */
    public enum Trouble {
        /** The server fails. */
        REFUSAL,
        /** The connection ends in the middle of the body. */
        CUT,
        /** A page of the network in between comes in its place. */
        MARKUP,
        /** The body is no JSON from some row on. */
        GARBAGE,
        /** One of the rows has no id. */
        NAMELESS
    }

    /** Serves so many rows of the entity {@code note}. */
    public PagedServer(int rows) {
        this(Map.of("note", IntStream.range(0, rows).mapToObj(PagedServer::note).toList()));
    }

    /** Serves lists of rows by entity; each row has an {@code id} and is of version 1. */
    public PagedServer(Map<String, List<Map<String, Object>>> lists) {
        this.lists = lists;
        try {
            http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 16);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        http.createContext("/v1/", this::serve);
        http.start();
    }

    /** The base address. */
    public String url() {
        return "http://127.0.0.1:" + http.getAddress().getPort() + "/v1";
    }

    /** From now on this page, counted from 1, fails like this. */
    public void troubleAt(int page, Trouble kind) {
        trouble = kind;
        badPage = page;
    }

    /** From now on every n-th request fails like this. */
    public void troubleEvery(int n, Trouble kind) {
        trouble = kind;
        every = n;
    }

    /** Nothing goes wrong any more, and requests are counted anew. */
    public void calm() {
        badPage = 0;
        every = 0;
        starts.set(0);
    }

    /** How many requests began at the start of the list. */
    public int starts() {
        return starts.get();
    }

    /** What is in the list, by id. */
    public Map<String, Object> contents() {
        Map<String, Object> contents = new TreeMap<>();
        lists.getOrDefault("note", List.of())
                .forEach(
                        row -> contents.put(String.valueOf(row.get("id")), row.get("title") + "/" + row.get("amount")));
        return contents;
    }

    private static Map<String, Object> note(int number) {
        return Map.of("id", String.format("n%05d", number), "title", "title " + number, "amount", number + ".10");
    }

    private void serve(HttpExchange exchange) throws IOException {
        String entity = exchange.getRequestURI().getPath().substring("/v1/".length());
        List<Map<String, Object>> rows = lists.getOrDefault(entity, List.of());
        Map<String, String> query = new HashMap<>();
        String raw = exchange.getRequestURI().getQuery();
        for (String part : raw == null ? new String[0] : raw.split("&", -1)) {
            int at = part.indexOf('=');
            query.put(part.substring(0, at), part.substring(at + 1));
        }
        int limit = Integer.parseInt(query.getOrDefault("limit", "5"));
        int from = 0;
        if (query.containsKey("page")) {
            from = (Integer.parseInt(query.get("page")) - 1) * limit;
        } else if (query.containsKey("offset")) {
            from = Integer.parseInt(query.get("offset"));
        } else if (query.containsKey("cursor")) {
            from = Integer.parseInt(query.get("cursor"));
        } else if (query.containsKey("after")) {
            from = behind(rows, query.get("after"));
        }
        if (from == 0) {
            starts.incrementAndGet();
        }
        int to = Math.min(rows.size(), from + limit);
        // An offset page begins with the last row of the one before.
        boolean bad = badPage > 0 && to > (badPage - 1) * 5 && (from + 4) / 5 + 1 >= badPage
                || every > 0 && requests.incrementAndGet() % every == 0;
        String next = to < rows.size() ? url() + "/" + entity + "?limit=" + limit + "&cursor=" + to : null;
        List<Map<String, Object>> some = from < to ? rows.subList(from, to) : List.of();
        answer(exchange, page(some, to, rows.size(), next, bad && trouble == Trouble.NAMELESS), bad);
    }

    private static int behind(List<Map<String, Object>> rows, String id) {
        return IntStream.range(0, rows.size())
                        .filter(i -> id.equals(String.valueOf(rows.get(i).get("id"))))
                        .findFirst()
                        .orElseThrow()
                + 1;
    }

    private static byte[] page(
            List<Map<String, Object>> rows, int behind, int total, @Nullable String next, boolean nameless) {
        ObjectNode page = JsonNodeFactory.instance.objectNode();
        ArrayNode items = page.putArray("items");
        for (Map<String, Object> row : rows) {
            ObjectNode item = items.addObject();
            row.forEach(item::putPOJO);
            item.put("version", 1);
        }
        if (nameless && !items.isEmpty()) {
            ((ObjectNode) items.get(items.size() - 1)).remove("id");
        }
        page.put("cursor", Integer.toString(behind)).put("more", next != null).put("total", total);
        page.put("next", next);
        try {
            return new ObjectMapper().writeValueAsBytes(page);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void answer(HttpExchange exchange, byte[] page, boolean bad) throws IOException {
        byte[] body = page;
        int status = 200;
        String type = JSON;
        if (bad && trouble == Trouble.REFUSAL) {
            status = 500;
            body = "{}".getBytes(StandardCharsets.UTF_8);
        } else if (bad && trouble == Trouble.MARKUP) {
            type = "text/html";
            body = "<html><body>Sign in</body></html>".getBytes(StandardCharsets.UTF_8);
        } else if (bad && trouble == Trouble.GARBAGE) {
            body[body.length / 2] = 1;
        }
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(status, body.length);
        boolean cut = bad && trouble == Trouble.CUT;
        exchange.getResponseBody().write(body, 0, cut ? body.length / 2 : body.length);
        exchange.close();
    }

    @Override
    public void close() {
        http.stop(0);
    }
}
