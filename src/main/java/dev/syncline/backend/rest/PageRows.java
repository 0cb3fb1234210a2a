package dev.syncline.backend.rest;

import dev.syncline.backend.RemoteRecord;
import java.time.Instant;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a page with what the paging asks about them, so that nobody has to read a spooled page for that.
 *
 * @param records the rows
 * @param firstId the id of the first; null if there is none
 * @param lastId the id of the last; null if there is none
 * @param digest of all ids, in whatever order they came; digests of pages add up to that of a walk
 * @param newest the newest change among them, where rows tell its time
 */
record PageRows(
        Collection<RemoteRecord> records,
        @Nullable String firstId,
        @Nullable String lastId,
        long digest,
        @Nullable Instant newest) {

    int count() {
        return records.size();
    }
}
