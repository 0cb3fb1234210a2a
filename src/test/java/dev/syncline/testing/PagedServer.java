package dev.syncline.testing;

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
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;

/** A list that never changes, served by cursor, offset, number or link, as it is asked for, with trouble at one of its pages. */
public final class PagedServer implements AutoCloseable {
    private static final String JSON = "application/json";

    private final HttpServer http;
    private final int rows;
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

    /** Serves so many rows of one entity. */
    public PagedServer(int rows) {
        this.rows = rows;
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

    /** Nothing goes wrong any more, and requests are counted anew. */
    public void calm() {
        badPage = 0;
        starts.set(0);
    }

    /** How many requests began at the start of the list. */
    public int starts() {
        return starts.get();
    }

    /** What is in the list, by id. */
    public Map<String, Object> contents() {
        Map<String, Object> contents = new TreeMap<>();
        for (int i = 0; i < rows; i++) {
            contents.put(id(i), "title " + i + "/" + amount(i));
        }
        return contents;
    }

    private static String id(int number) {
        return String.format("n%05d", number);
    }

    private static String amount(int number) {
        return number + ".10";
    }

    private void serve(HttpExchange exchange) throws IOException {
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
        }
        if (from == 0) {
            starts.incrementAndGet();
        }
        int to = Math.min(rows, from + limit);
        // An offset page begins with the last row of the one before.
        boolean bad = badPage > 0 && to > (badPage - 1) * 5 && (from + 4) / 5 + 1 >= badPage;
        answer(exchange, page(from, to, limit, bad && trouble == Trouble.NAMELESS), bad);
    }

    private byte[] page(int from, int to, int limit, boolean nameless) {
        ObjectNode page = JsonNodeFactory.instance.objectNode();
        ArrayNode items = page.putArray("items");
        for (int i = from; i < to; i++) {
            ObjectNode row = items.addObject();
            if (!nameless || i < to - 1) {
                row.put("id", id(i));
            }
            row.put("version", 1).put("title", "title " + i).put("amount", amount(i));
        }
        boolean more = to < rows;
        page.put("cursor", Integer.toString(to)).put("more", more).put("total", rows);
        page.put("next", more ? url() + "/note?limit=" + limit + "&cursor=" + to : null);
        return page.toString().getBytes(StandardCharsets.UTF_8);
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
