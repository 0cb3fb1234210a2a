package dev.syncline.backend.rest;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What to ask for a page with.
 *
 * @param link the whole address, as the server gave it; null if the page is below the entity's own address
 * @param limit how many rows to ask for there
 * @param query the further parameters there
 * @param changes whether it is a page of what changed, which may be listed elsewhere than all there is
 */
record PageAddress(@Nullable String link, int limit, Map<String, String> query, boolean changes) {

    static PageAddress start(int limit) {
        return new PageAddress(null, limit, Map.of(), false);
    }

    static PageAddress at(String link, int limit) {
        return new PageAddress(link, limit, Map.of(), false);
    }

    /** The same with one more parameter; a link has all of them already. */
    PageAddress with(String parameter, String value) {
        if (link != null) {
            return this;
        }
        Map<String, String> more = new LinkedHashMap<>(query);
        more.put(parameter, value);
        return new PageAddress(null, limit, more, changes);
    }

    /** The same among what changed. */
    PageAddress ofChanges() {
        return new PageAddress(link, limit, query, true);
    }
}
