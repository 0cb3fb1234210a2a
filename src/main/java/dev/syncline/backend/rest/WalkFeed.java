package dev.syncline.backend.rest;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Every pull walks over everything; our cursor is the place within a walk. */
final class WalkFeed implements PageFeed {

    private final Pager pager;

    WalkFeed(Pager pager) {
        this.pager = pager;
    }

    @Override
    public PageAddress address(@Nullable String cursor, int limit) {
        return pager.address(cursor, limit);
    }

    @Override
    public Next next(@Nullable String cursor, int limit, PageContent page, @Nullable Instant serverTime) {
        return pager.after(cursor, limit, page) instanceof Pager.Onwards onwards
                ? new Next(onwards.place(), true)
                : new Next(null, false);
    }
}
