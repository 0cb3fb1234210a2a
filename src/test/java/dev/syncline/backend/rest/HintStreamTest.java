package dev.syncline.backend.rest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.backend.ChangeHint;
import dev.syncline.exception.AuthenticationException;
import dev.syncline.exception.ClientException;
import dev.syncline.exception.NetworkException;
import dev.syncline.exception.ServerException;
import dev.syncline.exception.SyncTimeoutException;
import io.reactivex.rxjava3.core.Flowable;
import io.reactivex.rxjava3.disposables.Disposable;
import io.reactivex.rxjava3.schedulers.Schedulers;
import io.reactivex.rxjava3.subscribers.TestSubscriber;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import mockwebserver3.MockResponse;
import mockwebserver3.RecordedRequest;
import mockwebserver3.SocketEffect;
import okio.Buffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Streams of hints as servers and networks give them. Defends G9 (bounded) and G13 (a hostile backend stays harmless). */
class HintStreamTest {

    private static final Duration SILENCE = Duration.ofMillis(300);

    private final ScriptedServer server = new ScriptedServer();

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void opens_with_credentials_and_tells_of_each_event_until_the_connection_is_lost() throws Exception {
        server.says(events(": hello\n\nevent: changed\ndata: {\"entity\":\"note\"}\n\n: still here\n\n"));
        hints().awaitDone(10, TimeUnit.SECONDS)
                .assertValues(ChangeHint.LISTENING, ChangeHint.CHANGED)
                .assertError(NetworkException.class);
        RecordedRequest asked = server.taken();
        assertThat(asked.getUrl().encodedPath()).isEqualTo("/v1/events");
        assertThat(asked.getHeaders().get("Accept")).isEqualTo("text/event-stream");
        assertThat(asked.getHeaders().get("Accept-Encoding")).isEqualTo("identity");
        assertThat(asked.getHeaders().get("Authorization")).isEqualTo("Bearer " + ScriptedServer.TOKEN);
    }

    static Stream<Arguments> refusals() {
        return Stream.of(
                Arguments.of("signed out", ScriptedServer.status(401), AuthenticationException.class),
                Arguments.of("no such stream", ScriptedServer.status(404), ClientException.class),
                Arguments.of("down", ScriptedServer.status(503), ServerException.class),
                Arguments.of("a login page", html(), NetworkException.class),
                Arguments.of(
                        "cut off at once",
                        events("").onRequestStart(new SocketEffect.CloseSocket()),
                        NetworkException.class));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refusals")
    void N19_what_is_no_stream_fails_as_what_it_is(
            String name, MockResponse.Builder answer, Class<? extends Throwable> kind) {
        server.says(answer);
        hints().awaitDone(10, TimeUnit.SECONDS).assertNoValues().assertError(kind);
    }

    @Test
    void a_server_that_has_nothing_more_to_say_ends_the_stream() {
        server.says(ScriptedServer.status(204));
        hints().awaitDone(10, TimeUnit.SECONDS).assertNoValues().assertComplete();
    }

    @Test
    void N19_a_stream_that_went_silent_fails() {
        server.says(new MockResponse.Builder()
                .setHeader("Content-Type", "text/event-stream")
                .body("data: x\n\n")
                .setHeader("Content-Length", "1000")
                .onResponseEnd(SocketEffect.Stall.INSTANCE));
        hints().awaitDone(10, TimeUnit.SECONDS).assertError(SyncTimeoutException.class);
    }

    @Test
    void N19_a_line_without_an_end_takes_no_memory_and_is_no_event() {
        Buffer line = new Buffer();
        byte[] kilobyte = "x".repeat(1024).getBytes(StandardCharsets.US_ASCII);
        for (int i = 0; i < 10 * 1024; i++) {
            line.write(kilobyte);
        }
        server.says(new MockResponse.Builder()
                .setHeader("Content-Type", "text/event-stream")
                .body(line));
        hints().awaitDone(20, TimeUnit.SECONDS).assertValues(ChangeHint.LISTENING);
    }

    @Test
    void whoever_stops_listening_disconnects() throws Exception {
        server.says(new MockResponse.Builder()
                .setHeader("Content-Type", "text/event-stream")
                .body("data: x\n\n")
                .setHeader("Content-Length", "1000")
                .onResponseEnd(SocketEffect.Stall.INSTANCE));
        CountDownLatch listening = new CountDownLatch(1);
        CountDownLatch left = new CountDownLatch(1);
        try (RestBackend backend =
                server.client().hints("events", Duration.ofMinutes(10)).build()) {
            Disposable listener = offered(backend)
                    .doFinally(left::countDown)
                    .subscribeOn(Schedulers.io())
                    .subscribe(hint -> listening.countDown(), failure -> {});
            assertThat(listening.await(10, TimeUnit.SECONDS)).isTrue();
            listener.dispose();
            assertThat(left.await(10, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void a_backend_without_a_stream_offers_none() {
        try (RestBackend backend = server.client().build()) {
            assertThat(backend.hints()).isEmpty();
        }
    }

    private TestSubscriber<ChangeHint> hints() {
        try (RestBackend backend = server.client().hints("events", SILENCE).build()) {
            TestSubscriber<ChangeHint> listener = new TestSubscriber<>();
            offered(backend).subscribe(listener);
            return listener;
        }
    }

    private static Flowable<ChangeHint> offered(RestBackend backend) {
        return backend.hints().orElseThrow();
    }

    private static MockResponse.Builder events(String body) {
        return new MockResponse.Builder()
                .setHeader("Content-Type", "text/event-stream; charset=utf-8")
                .body(body);
    }

    private static MockResponse.Builder html() {
        return new MockResponse.Builder().setHeader("Content-Type", "text/html").body("<html>Sign in</html>");
    }
}
