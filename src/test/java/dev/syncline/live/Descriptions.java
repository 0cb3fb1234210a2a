package dev.syncline.live;

import dev.syncline.backend.rest.Deletions;
import dev.syncline.backend.rest.Delta;
import dev.syncline.backend.rest.Errors;
import dev.syncline.backend.rest.Meaning;
import dev.syncline.backend.rest.Pagination;
import dev.syncline.backend.rest.Paths;
import dev.syncline.backend.rest.RestBackend;
import dev.syncline.backend.rest.Rows;
import dev.syncline.backend.rest.Search;
import dev.syncline.backend.rest.TimeFormat;
import dev.syncline.backend.rest.UpdateForm;
import dev.syncline.backend.rest.Versions;
import dev.syncline.backend.rest.Writes;
import dev.syncline.config.IdAssignment;
import dev.syncline.config.SyncedTable;
import dev.syncline.conflict.ResolutionStrategy;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/** How real servers are described, each in a few lines. */
final class Descriptions {

    private static final SyncedTable TAGS = SyncedTable.named("tags")
            .key("id")
            .strategy(ResolutionStrategy.REMOTE_WINS)
            .build();

    private Descriptions() {}

    /** json-server 0.17: a file of JSON with nothing but lists and rows; a repeated id is a page for people with status 500. */
    static final ForeignServer JSON_SERVER = new ForeignServer(
            "json-server",
            TAGS,
            UnaryOperator.identity(),
            url -> RestBackend.plainAt(url)
                    .pagination(Pagination.numbered(1)
                            .parameters("_limit", "_page")
                            .fixed("_sort", "id")
                            .items("")
                            .totalHeader("X-Total-Count"))
                    .errors(Errors.problems().means(500, "duplicate id", Meaning.EXISTS))
                    .conditionalReads(true)
                    .probe("tags?_limit=1")
                    .build(),
            "/tags",
            "/tags/",
            "",
            Map.of(),
            8);

    /** Feathers 5 over SQL: cuts pages to 50, stamps rows, answers a repeated id with 500 and a delete with the row as it was. */
    static final ForeignServer FEATHERS = new ForeignServer(
            "feathers",
            TAGS,
            UnaryOperator.identity(),
            url -> RestBackend.plainAt(url)
                    .rows(Rows.standard()
                            .changedAt("updatedAt")
                            .neverMarkedDeleted()
                            .without("createdAt"))
                    .versions(Versions.revision("updatedAt").unchecked())
                    .pagination(Pagination.offset()
                            .parameters("$limit", "$skip")
                            .fixed("$sort[id]", "1")
                            .items("data")
                            .most(40))
                    .delta(Delta.updatedSince("updatedAt[$gte]", Duration.ofSeconds(10))
                            .times(TimeFormat.iso().to(ChronoUnit.MILLIS)))
                    .deletions(Deletions.listed("{entity}?$select[]=id"))
                    .writes(Writes.by(UpdateForm.PATCH).anyDeleteAnswer())
                    .errors(Errors.problems().code("className").means(500, "UNIQUE constraint failed", Meaning.EXISTS))
                    .probe("tags?$limit=1")
                    .build(),
            "/tags?%24limit=50",
            "/tags/",
            "/data",
            Map.of(),
            8);

    /**
     * Spring Data REST: ids are the server's and only in addresses, lists tell no versions, a stale {@code If-Match} is answered with an
     * empty 412 under the ETag that was sent.
     */
    static final ForeignServer SPRING = new ForeignServer(
            "springrest",
            SyncedTable.named("notes")
                    .key("id")
                    .ids(IdAssignment.SERVER)
                    .naturalKey("title")
                    .strategy(ResolutionStrategy.REMOTE_WINS)
                    .build(),
            UnaryOperator.identity(),
            url -> RestBackend.plainAt(url)
                    .paths(Paths.standard().changes("{entity}/search/findByUpdatedAtGreaterThanEqual"))
                    .rows(Rows.standard()
                            .idWithin("_links.self.href", Pattern.compile("([^/]+)$"))
                            .changedAt("updatedAt")
                            .neverMarkedDeleted()
                            .without("_links"))
                    .versions(Versions.etag())
                    .pagination(Pagination.numbered(0)
                            .parameters("size", "page")
                            .fixed("sort", "id")
                            .items("_embedded.{entity}")
                            .totalField("page.totalElements"))
                    .delta(Delta.updatedSince("since", Duration.ofSeconds(10)))
                    .writes(Writes.by(UpdateForm.MERGE_PATCH).anyDeleteAnswer())
                    .probe("notes?size=1")
                    .build(),
            "/notes?size=1000",
            "/notes/",
            "/_embedded/notes",
            Map.of("Accept", "application/json"),
            8);

    /**
     * Parse Server: ids are the server's, answers to writes hold two members of the row, times are typed objects in filters, and a repeated
     * request is refused as such without the first answer.
     */
    static final ForeignServer PARSE = new ForeignServer(
            "parse",
            SyncedTable.named("notes")
                    .entity("Note")
                    .key("id")
                    .ids(IdAssignment.SERVER)
                    .naturalKey("title")
                    .strategy(ResolutionStrategy.REMOTE_WINS)
                    .build(),
            UnaryOperator.identity(),
            url -> RestBackend.plainAt(url + "/parse")
                    .header("X-Parse-Application-Id", "app")
                    .apiKey("X-Parse-REST-API-Key", () -> "rest")
                    .paths(Paths.of("classes/{entity}", "classes/{entity}/{id}"))
                    .rows(Rows.standard()
                            .id("objectId")
                            .changedAt("updatedAt")
                            .neverMarkedDeleted()
                            .without("createdAt", "ACL"))
                    .versions(Versions.revision("updatedAt").unchecked())
                    .pagination(Pagination.offset()
                            .parameters("limit", "skip")
                            .fixed("order", "objectId")
                            .items("results"))
                    .delta(Delta.updatedSince("where", Duration.ofSeconds(10))
                            .value("{\"updatedAt\":{\"$gte\":{\"__type\":\"Date\",\"iso\":\"{since}\"}}}")
                            .times(TimeFormat.iso().to(ChronoUnit.MILLIS)))
                    .writes(Writes.by(UpdateForm.PUT_CHANGED).readBack())
                    .errors(Errors.problems().code("code").means(400, "209", Meaning.UNAUTHORIZED))
                    .search(Search.byJson("where"))
                    .probe("health")
                    .build(),
            "/parse/classes/Note?limit=1000",
            "/parse/classes/Note/",
            "/results",
            Map.of("X-Parse-Application-Id", "app", "X-Parse-REST-API-Key", "rest"),
            8);

    /**
     * Directus 11: everything in {@code data}, a row without a change of its own has no time of change, an update of what is not there is
     * answered with 204, a read of it with 403, a repeated id with 400.
     */
    static final ForeignServer DIRECTUS = new ForeignServer(
            "directus",
            TAGS,
            title -> UUID.nameUUIDFromBytes(title.getBytes(StandardCharsets.UTF_8))
                    .toString(),
            url -> RestBackend.plainAt(url)
                    .bearer(() -> "admintoken")
                    .paths(Paths.of("items/{entity}", "items/{entity}/{id}"))
                    .rows(Rows.standard()
                            .answeredIn("data")
                            .changedAt("date_updated", "date_created")
                            .neverMarkedDeleted()
                            .without("done", "status"))
                    .versions(Versions.revision("date_updated", "date_created").unchecked())
                    .pagination(Pagination.offset()
                            .parameters("limit", "offset")
                            .fixed("sort", "id")
                            .fixed("meta", "filter_count")
                            .items("data")
                            .totalField("meta.filter_count"))
                    .delta(Delta.updatedSince("filter", Duration.ofSeconds(10))
                            .value(
                                    "{\"_or\":[{\"date_updated\":{\"_gte\":\"{since}\"}},{\"date_created\":{\"_gte\":\"{since}\"}}]}")
                            .times(TimeFormat.iso().to(ChronoUnit.MILLIS)))
                    .deletions(Deletions.listed("items/{entity}?fields=id"))
                    .writes(Writes.standard().readBack())
                    .errors(Errors.problems()
                            .code("errors.0.extensions.code")
                            .means(400, "RECORD_NOT_UNIQUE", Meaning.EXISTS)
                            .means(403, "FORBIDDEN", Meaning.GONE))
                    .probe("users/me")
                    .build(),
            "/items/tags?limit=-1",
            "/items/tags/",
            "/data",
            Map.of("Authorization", "Bearer admintoken"),
            8);
}
