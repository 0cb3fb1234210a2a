package dev.syncline.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.progress.SyncEvent;
import dev.syncline.progress.SyncMode;
import dev.syncline.progress.SyncProgress;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** What is kept for a subscriber that is behind. Defends G9. */
class EventBacklogTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    private static SyncEvent started(int run) {
        return new SyncEvent.Started("run " + run, NOW, SyncMode.INCREMENTAL, 0);
    }

    private static SyncEvent progress(int run) {
        return new SyncEvent.Progress("run " + run, NOW, SyncProgress.starting(NOW));
    }

    @Test
    void of_progress_in_a_row_the_last_is_kept_and_everything_else_is_in_order() {
        EventBacklog backlog = new EventBacklog()
                .with(started(1))
                .with(progress(1))
                .with(progress(2))
                .with(started(2))
                .with(progress(3));
        assertThat(backlog.events()).containsExactly(started(1), progress(2), started(2), progress(3));
    }

    @Test
    void a_subscriber_far_behind_loses_the_oldest() {
        EventBacklog backlog = new EventBacklog();
        for (int run = 0; run < EventBacklog.MOST + 5; run++) {
            backlog.with(started(run));
        }
        assertThat(backlog.events())
                .hasSize(EventBacklog.MOST)
                .startsWith(started(5))
                .endsWith(started(EventBacklog.MOST + 4));
    }
}
