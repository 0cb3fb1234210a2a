package dev.syncline.backend;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One page of records. Whoever fetched it closes it once its records are stored, or are not wanted any more; this matters only
 * where they are {@link SpooledRecords}.
 *
 * @param records the records in the backend's order, a list as a rule; a record that appears twice counts with its last
 *     appearance. Of a page that would not fit in memory, {@link SpooledRecords}: the engine then never holds all of them at once
 * @param next the cursor of what follows this page, opaque to the engine: the next page while {@code more}, else the place
 *     where the next delta starts; null if the backend can give none, which makes the next pull a walk over everything
 * @param more whether another page of this walk follows; then {@code next} is not null
 * @param total how many records the whole walk has, if the backend said so; else −1
 * @param serverTime the backend's clock when it answered, if it said so
 * @param validator a name of this answer, an ETag for example: as long as the backend would give the same answer to the same
 *     request, it may say {@link #unchanged} to one that bears the name. Stored with the records; null if there is none
 * @param notModified whether this is {@link #unchanged}
 * @param whole false on a last page whose walk or delta may have passed over records, because the list was never still or led
 *     nowhere: what came is stored, but nothing counts as deleted, confirmed or filled by it, the run says so, and the next pull
 *     reads everything. Else true
 */
public record PullPage(
        Collection<RemoteRecord> records,
        @Nullable String next,
        boolean more,
        long total,
        @Nullable Instant serverTime,
        @Nullable String validator,
        boolean notModified,
        boolean whole)
        implements AutoCloseable {

    /**
     * Checks that a page which announces another one says where it starts, and that one without news has none.
     *
     * @param records as above; not copied, the page owns them from now on
     * @param next as above
     * @param more as above
     * @param total as above
     * @param serverTime as above
     * @param validator as above
     * @param notModified as above
     * @param whole as above
     * @throws IllegalArgumentException if {@code more} is set without {@code next}, a page is not modified and yet has records
     *     or another page behind it, or one that is not modified or has another page behind it is not whole
     */
    public PullPage {
        if (more && next == null) {
            throw new IllegalArgumentException("a page announces another one but has no cursor for it");
        }
        if (notModified && (more || !records.isEmpty())) {
            throw new IllegalArgumentException("a page says that nothing was modified and yet tells something");
        }
        if (!whole && (more || notModified)) {
            throw new IllegalArgumentException("only the last page of a reading can say that not all of it came");
        }
    }

    /**
     * Makes a page of a reading that passes over nothing.
     *
     * @param records as above; not copied, the page owns them from now on
     * @param next as above
     * @param more as above
     * @param total as above
     * @param serverTime as above
     * @param validator as above
     * @param notModified as above
     * @throws IllegalArgumentException if {@code more} is set without {@code next}, or a page is not modified and yet has records
     *     or another page behind it
     */
    public PullPage(
            Collection<RemoteRecord> records,
            @Nullable String next,
            boolean more,
            long total,
            @Nullable Instant serverTime,
            @Nullable String validator,
            boolean notModified) {
        this(records, next, more, total, serverTime, validator, notModified, true);
    }

    /**
     * Makes a page whose answer has no name.
     *
     * @param records as above; not copied, the page owns them from now on
     * @param next as above
     * @param more as above
     * @param total as above
     * @param serverTime as above
     * @throws IllegalArgumentException if {@code more} is set without {@code next}
     */
    public PullPage(
            Collection<RemoteRecord> records,
            @Nullable String next,
            boolean more,
            long total,
            @Nullable Instant serverTime) {
        this(records, next, more, total, serverTime, null, false);
    }

    /**
     * Says that the answer to a request is still the one that its {@link PullRequest#validator()} names.
     *
     * @param request the request; it bears a validator
     * @param serverTime the backend's clock when it answered, if it said so
     * @return a page without records, after which the cursor stays
     */
    public static PullPage unchanged(PullRequest request, @Nullable Instant serverTime) {
        return new PullPage(List.of(), request.cursor(), false, 0, serverTime, request.validator(), true);
    }

    /**
     * Gives this page with its records in another form; all else that it says stays. Safe from any thread.
     *
     * @param others the records, not null; not copied, the new page owns them from now on
     * @return a changed copy; this page is closed by who closes that one
     * @throws IllegalArgumentException if this page says that nothing was modified and there are records
     */
    public PullPage withRecords(Collection<RemoteRecord> others) {
        return new PullPage(others, next, more, total, serverTime, validator, notModified, whole);
    }

    /** Gives up the file of records that were spooled; otherwise nothing. Idempotent, safe from any thread; never throws. */
    @Override
    public void close() {
        if (records instanceof SpooledRecords spooled) {
            spooled.close();
        }
    }
}
