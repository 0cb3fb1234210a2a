package dev.syncline.functional;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.SyncManager;
import dev.syncline.config.SyncedTable;
import dev.syncline.progress.SyncMode;
import dev.syncline.progress.SyncResult;
import dev.syncline.testing.Device;
import dev.syncline.testing.MovingList;
import dev.syncline.testing.PagingStyle;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Lists that shift, shrink, repeat rows or tie on what they are sorted by while they are read page by page: what stayed in the list all the
 * time is never missed nor taken for deleted, and once the list is at rest the table equals it. Defends G4, G5, G9 and G13.
 */
class MovingPagesTest {
    private static final int ROWS = 23;

    @TempDir
    private Path folder;

    private Device device;
    private MovingList list;
    private int moves;

    /** What happens to the list before a page is served. */
    enum Motion {
        STILL,
        GROWS_AT_THE_HEAD,
        SHRINKS_AT_THE_HEAD,
        GROWS_AT_THE_END,
        SWAPS
    }

    static Stream<Arguments> everyStyleAndMotion() {
        return Stream.of(PagingStyle.values())
                .flatMap(style -> Stream.of(Motion.values())
                        .flatMap(motion -> Stream.of(true, false).map(ties -> Arguments.of(style, motion, ties))));
    }

    private SyncManager open(PagingStyle style, Motion motion, boolean ties) {
        list = new MovingList(
                request -> move(motion, ties), style != PagingStyle.OFFSET && style != PagingStyle.NUMBER);
        for (int i = 0; i < ROWS; i++) {
            list.add(ties ? 100 : 100 + i, String.format("n%03d", 100 + i));
        }
        List<SyncedTable> tables = List.of(SyncedTable.named("note").key("id").build());
        device = new Device(
                folder.resolve("a.db"), list.url(), tables, "CREATE TABLE note(id TEXT PRIMARY KEY, rank INTEGER)");
        return style.open(list.url(), folder.resolve("a.db"), tables, 5);
    }

    /** Seven times, so that the list comes to rest. */
    private void move(Motion motion, boolean ties) {
        if (moves++ == 0 || moves > 8) {
            return;
        }
        switch (motion) {
            case STILL -> {}
            case GROWS_AT_THE_HEAD -> list.add(ties ? 100 : 100 - moves, String.format("n%03d", 100 - moves));
            case SHRINKS_AT_THE_HEAD -> list.removeFirst();
            case GROWS_AT_THE_END -> list.add(ties ? 100 : 500 + moves, String.format("n%03d", 500 + moves));
            case SWAPS -> {
                list.removeFirst();
                list.add(ties ? 100 : 500 + moves, String.format("n%03d", 500 + moves));
            }
        }
    }

    private Map<String, Integer> here() {
        Map<String, Integer> here = new TreeMap<>();
        device.query("SELECT id, rank FROM note")
                .forEach(row -> here.put((String) row.get("id"), ((Number) row.get("rank")).intValue()));
        return here;
    }

    @ParameterizedTest
    @MethodSource("everyStyleAndMotion")
    void nothing_that_stayed_is_missed_and_the_table_comes_to_equal_the_list(
            PagingStyle style, Motion motion, boolean ties) {
        try (SyncManager sync = open(style, motion, ties);
                MovingList open = list) {
            Map<String, Integer> seen = new TreeMap<>();
            boolean success = false;
            for (int run = 0; run < 4; run++) {
                Map<String, Integer> before = open.contents();
                SyncResult result = sync.synchronize(SyncMode.FULL).blockingGet();
                // Of a list that never stood still nothing is taken for deleted; the run says so, and the next one
                // reads it again.
                assertThat(result.errors())
                        .allSatisfy(error -> assertThat(error)
                                .hasMessageContainingAll(
                                        "the list of note", "passed over", "nothing counts as deleted"));
                success = result.success();
                Map<String, Integer> stayed = open.contents();
                stayed.keySet().retainAll(before.keySet());
                seen.keySet().retainAll(stayed.keySet());
                // A total does not tell one that comes while another one goes, and the number of a page not what moved.
                boolean unseen = style == PagingStyle.NUMBER && motion == Motion.SWAPS && run == 0;
                assertThat(here()).containsAllEntriesOf(success && !unseen ? stayed : seen);
                seen.putAll(here());
            }
            assertThat(success).isTrue();
            assertThat(here()).isEqualTo(open.contents());
            assertThat(open.requests()).isLessThan(150);
        }
    }

    @ParameterizedTest
    @EnumSource(PagingStyle.class)
    void a_list_that_never_ends_is_left_after_few_requests_and_removes_nothing(PagingStyle style) {
        try (SyncManager sync = open(style, Motion.STILL, false);
                MovingList open = list) {
            sync.synchronize(SyncMode.FULL).blockingGet();
            int before = open.requests();
            open.neverEnd();
            SyncResult result = sync.synchronize(SyncMode.FULL).blockingGet();
            assertThat(result.success()).isFalse();
            assertThat(open.requests() - before).isLessThan(20);
            assertThat(here()).hasSize(ROWS);
        }
    }

    @Test
    void of_a_list_that_gives_its_first_page_for_every_row_behind_which_it_is_asked_nothing_is_taken_for_the_end() {
        try (SyncManager sync = open(PagingStyle.AFTER, Motion.STILL, false);
                MovingList open = list) {
            open.neverEnd();
            SyncResult result = sync.synchronize().blockingGet();
            assertThat(result.success()).isFalse();
            assertThat(result.errorMessage()).contains("a page of note", "an earlier page", "parameter after");
            assertThat(here()).as("what came is kept").hasSize(5);
            // The page behind is still the one to come.
            open.end();
            assertThat(sync.synchronize().blockingGet().errors()).isEmpty();
            assertThat(here()).isEqualTo(open.contents());
        }
    }
}
