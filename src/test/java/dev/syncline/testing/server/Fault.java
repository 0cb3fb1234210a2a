package dev.syncline.testing.server;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/** What goes wrong with one request. */
public sealed interface Fault {

    /** The connection is closed before the request was looked at. */
    record Reset() implements Fault {}

    /** The request is served and then the connection is closed without an answer. */
    record LoseAnswer() implements Fault {}

    /** The request is not served; this status answers it. */
    record Status(int status, @Nullable String retryAfter) implements Fault {}

    /** The request is served, but only this many bytes of the answer's body are sent before the connection is closed. */
    record Truncate(int bytes) implements Fault {}

    /** The request is served after a wait. */
    record Delay(Duration time) implements Fault {}

    /** The request is served, its answer is held until the latch opens; its idempotency key stays in progress meanwhile. */
    record Hold(CountDownLatch served, CountDownLatch until) implements Fault {}

    /** The request is not served; these bytes answer it, whatever they are. */
    record Garbage(int status, String contentType, byte[] body, Map<String, String> headers) implements Fault {}

    /** As {@link Reset}. */
    static Fault reset() {
        return new Reset();
    }

    /** As {@link LoseAnswer}. */
    static Fault loseAnswer() {
        return new LoseAnswer();
    }

    /** As {@link Status}, without a Retry-After header. */
    static Fault status(int status) {
        return new Status(status, null);
    }

    /** As {@link Status}. */
    static Fault status(int status, String retryAfter) {
        return new Status(status, retryAfter);
    }

    /** As {@link Truncate}. */
    static Fault truncate(int bytes) {
        return new Truncate(bytes);
    }

    /** As {@link Delay}. */
    static Fault delay(Duration wait) {
        return new Delay(wait);
    }

    /** As {@link Hold}; {@code served} opens once the work is done. */
    static Fault hold(CountDownLatch served, CountDownLatch until) {
        return new Hold(served, until);
    }

    /** As {@link Garbage}, with a text body. */
    static Fault garbage(int status, String contentType, String body) {
        return new Garbage(status, contentType, body.getBytes(StandardCharsets.UTF_8), Map.of());
    }
}
