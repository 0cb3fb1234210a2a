package dev.syncline.backend.rest;

import org.jspecify.annotations.Nullable;

/**
 * Where the parts of a page are, as paths of member names joined with dots.
 *
 * @param items the array of rows, {@code {entity}} in it standing for the entity's name; empty if the whole answer is that array
 * @param cursor the place of what follows; null if pages have none
 * @param more whether another page follows; null if pages do not say so
 * @param total the number of rows in the walk
 * @param link the address of the next page; null if it is not in the answer's body
 */
record PageParts(
        String items,
        @Nullable String cursor,
        @Nullable String more,
        String total,
        @Nullable String link) {

    static PageParts of(String items, String total) {
        return new PageParts(items, null, null, total, null);
    }

    PageParts withItems(String path) {
        return new PageParts(path, cursor, more, total, link);
    }

    PageParts withTotal(String path) {
        return new PageParts(items, cursor, more, path, link);
    }

    PageParts withLink(String path) {
        return new PageParts(items, cursor, more, total, path);
    }

    /**
     * Whether one of the parts lies below the member at this path.
     *
     * @param path the member's
     * @param array where the rows of the entity in question are
     */
    boolean isOnTheWay(String path, String array) {
        return below(path, array)
                || below(path, cursor)
                || below(path, more)
                || below(path, total)
                || below(path, link);
    }

    private static boolean below(String path, @Nullable String part) {
        return part != null
                && part.length() > path.length()
                && part.startsWith(path)
                && part.charAt(path.length()) == '.';
    }
}
