package dev.syncline.contract;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * The other side of the example of a foreign protocol: keeps records in memory, in the order of their last change, and remembers each
 * key with its answer. The coding of values is the example's own.
 */
final class BencodeServer implements AutoCloseable {

    /** Turns values into bytes and back. */
    interface Coding {
        void write(ByteArrayOutputStream out, @Nullable Object value);

        @Nullable
        Object read(DataInputStream in) throws IOException;
    }

    /** A record as it stands; versions are places in the feed. */
    private record Row(String id, long version, boolean deleted, Map<Object, @Nullable Object> fields) {
        List<@Nullable Object> told() {
            return Arrays.asList(id, version, deleted, fields);
        }
    }

    private final ServerSocket socket;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Map<String, Map<String, Row>> entities = new HashMap<>();
    private final Map<Object, List<@Nullable Object>> answered = new HashMap<>();
    private final Coding coding;
    private long place;

    BencodeServer(Coding coding) {
        this.coding = coding;
        try {
            socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        threads.submit(this::accept);
    }

    int port() {
        return socket.getLocalPort();
    }

    private void accept() {
        while (!socket.isClosed()) {
            try {
                Socket caller = socket.accept();
                threads.submit(() -> serve(caller));
            } catch (IOException e) {
                return;
            }
        }
    }

    private @Nullable Void serve(Socket caller) throws IOException {
        try (caller) {
            Object request = coding.read(new DataInputStream(caller.getInputStream()));
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            coding.write(out, answer((List<?>) request));
            caller.getOutputStream().write(out.toByteArray());
        }
        return null;
    }

    private synchronized @Nullable Object answer(List<?> request) {
        if (request.get(0).equals("ping")) {
            return "pong";
        }
        Map<String, Row> rows = entities.computeIfAbsent((String) request.get(1), entity -> new LinkedHashMap<>());
        return switch ((String) request.get(0)) {
            case "list" -> list(rows, (String) request.get(2), (Long) request.get(3));
            case "read" -> {
                Row row = rows.get((String) request.get(2));
                yield row == null ? null : row.told();
            }
            default -> {
                List<@Nullable Object> known = answered.get(request.get(6));
                List<@Nullable Object> answer = known == null ? write(rows, request) : known;
                answered.put(request.get(6), answer);
                yield answer;
            }
        };
    }

    private Object list(Map<String, Row> rows, @Nullable String cursor, long limit) {
        boolean known = cursor == null || cursor.matches("[wd][0-9]{1,18}");
        if (!known) {
            return "unknown cursor";
        }
        // A walk leaves out what was deleted before it began; a delta tells every deletion.
        boolean walk = cursor == null || cursor.startsWith("w");
        long since = cursor == null ? 0 : Long.parseLong(cursor.substring(1));
        List<Row> next = rows.values().stream()
                .filter(row -> row.version() > since)
                .sorted((a, b) -> Long.compare(a.version(), b.version()))
                .toList();
        List<Row> page = next.subList(0, (int) Math.min(limit, next.size()));
        boolean more = next.size() > page.size();
        long last = page.isEmpty() ? since : page.get(page.size() - 1).version();
        List<Object> told = new ArrayList<>();
        page.forEach(row -> told.add(row.told()));
        return Arrays.asList(told, (walk && more ? "w" : "d") + last, more);
    }

    private List<@Nullable Object> write(Map<String, Row> rows, List<?> change) {
        String id = (String) change.get(3);
        Row there = id == null ? null : rows.get(id);
        boolean gone = there == null || there.deleted();
        String kind = (String) change.get(2);
        if (kind.equals("CREATE") ? !gone : gone) {
            boolean done = kind.equals("DELETE");
            Row tombstone = new Row(String.valueOf(id), there == null ? 0 : there.version(), true, Map.of());
            return Arrays.asList(done ? "done" : "moved", (there == null ? tombstone : there).told());
        }
        if (!gone && change.get(5) != null && !change.get(5).equals(Long.toString(there.version()))) {
            return Arrays.asList("moved", there.told());
        }
        Map<Object, @Nullable Object> fields = new LinkedHashMap<>(gone ? Map.of() : there.fields());
        ((Map<?, ?>) change.get(4)).forEach(fields::put);
        place++;
        Row row = new Row(id == null ? "s" + place : id, place, kind.equals("DELETE"), fields);
        rows.put(row.id(), row);
        return Arrays.asList("done", row.told());
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        threads.shutdownNow();
    }
}
