package dev.syncline.backend.rest;

import org.jspecify.annotations.Nullable;

/** The place is the id of the last row that was met: what is asked for next comes behind it, whatever came or went before. */
final class KeysetPager implements Pager {

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

    @Override
    public PageAddress address(@Nullable String place, int limit) {
        PageAddress start = PageAddress.start(limit);
        return place == null ? start : start.with(parameter, template.replace(AddressTemplate.ID, place));
    }

    @Override
    public Step after(@Nullable String place, int limit, PageContent page) {
        String last = page.rows().lastId();
        boolean told = tellsMore && !page.more();
        boolean cut = shortPageEnds && page.rows().count() < limit;
        return last == null || last.equals(place) || told || cut ? new End(true) : new Onwards(last);
    }
}
