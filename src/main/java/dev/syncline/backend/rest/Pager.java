package dev.syncline.backend.rest;

import dev.syncline.internal.http.MalformedAnswer;
import org.jspecify.annotations.Nullable;

/** The way from one page of a walk to the next. Pure: where a walk stands is all in its place, a text that can be stored. */
interface Pager {

    /**
     * Says what to ask for.
     *
     * @param place where the walk stands; null at its start
     * @param limit how many rows are wanted
     * @throws PageFeed.StaleCursor if the place is not one of this style's
     */
    PageAddress address(@Nullable String place, int limit);

    /**
     * Says where the walk stands after a page.
     *
     * @param place where the page was asked for
     * @param limit how many rows were wanted
     * @throws MalformedAnswer if the page leads nowhere
     */
    Step after(@Nullable String place, int limit, PageContent page);

    /** Where a walk stands after a page. */
    sealed interface Step {}

    /**
     * Another page follows.
     *
     * @param place where it is
     */
    record Onwards(String place) implements Step {}

    /**
     * That was the last page.
     *
     * @param whole whether the walk has met every row that was there all the time; not so if the pages kept shifting
     */
    record End(boolean whole) implements Step {}
}
