package dev.syncline.backend.rest;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What to ask for at a cursor of ours, and what our cursor is after the answer. Pure. */
interface PageFeed {

    /**
     * Gives the query parameters, page size excepted.
     *
     * @throws StaleCursor if the cursor is not one of this style's
     */
    Map<String, String> query(@Nullable String cursor);

    /**
     * Gives the cursor after a page that was asked for at {@code cursor}; null if a next pull can only walk over everything.
     *
     * @throws MalformedAnswer if the page leads nowhere
     */
    @Nullable
    String next(@Nullable String cursor, PageContent page, @Nullable Instant serverTime);

    /** A cursor that another style wrote: it says nothing here, so a full walk is due. */
    final class StaleCursor extends RuntimeException {
        private static final long serialVersionUID = 1L;

        StaleCursor() {
            super("the cursor was written by another delta style");
        }
    }
}
