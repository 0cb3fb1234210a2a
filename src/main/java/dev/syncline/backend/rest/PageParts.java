package dev.syncline.backend.rest;

import org.jspecify.annotations.Nullable;

/**
 * Where the parts of a page are, as JSON Pointers (RFC 6901).
 *
 * @param items the rows, {@code {entity}} in it standing for the entity's name; empty if the whole answer is that array
 * @param cursor the place of what follows; null if pages have none
 * @param more whether another page follows; null if pages do not say so
 * @param total the number of rows in the walk
 * @param link the address of the next page; null if it is not in the answer's body
 * @param token what the next delta is asked for with; null if it is not in the answer's body
 */
record PageParts(
        String items,
        @Nullable String cursor,
        @Nullable String more,
        String total,
        @Nullable String link,
        @Nullable String token) {

    static PageParts of(String items, String total) {
        return new PageParts(JsonPlace.pointer(items), null, null, JsonPlace.pointer(total), null, null);
    }

    PageParts withItems(String place) {
        return new PageParts(JsonPlace.pointer(place), cursor, more, total, link, token);
    }

    PageParts withCursor(String place) {
        return new PageParts(items, JsonPlace.pointer(place), more, total, link, token);
    }

    PageParts withMore(@Nullable String place) {
        return new PageParts(items, cursor, place == null ? null : JsonPlace.pointer(place), total, link, token);
    }

    PageParts withTotal(String place) {
        return new PageParts(items, cursor, more, JsonPlace.pointer(place), link, token);
    }

    PageParts withLink(String place) {
        return new PageParts(items, cursor, more, total, JsonPlace.pointer(place), token);
    }

    PageParts withToken(@Nullable String place) {
        return new PageParts(items, cursor, more, total, link, place == null ? null : JsonPlace.pointer(place));
    }

    /** Where the rows of an entity are. */
    String itemsOf(String entity) {
        return items.replace("{entity}", JsonPlace.escaped(entity));
    }

    /**
     * Whether one of the parts lies below the member at this place.
     *
     * @param place the member's
     * @param rows where the rows of the entity in question are
     */
    boolean isOnTheWay(String place, String rows) {
        return below(place, rows)
                || below(place, cursor)
                || below(place, more)
                || below(place, total)
                || below(place, link)
                || below(place, token);
    }

    private static boolean below(String place, @Nullable String part) {
        return part != null
                && part.length() > place.length()
                && part.startsWith(place)
                && part.charAt(place.length()) == '/';
    }
}
