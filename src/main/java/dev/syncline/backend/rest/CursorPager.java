package dev.syncline.backend.rest;

import dev.syncline.internal.http.MalformedAnswer;
import dev.syncline.internal.json.Json;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The place is the server's cursor, character for character. */
final class CursorPager implements Pager {

    private final String parameter;

    private final boolean continued;

    /**
     * Says where the cursor goes.
     *
     * @param parameter the parameter
     * @param continued whether the cursor is an object each of whose members is a parameter of its own
     */
    CursorPager(String parameter, boolean continued) {
        this.parameter = parameter;
        this.continued = continued;
    }

    @Override
    public PageAddress address(@Nullable String place, int limit) {
        PageAddress start = PageAddress.start(limit);
        if (place == null || !continued) {
            return place == null ? start : start.with(parameter, place);
        }
        if (!(Json.parse(place) instanceof Map<?, ?> members)) {
            throw new PageFeed.StaleCursor();
        }
        PageAddress address = start;
        for (Map.Entry<?, ?> member : members.entrySet()) {
            address = address.with(String.valueOf(member.getKey()), String.valueOf(member.getValue()));
        }
        return address;
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
