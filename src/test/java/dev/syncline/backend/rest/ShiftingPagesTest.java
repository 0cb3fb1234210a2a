package dev.syncline.backend.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.syncline.backend.RemoteRecord;
import dev.syncline.internal.http.MalformedAnswer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Walks over a list that changes between its pages: a walk that says it is whole has met every row that was there all the time, and
 * every walk comes to an end. Defends G5 (convergence) and G9 (bounded).
 */
class ShiftingPagesTest {

    private static final int CASES = 4000;

    /** A list in the order of its ids, as a server with offset or numbered pages has it. */
    private static final class ServedList {
        final List<Integer> rows = new ArrayList<>();
        final Set<Integer> always = new HashSet<>();
        final SplittableRandom random;
        final int most;
        final boolean tellsTotal;

        ServedList(SplittableRandom random) {
            this.random = random;
            IntStream.range(0, random.nextInt(40)).map(i -> 2 * i).forEach(rows::add);
            always.addAll(rows);
            most = random.nextBoolean() ? 1000 : 2 + random.nextInt(6);
            tellsTotal = random.nextBoolean();
        }

        void comesAndGoes(int changes, boolean inserts, boolean deletes) {
            for (int i = 0; i < changes; i++) {
                boolean insert = inserts && (!deletes || random.nextBoolean());
                if (insert) {
                    int id = random.nextInt(90);
                    if (!rows.contains(id)) {
                        rows.add((int) rows.stream().filter(row -> row < id).count(), id);
                    }
                } else if (!rows.isEmpty()) {
                    always.remove(rows.remove(random.nextInt(rows.size())));
                }
            }
        }

        PageContent page(int from, int wanted) {
            int start = Math.min(from, rows.size());
            RowTally page = RowTally.keeping();
            for (int id : rows.subList(start, Math.min(rows.size(), start + Math.min(wanted, most)))) {
                page.meet(new RemoteRecord("r" + id, "1", false, Map.of(), null));
            }
            return new PageContent(page.over(page.kept()), null, false, tellsTotal ? rows.size() : -1, null);
        }
    }

    @Test
    void an_offset_walk_that_calls_itself_whole_has_met_all_that_stayed() {
        int whole = 0;
        for (int seed = 0; seed < CASES; seed++) {
            ServedList list = new ServedList(new SplittableRandom(seed));
            int limit = 1 + list.random.nextInt(8);
            Pager pager = new OffsetPager("offset", list.most >= 1000 && list.random.nextBoolean());
            boolean restless = list.random.nextBoolean();
            Set<Integer> met = new HashSet<>();
            String place = null;
            Pager.Step step;
            int requests = 0;
            do {
                PageAddress address = pager.address(place, limit);
                PageContent page = list.page(Integer.parseInt(address.query().get("offset")), address.limit());
                page.rows()
                        .records()
                        .forEach(row -> met.add(Integer.parseInt(row.id().substring(1))));
                step = pager.after(place, limit, page);
                place = step instanceof Pager.Onwards onwards ? onwards.place() : null;
                if (restless && list.random.nextInt(4) == 0) {
                    list.comesAndGoes(1 + list.random.nextInt(3), true, true);
                }
                assertThat(++requests).as("seed %d", seed).isLessThan(1000);
            } while (place != null);
            if (((Pager.End) step).whole()) {
                whole++;
                assertThat(met).as("seed %d", seed).containsAll(list.always);
            }
        }
        // The property says nothing of a walk that gives up, so most must not.
        assertThat(whole).isGreaterThan(CASES * 8 / 10);
    }

    @ParameterizedTest(name = "with a total: {0}, rows only come: {1}")
    @CsvSource({"true, true", "true, false", "false, true", "false, false"})
    void a_numbered_walk_that_calls_itself_whole_has_met_all_that_stayed(boolean total, boolean come) {
        int whole = 0;
        for (int seed = 0; seed < CASES; seed++) {
            ServedList list = new ServedList(new SplittableRandom(seed));
            if (list.tellsTotal != total) {
                continue;
            }
            int limit = Math.min(list.most, 1 + list.random.nextInt(8));
            Pager pager = new NumberPager("page", 1, false);
            boolean restless = list.random.nextBoolean();
            Set<Integer> met = new HashSet<>();
            String place = null;
            Pager.Step step;
            int requests = 0;
            do {
                PageAddress address = pager.address(place, limit);
                int number = Integer.parseInt(address.query().get("page"));
                PageContent page = list.page((number - 1) * limit, limit);
                page.rows()
                        .records()
                        .forEach(row -> met.add(Integer.parseInt(row.id().substring(1))));
                step = pager.after(place, limit, page);
                place = step instanceof Pager.Onwards onwards ? onwards.place() : null;
                if (restless && list.random.nextInt(5) == 0) {
                    list.comesAndGoes(1, come, !come);
                }
                assertThat(++requests).as("seed %d", seed).isLessThan(1000);
            } while (place != null);
            if (((Pager.End) step).whole()) {
                whole++;
                assertThat(met).as("seed %d", seed).containsAll(list.always);
            }
        }
        assertThat(whole).isGreaterThan(CASES * 3 / 10);
    }

    static Stream<Pager> shiftingStyles() {
        return Stream.of(new OffsetPager("offset", false), new NumberPager("page", 0, false));
    }

    @ParameterizedTest
    @MethodSource("shiftingStyles")
    void S18_a_server_that_ignores_the_place_is_not_walked_for_ever(Pager pager) {
        Pager.Step step = new Pager.Onwards("");
        String place = null;
        for (int pages = 0; step instanceof Pager.Onwards; pages++) {
            step = pager.after(place, 2, rows("a", "b"));
            place = step instanceof Pager.Onwards onwards ? onwards.place() : null;
            assertThat(pages).isLessThan(2 * OffsetPager.MOST_WALKS);
        }
        assertThat(step).isEqualTo(new Pager.End(false));
    }

    @Test
    void S18_a_link_to_its_own_page_is_refused() {
        Pager pager = new LinkPager();
        PageContent page = rows("a").withLink("https://a.example/2");
        assertThat(pager.after(null, 2, page)).isEqualTo(new Pager.Onwards("https://a.example/2"));
        assertThatThrownBy(() -> pager.after("https://a.example/2", 2, page)).isInstanceOf(MalformedAnswer.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "7", "7 0", "x 0 a", "7 x a", "-1 0 a", "7 0 "})
    void S19_a_place_of_another_style_is_stale(String place) {
        assertThatThrownBy(() -> new OffsetPager("offset", false).address(place, 5))
                .isInstanceOf(PageFeed.StaleCursor.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "7", "1 2 3 4 a", "x 2 3 4 5 b a", "1 2 3 x 5 b a", "1 2 3 4 x b a"})
    void S19_a_number_of_another_style_is_stale(String place) {
        assertThatThrownBy(() -> new NumberPager("page", 1, false).address(place, 5))
                .isInstanceOf(PageFeed.StaleCursor.class);
    }

    private static PageContent rows(@Nullable String... ids) {
        RowTally rows = RowTally.keeping();
        for (String id : ids) {
            rows.meet(new RemoteRecord(id, "1", false, Map.of(), null));
        }
        return new PageContent(rows.over(rows.kept()), null, false, -1, null);
    }
}
