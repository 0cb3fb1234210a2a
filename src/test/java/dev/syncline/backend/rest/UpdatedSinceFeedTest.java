package dev.syncline.backend.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.syncline.backend.RemoteRecord;
import dev.syncline.internal.http.MalformedAnswer;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Where a pull by time ends, so that the next one misses nothing. Defends G1, G4 and G5. */
class UpdatedSinceFeedTest {

    private static final Instant T = Instant.parse("2026-11-23T10:00:00Z");

    private final PageFeed feed = new UpdatedSinceFeed(
            new CursorPager("cursor", false),
            new SinceQuery("since", SinceQuery.SINCE, Duration.ofMinutes(5), TimeFormat.iso(), Map.of()));

    @Test
    void a_walk_ends_at_the_server_clock_of_its_first_page_though_later_changes_were_seen() {
        String second = next(null, page("p2", true, at(-3600), at(-10)), T);
        assertThat(query(second)).isEqualTo(Map.of("cursor", "p2"));
        String end = next(second, page(null, false, at(-50), at(30)), T.plusSeconds(60));
        // A row of page one that changed at T+20 would be missed if T+30 were the place.
        assertThat(since(end)).isEqualTo(T);
    }

    @Test
    void a_walk_ends_at_the_newest_change_where_that_is_earlier() {
        assertThat(since(next(null, page(null, false, at(-3600), at(-100)), T))).isEqualTo(at(-100));
    }

    @Test
    void an_empty_collection_ends_at_the_server_clock() {
        assertThat(since(next(null, page(null, false), T))).isEqualTo(T);
    }

    @Test
    void without_a_server_clock_the_newest_change_of_the_first_page_bounds() {
        String second = next(null, page("p2", true, at(-100), at(-200)), null);
        assertThat(since(next(second, page(null, false, at(50)), null))).isEqualTo(at(-100));
    }

    @Test
    void without_any_time_the_next_pull_is_a_walk() {
        assertThat(next(null, page(null, false), null)).isNull();
        assertThat(next(null, page(null, false, (Instant) null), null)).isNull();
    }

    @Test
    void a_delta_asks_from_its_place_less_the_overlap_on_every_page() {
        String start = next(null, page(null, false, at(0)), T);
        assertThat(query(start)).isEqualTo(Map.of("since", "2026-11-23T09:55:00Z"));
        String second = next(start, page("p|2", true, at(5)), T.plusSeconds(60));
        assertThat(query(second)).isEqualTo(Map.of("since", "2026-11-23T09:55:00Z", "cursor", "p|2"));
    }

    @Test
    void a_delta_without_news_stays_and_never_moves_back() {
        String start = next(null, page(null, false, at(0)), T);
        assertThat(next(start, page(null, false), T.plusSeconds(900))).isEqualTo(start);
        assertThat(next(start, page(null, false, at(-200)), T.plusSeconds(900))).isEqualTo(start);
        assertThat(next(start, page(null, false, at(100)), Instant.EPOCH)).isEqualTo(start);
    }

    @Test
    void a_delta_moves_on_with_news() {
        String start = next(null, page(null, false, at(0)), T);
        assertThat(since(next(start, page(null, false, at(100)), T.plusSeconds(900))))
                .isEqualTo(at(100));
    }

    @Test
    void S18_a_page_that_leads_to_itself_or_nowhere_is_refused() {
        assertThatThrownBy(() -> next(null, page(null, true), T)).isInstanceOf(MalformedAnswer.class);
        String second = next(null, page("p2", true), T);
        assertThatThrownBy(() -> next(second, page("p2", true), T)).isInstanceOf(MalformedAnswer.class);
    }

    @Test
    void S19_a_cursor_of_another_style_is_stale() {
        for (String cursor : new String[] {"bXdzdHJt", "v2|||", "v1|yesterday|||", "v1||"}) {
            assertThatThrownBy(() -> query(cursor)).isInstanceOf(PageFeed.StaleCursor.class);
        }
    }

    private @Nullable String next(@Nullable String cursor, PageContent page, @Nullable Instant serverTime) {
        return feed.next(cursor, 10, page, serverTime).cursor();
    }

    private Map<String, String> query(@Nullable String cursor) {
        return feed.address(cursor, 10).query();
    }

    private Instant since(@Nullable String cursor) {
        return Instant.parse(query(cursor).get("since")).plus(Duration.ofMinutes(5));
    }

    private static Instant at(int seconds) {
        return T.plusSeconds(seconds);
    }

    private static PageContent page(@Nullable String cursor, boolean more, @Nullable Instant... changes) {
        RowTally rows = RowTally.keeping();
        for (Instant time : changes) {
            rows.meet(new RemoteRecord("a", "1", false, Map.of(), time));
        }
        return new PageContent(rows.over(rows.kept()), cursor, more, -1, null);
    }
}
