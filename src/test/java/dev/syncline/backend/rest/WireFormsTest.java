package dev.syncline.backend.rest;

import static dev.syncline.backend.rest.ScriptedServer.create;
import static dev.syncline.backend.rest.ScriptedServer.delete;
import static dev.syncline.backend.rest.ScriptedServer.json;
import static dev.syncline.backend.rest.ScriptedServer.status;
import static dev.syncline.backend.rest.ScriptedServer.update;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.syncline.backend.OutgoingChange;
import dev.syncline.backend.PushResult;
import dev.syncline.exception.AuthenticationException;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import mockwebserver3.MockResponse;
import mockwebserver3.RecordedRequest;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What each setting of writes, versions, paths and errors makes of a request, and of its answer. Defends G2, G7, G13. */
class WireFormsTest {

    private final ScriptedServer server = new ScriptedServer();

    @AfterEach
    void stop() {
        server.close();
    }

    /** One write: what the server is told by it. */
    record Sent(
            String name,
            UnaryOperator<RestBackendBuilder> settings,
            OutgoingChange change,
            String line,
            @Nullable String ifMatch,
            String body) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Sent> writes() {
        String changed = "{\"title\":\"private-words\"}";
        String whole = "{\"id\":\"a\",\"title\":\"private-words\"}";
        return Stream.of(
                new Sent("a create", b -> b, create("a"), "POST /v1/note", null, whole),
                new Sent(
                        "a create by PUT",
                        b -> b.writes(Writes.standard().createdByPut()),
                        create("a"),
                        "PUT /v1/note/a",
                        null,
                        whole),
                new Sent(
                        "a create with an id that is a number",
                        b -> b.rows(Rows.standard().numericIds()),
                        create("17"),
                        "POST /v1/note",
                        null,
                        "{\"id\":17,\"title\":\"private-words\"}"),
                new Sent(
                        "an envelope",
                        b -> b.writes(Writes.standard().wrappedIn("data")),
                        create("a"),
                        "POST /v1/note",
                        null,
                        "{\"data\":" + whole + "}"),
                new Sent(
                        "JSON:API",
                        b -> b.writes(Writes.standard()
                                .wrappedIn("data")
                                .fieldsIn("attributes")
                                .with("type", "{entity}s")),
                        update("a"),
                        "PATCH /v1/note/a",
                        "\"7\"",
                        "{\"data\":{\"id\":\"a\",\"type\":\"notes\",\"attributes\":" + changed + "}}"),
                new Sent(
                        "a JSON Patch",
                        b -> b.writes(Writes.by(UpdateForm.JSON_PATCH)),
                        update("a"),
                        "PATCH /v1/note/a",
                        "\"7\"",
                        "[{\"op\":\"add\",\"path\":\"/title\",\"value\":\"private-words\"}]"),
                new Sent(
                        "PUT of changes, weak ETags",
                        b -> b.writes(Writes.by(UpdateForm.PUT_CHANGED))
                                .versions(Versions.etag().weak()),
                        update("a"),
                        "PUT /v1/note/a",
                        "W/\"7\"",
                        changed),
                new Sent(
                        "ETags without quotes",
                        b -> b.versions(Versions.etag().unquoted()),
                        update("a"),
                        "PATCH /v1/note/a",
                        "7",
                        changed),
                new Sent(
                        "a version in the address",
                        b -> b.versions(Versions.revision("_rev").inParameter("rev")),
                        delete("a"),
                        "DELETE /v1/note/a?rev=7",
                        null,
                        ""),
                new Sent(
                        "a version in the body",
                        b -> b.versions(Versions.revision("_rev").inMember("_rev")),
                        update("a"),
                        "PATCH /v1/note/a",
                        null,
                        "{\"_rev\":\"7\",\"title\":\"private-words\"}"),
                new Sent(
                        "no version",
                        b -> b.versions(Versions.ofContent()),
                        update("a"),
                        "PATCH /v1/note/a",
                        null,
                        changed),
                new Sent(
                        "another method in a header",
                        b -> b.writes(Writes.standard().methodIn("X-HTTP-Method-Override")),
                        delete("a"),
                        "POST /v1/note/a",
                        "\"7\"",
                        ""),
                new Sent(
                        "a key in parentheses",
                        b -> b.paths(Paths.of("odata/{entity}", "odata/{entity}('{id}')")),
                        delete("a/b"),
                        "DELETE /v1/odata/note('a%2Fb')",
                        "\"7\"",
                        ""),
                new Sent(
                        "a row by a query",
                        b -> b.paths(Paths.of("{entity}", "{entity}?id=eq.{id}").named("note", "notes")),
                        delete("a&b=c"),
                        "DELETE /v1/notes?id=eq.a%26b%3Dc",
                        "\"7\"",
                        ""));
    }

    @ParameterizedTest
    @MethodSource("writes")
    void a_write_travels_as_it_is_said_to(Sent write) throws InterruptedException {
        server.says(status(204));
        try (RestBackend backend =
                write.settings().apply(server.client().noBatch()).build()) {
            backend.push(write.change());
        }
        RecordedRequest request = server.taken();
        assertThat(request.getRequestLine()).isEqualTo(write.line() + " HTTP/1.1");
        assertThat(request.getHeaders().get("If-Match")).isEqualTo(write.ifMatch());
        assertThat(request.getBody() == null ? "" : request.getBody().utf8()).isEqualTo(write.body());
    }

    /** One answer: what is made of it. */
    record Told(
            String name,
            UnaryOperator<RestBackendBuilder> settings,
            OutgoingChange change,
            MockResponse.Builder answer,
            Class<? extends PushResult> result,
            String says) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Told> answers() {
        Errors codes = Errors.problems()
                .code("code")
                .fields("data")
                .means(400, "159", Meaning.DONE)
                .means(400, "RECORD_NOT_UNIQUE", Meaning.EXISTS)
                .means(500, "duplicate id", Meaning.EXISTS)
                .means(417, Meaning.CONFLICT)
                .means(418, Meaning.REFUSED);
        UnaryOperator<RestBackendBuilder> rules = b -> b.errors(codes);
        return Stream.of(
                new Told(
                        "the id in the row's own address",
                        b -> b.rows(Rows.standard()
                                .idWithin("_links.self.href", Pattern.compile("([^/]+)$"))
                                .without("_links")),
                        create(null),
                        json(201, "{\"t\":1,\"_links\":{\"self\":{\"href\":\"http://h/note/17\"}}}"),
                        PushResult.Accepted.class,
                        "id=17, version=null, fields=[t]"),
                new Told(
                        "the id in Location alone",
                        b -> b,
                        create(null),
                        status(201).setHeader("Location", "/v1/note/18").setHeader("ETag", "\"0\""),
                        PushResult.Accepted.class,
                        "id=18, version=0"),
                new Told(
                        "a row in an envelope",
                        b -> b.rows(Rows.standard().answeredIn("data").fieldsIn("attributes")),
                        create("a"),
                        json(201, "{\"data\":{\"id\":\"a\",\"version\":3,\"attributes\":{\"t\":1}}}"),
                        PushResult.Accepted.class,
                        "id=a, version=3, fields=[t]"),
                new Told(
                        "an array of the one row",
                        b -> b,
                        update("a"),
                        json(200, "[{\"id\":\"a\",\"version\":8,\"t\":1}]"),
                        PushResult.Accepted.class,
                        "id=a, version=8, fields=[t]"),
                new Told(
                        "an array of no row",
                        b -> b,
                        update("a"),
                        json(200, "[]"),
                        PushResult.Conflicted.class,
                        "deleted"),
                new Told(
                        "an empty object for a delete",
                        b -> b,
                        delete("a"),
                        json(200, "{}"),
                        PushResult.Accepted.class,
                        "id=a, version=null"),
                new Told(
                        "a count for a delete",
                        b -> b.writes(Writes.standard().anyDeleteAnswer()),
                        delete("a"),
                        json(200, "{\"count\":1}"),
                        PushResult.Accepted.class,
                        "id=a, version=null"),
                new Told(
                        "a weak ETag",
                        b -> b.versions(Versions.etag()),
                        update("a"),
                        status(204).setHeader("ETag", "W/\"9\""),
                        PushResult.Accepted.class,
                        "version=9"),
                new Told(
                        "it was done",
                        rules,
                        create("a"),
                        json(400, "{\"code\":159}"),
                        PushResult.Accepted.class,
                        "id=a"),
                new Told(
                        "it exists",
                        rules,
                        create("a"),
                        json(400, "{\"code\":\"RECORD_NOT_UNIQUE\"}"),
                        PushResult.Conflicted.class,
                        "remote=null"),
                new Told(
                        "a page for people that says it exists",
                        rules,
                        create("a"),
                        status(500)
                                .setHeader("Content-Type", "text/html")
                                .body("<pre>Error: Insert failed, duplicate id</pre>"),
                        PushResult.Conflicted.class,
                        "remote=null"),
                new Told("a conflict", rules, update("a"), json(417, "{}"), PushResult.Conflicted.class, "remote=null"),
                new Told("a refusal", rules, update("a"), json(418, "{}"), PushResult.Rejected.class, "418"),
                new Told(
                        "faults by field",
                        rules,
                        update("a"),
                        json(400, "{\"data\":{\"title\":{\"code\":\"max\",\"message\":\"too long\"}}}"),
                        PushResult.Rejected.class,
                        "ValidationException"));
    }

    @ParameterizedTest
    @MethodSource("answers")
    void an_answer_means_what_it_is_said_to(Told told) {
        server.says(told.answer());
        try (RestBackend backend =
                told.settings().apply(server.client().noBatch()).build()) {
            PushResult result = backend.push(told.change());
            assertThat(result).isInstanceOf(told.result());
            for (String part : told.says().split(", (?=\\w+=)")) {
                assertThat(result.toString()).contains(part);
            }
        }
    }

    @Test
    void a_missing_row_behind_refused_credentials_is_believed_only_if_they_hold() {
        UnaryOperator<RestBackendBuilder> settings =
                b -> b.noBatch().errors(Errors.problems().means(403, Meaning.GONE));
        try (RestBackend backend = settings.apply(server.client()).build()) {
            server.says(status(403)).says(status(200));
            assertThat(backend.fetch("note", "a")).isEmpty();
            server.says(status(403)).says(status(401));
            assertThatExceptionOfType(AuthenticationException.class).isThrownBy(() -> backend.fetch("note", "a"));
        }
    }

    @Test
    void a_success_that_did_nothing_is_found_out_by_reading_back() {
        try (RestBackend backend =
                server.client().noBatch().writes(Writes.standard().readBack()).build()) {
            server.says(status(204)).says(status(404));
            assertThat(backend.push(update("a"))).isInstanceOf(PushResult.Conflicted.class);
            server.says(json(200, "{\"updatedAt\":1}")).says(json(200, "{\"id\":\"a\",\"version\":9,\"t\":1}"));
            assertThat(backend.push(update("a")).toString()).contains("version=9");
            server.says(json(201, "{\"id\":\"n\"}")).says(status(503));
            assertThat(backend.push(create(null)).toString()).contains("id=n, version=null");
        }
    }

    @Test
    void a_delete_that_the_server_would_not_compare_is_compared_here() {
        try (RestBackend backend = server.client()
                .noBatch()
                .versions(Versions.numbered("version").uncheckedDeletes())
                .build()) {
            server.says(json(200, "{\"id\":\"a\",\"version\":8}"));
            assertThat(backend.push(delete("a"))).isInstanceOf(PushResult.Conflicted.class);
            server.says(json(200, "{\"id\":\"a\",\"version\":7}")).says(status(204));
            assertThat(backend.push(delete("a"))).isInstanceOf(PushResult.Accepted.class);
            assertThat(server.requests()).isEqualTo(3);
        }
    }

    @Test
    void a_version_by_content_changes_with_the_content_and_with_nothing_else() {
        try (RestBackend backend = server.client()
                .noBatch()
                .versions(Versions.ofContent())
                .rows(Rows.standard().without("_links"))
                .build()) {
            List<String> versions = Stream.of(
                            "{\"id\":\"a\",\"updated_at\":\"2026-11-23T10:00:00Z\",\"t\":1,\"u\":2}",
                            "{\"u\":2,\"t\":1.0,\"id\":\"a\",\"_links\":{}}",
                            "{\"id\":\"a\",\"t\":1,\"u\":3}")
                    .map(row -> {
                        server.says(json(200, row));
                        return backend.fetch("note", "a").orElseThrow().version();
                    })
                    .toList();
            assertThat(versions.get(1)).isEqualTo(versions.get(0)).isNotEqualTo(versions.get(2));
        }
    }
}
