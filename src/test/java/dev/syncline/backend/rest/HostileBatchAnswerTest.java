package dev.syncline.backend.rest;

import static dev.syncline.backend.rest.ScriptedServer.create;
import static dev.syncline.backend.rest.ScriptedServer.delete;
import static dev.syncline.backend.rest.ScriptedServer.json;
import static dev.syncline.backend.rest.ScriptedServer.status;
import static dev.syncline.backend.rest.ScriptedServer.update;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.syncline.backend.OutgoingChange;
import dev.syncline.backend.PushReceipt;
import dev.syncline.backend.PushResult;
import dev.syncline.exception.AuthenticationException;
import dev.syncline.exception.ClientException;
import dev.syncline.exception.NetworkException;
import dev.syncline.exception.RateLimitException;
import dev.syncline.exception.ServerException;
import dev.syncline.exception.SyncException;
import dev.syncline.exception.ValidationException;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import mockwebserver3.MockResponse;
import mockwebserver3.RecordedRequest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Answers to a batch. Only an entry that names a change which was sent, once and legibly, is an outcome; the rest stays of
 * unknown outcome. Defends G1, G2 and G12 (a bad entry spoils itself only).
 */
class HostileBatchAnswerTest {

    private static final String ROW = "{\"id\":\"a\",\"version\":8,\"title\":\"private-words\"}";
    private static final String DONE = "{\"key\":\"key-1\",\"status\":201,\"body\":" + ROW + "}";

    private final ScriptedServer server = new ScriptedServer();

    record Whole(String name, Class<? extends SyncException> expected, MockResponse.Builder answer) {
        @Override
        public String toString() {
            return name;
        }
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void a_batch_is_one_request_and_each_entry_an_outcome() throws Exception {
        server.says(json(
                200,
                "{\"results\":[{\"key\":\"key-2\",\"status\":412,\"body\":" + ROW + "},"
                        + "{\"key\":\"key-1\",\"status\":201,\"body\":" + ROW + "},"
                        + "{\"key\":\"key-3\",\"status\":503}]}"));
        try (RestBackend backend = server.client().build()) {
            var receipts = backend.pushBatch(List.of(create("a"), update("a"), delete("a")));
            assertThat(receipts).hasSize(3);
            assertThat(receipts.get(0).result()).isInstanceOf(PushResult.Accepted.class);
            assertThat(receipts.get(1).result()).isInstanceOf(PushResult.Conflicted.class);
            assertThat(receipts.get(2).result())
                    .isInstanceOfSatisfying(
                            PushResult.Unserved.class,
                            unserved -> assertThat(unserved.cause()).isInstanceOf(ServerException.class));
        }
        RecordedRequest request = server.taken();
        assertThat(request.getTarget()).isEqualTo("/v1/_batch");
        assertThat(request.getBody().utf8())
                .isEqualTo(
                        "{\"operations\":["
                                + "{\"key\":\"key-1\",\"method\":\"create\",\"entity\":\"note\",\"id\":\"a\",\"fields\":{\"title\":\"private-words\"}},"
                                + "{\"key\":\"key-2\",\"method\":\"update\",\"entity\":\"note\",\"id\":\"a\",\"version\":\"7\",\"fields\":{\"title\":\"private-words\"}},"
                                + "{\"key\":\"key-3\",\"method\":\"delete\",\"entity\":\"note\",\"id\":\"a\",\"version\":\"7\"}]}");
        assertThat(server.requests()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "7",
                "{\"status\":201}",
                "{\"key\":\"key-2\"}",
                "{\"key\":\"key-2\",\"status\":\"200\"}",
                "{\"key\":\"key-2\",\"status\":2e2}",
                "{\"key\":\"key-2\",\"status\":99999999999}",
                "{\"key\":2,\"status\":200}",
                "{\"key\":\"key-9\",\"status\":200}",
                "{\"key\":\"key-2\",\"status\":200},{\"key\":\"key-2\",\"status\":412}"
            })
    void S13_B71_an_entry_that_is_missing_illegible_foreign_or_told_twice_leaves_its_change_unknown(String entry) {
        server.says(json(200, "{\"results\":[" + entry + (entry.isEmpty() ? "" : ",") + DONE + "]}"));
        try (RestBackend backend = server.client().build()) {
            List<PushReceipt> receipts = backend.pushBatch(List.of(update("a"), create("a")));
            assertThat(receipts).extracting(PushReceipt::key).containsExactly("key-1");
            assertThat(receipts.get(0).result()).isInstanceOf(PushResult.Accepted.class);
        }
    }

    static Stream<Whole> wholes() {
        return Stream.of(
                new Whole("S01 500", ServerException.class, status(500)),
                new Whole("S02 429", RateLimitException.class, status(429)),
                new Whole("S05 401", AuthenticationException.class, status(401)),
                new Whole("S04 400 for the whole", ClientException.class, status(400)),
                new Whole("S04 422 for the whole", ClientException.class, status(422)),
                new Whole("S11 413 for the whole", ClientException.class, status(413)),
                new Whole("no such endpoint", ClientException.class, status(404)),
                new Whole("409 for the whole", ClientException.class, status(409)),
                new Whole("S24 redirect", ClientException.class, status(308).setHeader("Location", "/v1/x")),
                new Whole("B05 login page", NetworkException.class, json(200, "<html>")),
                new Whole("B01 empty", ServerException.class, status(200)),
                new Whole("204", ServerException.class, status(204)),
                new Whole("S14 error object", ServerException.class, json(200, "{\"error\":\"private-words\"}")),
                new Whole("B27 results null", ServerException.class, json(200, "{\"results\":null}")),
                new Whole("B04 bare array", ServerException.class, json(200, "[" + DONE + "]")),
                new Whole("B06 cut off", ServerException.class, json(200, "{\"results\":[" + DONE)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("wholes")
    void a_batch_that_was_not_served_as_a_whole_is_one_failure(Whole hostile) {
        server.says(hostile.answer());
        try (RestBackend backend = server.client().build()) {
            assertThatThrownBy(() -> backend.pushBatch(List.of(create("a"), delete("a"))))
                    .isExactlyInstanceOf(hostile.expected())
                    .message()
                    .doesNotContain("private-words", ScriptedServer.TOKEN);
        }
        assertThat(server.requests()).isEqualTo(1);
    }

    @Test
    void B38_an_id_that_no_address_can_hold_is_refused_and_the_rest_is_sent() throws Exception {
        server.says(json(200, "{\"results\":[" + DONE + "]}"));
        try (RestBackend backend = server.client().build()) {
            OutgoingChange bad = new OutgoingChange(
                    "note", delete("a").kind(), "..", delete("a").fields(), "7", "key-9");
            List<PushReceipt> receipts = backend.pushBatch(List.of(bad, create("a")));
            assertThat(receipts).extracting(PushReceipt::key).containsExactly("key-9", "key-1");
            assertThat(receipts.get(0).result())
                    .isInstanceOfSatisfying(
                            PushResult.Rejected.class,
                            rejected -> assertThat(rejected.reason()).isInstanceOf(ValidationException.class));
        }
        assertThat(server.taken().getBody().utf8()).doesNotContain("key-9");
    }

    @Test
    void a_batch_larger_than_declared_is_refused_before_it_is_sent() {
        try (RestBackend backend = server.client().batch("_batch", 2).build();
                RestBackend single = server.client().noBatch().build()) {
            List<OutgoingChange> three = Collections.nCopies(3, create("a"));
            assertThatIllegalArgumentException().isThrownBy(() -> backend.pushBatch(three));
            assertThatIllegalArgumentException().isThrownBy(() -> single.pushBatch(List.of(create("a"))));
        }
        assertThat(server.requests()).isZero();
    }
}
