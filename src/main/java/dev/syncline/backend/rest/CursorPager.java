package dev.syncline.backend.rest;

import dev.syncline.internal.http.MalformedAnswer;
import org.jspecify.annotations.Nullable;

/** The place is the server's cursor, character for character. */
final class CursorPager implements Pager {

    private final String parameter;

    CursorPager(String parameter) {
        this.parameter = parameter;
    }

    @Override
    public PageAddress address(@Nullable String place, int limit) {
        PageAddress start = PageAddress.start(limit);
        return place == null ? start : start.with(parameter, place);
    }

    /** A page that announces another one at its own place would be asked for for ever. */
    @Override
    public Step after(@Nullable String place, int limit, PageContent page) {
        if (!page.more()) {
            return new End(true);
        }
        if (page.cursor() == null) {
            throw new MalformedAnswer("the page announces another one but has no cursor for it");
        }
        if (page.cursor().equals(place)) {
            throw new MalformedAnswer("the page announces another one at its own cursor");
        }
        return new Onwards(page.cursor());
    }
}
