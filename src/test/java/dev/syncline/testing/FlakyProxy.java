package dev.syncline.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;

/**
 * A proxy that passes requests on and, of a seeded share of them, refuses some before the server sees them and loses, replaces or cuts
 * off the answers of others after the server did the work. Counts what it is asked.
 */
public final class FlakyProxy implements AutoCloseable {

    private static final Set<String> OWN =
            Set.of("connection", "content-length", "transfer-encoding", "host", "keep-alive");
    private static final Set<String> WITHOUT_BODY = Set.of("GET", "HEAD");

    private final HttpServer http;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final OkHttpClient client = new OkHttpClient.Builder()
            .followRedirects(false)
            .retryOnConnectionFailure(false)
            .build();
    private final String upstream;
    private final Random random;
    private final AtomicInteger requests = new AtomicInteger();
    private volatile int share;

    /**
     * Passes on to a server.
     *
     * @param upstream its address, without a path
     * @param seed decides which requests fail
     */
    public FlakyProxy(String upstream, long seed) {
        this.upstream = upstream;
        random = new Random(seed);
        try {
            http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 64);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        http.setExecutor(threads);
        http.createContext("/", this::serve);
        http.start();
    }

    /** The address to use in the server's place. */
    public String url() {
        return "http://127.0.0.1:" + http.getAddress().getPort();
    }

    /** Lets so many of a hundred requests fail from now on. */
    public void faults(int percent) {
        share = percent;
    }

    /** How many requests came since this was asked last. */
    public int requests() {
        return requests.getAndSet(0);
    }

    private synchronized int draw() {
        return random.nextInt(100) < share ? random.nextInt(4) : -1;
    }

    private void serve(HttpExchange exchange) throws IOException {
        requests.incrementAndGet();
        int fault = draw();
        byte[] sent = exchange.getRequestBody().readAllBytes();
        if (fault == 0) {
            answer(exchange, 503, new byte[0], 0);
            return;
        }
        try (Response response = client.newCall(request(exchange, sent)).execute()) {
            byte[] body = response.body().bytes();
            if (fault == 1) {
                // The answer is lost: the connection ends without a byte of it.
                exchange.close();
                return;
            }
            if (fault == 2) {
                exchange.getResponseHeaders().set("Content-Type", "text/html");
                answer(exchange, 502, "<h1>502 Bad Gateway</h1>".getBytes(StandardCharsets.UTF_8), 24);
                return;
            }
            response.headers().toMultimap().forEach((name, values) -> {
                if (!OWN.contains(name) && !name.equals("content-encoding")) {
                    exchange.getResponseHeaders().put(name, List.copyOf(values));
                }
            });
            answer(exchange, response.code(), body, fault == 3 ? body.length / 2 : body.length);
        } catch (IOException e) {
            exchange.close();
        }
    }

    private Request request(HttpExchange exchange, byte[] sent) {
        Request.Builder request = new Request.Builder().url(upstream + exchange.getRequestURI());
        exchange.getRequestHeaders().forEach((name, values) -> {
            String lower = name.toLowerCase(Locale.ROOT);
            if (!OWN.contains(lower) && !lower.equals("accept-encoding")) {
                request.header(name, values.get(0));
            }
        });
        String method = exchange.getRequestMethod();
        boolean bodiless = WITHOUT_BODY.contains(method) || (method.equals("DELETE") && sent.length == 0);
        return request.method(method, bodiless ? null : RequestBody.create(sent))
                .build();
    }

    private static void answer(HttpExchange exchange, int status, byte[] body, int whole) throws IOException {
        boolean empty = body.length == 0 || status == 204 || status == 304;
        exchange.sendResponseHeaders(status, empty ? -1 : body.length);
        if (!empty) {
            exchange.getResponseBody().write(body, 0, Math.min(whole, body.length));
        }
        exchange.close();
    }

    @Override
    public void close() {
        http.stop(0);
        threads.shutdownNow();
        client.connectionPool().evictAll();
    }
}
