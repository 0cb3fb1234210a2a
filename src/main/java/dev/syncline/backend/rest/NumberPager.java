package dev.syncline.backend.rest;

import org.jspecify.annotations.Nullable;

/**
 * The place is a page's number, with what was seen before it. Whether pages shift shows in the number of all rows: a walk during
 * which it changed, or that met another number, starts again. Where the server does not tell it, a walk of several pages is whole if
 * another one right after it met the same rows.
 */
final class NumberPager implements Pager {

    private final String parameter;
    private final int first;
    private final boolean shortPageEnds;

    NumberPager(String parameter, int first, boolean shortPageEnds) {
        this.parameter = parameter;
        this.first = first;
        this.shortPageEnds = shortPageEnds;
    }

    /**
     * Where a walk stands.
     *
     * @param number the page's number
     * @param seen how many rows came before it
     * @param total how many rows there were at the walk's first page; −1 if the server told none
     * @param walk which of the walks this is, from 0
     * @param digest of the ids before it
     * @param before the digest of the walk before; empty if there was none that came to its end
     * @param head the id that the page before began with; empty at a walk's start
     */
    private record Place(long number, long seen, long total, int walk, long digest, String before, String head) {

        static Place of(@Nullable String text, int first) {
            if (text == null) {
                return new Place(first, 0, -1, 0, 0, "", "");
            }
            String[] parts = text.split(" ", 7);
            try {
                return new Place(
                        Long.parseLong(parts[0]),
                        Long.parseLong(parts[1]),
                        Long.parseLong(parts[2]),
                        Integer.parseInt(parts[3]),
                        Long.parseLong(parts[4]),
                        parts[5],
                        parts[6]);
            } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
                throw new PageFeed.StaleCursor(e);
            }
        }

        String text() {
            return number + " " + seen + " " + total + " " + walk + " " + digest + " " + before + " " + head;
        }

        Step again(int first, String met) {
            return walk + 1 < OffsetPager.MOST_WALKS
                    ? new Onwards(new Place(first, 0, -1, walk + 1, 0, met, "").text())
                    : new End(false);
        }
    }

    @Override
    public PageAddress address(@Nullable String text, int limit) {
        return PageAddress.start(limit)
                .with(parameter, Long.toString(Place.of(text, first).number()));
    }

    @Override
    public Step after(@Nullable String text, int limit, PageContent page) {
        Place place = Place.of(text, first);
        int came = page.rows().count();
        String head = page.rows().firstId() == null ? "" : page.rows().firstId();
        long seen = place.seen() + came;
        long total = place.number() == first ? page.total() : place.total();
        // Or as if its number were not looked at.
        boolean beginsLikeTheLast = came > 0 && head.equals(place.head());
        boolean moved = beginsLikeTheLast || total != page.total();
        boolean last = came == 0 || (total >= 0 && seen >= total) || (shortPageEnds && came < limit);
        if (moved || (last && total >= 0 && seen != total)) {
            return place.again(first, "");
        }
        long digest = place.digest() + page.rows().digest();
        String met = Long.toHexString(digest);
        if (last && total < 0 && place.number() != first && !met.equals(place.before())) {
            return place.again(first, met);
        }
        return last
                ? new End(true)
                : new Onwards(
                        new Place(place.number() + 1, seen, total, place.walk(), digest, place.before(), head).text());
    }
}
