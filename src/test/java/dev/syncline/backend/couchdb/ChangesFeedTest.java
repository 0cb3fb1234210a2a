package dev.syncline.backend.couchdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.syncline.backend.ChangeHint;
import dev.syncline.exception.AuthenticationException;
import dev.syncline.exception.ClientException;
import dev.syncline.exception.NetworkException;
import dev.syncline.exception.ServerException;
import dev.syncline.exception.SyncTimeoutException;
import io.reactivex.rxjava3.subscribers.TestSubscriber;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import mockwebserver3.SocketEffect;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Feeds of changes as servers and networks give them. Defends G9 (bounded) and G13 (a hostile backend stays harmless). */
class ChangesFeedTest {

    private final MockWebServer server = new MockWebServer();

    @BeforeEach
    void start() throws IOException {
        server.start();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private TestSubscriber<ChangeHint> hints(String... entities) {
        TestSubscriber<ChangeHint> listener = new TestSubscriber<>();
        try (CouchDbBackend backend = CouchDbBackend.at(server.url("/").toString())
                .basic("anna", () -> "secret")
                .hints(Duration.ofSeconds(3), entities)
                .build()) {
            backend.hints().orElseThrow().subscribe(listener);
            listener.awaitDone(20, TimeUnit.SECONDS);
        }
        return listener;
    }

    private static MockResponse lines(String body) {
        return new MockResponse.Builder()
                .setHeader("Content-Type", "application/json")
                .body(body)
                .build();
    }

    @Test
    void each_line_with_something_in_it_is_a_change_and_an_empty_one_a_sign_of_life() throws InterruptedException {
        server.enqueue(lines("\n\r\n{\"seq\":1}\n\n\n"));
        hints("note").assertValues(ChangeHint.LISTENING, ChangeHint.CHANGED).assertError(NetworkException.class);
        RecordedRequest asked = server.takeRequest();
        assertThat(asked.getUrl().encodedPath()).isEqualTo("/note/_changes");
        assertThat(asked.getUrl().queryParameter("feed")).isEqualTo("continuous");
        assertThat(asked.getUrl().queryParameter("since")).isEqualTo("now");
        assertThat(asked.getUrl().queryParameter("heartbeat")).isEqualTo("1000");
        assertThat(asked.getHeaders().get("Authorization")).startsWith("Basic ");
    }

    static Stream<Arguments> refusals() {
        return Stream.of(
                Arguments.of("signed out", 401, "application/json", AuthenticationException.class),
                Arguments.of("no such database", 404, "application/json", ClientException.class),
                Arguments.of("down", 503, "application/json", ServerException.class),
                Arguments.of("a login page", 200, "text/html", NetworkException.class));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refusals")
    void what_is_no_feed_fails_as_what_it_is(String name, int status, String type, Class<? extends Throwable> kind) {
        server.enqueue(new MockResponse.Builder()
                .code(status)
                .setHeader("Content-Type", type)
                .body("{}")
                .build());
        hints("note").assertNoValues().assertError(kind);
    }

    @Test
    void a_database_that_cannot_be_listened_to_ends_the_feed_of_the_others() {
        for (int i = 0; i < 2; i++) {
            server.enqueue(
                    i == 0
                            ? new MockResponse.Builder().code(404).body("{}").build()
                            : new MockResponse.Builder()
                                    .body("\n")
                                    .setHeader("Content-Length", "1000")
                                    .onResponseEnd(SocketEffect.Stall.INSTANCE)
                                    .build());
        }
        hints("note", "entry").assertNoValues().assertError(ClientException.class);
    }

    @Test
    void many_databases_are_all_listened_to() {
        for (int i = 0; i < 9; i++) {
            server.enqueue(new MockResponse.Builder()
                    .body("\n")
                    .setHeader("Content-Length", "1000")
                    .onResponseEnd(SocketEffect.Stall.INSTANCE)
                    .build());
        }
        hints("a", "b", "c", "d", "e", "f", "g", "h", "i")
                .assertValue(ChangeHint.LISTENING)
                .assertError(SyncTimeoutException.class);
        assertThat(server.getRequestCount()).isEqualTo(9);
    }

    @Test
    void a_feed_that_went_silent_fails() {
        server.enqueue(new MockResponse.Builder()
                .body("\n")
                .setHeader("Content-Length", "1000")
                .onResponseEnd(SocketEffect.Stall.INSTANCE)
                .build());
        hints("note").assertValue(ChangeHint.LISTENING).assertError(SyncTimeoutException.class);
    }

    @Test
    void a_backend_that_was_told_of_no_database_gives_no_hints() {
        assertThatThrownBy(() -> CouchDbBackend.at("https://x").hints(Duration.ofSeconds(60)))
                .hasMessageContaining("no entity");
        assertThatThrownBy(() -> CouchDbBackend.at("https://x").hints(Duration.ofSeconds(1), "note"))
                .hasMessageContaining("at least 3 s");
        try (CouchDbBackend backend = CouchDbBackend.at("https://x").build()) {
            assertThat(backend.hints()).isEmpty();
        }
    }
}
