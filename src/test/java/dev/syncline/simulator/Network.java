package dev.syncline.simulator;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.syncline.testing.server.ServerInMemory;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.ProtocolException;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import okhttp3.MediaType;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.ResponseBody;
import okio.Buffer;
import okio.BufferedSource;
import okio.ForwardingSource;
import okio.Okio;

/** What lies between the devices and the server: bytes go in and out, and everything that can go wrong with them does. */
final class Network {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int[] UNAVAILABLE = {500, 502, 503, 504, 408, 425};

    private ServerInMemory server;
    private final VirtualTime time;
    private final Tape tape;
    private final Trace trace;
    private final Deque<ServerInMemory.Request> late = new ArrayDeque<>();
    private final Map<String, List<ServerInMemory.Response>> cache = new HashMap<>();
    private final Set<Integer> noWrites = new HashSet<>();
    private final Set<Integer> noReads = new HashSet<>();
    private int storm;

    Network(ServerInMemory server, VirtualTime time, Tape tape, Trace trace) {
        this.server = server;
        this.time = time;
        this.tape = tape;
        this.trace = trace;
    }

    /** From now on another server answers; it knows nothing of what was asked before. */
    void moveTo(ServerInMemory other) {
        server = other;
        late.clear();
        cache.clear();
    }

    /** How many of ten requests meet trouble. */
    void storm(int ofTen) {
        storm = ofTen;
    }

    /** Cuts a device off in one direction or the other. */
    void cut(int device, boolean writes, boolean reads) {
        noWrites.remove(device);
        noReads.remove(device);
        if (writes) {
            noWrites.add(device);
        }
        if (reads) {
            noReads.add(device);
        }
    }

    /** From now on nothing goes wrong. */
    void heal() {
        storm = 0;
        noWrites.clear();
        noReads.clear();
        deliverAllLate();
    }

    /** Nothing is on its way any more. */
    void deliverAllLate() {
        while (!late.isEmpty()) {
            deliverLate();
        }
    }

    /** A request that its sender has given up reaches the server. */
    void deliverLate() {
        ServerInMemory.Request request = late.poll();
        if (request != null) {
            ServerInMemory.Response answer = serve(request);
            trace.tell("  late: " + describe(request) + " → " + answer.status());
        }
    }

    static ServerInMemory.Request read(Request request) throws IOException {
        Map<String, String> headers = new HashMap<>();
        request.headers()
                .names()
                .forEach(name -> headers.put(
                        name.toLowerCase(Locale.ROOT), request.headers().get(name)));
        byte[] body = new byte[0];
        if (request.body() != null) {
            Buffer buffer = new Buffer();
            request.body().writeTo(buffer);
            body = buffer.readByteArray();
        }
        return new ServerInMemory.Request(
                request.method(), request.url().encodedPath(), request.url().encodedQuery(), headers, body);
    }

    Trouble draw(int device, ServerInMemory.Request request) {
        boolean reads = request.method().equals("GET");
        if ((reads ? noReads : noWrites).contains(device)) {
            return tape.oneIn(2) ? Trouble.SILENCE : Trouble.REFUSED;
        }
        return storm > 0 && tape.nextInt(10) >= 10 - storm ? tape.pick(List.of(Trouble.values())) : Trouble.NONE;
    }

    /** Lets a request meet its trouble; killing is left to the caller. */
    ServerInMemory.Response carry(ServerInMemory.Request request, Trouble trouble) throws IOException {
        switch (trouble) {
            case REFUSED -> throw new ConnectException("no route");
            case LOST -> throw new SocketException("connection reset before the request was through");
            case SILENCE -> {
                return silence();
            }
            case LATE -> {
                late.add(request);
                return silence();
            }
            case UNAVAILABLE -> {
                return ServerInMemory.problem(UNAVAILABLE[tape.nextInt(UNAVAILABLE.length)], Map.of());
            }
            case PAUSED -> {
                String wait = Integer.toString(tape.nextInt(90));
                return ServerInMemory.problem(tape.oneIn(2) ? 429 : 503, Map.of("Retry-After", wait));
            }
            case PORTAL -> {
                byte[] page = "<html><body>Please log in</body></html>".getBytes(StandardCharsets.UTF_8);
                return new ServerInMemory.Response(200, "text/html", Map.of(), page);
            }
            case UNAUTHORIZED -> {
                return ServerInMemory.problem(401, Map.of("WWW-Authenticate", "Bearer"));
            }
            case EXPIRED -> {
                return goesOn(request) ? ServerInMemory.problem(410, Map.of()) : serve(request);
            }
            default -> {
                return answered(request, trouble);
            }
        }
    }

    private static boolean goesOn(ServerInMemory.Request request) {
        return request.query() != null && request.query().contains("cursor=");
    }

    private ServerInMemory.Response answered(ServerInMemory.Request request, Trouble trouble) throws IOException {
        ServerInMemory.Response answer = serve(request);
        return switch (trouble) {
            case TWICE -> twice(request, answer);
            case ANSWER_LOST -> throw new SocketException("connection reset before the answer");
            case SILENCE_AFTER -> silence();
            case BAD_GATEWAY -> ServerInMemory.problem(tape.oneIn(2) ? 502 : 500, Map.of());
            case STALE -> stale(request, answer);
            case SHUFFLED -> shuffled(request, answer);
            default -> answer;
        };
    }

    private ServerInMemory.Response twice(ServerInMemory.Request request, ServerInMemory.Response first) {
        ServerInMemory.Response second = serve(request);
        return tape.oneIn(2) ? second : first;
    }

    private ServerInMemory.Response silence() throws IOException {
        time.pass(PATIENCE);
        throw new InterruptedIOException("timeout");
    }

    private ServerInMemory.Response serve(ServerInMemory.Request request) {
        ServerInMemory.Response answer = server.serve(request);
        if (request.method().equals("GET") && answer.status() == 200) {
            cache.computeIfAbsent(request.path() + "?" + request.query(), url -> new ArrayList<>())
                    .add(answer);
        }
        return answer;
    }

    private ServerInMemory.Response stale(ServerInMemory.Request request, ServerInMemory.Response answer) {
        List<ServerInMemory.Response> kept = cache.get(request.path() + "?" + request.query());
        boolean page = request.query() != null;
        return kept == null || !page ? answer : tape.pick(kept);
    }

    private ServerInMemory.Response shuffled(ServerInMemory.Request request, ServerInMemory.Response answer)
            throws IOException {
        if (!request.path().endsWith("/_batch") || answer.status() != 200) {
            return answer;
        }
        ObjectNode body = (ObjectNode) JSON.readTree(answer.body());
        ArrayNode results = (ArrayNode) body.get("results");
        ArrayNode other = body.putArray("results");
        int first = tape.nextInt(results.size());
        for (int i = tape.nextInt(2); i < results.size(); i++) {
            other.add(results.get((first + i) % results.size()));
        }
        return new ServerInMemory.Response(200, answer.contentType(), answer.headers(), JSON.writeValueAsBytes(body));
    }

    /** The answer as the device's HTTP client gives it. */
    Response deliver(Request request, ServerInMemory.Response answer, boolean cutShort) {
        Response.Builder response = new Response.Builder()
                .request(request)
                .protocol(Protocol.HTTP_1_1)
                .code(answer.status())
                .message("simulated")
                .header(
                        "Date",
                        DateTimeFormatter.RFC_1123_DATE_TIME.format(time.now().atOffset(ZoneOffset.UTC)));
        answer.headers().forEach(response::header);
        int length = answer.body().length;
        int sent = cutShort && length > 0 ? tape.nextInt(length) : length;
        BufferedSource body = Okio.buffer(new Broken(Arrays.copyOf(answer.body(), sent), sent < length));
        return response.body(ResponseBody.create(body, MediaType.get(answer.contentType()), length))
                .header("Content-Type", answer.contentType())
                .build();
    }

    static String describe(ServerInMemory.Request request) {
        String body = new String(request.body(), StandardCharsets.UTF_8);
        return request.method() + " " + request.path() + (request.query() == null ? "" : "?" + request.query())
                + " key=" + request.headers().get("idempotency-key") + " if-match="
                + request.headers().get("if-match")
                + " " + body;
    }

    /** A body that may end before it is whole, which the client notices by its announced length. */
    private static final class Broken extends ForwardingSource {
        private final boolean breaks;

        Broken(byte[] bytes, boolean breaks) {
            super(new Buffer().write(bytes));
            this.breaks = breaks;
        }

        @Override
        public long read(Buffer sink, long byteCount) throws IOException {
            long count = super.read(sink, byteCount);
            if (count < 0 && breaks) {
                throw new ProtocolException("unexpected end of stream");
            }
            return count;
        }
    }
}
