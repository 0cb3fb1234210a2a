package dev.syncline.backend.rest;

import dev.syncline.internal.http.MalformedAnswer;
import org.jspecify.annotations.Nullable;

/** The place is the address that the server gave for the next page; it is followed as it is and never rebuilt. */
final class LinkPager implements Pager {

    @Override
    public PageAddress address(@Nullable String place, int limit) {
        return place == null ? PageAddress.start(limit) : PageAddress.at(place, limit);
    }

    @Override
    public Step after(@Nullable String place, int limit, PageContent page) {
        if (page.link() == null) {
            return new End(true);
        }
        if (page.link().equals(place)) {
            throw new MalformedAnswer("the page announces another one at its own address");
        }
        return new Onwards(page.link());
    }
}
