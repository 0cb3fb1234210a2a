package dev.syncline.functional;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.config.SyncedTable;
import dev.syncline.testing.TwoDevices;
import io.reactivex.rxjava3.schedulers.TestScheduler;
import io.reactivex.rxjava3.subscribers.TestSubscriber;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The number of unsent changes as a stream. Defends G1 and G9. */
class QueueCountTest {
    private final TestScheduler time = new TestScheduler();

    @RegisterExtension
    final TwoDevices two = TwoDevices.with(
            rules -> rules,
            List.of(SyncedTable.named("note").key("id").build()),
            "CREATE TABLE note(id TEXT PRIMARY KEY, text TEXT)");

    @BeforeEach
    void withATimeOfItsOwn() {
        two.a().with(builder -> builder.scheduler(time).deliverOn(Runnable::run));
    }

    @Test
    void it_tells_the_number_at_once_and_each_new_one_that_the_host_or_a_run_makes_of_it() {
        two.a().sql("INSERT INTO note VALUES('a', 'x')");
        TestSubscriber<Long> counts = two.a().manager().watchQueueCount().test();
        time.triggerActions();
        counts.assertValues(1L);
        time.advanceTimeBy(10, TimeUnit.SECONDS);
        counts.assertValues(1L);
        two.a().sql("INSERT INTO note VALUES('b', 'x'), ('c', 'x')");
        time.advanceTimeBy(1, TimeUnit.SECONDS);
        counts.assertValues(1L, 3L);
        two.sync(two.a());
        assertThat(counts.values().get(counts.values().size() - 1)).isZero();
        counts.assertNotComplete();
        two.a().close();
        counts.assertNoErrors().assertComplete();
    }

    @Test
    void it_begins_anew_for_each_subscriber_and_costs_nothing_once_disposed_of() {
        TestSubscriber<Long> first = two.a().manager().watchQueueCount().test();
        time.triggerActions();
        first.assertValues(0L).cancel();
        two.a().sql("INSERT INTO note VALUES('a', 'x')");
        time.advanceTimeBy(5, TimeUnit.SECONDS);
        first.assertValues(0L);
        TestSubscriber<Long> second = two.a().manager().watchQueueCount().test();
        time.triggerActions();
        second.assertValues(1L).cancel();
    }
}
