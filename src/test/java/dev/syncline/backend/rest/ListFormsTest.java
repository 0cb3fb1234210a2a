package dev.syncline.backend.rest;

import static dev.syncline.backend.rest.ScriptedServer.json;
import static dev.syncline.backend.rest.ScriptedServer.status;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.syncline.backend.PullPage;
import dev.syncline.backend.PullRequest;
import dev.syncline.backend.RemoteRecord;
import dev.syncline.exception.ClientException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import mockwebserver3.MockResponse;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What each style of paging and delta asks for, and where the next pull begins. Defends G4, G7. */
class ListFormsTest {

    private final ScriptedServer server = new ScriptedServer();

    @AfterEach
    void stop() {
        server.close();
    }

    /** Pulls one after the other, each to its end, with what they ask for and meet. */
    record Walk(
            String name,
            UnaryOperator<RestBackendBuilder> settings,
            List<MockResponse.Builder> answers,
            List<String> asked,
            List<String> met) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Walk> walks() {
        return Stream.of(
                new Walk(
                        "keyset",
                        b -> b.pagination(Pagination.after("where", "{\"id\":{\"$gt\":\"{id}\"}}")
                                        .items("results"))
                                .delta(Delta.none()),
                        List.of(
                                json(200, "{\"results\":[{\"id\":\"a\"},{\"id\":\"b\"}]}"),
                                json(200, "{\"results\":[]}"),
                                json(200, "{\"results\":[]}")),
                        List.of(
                                "/v1/note?limit=2",
                                "/v1/note?limit=2&where={%22id%22:{%22$gt%22:%22b%22}}",
                                "/v1/note?limit=2"),
                        List.of("a", "b")),
                new Walk(
                        "keyset that says when it ends",
                        b -> b.pagination(Pagination.after("starting_after", "{id}")
                                        .items("data")
                                        .moreField("has_more"))
                                .delta(Delta.none()),
                        List.of(
                                json(200, "{\"data\":[{\"id\":\"a\"}],\"has_more\":true}"),
                                json(200, "{\"data\":[{\"id\":\"b\"}],\"has_more\":false}"),
                                json(200, "{\"data\":[],\"has_more\":false}")),
                        List.of("/v1/note?limit=2", "/v1/note?limit=2&starting_after=a", "/v1/note?limit=2"),
                        List.of("a", "b")),
                new Walk(
                        "page tokens, then a sync token",
                        b -> b.pagination(Pagination.cursor()
                                        .parameters("maxResults", "pageToken")
                                        .cursorOnly("nextPageToken"))
                                .delta(Delta.token("syncToken", "nextSyncToken").refusedBy(400)),
                        List.of(
                                json(200, "{\"items\":[{\"id\":\"a\"}],\"nextPageToken\":\"p2\"}"),
                                json(
                                        200,
                                        "{\"items\":[{\"id\":\"b\"}],\"nextPageToken\":\"\",\"nextSyncToken\":\"s1\"}"),
                                json(200, "{\"items\":[{\"id\":\"c\"}],\"nextSyncToken\":\"s2\"}")),
                        List.of(
                                "/v1/note?maxResults=2",
                                "/v1/note?maxResults=2&pageToken=p2",
                                "/v1/note?maxResults=2&syncToken=s1"),
                        List.of("a", "b", "c")),
                new Walk(
                        "links in an array, then a delta link",
                        b -> b.pagination(Pagination.links().items("/value").linkField("/link"))
                                .delta(Delta.link("/@odata.deltaLink")),
                        List.of(
                                json(
                                        200,
                                        "{\"value\":[{\"id\":\"a\"}],\"link\":[{\"relation\":\"self\",\"url\":\"x\"},"
                                                + "{\"relation\":\"next\",\"url\":\"/v1/note?p=2\"}]}"),
                                json(200, "{\"value\":[{\"id\":\"b\"}],\"link\":[],\"@odata.deltaLink\":\"note?d=1\"}"),
                                json(200, "{\"value\":[],\"link\":{\"href\":null},\"@odata.deltaLink\":\"note?d=2\"}")),
                        List.of("/v1/note?limit=2", "/v1/note?p=2", "/v1/note?d=1"),
                        List.of("a", "b")),
                new Walk(
                        "a sequence in a header",
                        b -> b.pagination(Pagination.links().items("data").parameters("_limit", "_p"))
                                .delta(Delta.tokenInHeader("_since", "ETag"))
                                .paths(Paths.standard().changes("{entity}/changes")),
                        List.of(
                                json(200, "{\"data\":[{\"id\":\"a\"}]}").setHeader("ETag", "\"17\""),
                                json(200, "{\"data\":[{\"id\":\"b\",\"deleted\":true}]}")
                                        .setHeader("ETag", "\"18\"")),
                        List.of("/v1/note?_limit=2", "/v1/note/changes?_limit=2&_since=%2217%22"),
                        List.of("a", "b-")),
                new Walk(
                        "continue fields",
                        b -> b.pagination(Pagination.cursor().items("items").continuedBy("continue"))
                                .delta(Delta.none()),
                        List.of(
                                json(
                                        200,
                                        "{\"continue\":{\"from\":\"B|1\",\"continue\":\"-||\"},\"items\":[{\"id\":\"a\"}]}"),
                                json(200, "{\"items\":[{\"id\":\"b\"}]}"),
                                json(200, "{\"items\":[]}")),
                        List.of("/v1/note?limit=2", "/v1/note?limit=2&from=B|1&continue=-||", "/v1/note?limit=2"),
                        List.of("a", "b")),
                new Walk(
                        "rows keyed by id, each in an object, pages behind the end refused",
                        b -> b.pagination(Pagination.numbered(1)
                                        .keyed()
                                        .items("documents")
                                        .most(1_000)
                                        .pastTheEnd(404))
                                .rows(Rows.standard().listedIn("doc"))
                                .delta(Delta.none()),
                        List.of(
                                json(
                                        200,
                                        "{\"total\":2,\"documents\":{\"x\":{\"doc\":{\"id\":\"a\"}},\"y\":{\"doc\":{\"id\":\"b\"}}}}"),
                                json(200, "{\"documents\":{\"x\":{\"doc\":{\"id\":\"a\"}}}}"),
                                status(404),
                                json(200, "{\"documents\":{\"x\":{\"doc\":{\"id\":\"a\"}}}}"),
                                status(404)),
                        List.of(
                                "/v1/note?limit=2&page=1",
                                "/v1/note?limit=2&page=1",
                                "/v1/note?limit=2&page=2",
                                "/v1/note?limit=2&page=1",
                                "/v1/note?limit=2&page=2"),
                        List.of("a", "b", "a", "a")),
                new Walk(
                        "a range as the total",
                        b -> b.pagination(Pagination.offset().items("").totalHeader("Content-Range"))
                                .delta(Delta.none()),
                        List.of(
                                json(206, "[{\"id\":\"a\"},{\"id\":\"b\"}]").setHeader("Content-Range", "0-1/3"),
                                json(206, "[{\"id\":\"b\"},{\"id\":\"c\"}]").setHeader("Content-Range", "1-2/3"),
                                json(200, "[]").setHeader("Content-Range", "*/0")),
                        List.of("/v1/note?limit=2&offset=0", "/v1/note?limit=3&offset=1", "/v1/note?limit=2&offset=0"),
                        List.of("a", "b", "b", "c")),
                new Walk(
                        "changes since a time, in a filter",
                        b -> b.pagination(Pagination.offset().items("data"))
                                .rows(Rows.standard()
                                        .changedAt("updated", "created")
                                        .deletedBy("status", "trash")
                                        .times(TimeFormat.pattern("yyyy-MM-dd HH:mm:ss.SSSX", ZoneOffset.UTC)))
                                .delta(Delta.updatedSince("filter", Duration.ofSeconds(1))
                                        .value("(updated>='{since}')")
                                        .times(TimeFormat.iso().to(ChronoUnit.MILLIS))
                                        .also("deleted", "1")),
                        List.of(
                                json(
                                                200,
                                                "{\"total\":1,\"data\":[{\"id\":\"a\",\"updated\":null,\"created\":\"2026-01-01 10:00:05.500Z\"}]}")
                                        .setHeader("Date", "Thu, 01 Jan 2026 11:00:00 GMT"),
                                json(
                                        200,
                                        "{\"total\":1,\"data\":[{\"id\":\"a\",\"status\":\"trash\",\"updated\":\"2026-01-01 10:00:06.000Z\"}]}")),
                        List.of(
                                "/v1/note?limit=2&offset=0",
                                "/v1/note?limit=2&offset=0&filter=%28updated%3E%3D%272026-01-01T10%3A00%3A04.500Z%27%29&deleted=1"),
                        List.of("a", "a-")));
    }

    @ParameterizedTest
    @MethodSource("walks")
    void a_list_is_asked_for_as_it_is_said_to(Walk walk) throws InterruptedException {
        walk.answers().forEach(server::says);
        List<String> met = new ArrayList<>();
        try (RestBackend backend = walk.settings().apply(server.client()).build()) {
            String cursor = null;
            while (server.requests() < walk.answers().size()) {
                cursor = pull(backend, cursor, met);
            }
        }
        List<String> asked = new ArrayList<>();
        for (int i = 0; i < walk.answers().size(); i++) {
            asked.add(server.taken().getTarget());
        }
        assertThat(asked.stream().map(ListFormsTest::plain))
                .containsExactlyElementsOf(
                        walk.asked().stream().map(ListFormsTest::plain).toList());
        assertThat(met).isEqualTo(walk.met());
    }

    private static String plain(String target) {
        return URLDecoder.decode(target, StandardCharsets.UTF_8);
    }

    private static @Nullable String pull(RestBackend backend, @Nullable String from, List<String> met) {
        String cursor = from;
        boolean more = true;
        while (more) {
            try (PullPage page = backend.fetchPage(new PullRequest("note", cursor, 2))) {
                for (RemoteRecord record : page.records()) {
                    met.add(record.id() + (record.deleted() ? "-" : ""));
                }
                cursor = page.next();
                more = page.more();
            }
        }
        return cursor;
    }

    @Test
    void a_token_that_the_server_refuses_means_that_everything_is_due() {
        server.says(json(200, "{\"items\":[],\"nextSyncToken\":\"s1\"}")).says(status(400));
        try (RestBackend backend = server.client()
                .pagination(Pagination.cursor().cursorOnly("nextPageToken"))
                .delta(Delta.token("syncToken", "nextSyncToken").refusedBy(400))
                .build()) {
            String cursor = pull(backend, null, new ArrayList<>());
            assertThatExceptionOfType(ClientException.class)
                    .isThrownBy(() -> pull(backend, cursor, new ArrayList<>()))
                    .matches(refusal -> refusal.status() == 410);
        }
    }

    @Test
    void times_are_read_in_every_format_and_cut_never_rounded() {
        ZoneId berlin = ZoneId.of("Europe/Berlin");
        List<TimeFormat> formats = List.of(
                TimeFormat.iso(),
                TimeFormat.isoIn(berlin),
                TimeFormat.pattern("yyyy-MM-dd HH:mm:ssX", ZoneOffset.UTC),
                TimeFormat.httpDate(),
                TimeFormat.epochSeconds(),
                TimeFormat.epochMillis(),
                TimeFormat.iso().to(ChronoUnit.MILLIS));
        Instant time = Instant.parse("2026-07-01T10:00:00.999999Z");
        assertThat(formats.stream().map(format -> format.write(time)))
                .containsExactly(
                        "2026-07-01T10:00:00.999999Z",
                        "2026-07-01T12:00:00.999999",
                        "2026-07-01 10:00:00Z",
                        "Wed, 01 Jul 2026 10:00:00 GMT",
                        "1782900000",
                        "1782900000999",
                        "2026-07-01T10:00:00.999Z");
        for (TimeFormat format : formats) {
            assertThat(format.read(format.write(time))).isBetween(time.minusSeconds(1), time);
            assertThat(format.read("nonsense")).isNull();
            assertThat(format.read(null)).isNull();
        }
        assertThat(TimeFormat.epochMillis().read(1782900000999L)).isEqualTo(time.truncatedTo(ChronoUnit.MILLIS));
    }
}
