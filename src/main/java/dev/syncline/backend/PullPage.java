package dev.syncline.backend;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One page of records.
 *
 * @param records the records in the backend's order; a record that appears twice counts with its last appearance
 * @param next the cursor of what follows this page, opaque to the engine: the next page while {@code more}, else the place
 *     where the next delta starts; null if the backend can give none, which makes the next pull a walk over everything
 * @param more whether another page of this walk follows; then {@code next} is not null
 * @param total how many records the whole walk has, if the backend said so; else −1
 * @param serverTime the backend's clock when it answered, if it said so
 */
public record PullPage(
        List<RemoteRecord> records,
        @Nullable String next,
        boolean more,
        long total,
        @Nullable Instant serverTime) {

    /**
     * Checks that a page which announces another one says where it starts.
     *
     * @param records as above; not copied, the page owns the list from now on
     * @param next as above
     * @param more as above
     * @param total as above
     * @param serverTime as above
     * @throws IllegalArgumentException if {@code more} is set without {@code next}
     */
    public PullPage {
        if (more && next == null) {
            throw new IllegalArgumentException("a page announces another one but has no cursor for it");
        }
    }
}
