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
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.IntConsumer;

/**
 * A list of notes that changes while it is read, sorted by a rank that many share. Offsets and numbers count rows as they are at the
 * moment; a cursor, link or id names the row it goes on behind. What is added keeps the order of the ids that of the ranks.
 */
public final class MovingList implements AutoCloseable {
    /** What a note is sorted by; its id breaks ties. */
    private record Place(int rank, String id) {}

    private final HttpServer http;
    private final TreeSet<Place> rows =
            new TreeSet<>(Comparator.comparingInt(Place::rank).thenComparing(Place::id));
    private final IntConsumer beforePage;
    private final boolean repeats;
    private boolean endless;
    private int requests;

    /** Hears of each request before it is answered; repeats the last row of a page on the next one if told to. */
    public MovingList(IntConsumer beforePage, boolean repeats) {
        this.beforePage = beforePage;
        this.repeats = repeats;
        try {
            http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 16);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        http.createContext("/note", this::serve);
        http.start();
    }

    /** Adds a note. */
    public synchronized void add(int rank, String id) {
        rows.add(new Place(rank, id));
    }

    /** Removes the first note. */
    public synchronized void removeFirst() {
        rows.pollFirst();
    }

    /** From now on every page is the first one and says that more follow. */
    public synchronized void neverEnd() {
        endless = true;
    }

    /** From now on pages are what they are asked to be. */
    public synchronized void end() {
        endless = false;
    }

    /** How many pages were asked for. */
    public synchronized int requests() {
        return requests;
    }

    /** The ids in the list and their ranks. */
    public synchronized Map<String, Integer> contents() {
        Map<String, Integer> contents = new TreeMap<>();
        rows.forEach(row -> contents.put(row.id(), row.rank()));
        return contents;
    }

    /** The base address. */
    public String url() {
        return "http://127.0.0.1:" + http.getAddress().getPort();
    }

    private synchronized void serve(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        if (path.startsWith("/note/")) {
            one(exchange, path.substring("/note/".length()));
            return;
        }
        beforePage.accept(++requests);
        Map<String, String> query = new HashMap<>();
        String raw = exchange.getRequestURI().getQuery();
        for (String part : raw == null ? new String[0] : raw.split("&", -1)) {
            query.put(part.substring(0, part.indexOf('=')), part.substring(part.indexOf('=') + 1));
        }
        List<Place> all = List.copyOf(rows);
        int limit = Integer.parseInt(query.getOrDefault("limit", "5"));
        int from = endless ? 0 : Math.min(all.size(), from(query, all, limit));
        int to = Math.min(all.size(), from + limit);
        ObjectNode page = JsonNodeFactory.instance.objectNode();
        ArrayNode items = page.putArray("items");
        for (Place row : all.subList(from, to)) {
            items.add(note(row));
        }
        boolean more = endless || to < all.size();
        String behind =
                to == 0 ? "0-" : all.get(to - 1).rank() + "-" + all.get(to - 1).id();
        page.put("cursor", behind).put("more", more);
        if (!endless) {
            page.put("total", all.size());
        }
        page.put("next", more ? url() + "/note?limit=" + limit + "&cursor=" + behind : null);
        answer(exchange, 200, page);
    }

    private void one(HttpExchange exchange, String id) throws IOException {
        Optional<Place> found = rows.stream().filter(row -> row.id().equals(id)).findFirst();
        answer(
                exchange,
                found.isPresent() ? 200 : 404,
                found.map(MovingList::note).orElseGet(JsonNodeFactory.instance::objectNode));
    }

    private static ObjectNode note(Place row) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("id", row.id())
                .put("rank", row.rank())
                .put("version", 1);
    }

    private static void answer(HttpExchange exchange, int status, ObjectNode json) throws IOException {
        byte[] body = new ObjectMapper().writeValueAsBytes(json);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    private int from(Map<String, String> query, List<Place> all, int limit) {
        if (query.containsKey("page")) {
            return (Integer.parseInt(query.get("page")) - 1) * limit;
        }
        if (query.containsKey("offset")) {
            return Integer.parseInt(query.get("offset"));
        }
        String last = query.get("after");
        if (last != null) {
            // Also at the end, where a page then is that row alone.
            int least = repeats ? 0 : 1;
            return (int)
                    all.stream().filter(row -> row.id().compareTo(last) < least).count();
        }
        String cursor = query.get("cursor");
        if (cursor == null) {
            return 0;
        }
        int dash = cursor.indexOf('-');
        Place after = new Place(Integer.parseInt(cursor.substring(0, dash)), cursor.substring(dash + 1));
        int behind = rows.headSet(after, true).size();
        return repeats && behind > 0 && behind < all.size() ? behind - 1 : behind;
    }

    @Override
    public void close() {
        http.stop(0);
    }
}
