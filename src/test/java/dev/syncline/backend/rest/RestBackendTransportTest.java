package dev.syncline.backend.rest;

import static dev.syncline.backend.rest.ScriptedServer.create;
import static dev.syncline.backend.rest.ScriptedServer.delete;
import static dev.syncline.backend.rest.ScriptedServer.json;
import static dev.syncline.backend.rest.ScriptedServer.status;
import static dev.syncline.backend.rest.ScriptedServer.update;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.syncline.backend.ChangeKind;
import dev.syncline.backend.OutgoingChange;
import dev.syncline.backend.PullPage;
import dev.syncline.backend.PullRequest;
import dev.syncline.backend.PushResult;
import dev.syncline.exception.AuthenticationException;
import dev.syncline.exception.ClientException;
import dev.syncline.exception.NetworkException;
import dev.syncline.exception.ServerException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import mockwebserver3.SocketEffect;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/**
 * How requests leave and how they end: once, to the right place, with the right credentials, in bounded time. Defends G2 (one
 * send per call) and G13 (no credential elsewhere, no secret in a log, ids stay ids).
 */
class RestBackendTransportTest {

    private static final String EMPTY_PAGE = "{\"items\":[],\"cursor\":\"c\",\"more\":false}";

    private final ScriptedServer server = new ScriptedServer();

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void N01_a_refused_connection_is_a_network_failure() throws IOException {
        int free;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            free = socket.getLocalPort();
        }
        try (RestBackend backend = RestBackend.at("http://127.0.0.1:" + free).build()) {
            assertThatThrownBy(backend::probe).isExactlyInstanceOf(NetworkException.class);
            assertThatThrownBy(() -> backend.push(create("a"))).isExactlyInstanceOf(NetworkException.class);
        }
    }

    @Test
    void N04_a_connection_that_dies_when_used_again_does_not_send_twice() {
        server.says(json(200, EMPTY_PAGE))
                .says(status(200).onResponseStart(new SocketEffect.CloseSocket()))
                .says(json(201, "{\"id\":\"a\"}"));
        try (RestBackend backend = server.client().build()) {
            backend.fetchPage(new PullRequest("note", null, 1));
            assertThatThrownBy(() -> backend.push(create("a"))).isExactlyInstanceOf(NetworkException.class);
            assertThat(server.requests()).isEqualTo(2);
        }
    }

    @Test
    void S24_credentials_never_reach_another_host() {
        try (ScriptedServer elsewhere = new ScriptedServer();
                RestBackend backend =
                        server.client().header("X-Api-Key", "also-secret").build()) {
            elsewhere.says(json(200, EMPTY_PAGE));
            for (int status : new int[] {301, 302, 303, 307, 308}) {
                server.says(status(status).setHeader("Location", "http://127.0.0.1:" + elsewhere.port() + "/v1/note"));
                assertThatThrownBy(() -> backend.fetchPage(new PullRequest("note", null, 1)))
                        .isExactlyInstanceOf(ClientException.class);
                server.says(status(status).setHeader("Location", "http://127.0.0.1:" + elsewhere.port() + "/v1/note"));
                assertThatThrownBy(() -> backend.push(update("a"))).isExactlyInstanceOf(ClientException.class);
            }
            assertThat(elsewhere.requests()).isZero();
            assertThat(server.requests()).isEqualTo(10);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", "\ud800", "a\udc00b"})
    void B38_an_id_that_no_address_can_hold_is_never_sent(String id) {
        try (RestBackend backend = server.client().build()) {
            for (ChangeKind kind : ChangeKind.values()) {
                PushResult result = backend.push(new OutgoingChange("note", kind, id, Map.of(), "7", "key-1"));
                assertThat(result).isInstanceOf(PushResult.Rejected.class);
            }
            assertThatIllegalArgumentException().isThrownBy(() -> backend.fetch("note", id));
        }
        assertThat(server.requests()).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../../admin",
                "%2e%2e",
                "%2E.",
                "a/b",
                "a\\b",
                "x?y",
                "x#f",
                "a\r\nX-Evil: 1",
                "\u0000",
                " ",
                ";",
                "@host"
            })
    void B38_B39_an_id_is_one_segment_below_the_collection(String id) throws Exception {
        server.says(status(404));
        try (RestBackend backend = server.client().build()) {
            backend.push(new OutgoingChange("note", ChangeKind.DELETE, id, Map.of(), "7", "key-1"));
        }
        var request = server.taken();
        assertThat(request.getUrl().pathSegments()).containsExactly("v1", "note", id);
        assertThat(request.getUrl().query()).isNull();
        assertThat(request.getHeaders().get("X-Evil")).isNull();
    }

    @Test
    void an_entity_is_one_segment_too() {
        try (RestBackend backend = server.client().build()) {
            assertThatIllegalArgumentException().isThrownBy(() -> backend.fetch("..", "a"));
            assertThatIllegalArgumentException().isThrownBy(() -> backend.fetchPage(new PullRequest("", null, 1)));
        }
        assertThat(server.requests()).isZero();
    }

    @Test
    void keys_and_versions_cannot_carry_a_header() {
        try (RestBackend backend = server.client().build()) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> backend.push(
                            new OutgoingChange("note", ChangeKind.DELETE, "a", Map.of(), "7", "k\r\nX-Evil: 1")));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> backend.push(
                            new OutgoingChange("note", ChangeKind.DELETE, "a", Map.of(), "7\"\r\nX: 1", "key-1")));
        }
        assertThat(server.requests()).isZero();
    }

    @Test
    void S05_a_token_supplier_without_a_token_sends_nothing() {
        List<Supplier<String>> suppliers =
                List.of(() -> "", () -> "two words", () -> "line\nbreak", () -> "ümlaut", () -> null, () -> {
                    throw new IllegalStateException("keystore is locked");
                });
        for (Supplier<String> supplier : suppliers) {
            try (RestBackend backend = server.client().bearer(supplier).build()) {
                assertThatThrownBy(() -> backend.push(create("a")))
                        .isExactlyInstanceOf(AuthenticationException.class)
                        .message()
                        .doesNotContain("two words", "line", "ümlaut");
            }
        }
        assertThat(server.requests()).isZero();
    }

    @Test
    void the_token_is_asked_for_before_each_request() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        server.says(json(200, EMPTY_PAGE)).says(json(200, EMPTY_PAGE));
        try (RestBackend backend =
                server.client().bearer(() -> "t" + asked.incrementAndGet()).build()) {
            backend.fetchPage(new PullRequest("note", null, 1));
            backend.fetchPage(new PullRequest("note", null, 1));
        }
        assertThat(server.taken().getHeaders().get("Authorization")).isEqualTo("Bearer t1");
        assertThat(server.taken().getHeaders().get("Authorization")).isEqualTo("Bearer t2");
    }

    @Test
    void no_secret_is_logged_at_any_level() {
        Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        Level before = root.getLevel();
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.start();
        root.addAppender(log);
        root.setLevel(Level.TRACE);
        try (RestBackend backend =
                server.client().header("X-Api-Key", "also-secret").build()) {
            server.says(json(500, "{\"was\":\"private-words\"}"));
            try {
                backend.push(update("a"));
            } catch (ServerException e) {
                e.log(root);
            }
            server.says(json(201, "{\"id\":\"a\",\"title\":\"private-words\"}"));
            backend.push(create("a"));
        } finally {
            root.detachAppender(log);
            root.setLevel(before);
        }
        assertThat(log.list)
                .isNotEmpty()
                .allSatisfy(event -> assertThat(event.getFormattedMessage())
                        .doesNotContain(ScriptedServer.TOKEN, "also-secret", "private-words"));
    }

    @Test
    void a_host_client_keeps_its_interceptors_and_loses_its_habits() throws Exception {
        AtomicInteger intercepted = new AtomicInteger();
        OkHttpClient host = new OkHttpClient.Builder()
                .addInterceptor(chain -> {
                    intercepted.incrementAndGet();
                    return chain.proceed(chain.request());
                })
                .authenticator((route, response) ->
                        response.request().newBuilder().header("X-Retry", "1").build())
                .build();
        server.says(status(401)).says(status(302).setHeader("Location", "/v1/x"));
        try (RestBackend backend = server.client().client(host).build()) {
            assertThatThrownBy(() -> backend.push(create("a"))).isExactlyInstanceOf(AuthenticationException.class);
            assertThatThrownBy(() -> backend.push(create("a"))).isExactlyInstanceOf(ClientException.class);
        }
        assertThat(intercepted).hasValue(2);
        assertThat(server.requests()).isEqualTo(2);
        assertThat(host.dispatcher().executorService().isShutdown()).isFalse();
        assertThat(host.retryOnConnectionFailure()).isTrue();
    }

    /** The client's Kotlin throws an InterruptedException there that no signature declares. */
    @Test
    void an_interrupt_while_it_connects_is_a_network_failure_and_stays_set() {
        try (RestBackend backend = server.client().build()) {
            Thread.currentThread().interrupt();
            assertThatThrownBy(() -> backend.push(create("a"))).isExactlyInstanceOf(NetworkException.class);
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    @Test
    void an_interceptor_that_throws_is_a_network_failure() {
        OkHttpClient host = new OkHttpClient.Builder()
                .addInterceptor(chain -> {
                    throw new IllegalStateException("broken");
                })
                .build();
        try (RestBackend backend = server.client().client(host).build()) {
            assertThatThrownBy(() -> backend.push(create("a")))
                    .isExactlyInstanceOf(NetworkException.class)
                    .hasCauseInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void closing_ends_a_call_on_its_way_and_sends_nothing_more() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        server.says(status(200).onResponseStart(SocketEffect.Stall.INSTANCE));
        ExecutorService caller = Executors.newSingleThreadExecutor();
        try (RestBackend backend = server.client()
                .callTimeout(Duration.ofMinutes(5))
                .bearer(() -> {
                    asked.countDown();
                    return ScriptedServer.TOKEN;
                })
                .build()) {
            Future<?> hanging = caller.submit(() ->
                    assertThatThrownBy(() -> backend.push(create("a"))).isExactlyInstanceOf(NetworkException.class));
            assertThat(asked.await(5, TimeUnit.SECONDS)).isTrue();
            server.taken();
            backend.close();
            hanging.get(5, TimeUnit.SECONDS);
            assertThatThrownBy(() -> backend.push(delete("a")))
                    .isExactlyInstanceOf(NetworkException.class)
                    .hasMessageContaining("closed");
        } finally {
            caller.shutdownNow();
        }
        assertThat(server.requests()).isEqualTo(1);
    }

    @Test
    void K12_an_interrupt_during_a_call_stays_set_and_the_time_limit_ends_the_call() throws Exception {
        server.says(status(200).onResponseStart(SocketEffect.Stall.INSTANCE));
        Thread test = Thread.currentThread();
        ExecutorService other = Executors.newSingleThreadExecutor();
        try (RestBackend backend = server.client().build()) {
            other.submit(() -> {
                server.taken();
                test.interrupt();
                return null;
            });
            assertThatThrownBy(() -> backend.push(create("a"))).isExactlyInstanceOf(NetworkException.class);
            assertThat(Thread.interrupted()).isTrue();
        } finally {
            other.shutdownNow();
        }
    }

    @Test
    void cursor_and_page_size_travel_as_they_are() throws Exception {
        server.says(json(200, EMPTY_PAGE));
        try (RestBackend backend = server.client().build()) {
            backend.fetchPage(new PullRequest("note", "c\"&=é", 50));
        }
        var request = server.taken();
        assertThat(request.getHeaders().get("Accept-Encoding")).isEqualTo("gzip");
        assertThat(request.getUrl().queryParameter("cursor")).isEqualTo("c\"&=é");
        assertThat(request.getUrl().queryParameter("limit")).isEqualTo("50");
    }

    @Test
    void the_server_clock_is_told_from_the_Date_header() {
        server.says(json(200, EMPTY_PAGE).setHeader("Date", "Mon, 23 Nov 2026 12:00:00 GMT"))
                .says(json(200, EMPTY_PAGE).setHeader("Date", "yesterday"));
        try (RestBackend backend = server.client().conditionalReads(false).build()) {
            assertThat(backend.fetchPage(new PullRequest("note", null, 1)).serverTime())
                    .isEqualTo("2026-11-23T12:00:00Z");
            assertThat(backend.fetchPage(new PullRequest("note", null, 1)).serverTime())
                    .isNull();
        }
    }

    @Test
    void a_request_with_the_name_of_an_earlier_answer_may_be_told_that_nothing_is_new() throws Exception {
        String quiet = "{\"items\":[],\"cursor\":\"c1\",\"more\":false}";
        server.says(json(200, quiet).setHeader("ETag", "\"p-9\"")).says(status(304));
        server.says(json(200, "{\"items\":[{\"id\":1}],\"cursor\":\"c2\",\"more\":false}"));
        try (RestBackend backend = server.client().build()) {
            String name = backend.fetchPage(new PullRequest("note", "c1", 5)).validator();
            PullRequest again = new PullRequest("note", "c1", 5, name);
            PullPage same = backend.fetchPage(again);
            assertThat(same.notModified()).isTrue();
            assertThat(same.next()).isEqualTo("c1");
            assertThat(same.validator()).isEqualTo(name);
            assertThat(backend.fetchPage(again).records()).hasSize(1);
        }
        assertThat(server.taken().getHeaders().get("If-None-Match")).isNull();
        assertThat(server.taken().getHeaders().get("If-None-Match")).isEqualTo("\"p-9\"");
        assertThat(server.taken().getHeaders().get("If-None-Match")).isEqualTo("\"p-9\"");
    }

    @Test
    void a_name_that_could_not_be_asked_with_is_none_and_one_that_is_not_trusted_is_not_used() throws Exception {
        String quiet = "{\"items\":[],\"cursor\":\"c1\",\"more\":false}";
        server.says(json(200, quiet).setHeader("ETag", "\"" + "x".repeat(400) + "\""));
        server.says(json(200, quiet).setHeader("ETag", "\"p-9\""));
        try (RestBackend backend = server.client().build();
                RestBackend wary = server.client().conditionalReads(false).build()) {
            PullRequest request = new PullRequest("note", "c1", 5, "\"p-8\"");
            assertThat(backend.fetchPage(request).validator()).isNull();
            assertThat(wary.fetchPage(request).validator()).isNull();
        }
        assertThat(server.taken().getHeaders().get("If-None-Match")).isEqualTo("\"p-8\"");
        assertThat(server.taken().getHeaders().get("If-None-Match")).isNull();
    }

    @Test
    void a_read_takes_only_the_record_that_was_asked_for() {
        try (RestBackend backend = server.client().build()) {
            server.says(json(200, "{\"id\":\"b\"}"));
            assertThatThrownBy(() -> backend.fetch("note", "a")).isExactlyInstanceOf(ServerException.class);
            server.says(json(404, "<html>no such page</html>"));
            assertThatThrownBy(() -> backend.fetch("note", "a")).isExactlyInstanceOf(NetworkException.class);
            server.says(status(403));
            assertThatThrownBy(() -> backend.fetch("note", "a")).isExactlyInstanceOf(ClientException.class);
            server.says(status(404));
            assertThat(backend.fetch("note", "a")).isEmpty();
            server.says(status(410));
            assertThat(backend.fetch("note", "a").orElseThrow().deleted()).isTrue();
            server.says(json(200, "{\"id\":\"a\"}").setHeader("ETag", "\"4\""));
            assertThat(backend.fetch("note", "a").orElseThrow().version()).isEqualTo("4");
        }
    }

    @Test
    void the_probe_tells_what_is_wrong() {
        try (RestBackend backend = server.client().build()) {
            server.says(status(401));
            assertThatThrownBy(backend::probe).isExactlyInstanceOf(AuthenticationException.class);
            server.says(json(200, "<html>sign in</html>"));
            assertThatThrownBy(backend::probe).isExactlyInstanceOf(NetworkException.class);
            server.says(status(503));
            assertThatThrownBy(backend::probe).isExactlyInstanceOf(ServerException.class);
            server.says(status(204));
            backend.probe();
        }
    }
}
