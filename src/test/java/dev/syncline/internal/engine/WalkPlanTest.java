package dev.syncline.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.backend.Capabilities;
import dev.syncline.config.SyncOptions;
import dev.syncline.internal.store.CursorRepository.PullCursor;
import dev.syncline.internal.store.WalkRepository.Phase;
import dev.syncline.internal.store.WalkRepository.Walk;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** When a table is read from end to end, and when a walk goes on where it ended. Defends G4, G5 and G10. */
class WalkPlanTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    /** Times are days before now; a dash stands for never. */
    @ParameterizedTest(name = "cursor {0}, phase {1}, begun {2} and ended {3} days ago: {4}")
    @CsvSource({
        "none,     -,               -,  -,  BEGIN",
        "walking,  -,               -,  -,  BEGIN",
        "walking,  NOTING,          0,  -,  BEGIN",
        "walking,  READING,         0,  -,  RESUME",
        "walking,  READING,         6,  20, RESUME",
        "walking,  READING,         8,  20, BEGIN",
        "walking,  READING,        -8,  20, BEGIN",
        "walking,  READING_AGAIN,   1,  20, RESUME",
        "walking,  DONE,            1,  1,  BEGIN",
        "walking,  SWEEPING,        1,  1,  BEGIN",
        "started,  READING,         0,  -,  BEGIN",
        "started,  READING_AGAIN,   0,  1,  BEGIN",
        "nowhere,  DONE,            0,  0,  BEGIN",
        "nowhere,  SWEEPING,        0,  0,  BEGIN",
        "there,    -,               -,  -,  BEGIN",
        "there,    DONE,            6,  6,  DELTA",
        "there,    DONE,            8,  8,  BEGIN",
        "there,    DONE,           -6, -6,  DELTA",
        "there,    DONE,           -8, -8,  BEGIN",
        "there,    SWEEPING,        6,  9,  DELTA",
        "there,    SWEEPING,        8,  9,  BEGIN",
        "there,    SWEEPING_SURELY, 6,  -,  DELTA",
        "there,    SWEEPING_SURELY, 8,  -,  BEGIN",
        "there,    READING,         0,  -,  BEGIN"
    })
    void what_is_read_follows_from_cursor_and_walk(
            String cursor, String phase, String begun, String ended, WalkPlan plan) {
        Walk walk = phase.equals("-") ? null : new Walk(Phase.valueOf(phase), daysAgo(begun), daysAgo(ended));
        assertThat(WalkPlan.of(cursor(cursor), NOW, walk, SyncOptions.defaults(), Capabilities.FOR_EVER, NOW))
                .isEqualTo(plan);
    }

    @ParameterizedTest
    @CsvSource({"23, RESUME", "25, BEGIN"})
    void a_walk_older_than_the_memory_of_deletions_starts_again(int hours, WalkPlan plan) {
        SyncOptions options =
                SyncOptions.builder().tombstoneRetention(Duration.ofDays(1)).build();
        Walk walk = new Walk(Phase.READING, NOW.minus(Duration.ofHours(hours)), null);
        assertThat(WalkPlan.of(new PullCursor("p", true), NOW, walk, options, Capabilities.FOR_EVER, NOW))
                .isEqualTo(plan);
    }

    @ParameterizedTest
    @CsvSource({
        "walking, READING, 23, 0,  RESUME",
        "walking, READING, 25, 0,  BEGIN",
        "there,   DONE,    99, 23, DELTA",
        "there,   DONE,    99, 25, BEGIN",
        "there,   DONE,    99, -25, BEGIN"
    })
    void what_is_older_than_the_backend_tells_of_deletions_is_not_gone_on_with(
            String cursor, Phase phase, int begun, int read, WalkPlan plan) {
        Instant start = NOW.minus(Duration.ofHours(begun));
        assertThat(WalkPlan.of(
                        cursor(cursor),
                        NOW.minus(Duration.ofHours(read)),
                        new Walk(phase, start, start),
                        SyncOptions.defaults(),
                        Duration.ofDays(1),
                        NOW))
                .isEqualTo(plan);
    }

    @ParameterizedTest
    @CsvSource({"59, DELTA", "61, BEGIN"})
    void the_host_says_how_often_everything_is_read(int minutes, WalkPlan plan) {
        SyncOptions options =
                SyncOptions.builder().fullSyncEvery(Duration.ofHours(1)).build();
        Instant ended = NOW.minus(Duration.ofMinutes(minutes));
        assertThat(WalkPlan.of(
                        new PullCursor("c", false),
                        NOW,
                        new Walk(Phase.DONE, ended, ended),
                        options,
                        Capabilities.FOR_EVER,
                        NOW))
                .isEqualTo(plan);
    }

    private static PullCursor cursor(String name) {
        return switch (name) {
            case "none" -> PullCursor.START;
            case "walking" -> new PullCursor("page 7", true);
            case "started" -> new PullCursor(null, true);
            case "nowhere" -> new PullCursor(null, false);
            case "there" -> new PullCursor("place", false);
            default -> throw new IllegalArgumentException(name);
        };
    }

    private static Instant daysAgo(String days) {
        return days.equals("-") ? null : NOW.minus(Duration.ofDays(Long.parseLong(days)));
    }
}
