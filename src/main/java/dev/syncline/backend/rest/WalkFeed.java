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
        Pager.Step step = pager.after(cursor, limit, page);
        if (step instanceof Pager.Onwards onwards) {
            return Next.onwards(onwards.place());
        }
        return step instanceof Pager.End end && end.whole() ? Next.end(null) : Next.passedOver();
    }
}
