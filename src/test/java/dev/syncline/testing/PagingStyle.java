package dev.syncline.testing;

import dev.syncline.SyncManager;
import dev.syncline.backend.rest.Delta;
import dev.syncline.backend.rest.Pagination;
import dev.syncline.backend.rest.RestBackend;
import dev.syncline.config.SyncConfig;
import dev.syncline.config.SyncOptions;
import dev.syncline.config.SyncedTable;
import dev.syncline.progress.SyncResult;
import dev.syncline.resilience.RetryStrategy;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;

/** How a {@link PagedServer} splits its lists, and how a device reads them to the end. */
public enum PagingStyle {
    CURSOR(Pagination::cursor, Delta::cursor),
    OFFSET(() -> Pagination.offset().items("items"), Delta::none),
    NUMBER(() -> Pagination.numbered(1).items("items"), Delta::none),
    LINK(() -> Pagination.links().items("items").linkField("next"), Delta::none),
    AFTER(() -> Pagination.after("after", "{id}"), Delta::none);

    private static final int TROUBLED_RUNS = 20;

    private final Supplier<Pagination> pagination;
    private final Supplier<Delta> delta;

    PagingStyle(Supplier<Pagination> pagination, Supplier<Delta> delta) {
        this.pagination = pagination;
        this.delta = delta;
    }

    /** A manager that reads the server in this style, with commits as small as pages. */
    public SyncManager open(PagedServer server, Path file, List<SyncedTable> tables, int page) {
        return open(server.url(), file, tables, page);
    }

    /** The same for any server that splits its lists so. */
    public SyncManager open(String url, Path file, List<SyncedTable> tables, int page) {
        return SyncManager.open(SyncConfig.builder(file)
                .tables(tables)
                .backend(RestBackend.at(url)
                        .pagination(pagination.get())
                        .delta(delta.get())
                        .build())
                .options(SyncOptions.builder()
                        .retry(RetryStrategy.none())
                        .followUps(false)
                        .pageSize(page)
                        .commitRows(page)
                        .build())
                .build());
    }

    /** Runs, each time in a newly opened file, until one comes through, while every fifth request fails in every way by turns. */
    public SyncResult readThroughTrouble(PagedServer server, Path file, List<SyncedTable> tables, int page) {
        PagedServer.Trouble[] troubles = PagedServer.Trouble.values();
        SyncResult result = null;
        for (int run = 0; run < 2 * TROUBLED_RUNS && (result == null || !result.success()); run++) {
            if (run < TROUBLED_RUNS) {
                server.troubleEvery(5, troubles[run % troubles.length]);
            } else {
                server.calm();
            }
            try (SyncManager sync = open(server, file, tables, page)) {
                result = sync.synchronize().blockingGet();
            }
        }
        return result;
    }
}
