package dev.syncline.internal.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.config.SyncedTable;
import dev.syncline.internal.store.IdempotencyRepository.State;
import dev.syncline.internal.store.IdempotencyRepository.StoredKey;
import dev.syncline.internal.store.SyncDatabase;
import dev.syncline.internal.store.TransactionManager;
import dev.syncline.internal.store.Waiter;
import dev.syncline.testing.RecordedWaits;
import dev.syncline.testing.SettableClock;
import dev.syncline.testing.TwoDevices;
import dev.syncline.testing.server.Fault;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What was done for a row and how it went, for as long as it is kept. Defends G1. */
class OperationHistoryTest {
    private final SettableClock clock = new SettableClock(Instant.parse("2026-03-01T12:00:00Z"));

    @RegisterExtension
    final TwoDevices two = TwoDevices.with(
            rules -> rules.entity("note", note -> note.required("text")),
            List.of(SyncedTable.named("note").key("id").build()),
            "CREATE TABLE note(id TEXT PRIMARY KEY, text TEXT)");

    @BeforeEach
    void withClocksOfTheirOwn() {
        two.serverClock().set(clock.instant());
        two.a().with(builder -> two.oneByOne().apply(builder).clock(clock));
    }

    private <T> T asked(Function<OperationTracker, T> question) {
        try (SyncDatabase database = SyncDatabase.open(two.a().config())) {
            return question.apply(new OperationTracker(
                    new TransactionManager(database, new Waiter(new RecordedWaits())), new FrozenImages()));
        }
    }

    @Test
    void each_operation_of_a_row_is_told_with_its_times_and_summed_up() {
        two.a().sql("INSERT INTO note VALUES('n', 'x')");
        two.server().faults().when((method, path) -> method.equals("POST"), Fault.loseAnswer());
        two.a().sync();
        two.server().faults().clear();
        OperationStatistics unanswered = asked(OperationTracker::statistics);
        assertThat(unanswered).isEqualTo(new OperationStatistics(1, 0, 0, 0, null));
        assertThat(unanswered.successRate()).isEqualTo(1);
        clock.advance(Duration.ofSeconds(8));
        two.sync(two.a());
        two.a().sql("UPDATE note SET text = NULL");
        two.a().sync();
        two.a().sql("UPDATE note SET text = 'y'");
        two.sync(two.a());

        List<StoredKey> history = asked(tracker -> tracker.history("note", "n"));
        assertThat(history).extracting(StoredKey::kind).containsExactly("CREATE", "UPDATE", "UPDATE");
        assertThat(history)
                .extracting(StoredKey::state)
                .containsExactly(State.CONFIRMED, State.REFUSED, State.CONFIRMED);
        StoredKey create = history.get(0);
        assertThat(create.sends()).isEqualTo(2);
        assertThat(create.finishedAt()).isEqualTo(create.createdAt() + 8_000);
        List<StoredKey> ofNobody = asked(tracker -> tracker.history("note", "another"));
        assertThat(ofNobody).isEmpty();

        OperationStatistics statistics = asked(OperationTracker::statistics);
        assertThat(statistics.inProgress()).isZero();
        assertThat(statistics.successRate()).isEqualTo(2.0 / 3);
        assertThat(statistics.retryRate()).isEqualTo(1.0 / 3);
        assertThat(statistics.meanProcessing()).isEqualTo(Duration.ofMillis(2_667));
        two.agree();
    }

    @Test
    void it_does_not_grow_beyond_what_is_kept() {
        for (int day = 0; day < 20; day++) {
            two.a().sql("INSERT INTO note VALUES(?, 'x')", "n" + day);
            two.sync(two.a());
            clock.advance(Duration.ofDays(1));
        }
        assertThat(asked(OperationTracker::statistics).confirmed()).isLessThanOrEqualTo(9);
    }
}
