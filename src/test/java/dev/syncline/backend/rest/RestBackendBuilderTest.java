package dev.syncline.backend.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.syncline.backend.Capabilities;
import dev.syncline.backend.VersionKind;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Defaults are those of the documented protocol, and settings that contradict each other are told. Defends G13. */
class RestBackendBuilderTest {

    private static final String BASE = "https://api.example.com/v1";

    @Test
    void the_defaults_are_those_of_the_documented_protocol() {
        try (RestBackend backend = RestBackend.at(BASE).build()) {
            assertThat(backend.capabilities())
                    .isEqualTo(new Capabilities(
                            true, true, true, true, Duration.ofHours(24), true, 500, false, VersionKind.ORDERED, true));
            assertThat(backend.name()).isEqualTo("https://api.example.com/v1");
        }
    }

    @Test
    void what_is_switched_off_is_not_claimed() {
        try (RestBackend backend = RestBackend.at(BASE)
                .delta(Delta.none())
                .noBatch()
                .noIdempotencyKeys()
                .versions(Versions.revision("version").unchecked())
                .build()) {
            assertThat(backend.capabilities())
                    .isEqualTo(new Capabilities(
                            false, false, false, false, Duration.ZERO, true, 1, false, VersionKind.OPAQUE, true));
        }
    }

    @Test
    void pages_by_offset_or_number_or_link_are_not_claimed_to_be_stable() {
        for (Pagination style : List.of(Pagination.offset(), Pagination.numbered(1), Pagination.links())) {
            try (RestBackend backend =
                    RestBackend.at(BASE).pagination(style).delta(Delta.none()).build()) {
                assertThat(backend.capabilities().stablePaging()).isFalse();
            }
        }
    }

    @Test
    void a_slash_at_the_end_of_the_base_address_makes_no_other_backend() {
        try (RestBackend slash = RestBackend.at(BASE + "/").build();
                RestBackend root = RestBackend.at("https://api.example.com").build()) {
            assertThat(slash.name()).isEqualTo(BASE);
            assertThat(root.name()).isEqualTo("https://api.example.com/");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "api.example.com/v1",
                "ftp://api.example.com",
                "https://user:secret@api.example.com/v1",
                "https://api.example.com/v1?key=secret",
                "https://api.example.com/v1#secret",
                "https://"
            })
    void an_address_that_is_none_or_holds_credentials_is_refused_without_quoting_it(String address) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RestBackend.at(address))
                .withMessageNotContaining("secret");
    }

    @Test
    void settings_out_of_range_are_refused_at_once() {
        refused(b -> b.callTimeout(Duration.ZERO));
        refused(b -> b.connectTimeout(Duration.ofSeconds(-1)));
        refused(b -> b.largePages(LargePages.standard().refusedAbove(10)));
        refused(b -> b.largePages(LargePages.standard().spooledAbove(10)));
        refused(b -> b.largePages(LargePages.standard().spooledAbove(65L << 20)));
        refused(b -> b.batch("_batch", 1));
        refused(b -> b.batch("../other", 10));
        refused(b -> b.batch("a/../b", 10));
        refused(b -> b.batch("//host/x", 10));
        refused(b -> b.probe("https://elsewhere/"));
        refused(b -> b.idempotencyKeys("If-Match", Duration.ofHours(1)));
        refused(b -> b.idempotencyKeys("X-Key", Duration.ZERO));
        refused(b -> b.header("Authorization", "x"));
        refused(b -> b.header("Transfer-Encoding", "chunked"));
        refused(b -> b.header("X Key", "x"));
        refused(b -> b.delta(Delta.updatedSince("", Duration.ZERO)));
        refused(b -> b.delta(Delta.updatedSince("since", Duration.ofSeconds(-1))));
        refused(b -> b.rows(Rows.standard().deletedBy("")));
        refused(b -> b.rows(Rows.standard().id("")));
        refused(b -> b.rows(Rows.standard().idWithin("href", Pattern.compile("[^/]+$"))));
        refused(b -> b.paths(Paths.of("notes", "{entity}/{id}")));
        refused(b -> b.paths(Paths.of("{entity}", "{entity}")));
        refused(b -> b.paths(Paths.of("../{entity}", "{entity}/{id}")));
        refused(b -> b.paths(Paths.standard().named("note", "..")));
        refused(b -> b.delta(Delta.updatedSince("since", Duration.ZERO).value("now")));
        refused(b -> b.delta(Delta.cursor().value("{since}")));
        refused(b -> b.delta(Delta.cursor().refusedBy(401)));
        refused(b -> b.pagination(Pagination.after("after", "id")));
        refused(b -> b.pagination(Pagination.links().pastTheEnd(404)));
        refused(b -> b.pagination(Pagination.offset().most(1)));
        refused(b -> b.pagination(Pagination.offset().continuedBy("continue")));
        refused(b -> b.errors(Errors.problems().means(200, Meaning.GONE)));
        refused(b -> b.errors(Errors.problems().means(400, "", Meaning.GONE)));
        refused(b -> b.search(Search.by("number", "{value}")));
        refused(b -> b.apiKey("Authorization", () -> "x"));
        refused(b -> b.pagination(Pagination.cursor().parameters("", "cursor")));
        refused(b -> b.pagination(Pagination.cursor().fields("items", "", "more")));
        refused(b -> b.pagination(Pagination.cursor().totalField("")));
    }

    @Test
    void a_header_value_with_a_line_break_is_refused_without_quoting_it() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RestBackend.at(BASE).header("X-Api-Key", "secret\r\nX-Evil: 1"))
                .withMessageNotContaining("secret");
    }

    @Test
    void settings_that_contradict_each_other_are_named_when_building() {
        contradiction("rows", b -> b.rows(Rows.standard().id("version")));
        contradiction("rows", b -> b.rows(Rows.standard().deletedBy("version")));
        contradiction(
                "PUT",
                b -> b.noBatch()
                        .writes(Writes.by(UpdateForm.PUT))
                        .versions(Versions.numbered("version").unchecked()));
        contradiction("noBatch", b -> b.writes(Writes.standard().wrappedIn("data")));
        contradiction("noBatch", b -> b.versions(Versions.revision("_rev").inParameter("rev")));
        contradiction(
                "JSON_PATCH",
                b -> b.noBatch().writes(Writes.by(UpdateForm.JSON_PATCH).wrappedIn("data")));
        contradiction(
                "JSON",
                b -> b.noBatch()
                        .writes(Writes.by(UpdateForm.JSON_PATCH))
                        .versions(Versions.revision("rev").inMember("rev")));
        contradiction("links()", b -> b.delta(Delta.link("/@odata.deltaLink")));
        contradiction("connectTimeout", b -> b.callTimeout(Duration.ofSeconds(5)));
    }

    private static void refused(Consumer<RestBackendBuilder> setting) {
        assertThatIllegalArgumentException().isThrownBy(() -> setting.accept(RestBackend.at(BASE)));
    }

    private static void contradiction(String named, Consumer<RestBackendBuilder> setting) {
        RestBackendBuilder builder = RestBackend.at(BASE);
        setting.accept(builder);
        assertThatIllegalArgumentException().isThrownBy(builder::build).withMessageContaining(named);
    }
}
