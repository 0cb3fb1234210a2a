package dev.syncline.backend.rest;

import dev.syncline.internal.http.MalformedAnswer;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What to ask for at a cursor of ours, and what our cursor is after the answer. Pure. */
interface PageFeed {

    /**
     * Gives what to ask for.
     *
     * @throws StaleCursor if the cursor is not one of this style's
     */
    PageAddress address(@Nullable String cursor, int limit);

    /**
     * Gives what follows a page that was asked for at {@code cursor}.
     *
     * @throws MalformedAnswer if the page leads nowhere
     */
    Next next(@Nullable String cursor, int limit, PageContent page, @Nullable Instant serverTime);

    /**
     * What follows a page.
     *
     * @param cursor our cursor after it; null if a next pull can only walk over everything
     * @param more whether another page of this pull follows
     * @param whole whether the pull has passed over nothing so far; without more, a pull that has not ends without a cursor
     */
    record Next(@Nullable String cursor, boolean more, boolean whole) {

        /** Another page follows. */
        static Next onwards(String cursor) {
            return new Next(cursor, true, true);
        }

        /** All is read; null if a next pull can only walk over everything. */
        static Next end(@Nullable String cursor) {
            return new Next(cursor, false, true);
        }

        /** Rows may have slipped through that nobody will change again: only another walk finds them. */
        static Next passedOver() {
            return new Next(null, false, false);
        }
    }

    /** A cursor that another style wrote: it says nothing here, so a full walk is due. */
    final class StaleCursor extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private static final String MESSAGE = "the cursor was written by another style of paging or delta";

        StaleCursor() {
            super(MESSAGE);
        }

        StaleCursor(Throwable why) {
            super(MESSAGE, why);
        }
    }
}
