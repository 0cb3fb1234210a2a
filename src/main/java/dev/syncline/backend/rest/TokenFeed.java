package dev.syncline.backend.rest;

import dev.syncline.internal.json.Json;
import dev.syncline.internal.json.JsonFormatException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A delta begins with what an earlier answer gave for it: a token, a sequence number, an address. Of a pull of several pages the first that
 * is told counts; what changes while the pages are read is then told again, and never passed over.
 */
final class TokenFeed implements PageFeed {

    private final Pager pager;
    private final @Nullable String parameter;

    /**
     * Says how to ask.
     *
     * @param pager the way through a pull
     * @param parameter the parameter of the token; null if the token is an address
     */
    TokenFeed(Pager pager, @Nullable String parameter) {
        this.pager = pager;
        this.parameter = parameter;
    }

    /**
     * Where a pull stands.
     *
     * @param since what it began with; null in a walk over everything
     * @param next what the next one begins with, once it is told
     * @param page where the pager stands; null at the start of a pull
     */
    private record Place(
            @Nullable String since,
            @Nullable String next,
            @Nullable String page) {

        String text() {
            return Json.write(Arrays.asList(since, next, page));
        }

        static Place of(@Nullable String cursor) {
            if (cursor == null) {
                return new Place(null, null, null);
            }
            try {
                if (Json.parse(cursor) instanceof List<?> parts && parts.size() == 3) {
                    return new Place((String) parts.get(0), (String) parts.get(1), (String) parts.get(2));
                }
            } catch (JsonFormatException | ClassCastException e) {
                throw new StaleCursor(e);
            }
            throw new StaleCursor();
        }
    }

    @Override
    public PageAddress address(@Nullable String cursor, int limit) {
        Place place = Place.of(cursor);
        if (place.since() == null) {
            return pager.address(place.page(), limit);
        }
        if (parameter == null) {
            return place.page() == null
                    ? PageAddress.at(place.since(), limit)
                    : pager.address(place.page(), limit).ofChanges();
        }
        return pager.address(place.page(), limit).with(parameter, place.since()).ofChanges();
    }

    @Override
    public Next next(@Nullable String cursor, int limit, PageContent page, @Nullable Instant serverTime) {
        Place place = Place.of(cursor);
        String told = place.next() == null ? page.token() : place.next();
        Pager.Step step = pager.after(place.page(), limit, page);
        if (step instanceof Pager.Onwards onwards) {
            return Next.onwards(new Place(place.since(), told, onwards.place()).text());
        }
        if (step instanceof Pager.End end && !end.whole()) {
            return Next.passedOver();
        }
        // Without news some servers tell no new token; the old one still holds.
        String from = told == null ? place.since() : told;
        return Next.end(from == null ? null : new Place(from, null, null).text());
    }
}
