package dev.syncline.backend.rest;

import static dev.syncline.backend.rest.ScriptedServer.create;
import static dev.syncline.backend.rest.ScriptedServer.delete;
import static dev.syncline.backend.rest.ScriptedServer.json;
import static dev.syncline.backend.rest.ScriptedServer.status;
import static dev.syncline.backend.rest.ScriptedServer.update;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.syncline.backend.OutgoingChange;
import dev.syncline.backend.PushResult;
import dev.syncline.backend.RemoteRecord;
import dev.syncline.exception.AuthenticationException;
import dev.syncline.exception.ClientException;
import dev.syncline.exception.NetworkException;
import dev.syncline.exception.RateLimitException;
import dev.syncline.exception.ServerException;
import dev.syncline.exception.SyncException;
import dev.syncline.exception.SyncTimeoutException;
import dev.syncline.exception.ValidationException;
import dev.syncline.internal.http.HttpFailures;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;
import mockwebserver3.MockResponse;
import mockwebserver3.RecordedRequest;
import mockwebserver3.SocketEffect;
import okio.Buffer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Answers to a write, good and bad. Whatever comes, the change was sent exactly once, and only a legible word about this very
 * record counts as an outcome. Defends G1 (nothing is taken for done that is not), G2 (one send), G7 (gone stays gone).
 */
class HostilePushAnswerTest {

    private static final String ROW = "{\"id\":\"a\",\"version\":8,\"title\":\"private-words\"}";
    private static final String OTHER = "{\"id\":\"b\",\"version\":8,\"title\":\"private-words\"}";
    private static final String TOMBSTONE = "{\"id\":\"a\",\"version\":9,\"deleted\":true}";
    private static final String PAGE = "<html><body>404 private-words</body></html>";

    private final ScriptedServer server = new ScriptedServer();

    record Thrown(
            String name, OutgoingChange change, Class<? extends SyncException> expected, MockResponse.Builder answer) {
        @Override
        public String toString() {
            return name;
        }
    }

    record Told(String name, OutgoingChange change, PushResult expected, MockResponse.Builder answer) {
        @Override
        public String toString() {
            return name;
        }
    }

    record Refused(
            String name, OutgoingChange change, Class<? extends SyncException> expected, MockResponse.Builder answer) {
        @Override
        public String toString() {
            return name;
        }
    }

    @AfterEach
    void stop() {
        server.close();
    }

    static Stream<Thrown> noOutcome() {
        return Stream.of(
                new Thrown(
                        "S12 415, of the exchange and not of the change",
                        create("a"),
                        ClientException.class,
                        status(415)),
                new Thrown("S12 426", create("a"), ClientException.class, status(426)),
                new Thrown("S01 500", update("a"), ServerException.class, json(500, ROW)),
                new Thrown("S01 503 once only", update("a"), ServerException.class, status(503)),
                new Thrown(
                        "S02 503 with Retry-After 0 is not sent again",
                        update("a"),
                        ServerException.class,
                        status(503).setHeader("Retry-After", "0")),
                new Thrown(
                        "S02 503 with Retry-After beyond an int",
                        update("a"),
                        ServerException.class,
                        status(503).setHeader("Retry-After", "99999999999")),
                new Thrown("S02 429", create("a"), RateLimitException.class, status(429)),
                new Thrown("S03 408 is not sent again", create("a"), SyncTimeoutException.class, status(408)),
                new Thrown("S03 425", create("a"), RateLimitException.class, status(425)),
                new Thrown("S05 401", create("a"), AuthenticationException.class, status(401)),
                new Thrown("N18 407", create("a"), NetworkException.class, status(407)),
                new Thrown(
                        "S09 409 in progress",
                        create("a"),
                        RateLimitException.class,
                        json(409, "{\"type\":\"urn:syncline:problem:key-in-progress\"}")),
                new Thrown("S14 200 with an error", create("a"), ServerException.class, json(200, "{\"error\":\"x\"}")),
                new Thrown("S16 other id", create("a"), ServerException.class, json(201, OTHER)),
                new Thrown(
                        "S16 S25 other id in a delete's answer", delete("a"), ServerException.class, json(200, OTHER)),
                new Thrown("S16 tombstone for a create", create("a"), ServerException.class, json(201, TOMBSTONE)),
                new Thrown("no id for a server-assigned create", create(null), ServerException.class, status(201)),
                new Thrown("202 is not done yet", create("a"), ServerException.class, json(202, ROW)),
                new Thrown("B06 cut off", create("a"), ServerException.class, json(201, ROW.substring(0, 20))),
                new Thrown("B07 trailing bytes", create("a"), ServerException.class, json(201, ROW + "]")),
                new Thrown(
                        "B11 not UTF-8",
                        create("a"),
                        ServerException.class,
                        json(
                                201,
                                new Buffer()
                                        .writeUtf8("{\"id\":\"a\",\"x\":\"")
                                        .writeByte(0xFF)
                                        .writeUtf8("\"}"))),
                new Thrown(
                        "B25 id twice", create("a"), ServerException.class, json(201, "{\"id\":\"b\",\"id\":\"a\"}")),
                new Thrown("B36 id of another type", create("1"), ServerException.class, json(201, "{\"id\":1.0}")),
                new Thrown("B05 N16 login page", create("a"), NetworkException.class, json(200, PAGE)),
                new Thrown(
                        "N16 redirect",
                        create("a"),
                        ClientException.class,
                        status(302).setHeader("Location", "/login")),
                new Thrown(
                        "S24 307",
                        delete("a"),
                        ClientException.class,
                        status(307).setHeader("Location", "/v1/x")),
                new Thrown(
                        "a page says nothing about a row: 404", delete("a"), NetworkException.class, json(404, PAGE)),
                new Thrown(
                        "a page says nothing about a row: 410", update("a"), NetworkException.class, json(410, PAGE)),
                new Thrown(
                        "N04 answer lost",
                        create("a"),
                        NetworkException.class,
                        status(200).onResponseStart(new SocketEffect.CloseSocket())),
                new Thrown(
                        "N06 reset within the answer",
                        create("a"),
                        NetworkException.class,
                        json(201, ROW.replace("private", "p".repeat(100_000)))
                                .onResponseBody(new SocketEffect.CloseSocket())),
                new Thrown(
                        "N11 silence",
                        create("a"),
                        SyncTimeoutException.class,
                        status(200).onResponseStart(SocketEffect.Stall.INSTANCE)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("noOutcome")
    void is_no_outcome_and_sent_once(Thrown hostile) {
        server.says(hostile.answer()).says(json(200, ROW)).says(json(200, ROW));
        try (RestBackend backend = server.client().build()) {
            assertThatThrownBy(() -> backend.push(hostile.change()))
                    .isExactlyInstanceOf(hostile.expected())
                    .hasMessageContaining(hostile.change().kind() + " of note")
                    .message()
                    .doesNotContain("private-words", ScriptedServer.TOKEN);
        }
        assertThat(server.requests()).isEqualTo(1);
    }

    @Test
    void N05_a_reset_within_the_request_is_no_outcome_and_it_is_not_sent_again() {
        server.says(status(200).onRequestBody(new SocketEffect.CloseSocket())).says(json(201, ROW));
        try (RestBackend backend = server.client().build()) {
            assertThatThrownBy(() -> backend.push(create("a"))).isExactlyInstanceOf(NetworkException.class);
        }
        // The server may have counted the one that it broke off.
        assertThat(server.requests()).isLessThanOrEqualTo(1);
    }

    static Stream<Told> outcomes() {
        RemoteRecord row = new RemoteRecord("a", "8", false, Map.of("title", "private-words"), null);
        RemoteRecord tombstone = RemoteRecord.tombstone("a", "9");
        RemoteRecord unknownTombstone = RemoteRecord.tombstone("a", null);
        return Stream.of(
                new Told("201 with the row", create("a"), new PushResult.Accepted("a", "8", row), json(201, ROW)),
                new Told("200 with the row", update("a"), new PushResult.Accepted("a", "8", row), json(200, ROW)),
                new Told(
                        "server's id",
                        create(null),
                        new PushResult.Accepted("17", null, new RemoteRecord("17", null, false, Map.of(), null)),
                        json(201, "{\"id\":17}")),
                new Told(
                        "204 with an ETag",
                        update("a"),
                        new PushResult.Accepted("a", "8", null),
                        status(204).setHeader("ETag", "\"8\"")),
                new Told(
                        "weak ETag is no version",
                        update("a"),
                        new PushResult.Accepted("a", null, null),
                        status(204).setHeader("ETag", "W/\"8\"")),
                new Told(
                        "ETag that is no number is no version",
                        update("a"),
                        new PushResult.Accepted("a", null, null),
                        status(204).setHeader("ETag", "\"8-gzip\"")),
                new Told(
                        "version from the ETag where the row has none",
                        update("a"),
                        new PushResult.Accepted("a", "9", new RemoteRecord("a", "9", false, Map.of(), null)),
                        json(200, "{\"id\":\"a\"}").setHeader("ETag", "\"9\"")),
                new Told("S08 409 with the row", create("a"), new PushResult.Conflicted(row), json(409, ROW)),
                new Told("S08 409 without a row", create("a"), new PushResult.Conflicted(null), status(409)),
                new Told("B74 409 with another row", create("a"), new PushResult.Conflicted(null), json(409, OTHER)),
                new Told("S08 409 with a page", create("a"), new PushResult.Conflicted(null), json(409, PAGE)),
                new Told("S10 412 with the row", update("a"), new PushResult.Conflicted(row), json(412, ROW)),
                new Told("S10 412 without a row", delete("a"), new PushResult.Conflicted(null), status(412)),
                new Told("S07 404 on delete", delete("a"), new PushResult.Accepted("a", null, null), status(404)),
                new Told(
                        "S07 410 on delete",
                        delete("a"),
                        new PushResult.Accepted("a", "9", null),
                        json(410, TOMBSTONE)),
                new Told("S07 404 on update", update("a"), new PushResult.Conflicted(unknownTombstone), status(404)),
                new Told("S07 410 on update", update("a"), new PushResult.Conflicted(tombstone), json(410, TOMBSTONE)),
                new Told(
                        "B71 410 with another row's tombstone",
                        update("a"),
                        new PushResult.Conflicted(unknownTombstone),
                        json(410, TOMBSTONE.replace("\"a\"", "\"b\""))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("outcomes")
    void is_an_outcome(Told answer) {
        server.says(answer.answer());
        try (RestBackend backend = server.client().build()) {
            assertThat(backend.push(answer.change())).isEqualTo(answer.expected());
        }
        assertThat(server.requests()).isEqualTo(1);
    }

    static Stream<Refused> refusals() {
        return Stream.of(
                new Refused("S06 403", update("a"), ClientException.class, json(403, "{\"x\":\"private-words\"}")),
                new Refused("404 on create", create("a"), ClientException.class, status(404)),
                new Refused("405", create("a"), ClientException.class, status(405)),
                new Refused("S11 413", create("a"), ValidationException.class, status(413)),
                new Refused("421 is not sent again", update("a"), ClientException.class, status(421)),
                new Refused("428", update("a"), ClientException.class, status(428)),
                new Refused("S04 400 without fields", create("a"), ClientException.class, json(400, "{}")),
                new Refused("S04 400 with fields", create("a"), ValidationException.class, json(400, errors())),
                new Refused("S04 422 without fields", create("a"), ValidationException.class, status(422)),
                new Refused("S04 422 with fields", create("a"), ValidationException.class, json(422, errors())),
                new Refused("409 with fields", delete("a"), ValidationException.class, json(409, errors())),
                new Refused(
                        "422 key of another change",
                        create("a"),
                        ClientException.class,
                        json(422, "{\"type\":\"urn:syncline:problem:key-reused\"}")),
                new Refused(
                        "B75 a megabyte of error text",
                        create("a"),
                        ClientException.class,
                        json(418, "Bearer token-4711 \r\n\u0007".repeat(50_000))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refusals")
    void is_a_refusal_for_good(Refused answer) {
        server.says(answer.answer());
        try (RestBackend backend = server.client().build()) {
            PushResult result = backend.push(answer.change());
            assertThat(result).isInstanceOfSatisfying(PushResult.Rejected.class, rejected -> {
                assertThat(rejected.reason()).isExactlyInstanceOf(answer.expected());
                assertThat(rejected.reason().isRetryable()).isFalse();
                assertThat(rejected.reason().getMessage()).hasSizeLessThan(300).doesNotContain("private-words", "4711");
            });
        }
        assertThat(server.requests()).isEqualTo(1);
    }

    @Test
    void field_errors_name_field_rule_and_fix() {
        server.says(json(422, errors()));
        try (RestBackend backend = server.client().build()) {
            PushResult.Rejected rejected = (PushResult.Rejected) backend.push(create("a"));
            ValidationException reason = (ValidationException) rejected.reason();
            assertThat(reason.faults()).hasSize(2);
            assertThat(reason.faults().get(0).field()).isEqualTo("title");
            assertThat(reason.faults().get(0).rule()).isEqualTo("required");
            assertThat(reason.faults().get(0).fix()).isEqualTo("Give one");
        }
    }

    @Test
    void S09_a_key_in_progress_is_tried_again_after_the_wait_asked_for() {
        server.says(
                json(409, "{\"type\":\"urn:syncline:problem:key-in-progress\"}").setHeader("Retry-After", "3"));
        server.says(json(409, "{\"type\":\"urn:syncline:problem:key-in-progress\"}"));
        try (RestBackend backend = server.client().build()) {
            assertThat(waitOf(backend)).isEqualTo(Duration.ofSeconds(3));
            assertThat(waitOf(backend)).isEqualTo(HttpFailures.SHORTLY);
        }
    }

    @Test
    void rate_limit_headers_are_told() {
        server.says(status(429)
                .setHeader("Retry-After", "5")
                .setHeader("X-RateLimit-Limit", "100")
                .setHeader("RateLimit-Remaining", "0")
                .setHeader("X-RateLimit-Reset", "30"));
        try (RestBackend backend = server.client().build()) {
            RateLimitException limited = (RateLimitException) catchThrowable(() -> backend.push(create("a")));
            assertThat(limited.retryAfter()).isEqualTo(Duration.ofSeconds(5));
            assertThat(limited.limit()).isEqualTo(100);
            assertThat(limited.remaining()).isZero();
            assertThat(limited.reset()).isEqualTo(ScriptedServer.NOW.plusSeconds(30));
        }
    }

    @Test
    void each_kind_of_change_is_the_request_that_the_protocol_says() throws Exception {
        for (int i = 0; i < 6; i++) {
            server.says(json(200, ROW));
        }
        try (RestBackend patching = server.client().build();
                RestBackend putting = server.client()
                        .writes(Writes.by(UpdateForm.PUT))
                        .idempotencyKeys("X-Key", Duration.ofHours(1))
                        .build();
                RestBackend plain = server.client()
                        .versions(Versions.numbered("version").unchecked())
                        .noIdempotencyKeys()
                        .build()) {
            patching.push(create("a"));
            expect("POST", "/v1/note", null, "Idempotency-Key", "key-1", "{\"id\":\"a\",\"title\":\"private-words\"}");
            patching.push(update("a"));
            expect("PATCH", "/v1/note/a", "\"7\"", "Idempotency-Key", "key-2", "{\"title\":\"private-words\"}");
            patching.push(delete("a"));
            expect("DELETE", "/v1/note/a", "\"7\"", "Idempotency-Key", "key-3", "");
            putting.push(update("a"));
            expect("PUT", "/v1/note/a", "\"7\"", "X-Key", "key-2", "{\"title\":\"private-words\"}");
            OutgoingChange blind = update("a");
            putting.push(new OutgoingChange("note", blind.kind(), "a", blind.fields(), null, "key-2"));
            expect("PUT", "/v1/note/a", "*", "X-Key", "key-2", "{\"title\":\"private-words\"}");
            plain.push(update("a"));
            expect("PATCH", "/v1/note/a", null, "Idempotency-Key", null, "{\"title\":\"private-words\"}");
        }
    }

    private void expect(
            String method, String target, @Nullable String ifMatch, String keyHeader, @Nullable String key, String body)
            throws InterruptedException {
        RecordedRequest request = server.taken();
        assertThat(request.getMethod()).isEqualTo(method);
        assertThat(request.getTarget()).isEqualTo(target);
        assertThat(request.getHeaders().get("If-Match")).isEqualTo(ifMatch);
        assertThat(request.getHeaders().get(keyHeader)).isEqualTo(key);
        assertThat(request.getHeaders().get("Authorization")).isEqualTo("Bearer " + ScriptedServer.TOKEN);
        assertThat(request.getBody() == null ? "" : request.getBody().utf8()).isEqualTo(body);
    }

    private static Duration waitOf(RestBackend backend) {
        return ((RateLimitException) catchThrowable(() -> backend.push(create("a")))).retryDelay();
    }

    private static String errors() {
        return "{\"type\":\"about:blank\",\"title\":\"private-words\",\"errors\":["
                + "{\"field\":\"title\",\"rule\":\"required\",\"fix\":\"Give one\"},{\"field\":\"x\"},7,{\"rule\":\"y\"}]}";
    }
}
