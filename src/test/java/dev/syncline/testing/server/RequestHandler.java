package dev.syncline.testing.server;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/** One exchange from its first to its last byte: fault, credentials, answer, compression, journal. */
final class RequestHandler implements HttpHandler {

    private static final int MAX_BODY = 64 << 20;
    private static final int WORTH_COMPRESSING = 1400;

    private final Router router;
    private final Faults faults;
    private final RequestJournal journal;
    private final boolean gzip;
    private final CountDownLatch stopped;
    private volatile Set<String> tokens;

    RequestHandler(
            Router router, Faults faults, RequestJournal journal, ServerOptions options, CountDownLatch stopped) {
        this.router = router;
        this.faults = faults;
        this.journal = journal;
        this.stopped = stopped;
        gzip = options.gzip;
        tokens = options.tokens;
    }

    void tokens(Set<String> tokens) {
        this.tokens = tokens;
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getRawPath();
            Fault fault = faults.pick(exchange.getRequestMethod(), path);
            if (fault instanceof Fault.Reset) {
                record(exchange, RequestJournal.NO_ANSWER, fault, 0);
                return;
            }
            pause(faults.latency());
            if (fault instanceof Fault.Delay delay) {
                pause(delay.time());
            }
            byte[] body = exchange.getRequestBody().readNBytes(MAX_BODY + 1);
            if (fault == null) {
                Fault byKey = faults.pickByKey(header(exchange, "Idempotency-Key"));
                fault = byKey == null ? faults.pickByBody(path, body) : byKey;
            }
            Answer answer = answer(exchange, path, body, fault);
            if (fault instanceof Fault.LoseAnswer) {
                record(exchange, RequestJournal.NO_ANSWER, fault, 0);
                return;
            }
            send(exchange, answer, fault);
        }
    }

    private Answer answer(HttpExchange exchange, String path, byte[] body, @Nullable Fault fault) {
        if (fault instanceof Fault.Status status) {
            Map<String, String> headers =
                    status.retryAfter() == null ? Map.of() : Map.of("Retry-After", status.retryAfter());
            return Answer.problem(status.status(), "fault", "Switched on by the test", null, List.of(), headers);
        }
        if (fault instanceof Fault.Garbage garbage) {
            return new Answer(garbage.status(), garbage.contentType(), garbage.body(), garbage.headers());
        }
        String authorization = header(exchange, "Authorization");
        if (!tokens.isEmpty()
                && (authorization == null
                        || !authorization.startsWith("Bearer ")
                        || !tokens.contains(authorization.substring(7)))) {
            return Answer.problem(
                    401,
                    "unauthorized",
                    "The token is missing or not known",
                    null,
                    List.of(),
                    Map.of("WWW-Authenticate", "Bearer"));
        }
        if (body.length > MAX_BODY) {
            return Answer.problem(413, "too-large", "The body is too large", null);
        }
        Router.Request request = new Router.Request(
                exchange.getRequestMethod(),
                path,
                exchange.getRequestURI().getRawQuery(),
                header(exchange, "Idempotency-Key"),
                header(exchange, "If-Match"),
                header(exchange, "If-None-Match"),
                body);
        return router.serve(request, () -> {
            if (fault instanceof Fault.Hold hold) {
                hold.served().countDown();
                await(hold.until());
            }
        });
    }

    private void send(HttpExchange exchange, Answer answer, @Nullable Fault fault) throws IOException {
        byte[] body = answer.body();
        answer.headers().forEach(exchange.getResponseHeaders()::set);
        exchange.getResponseHeaders().set("Content-Type", answer.contentType());
        String accepted = header(exchange, "Accept-Encoding");
        if (gzip && body.length > WORTH_COMPRESSING && accepted != null && accepted.contains("gzip")) {
            body = compressed(body);
            exchange.getResponseHeaders().set("Content-Encoding", "gzip");
        }
        boolean bodiless = answer.status() == 304 || answer.status() == 204;
        int sent = fault instanceof Fault.Truncate cut ? Math.min(cut.bytes(), body.length) : body.length;
        record(exchange, answer.status(), fault, sent);
        exchange.sendResponseHeaders(answer.status(), bodiless || body.length == 0 ? -1 : body.length);
        if (!bodiless && body.length > 0) {
            OutputStream out = exchange.getResponseBody();
            out.write(body, 0, sent);
            out.flush();
        }
    }

    private void record(HttpExchange exchange, int status, @Nullable Fault fault, long bytes) {
        journal.add(
                new RequestJournal.Entry(
                        exchange.getRequestMethod(),
                        exchange.getRequestURI().toString(),
                        header(exchange, "Idempotency-Key"),
                        header(exchange, "If-Match"),
                        status,
                        fault),
                bytes);
    }

    private void pause(Duration wait) {
        if (!wait.isZero()) {
            await(stopped, wait);
        }
    }

    private void await(CountDownLatch latch) {
        while (stopped.getCount() > 0 && !await(latch, Duration.ofMillis(50))) {
            Thread.onSpinWait();
        }
    }

    private static boolean await(CountDownLatch latch, Duration wait) {
        try {
            return latch.await(wait.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    private static byte[] compressed(byte[] body) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(body.length / 4);
        try (GZIPOutputStream out = new GZIPOutputStream(bytes, 8192) {
            {
                def.setLevel(Deflater.BEST_SPEED);
            }
        }) {
            out.write(body);
        }
        return bytes.toByteArray();
    }

    private static @Nullable String header(HttpExchange exchange, String name) {
        return exchange.getRequestHeaders().getFirst(name);
    }
}
