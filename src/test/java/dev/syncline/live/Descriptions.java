package dev.syncline.live;

import dev.syncline.backend.rest.Deletions;
import dev.syncline.backend.rest.Delta;
import dev.syncline.backend.rest.Errors;
import dev.syncline.backend.rest.Meaning;
import dev.syncline.backend.rest.Pagination;
import dev.syncline.backend.rest.RestBackend;
import dev.syncline.backend.rest.Rows;
import dev.syncline.backend.rest.TimeFormat;
import dev.syncline.backend.rest.UpdateForm;
import dev.syncline.backend.rest.Versions;
import dev.syncline.backend.rest.Writes;
import java.time.Duration;
import java.time.temporal.ChronoUnit;

/** How real servers are described, each in a few lines. */
final class Descriptions {

    private Descriptions() {}

    /** json-server 0.17: a file of JSON with nothing but lists and rows; a repeated id is a page for people with status 500. */
    static final ForeignServer JSON_SERVER = new ForeignServer(
            "json-server",
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
            "",
            8);

    /** Feathers 5 over SQL: cuts pages to 50, stamps rows, answers a repeated id with 500 and a delete with the row as it was. */
    static final ForeignServer FEATHERS = new ForeignServer(
            "feathers",
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
            "data",
            8);
}
