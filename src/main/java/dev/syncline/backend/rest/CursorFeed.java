package dev.syncline.backend.rest;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The server's cursor is ours, character for character. */
final class CursorFeed implements PageFeed {

    private final Pagination pagination;
    private final boolean delta;

    CursorFeed(Pagination pagination, boolean delta) {
        this.pagination = pagination;
        this.delta = delta;
    }

    @Override
    public Map<String, String> query(@Nullable String cursor) {
        return cursor == null ? Map.of() : Map.of(pagination.cursorParameter(), cursor);
    }

    @Override
    public @Nullable String next(@Nullable String cursor, PageContent page, @Nullable Instant serverTime) {
        requireProgress(cursor, page);
        if (page.more()) {
            return page.cursor();
        }
        if (delta && page.cursor() == null) {
            throw new MalformedAnswer("the last page has no cursor for the next delta");
        }
        return delta ? page.cursor() : null;
    }

    /** A page that announces another one at its own place would be asked for for ever. */
    static void requireProgress(@Nullable String cursor, PageContent page) {
        if (page.more() && page.cursor() == null) {
            throw new MalformedAnswer("the page announces another one but has no cursor for it");
        }
        if (page.more() && cursor != null && cursor.equals(page.cursor())) {
            throw new MalformedAnswer("the page announces another one at its own cursor");
        }
    }
}
