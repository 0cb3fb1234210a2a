package dev.syncline.backend.rest;

import org.jspecify.annotations.Nullable;

/**
 * A page as it was read.
 *
 * @param rows its rows
 * @param cursor the cursor of what follows, as the server wrote it
 * @param more whether another page follows, where pages say so
 * @param total the number of rows in the walk; −1 if the server told none
 * @param link the address of the next page, complete; null if there is none
 * @param token what the next delta is asked for with; null if the page does not tell it
 */
record PageContent(
        PageRows rows,
        @Nullable String cursor,
        boolean more,
        long total,
        @Nullable String link,
        @Nullable String token) {

    PageContent(PageRows rows, @Nullable String cursor, boolean more, long total, @Nullable String link) {
        this(rows, cursor, more, total, link, null);
    }

    PageContent withTotal(long told) {
        return new PageContent(rows, cursor, more, told, link, token);
    }

    PageContent withLink(@Nullable String address) {
        return new PageContent(rows, cursor, more, total, address, token);
    }

    PageContent withToken(@Nullable String told) {
        return new PageContent(rows, cursor, more, total, link, told);
    }
}
