package dev.syncline.backend.rest;

import org.jspecify.annotations.Nullable;

/**
 * The place is the number of rows that lie behind, with the id of the last of them. The next page begins with that very row: if
 * it is another one by then, rows came or went before it, the page has shifted, and the walk starts again. Rows that move to and
 * fro without moving that one have not moved what follows either, so nothing that was there all the time is passed over.
 */
final class OffsetPager implements Pager {

    /** A list that keeps shifting is walked this often; then the walk ends as one that is not whole. */
    static final int MOST_WALKS = 4;

    private final String parameter;
    private final boolean shortPageEnds;

    OffsetPager(String parameter, boolean shortPageEnds) {
        this.parameter = parameter;
        this.shortPageEnds = shortPageEnds;
    }

    /**
     * Where a walk stands.
     *
     * @param behind how many rows lie behind
     * @param walk which of the walks this is, from 0
     * @param last the id of the last row behind; empty at a walk's start
     */
    private record Place(long behind, int walk, String last) {

        static final Place START = new Place(0, 0, "");

        static Place of(@Nullable String text) {
            if (text == null) {
                return START;
            }
            String[] parts = text.split(" ", 3);
            try {
                Place place = new Place(Long.parseLong(parts[0]), Integer.parseInt(parts[1]), parts[2]);
                if (place.behind >= 0 && place.behind == 0 == place.last.isEmpty()) {
                    return place;
                }
            } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
                throw new PageFeed.StaleCursor(e);
            }
            throw new PageFeed.StaleCursor();
        }

        String text() {
            return behind + " " + walk + " " + last;
        }

        Step again() {
            return walk + 1 < MOST_WALKS ? new Onwards(new Place(0, walk + 1, "").text()) : new End(false);
        }
    }

    @Override
    public PageAddress address(@Nullable String text, int limit) {
        Place place = Place.of(text);
        return place.behind() == 0
                ? PageAddress.start(limit).with(parameter, "0")
                : PageAddress.start(limit + 1).with(parameter, Long.toString(place.behind() - 1));
    }

    @Override
    public Step after(@Nullable String text, int limit, PageContent page) {
        Place place = Place.of(text);
        PageRows rows = page.rows();
        boolean first = place.behind() == 0;
        if (!first && !place.last().equals(rows.firstId())) {
            return place.again();
        }
        // By what came, not by what was asked for: a server may cut a page silently, though to no less than two rows.
        int fresh = first ? rows.count() : rows.count() - 1;
        long behind = place.behind() + fresh;
        boolean all = page.total() >= 0 && behind >= page.total();
        boolean cut = shortPageEnds && fresh < limit;
        return fresh == 0 || all || cut
                ? new End(true)
                : new Onwards(new Place(behind, place.walk(), rows.lastId() == null ? "" : rows.lastId()).text());
    }
}
