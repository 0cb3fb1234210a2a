package dev.syncline.backend.rest;

import java.time.DateTimeException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Deltas by time. A pull ends at the earlier of two times of the server: its clock when the pull's first page came, and the
 * newest change that the pull saw. Nothing that changed while the pages were read can lie before both.
 */
final class UpdatedSinceFeed implements PageFeed {

    private final Pager pager;
    private final SinceQuery query;

    UpdatedSinceFeed(Pager pager, SinceQuery query) {
        this.pager = pager;
        this.query = query;
    }

    /**
     * Where a pull stands.
     *
     * @param since the place the last pull ended at; null in a walk over everything
     * @param bound what this pull's place may not go beyond: the server's clock at the first page, or the newest change on
     *     that page where the server told no time; null before the first page
     * @param newest the newest change seen in this pull; null if none
     * @param page where the pager stands; null at the start of a pull
     */
    private record Place(
            @Nullable Instant since,
            @Nullable Instant bound,
            @Nullable Instant newest,
            @Nullable String page) {

        String text() {
            StringBuilder text = new StringBuilder("v1");
            for (Instant time : new Instant[] {since, bound, newest}) {
                text.append('|').append(time == null ? "" : time);
            }
            return text.append('|').append(page == null ? "" : page).toString();
        }

        static Place of(@Nullable String cursor) {
            if (cursor == null) {
                return new Place(null, null, null, null);
            }
            String[] parts = cursor.split("\\|", 5);
            if (parts.length != 5 || !parts[0].equals("v1")) {
                throw new StaleCursor();
            }
            try {
                return new Place(time(parts[1]), time(parts[2]), time(parts[3]), parts[4].isEmpty() ? null : parts[4]);
            } catch (DateTimeException e) {
                throw new StaleCursor();
            }
        }

        private static @Nullable Instant time(String text) {
            return text.isEmpty() ? null : Instant.parse(text);
        }
    }

    @Override
    public PageAddress address(@Nullable String cursor, int limit) {
        Place place = Place.of(cursor);
        PageAddress address = pager.address(place.page(), limit);
        return place.since() == null ? address : query.since(place.since(), address);
    }

    @Override
    public Next next(@Nullable String cursor, int limit, PageContent page, @Nullable Instant serverTime) {
        Place place = Place.of(cursor);
        Pager.Step step = pager.after(place.page(), limit, page);
        Instant newestHere = page.rows().newest();
        Instant newest = later(place.newest(), newestHere);
        Instant bound = place.page() == null ? (serverTime != null ? serverTime : newestHere) : place.bound();
        if (step instanceof Pager.Onwards onwards) {
            return Next.onwards(new Place(place.since(), bound, newest, onwards.place()).text());
        }
        if (step instanceof Pager.End end && !end.whole()) {
            return Next.passedOver();
        }
        Instant end = newest == null ? bound : bound == null ? null : earlier(bound, newest);
        if (place.since() != null) {
            // Without news the place stays; it never moves back.
            end = newest == null ? place.since() : later(place.since(), end);
        }
        return Next.end(end == null ? null : new Place(end, null, null, null).text());
    }

    private static @Nullable Instant later(@Nullable Instant a, @Nullable Instant b) {
        return a == null || (b != null && b.isAfter(a)) ? b : a;
    }

    private static Instant earlier(Instant a, Instant b) {
        return b.isBefore(a) ? b : a;
    }
}
