package dev.syncline.backend.rest;

import dev.syncline.internal.http.MalformedAnswer;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** The server's cursor is ours, and the one on the last page is where the next delta starts. */
final class CursorFeed implements PageFeed {

    private final Pager pager;

    CursorFeed(Pager pager) {
        this.pager = pager;
    }

    @Override
    public PageAddress address(@Nullable String cursor, int limit) {
        return pager.address(cursor, limit);
    }

    @Override
    public Next next(@Nullable String cursor, int limit, PageContent page, @Nullable Instant serverTime) {
        if (pager.after(cursor, limit, page) instanceof Pager.Onwards onwards) {
            return Next.onwards(onwards.place());
        }
        if (page.cursor() == null) {
            throw new MalformedAnswer("the last page has no cursor for the next delta");
        }
        return Next.end(page.cursor());
    }
}
