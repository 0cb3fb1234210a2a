package dev.syncline.backend.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.syncline.backend.PullPage;
import dev.syncline.backend.PullRequest;
import dev.syncline.backend.RemoteRecord;
import dev.syncline.exception.ClientException;
import dev.syncline.exception.ServerException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import mockwebserver3.MockResponse;
import okhttp3.HttpUrl;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Lists as servers of each style have them, walked over HTTP. Defends G5 (convergence) and G13 (a hostile backend stays harmless). */
class PagingStylesTest {

    private final ScriptedServer server = new ScriptedServer();

    @AfterEach
    void stop() {
        server.close();
    }

    /** A style, and a page of it with the rows from one number to another out of seven. */
    enum Style {
        OFFSET_IN_DATA(
                Pagination.offset().items("data").totalField("meta.total_count").fixed("sort", "id"),
                "[1, 2, 3] limit=3&offset=0 | [3, 4, 5, 6] limit=4&offset=2 | [6, 7] limit=4&offset=5") {
            @Override
            String body(String rows) {
                return "{\"meta\":{\"other\":[{}],\"total_count\":7},\"data\":" + rows + "}";
            }
        },
        OFFSET_WITHOUT_TOTAL(
                Pagination.offset().items("results").parameters("limit", "skip"),
                "[1, 2, 3] limit=3&skip=0 | [3, 4, 5, 6] limit=4&skip=2 | [6, 7] limit=4&skip=5 | [7] limit=4&skip=6") {
            @Override
            String body(String rows) {
                return "{\"results\":" + rows + "}";
            }
        },
        NUMBERED_FROM_0(
                Pagination.numbered(0)
                        .items("_embedded.{entity}")
                        .totalField("page.totalElements")
                        .parameters("size", "page"),
                "[1, 2, 3] size=3&page=0 | [4, 5, 6] size=3&page=1 | [7] size=3&page=2") {
            @Override
            String body(String rows) {
                return "{\"_embedded\":{\"note\":" + rows + "},\"page\":{\"totalElements\":7}}";
            }
        },
        NUMBERED_WITH_SHORT_END(
                Pagination.numbered(1).items("").shortPageEnds(),
                "[1, 2, 3] limit=3&page=1 | [4, 5, 6] limit=3&page=2 | [7] limit=3&page=3"
                        + " | [1, 2, 3] limit=3&page=1 | [4, 5, 6] limit=3&page=2 | [7] limit=3&page=3") {
            @Override
            String body(String rows) {
                return rows;
            }
        },
        LINK_IN_HEADER(
                Pagination.links().parameters("_limit", "_page").totalHeader("X-Total-Count"),
                "[1, 2, 3] _limit=3 | [4, 5, 6] from=4 | [7] from=7") {
            @Override
            String body(String rows) {
                return rows;
            }
        },
        LINK_IN_BODY(
                Pagination.links().items("items").linkField("_links.next.href"),
                "[1, 2, 3] limit=3 | [4, 5, 6] from=4 | [7] from=7") {
            @Override
            String body(String rows) {
                return rows;
            }
        };

        final Pagination pagination;
        final String walk;

        Style(Pagination pagination, String walk) {
            this.pagination = pagination;
            this.walk = walk;
        }

        abstract String body(String rows);
    }

    @ParameterizedTest
    @EnumSource(Style.class)
    void a_walk_meets_every_row_and_asks_for_each_page_once(Style style) throws Exception {
        List<String> expected = new ArrayList<>();
        for (String page : style.walk.split(" \\| ")) {
            List<Integer> rows = numbers(page.substring(1, page.indexOf(']')));
            expected.add(page.substring(page.indexOf(']') + 2));
            server.says(answer(style, rows));
        }
        List<Integer> met = new ArrayList<>();
        try (RestBackend backend = client(style.pagination)) {
            String cursor = null;
            boolean more = true;
            while (more) {
                PullPage page = backend.fetchPage(new PullRequest("note", cursor, 3));
                page.records().stream()
                        .map(RemoteRecord::id)
                        .map(Integer::valueOf)
                        .forEach(met::add);
                cursor = page.next();
                more = page.more();
            }
            assertThat(cursor).isNull();
        }
        assertThat(met).containsOnly(1, 2, 3, 4, 5, 6, 7);
        for (String query : expected) {
            HttpUrl asked = server.taken().getUrl();
            assertThat(asked.encodedPath()).isEqualTo("/v1/note");
            String fixed = style == Style.OFFSET_IN_DATA ? "sort=id&" : "";
            assertThat(asked.query()).isEqualTo(fixed + query);
        }
        assertThat(server.requests()).isEqualTo(expected.size());
    }

    private MockResponse.Builder answer(Style style, List<Integer> rows) {
        String array =
                rows.stream().map(id -> "{\"id\":" + id + ",\"version\":1}").collect(Collectors.joining(",", "[", "]"));
        int last = rows.get(rows.size() - 1);
        return switch (style) {
            case LINK_IN_HEADER -> {
                var json = ScriptedServer.json(200, array).addHeader("X-Total-Count", "7");
                yield last == 7 ? json : json.addHeader("Link", "</v1/note?from=" + (last + 1) + ">; rel=\"next\"");
            }
            case LINK_IN_BODY ->
                ScriptedServer.json(
                        200,
                        "{\"items\":" + array + ",\"_links\":{\"self\":{\"href\":\"x\"},\"next\":"
                                + (last == 7 ? "{}" : "{\"href\":\"note?from=" + (last + 1) + "\"}") + "}}");
            default -> ScriptedServer.json(200, style.body(array));
        };
    }

    @Test
    void a_list_that_keeps_shifting_ends_without_a_cursor_and_is_walked_again_by_the_next_pull() {
        for (int walk = 0; walk < OffsetPager.MOST_WALKS; walk++) {
            server.says(page("{\"id\":1},{\"id\":2}"));
            server.says(page("{\"id\":9},{\"id\":2},{\"id\":3}"));
        }
        Pagination pagination = Pagination.offset().items("items");
        try (RestBackend backend = client(pagination)) {
            PullPage page = backend.fetchPage(new PullRequest("note", null, 2));
            while (page.more()) {
                page = backend.fetchPage(new PullRequest("note", page.next(), 2));
            }
            assertThat(page.next()).isNull();
        }
        assertThat(server.requests()).isEqualTo(2 * OffsetPager.MOST_WALKS);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://elsewhere.example/v1/note?from=4",
                "//elsewhere.example/4",
                "ftp://elsewhere.example/",
                "http://user:pw@{host}/4"
            })
    void G13_a_link_to_another_host_gets_no_request(String link) {
        String target = link.replace("{host}", "localhost:" + server.port());
        server.says(ScriptedServer.json(200, "[{\"id\":1}]").addHeader("Link", "<" + target + ">; rel=\"next\""));
        try (RestBackend backend = client(Pagination.links())) {
            assertThatThrownBy(() -> backend.fetchPage(new PullRequest("note", null, 3)))
                    .isInstanceOf(ServerException.class)
                    .hasMessageNotContaining("elsewhere");
            // Also where the stored place was tampered with.
            assertThatThrownBy(() -> backend.fetchPage(new PullRequest("note", target, 3)))
                    .isInstanceOf(ClientException.class);
        }
        assertThat(server.requests()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-1", "7.5", "many", "99999999999999999999"})
    void a_total_in_the_header_that_is_no_count_is_refused(String total) {
        server.says(ScriptedServer.json(200, "[]").addHeader("X-Total-Count", total));
        try (RestBackend backend = client(Pagination.numbered(1).items("").totalHeader("X-Total-Count"))) {
            assertThatThrownBy(() -> backend.fetchPage(new PullRequest("note", null, 3)))
                    .isInstanceOf(ServerException.class);
        }
    }

    private static MockResponse.Builder page(String rows) {
        return ScriptedServer.json(200, "{\"items\":[" + rows + "]}");
    }

    private RestBackend client(Pagination pagination) {
        return server.client().pagination(pagination).delta(Delta.none()).build();
    }

    private static List<Integer> numbers(String listed) {
        return Stream.of(listed.split(", ")).map(Integer::valueOf).toList();
    }
}
