package dev.syncline.backend.rest;

import dev.syncline.backend.Capabilities;
import java.time.Duration;

/** What a server can do as far as its description tells. Pure. */
final class RestCapabilities {

    private RestCapabilities() {}

    static Capabilities of(RestBackendBuilder settings) {
        boolean deltas = settings.delta.tellsChanges();
        boolean keys = settings.keyHeader != null;
        BulkRead bulkRead = settings.bulkRead;
        return new Capabilities(
                deltas,
                deltas && settings.deletions.areTold(),
                settings.versions.areCompared(),
                keys,
                keys ? settings.keyRetention : Duration.ZERO,
                settings.writes.update().isPartial(),
                settings.batches.size(),
                settings.search.isPossible(),
                settings.versions.kind(),
                !settings.pagination.succession().shifts(),
                settings.deletions.kept(),
                deltas && settings.deletions.path() != null,
                bulkRead == null ? 1 : bulkRead.most(),
                settings.batches.atomicSize());
    }
}
