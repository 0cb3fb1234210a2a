package dev.syncline.backend.rest;

import dev.syncline.internal.http.MalformedAnswer;
import org.jspecify.annotations.Nullable;

/**
 * The place is the id of the last row that was met: what is asked for next comes behind it, whatever came or went before. With it goes what tells
 * the rows of the page before and of the first page from others, since a server that does not look at the parameter gives the same rows again: that
 * is no end of the list. One that begins each page with the row it was to come behind may do so; its last page is that row alone.
 */
final class KeysetPager implements Pager {

    /** Unlike the places of other styles, all of which begin with a number, an address or the server's own text. */
    private static final String MARK = "after";

    private final String parameter;
    private final String template;
    private final boolean tellsMore;
    private final boolean shortPageEnds;

    /**
     * Says how to ask.
     *
     * @param parameter the parameter
     * @param template its value, with a place for the id
     * @param tellsMore whether pages say whether another one follows
     * @param shortPageEnds whether a page with fewer rows than were asked for is the last
     */
    KeysetPager(String parameter, String template, boolean tellsMore, boolean shortPageEnds) {
        this.parameter = parameter;
        this.template = template;
        this.tellsMore = tellsMore;
        this.shortPageEnds = shortPageEnds;
    }

    /**
     * The rows of a page, in whatever order.
     *
     * @param count how many
     * @param digest of their ids
     */
    private record Met(int count, long digest) {
        static Met of(PageRows rows) {
            return new Met(rows.count(), rows.digest());
        }
    }

    /**
     * Where a walk stands.
     *
     * @param first the first page
     * @param before the page before
     * @param id of its last row
     */
    private record Place(Met first, Met before, String id) {

        static Place of(String text) {
            String[] parts = text.split(" ", 6);
            try {
                if (parts[0].equals(MARK)) {
                    return new Place(met(parts[1], parts[2]), met(parts[3], parts[4]), parts[5]);
                }
            } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
                throw new PageFeed.StaleCursor(e);
            }
            throw new PageFeed.StaleCursor();
        }

        private static Met met(String count, String digest) {
            return new Met(Integer.parseInt(count), Long.parseLong(digest));
        }

        String text() {
            return String.join(" ", MARK, text(first), text(before), id);
        }

        private static String text(Met met) {
            return met.count() + " " + met.digest();
        }
    }

    @Override
    public PageAddress address(@Nullable String place, int limit) {
        PageAddress start = PageAddress.start(limit);
        return place == null
                ? start
                : start.with(
                        parameter,
                        template.replace(AddressTemplate.ID, Place.of(place).id()));
    }

    @Override
    public Step after(@Nullable String text, int limit, PageContent page) {
        Place place = text == null ? null : Place.of(text);
        PageRows rows = page.rows();
        String last = rows.lastId();
        if (last == null) {
            return new End(true);
        }
        boolean told = tellsMore && !page.more();
        boolean cut = shortPageEnds && rows.count() < limit;
        boolean stays = place != null && isBehindNothing(place, rows, limit);
        if (stays || told || cut) {
            return new End(true);
        }
        Met met = Met.of(rows);
        return new Onwards(new Place(place == null ? met : place.first(), met, last).text());
    }

    /**
     * Whether the page holds the row that it was to come behind and nothing new, with room left for more: the end of a list whose pages begin with that
     * row, or with all that tie with it. How much room there is shows in the page before, since a server may give fewer rows than it is asked for.
     *
     * @throws MalformedAnswer if the page does not lead on, and yet is as full as others: what comes behind it is not known
     */
    private boolean isBehindNothing(Place place, PageRows rows, int limit) {
        Met met = Met.of(rows);
        boolean endsWhereItBegan = place.id().equals(rows.lastId());
        if (endsWhereItBegan && rows.count() == 1 && limit > 1) {
            return true;
        }
        boolean repeated = met.equals(place.before()) || met.equals(place.first());
        if (repeated || (endsWhereItBegan && rows.count() >= place.before().count())) {
            throw new MalformedAnswer("it holds the rows of an earlier page, as if the parameter " + parameter
                    + " were not looked at, so what comes behind them is unknown and nothing is taken for deleted; name in"
                    + " Pagination.after(…) the parameter by which the server goes on, and have the list ordered by id with"
                    + " fixed(…)");
        }
        return endsWhereItBegan;
    }
}
