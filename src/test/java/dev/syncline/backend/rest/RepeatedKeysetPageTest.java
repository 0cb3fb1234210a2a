package dev.syncline.backend.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.syncline.backend.RemoteRecord;
import dev.syncline.internal.http.MalformedAnswer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.BiFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A page that was asked for behind a row and holds the rows of an earlier one is a fault, never the end of the list; a list that comes to its end in
 * any of the ways that servers have is whole. Defends G5 (convergence) and G13 (a hostile backend stays harmless).
 */
class RepeatedKeysetPageTest {

    private static final Pager PLAIN = pager(false, false);

    private static Pager pager(boolean tellsMore, boolean shortPageEnds) {
        return new KeysetPager("after", "{id}", tellsMore, shortPageEnds);
    }

    private static PageContent page(boolean more, List<String> ids) {
        RowTally rows = RowTally.keeping();
        ids.forEach(id -> rows.meet(new RemoteRecord(id, "1", false, Map.of(), null)));
        return new PageContent(rows.over(rows.kept()), null, more, -1, null);
    }

    /** Gives pages, rows without blanks, one after the other until the walk ends; tells how many were taken. */
    private static int walk(Pager pager, int limit, String... pages) {
        String place = null;
        for (int i = 0; i < pages.length; i++) {
            List<String> ids = pages[i].isEmpty() ? List.of() : List.of(pages[i].split(""));
            Pager.Step step = pager.after(place, limit, page(true, ids));
            if (!(step instanceof Pager.Onwards onwards)) {
                assertThat(step).isEqualTo(new Pager.End(true));
                return i + 1;
            }
            place = onwards.place();
        }
        throw new AssertionError("the walk goes on behind " + List.of(pages));
    }

    @ParameterizedTest(name = "{1} rows asked for, a server that caps pages or not: {0}")
    @CsvSource({"abc abc, 3", "abc abc, 500", "ab ab, 2", "a a, 1", "abc cba, 3", "abc def abc, 3", "abc bca, 3"})
    void an_earlier_page_is_refused(String pages, int limit) {
        assertThatThrownBy(() -> walk(PLAIN, limit, pages.split(" ")))
                .isInstanceOf(MalformedAnswer.class)
                .hasMessageContainingAll("an earlier page", "parameter after", "Pagination.after", "fixed");
    }

    @Test
    void it_is_refused_too_where_pages_say_whether_more_follow_or_a_short_one_ends_the_list() {
        assertThatThrownBy(() -> walk(pager(true, false), 3, "abc", "abc")).isInstanceOf(MalformedAnswer.class);
        assertThatThrownBy(() -> walk(pager(false, true), 3, "abc", "abc")).isInstanceOf(MalformedAnswer.class);
        Pager pager = pager(true, false);
        Pager.Step first = pager.after(null, 3, page(true, List.of("a", "b", "c")));
        String place = ((Pager.Onwards) first).place();
        assertThatThrownBy(() -> pager.after(place, 3, page(false, List.of("a", "b", "c"))))
                .isInstanceOf(MalformedAnswer.class);
    }

    @Test
    void as_many_rows_that_end_with_the_same_one_leave_unknown_what_comes_behind() {
        assertThatThrownBy(() -> walk(PLAIN, 3, "abd", "ebd", "cbd")).isInstanceOf(MalformedAnswer.class);
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(
            strings = {
                "", // empty
                "abc d -", // an empty page ends it
                "abc def -", // also behind a full one
                "abc cde e", // each page begins with the last row of the one before
                "abc c", // also where the first page is the last
                "a a", // or has one row only
                "abc bcde de", // or with all rows that tie with it
                "abd bd"
            })
    void the_usual_ends_are_ends(String pages) {
        String[] each = pages.replace("-", "").split(" ", -1);
        assertThat(walk(PLAIN, 5, each)).isEqualTo(each.length);
    }

    @Test
    void a_page_that_says_that_none_follows_ends_the_list_and_so_does_a_short_one_where_that_was_agreed() {
        Pager told = pager(true, false);
        assertThat(told.after(null, 3, page(false, List.of("a", "b", "c")))).isEqualTo(new Pager.End(true));
        assertThat(walk(pager(false, true), 3, "abc", "d")).isEqualTo(2);
    }

    /** Lists that rows come into and go from, by servers that exclude or include the row asked behind, and that give fewer rows than asked for. */
    @Test
    void a_walk_meets_all_that_stayed_whatever_comes_and_goes() {
        for (int seed = 0; seed < 4000; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            List<Integer> rows = new ArrayList<>(
                    IntStream.range(0, random.nextInt(40)).mapToObj(i -> 2 * i).toList());
            List<Integer> always = new ArrayList<>(rows);
            List<Integer> met = new ArrayList<>();
            boolean inclusive = random.nextBoolean();
            int limit = 2 + random.nextInt(8);
            int most = random.nextBoolean() ? limit : 2 + random.nextInt(limit - 1);
            BiFunction<Integer, Integer, Boolean> isBehind = (row, id) -> inclusive ? row >= id : row > id;
            String place = null;
            Pager.Step step;
            do {
                PageAddress address = PLAIN.address(place, limit);
                String after = address.query().get("after");
                List<Integer> page = rows.stream()
                        .filter(row -> after == null || isBehind.apply(row, Integer.parseInt(after)))
                        .limit(most)
                        .toList();
                met.addAll(page);
                step = PLAIN.after(
                        place,
                        limit,
                        page(false, page.stream().map(String::valueOf).toList()));
                place = step instanceof Pager.Onwards onwards ? onwards.place() : null;
                if (random.nextInt(3) == 0 && !rows.isEmpty()) {
                    always.remove(rows.remove(random.nextInt(rows.size())));
                    int id = random.nextInt(90);
                    if (!rows.contains(id)) {
                        rows.add((int) rows.stream().filter(row -> row < id).count(), id);
                    }
                }
            } while (place != null);
            assertThat(step).as("seed %d", seed).isEqualTo(new Pager.End(true));
            assertThat(met).as("seed %d", seed).containsAll(always);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "n1",
                "a b c",
                "3 0 n1",
                "after",
                "after 1 2 3 4",
                "after 1 x 3 4 n1",
                "1 2 3 4 5 b a",
                "https://a/"
            })
    void S19_a_place_of_another_style_is_stale(String place) {
        assertThatThrownBy(() -> PLAIN.address(place, 5)).isInstanceOf(PageFeed.StaleCursor.class);
    }

    @Test
    void an_id_of_any_characters_is_asked_for_as_it_is() {
        for (String id : List.of(" ", "a b  c", "|", "after 1 2 3 4 5", "é")) {
            Pager.Step step = PLAIN.after(null, 5, page(false, List.of(id)));
            @Nullable
            String asked =
                    PLAIN.address(((Pager.Onwards) step).place(), 5).query().get("after");
            assertThat(asked).isEqualTo(id);
        }
    }
}
