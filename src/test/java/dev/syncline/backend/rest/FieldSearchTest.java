package dev.syncline.backend.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.syncline.backend.Findings;
import dev.syncline.backend.PushResult;
import dev.syncline.backend.RemoteRecord;
import dev.syncline.exception.NetworkException;
import java.math.BigDecimal;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import mockwebserver3.RecordedRequest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How records are asked for by their values, and what a refused duplicate tells. Defends G2 and G13. */
class FieldSearchTest {

    private final ScriptedServer server = new ScriptedServer();

    @AfterEach
    void stop() {
        server.close();
    }

    private RestBackend searching() {
        return server.client().search(Search.byField()).build();
    }

    @Test
    void values_travel_as_query_parameters_of_their_fields() throws InterruptedException {
        server.says(ScriptedServer.json(200, "{\"items\":[{\"id\":\"7\",\"number\":\"a&b=c\"}],\"more\":false}"));
        try (RestBackend backend = searching()) {
            Findings findings = backend.find(
                    "account",
                    new TreeMap<>(Map.of("number", "a&b=c", "rate", new BigDecimal("1E+3"), "open", true)),
                    10);
            assertThat(findings.complete()).isTrue();
            assertThat(findings.records()).extracting(RemoteRecord::id).containsExactly("7");
        }
        RecordedRequest asked = server.taken();
        assertThat(asked.getMethod()).isEqualTo("GET");
        assertThat(asked.getUrl().queryParameterNames()).containsExactlyInAnyOrder("limit", "number", "open", "rate");
        assertThat(asked.getUrl().queryParameter("number")).isEqualTo("a&b=c");
        assertThat(asked.getUrl().queryParameter("rate")).isEqualTo("1000");
    }

    @Test
    void a_term_names_one_field_and_is_asked_for_where_the_server_searches() throws InterruptedException {
        server.says(ScriptedServer.json(200, "{\"items\":[{\"id\":\"7\",\"number\":\"{field}\"}],\"more\":false}"));
        Search byTerm = Search.byTerm("query", "{field}_is:\"{value}\"").at("search/{entity}");
        try (RestBackend backend = server.client().search(byTerm).build()) {
            assertThat(backend.find("account", Map.of("number", "{field}"), 10).records())
                    .hasSize(1);
            assertThat(backend.find("account", Map.of("number", "a\"b"), 10).complete())
                    .isFalse();
            assertThat(backend.find("account", Map.of("number", "1", "open", true), 10)
                            .complete())
                    .isFalse();
        }
        RecordedRequest asked = server.taken();
        assertThat(asked.getUrl().encodedPath()).endsWith("/search/account");
        assertThat(asked.getUrl().queryParameter("query")).isEqualTo("number_is:\"{field}\"");
    }

    @Test
    void a_page_that_announces_more_proves_nothing_absent() {
        server.says(ScriptedServer.json(
                200, "{\"items\":[{\"id\":\"7\"},{\"id\":\"8\",\"deleted\":true}],\"cursor\":\"c\",\"more\":true}"));
        try (RestBackend backend = searching()) {
            Findings findings = backend.find("account", Map.of("number", "x"), 1);
            assertThat(findings.complete()).isFalse();
            assertThat(findings.records()).extracting(RemoteRecord::id).containsExactly("7");
        }
    }

    @Test
    void what_no_address_can_say_is_not_asked() {
        try (RestBackend backend = searching();
                RestBackend mute = server.client().build()) {
            assertThat(backend.find("account", Map.of("cursor", "x"), 10)).isEqualTo(Findings.NONE_KNOWN);
            assertThat(backend.find("account", Map.of("number", "\uD800"), 10)).isEqualTo(Findings.NONE_KNOWN);
            assertThat(backend.find("account", Map.of("number", "x".repeat(1_001)), 10))
                    .isEqualTo(Findings.NONE_KNOWN);
            assertThat(mute.find("account", Map.of("number", "x"), 10)).isEqualTo(Findings.NONE_KNOWN);
        }
        assertThat(server.requests()).isZero();
    }

    @Test
    void a_login_page_is_no_empty_list() {
        server.says(ScriptedServer.json(200, "<html></html>").setHeader("Content-Type", "text/html"));
        try (RestBackend backend = searching()) {
            assertThatThrownBy(() -> backend.find("account", Map.of("number", "x"), 10))
                    .isInstanceOf(NetworkException.class);
        }
    }

    @Test
    void a_refused_duplicate_that_shows_the_record_is_a_conflict_with_it() {
        server.says(ScriptedServer.json(422, "{\"id\":\"7\",\"version\":3,\"title\":\"there already\"}"));
        try (RestBackend backend = searching()) {
            PushResult result = backend.push(ScriptedServer.create(null));
            assertThat(result).isInstanceOf(PushResult.Conflicted.class);
            assertThat(Objects.requireNonNull(((PushResult.Conflicted) result).remote())
                            .id())
                    .isEqualTo("7");
        }
    }
}
