package dev.syncline.functional;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.config.SyncOptions;
import dev.syncline.config.SyncedTable;
import dev.syncline.progress.SyncEvent;
import dev.syncline.progress.SyncResult;
import dev.syncline.resilience.RetryStrategy;
import dev.syncline.testing.SettableClock;
import dev.syncline.testing.TwoDevices;
import dev.syncline.testing.VirtualTime;
import dev.syncline.testing.server.Fault;
import io.reactivex.rxjava3.disposables.Disposable;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A host that writes whenever the library sends something, and never stops: each run ends all the same, with what was there when
 * its push began, and the next one follows by itself. Defends G1, G3 and G9.
 */
class EndlessHostTest {
    private static final Duration SHORTEST_DISTANCE = Duration.ofSeconds(2);
    private static final int RUNS = 12;

    private final SettableClock clock = new SettableClock(Instant.parse("2026-03-01T12:00:00Z"));
    private final VirtualTime time = new VirtualTime(clock);
    private final BlockingQueue<SyncEvent> ends = new LinkedBlockingQueue<>();

    @RegisterExtension
    final TwoDevices two = TwoDevices.with(
            rules -> rules.entity("seat", seat -> seat.serverIds().unique("number")),
            List.of(
                    SyncedTable.named("note").key("id").build(),
                    SyncedTable.named("seat").key("id").build()),
            "CREATE TABLE note(id TEXT PRIMARY KEY, text TEXT)",
            "CREATE TABLE seat(id INTEGER PRIMARY KEY, number TEXT UNIQUE)");

    /** The host does something each time a change reaches the server, before it is answered. */
    private void onEachWrite(IntConsumer host) {
        AtomicInteger writes = new AtomicInteger();
        two.server()
                .faults()
                .when(
                        (method, path) -> {
                            if (!method.equals("GET")) {
                                host.accept(writes.incrementAndGet());
                            }
                            return false;
                        },
                        Fault.status(500));
    }

    private long writes() {
        return two.server().journal().requests() - two.server().journal().count("GET");
    }

    @Test
    void new_rows_without_end_do_not_keep_a_run_from_ending() {
        two.a().manager();
        two.a().sql("INSERT INTO note VALUES('first', 'x')");
        onEachWrite(n -> two.a().sql("INSERT INTO note VALUES(?, 'x')", "more" + n));
        two.sync(two.a());
        assertThat(writes()).isEqualTo(1);
        assertThat(two.server().rows("note").count()).isEqualTo(1);
        two.sync(two.a());
        assertThat(two.server().rows("note").count()).isEqualTo(2);
    }

    @Test
    void edits_without_end_of_the_row_that_is_being_sent_do_not_keep_a_run_from_ending() {
        two.a().manager();
        two.a().sql("INSERT INTO note VALUES('n', 'x')");
        onEachWrite(n -> two.a().sql("UPDATE note SET text = ?", "edit" + n));
        two.sync(two.a());
        assertThat(writes()).isEqualTo(1);
        assertThat(two.a().manager().pendingChanges()).isEqualTo(1);
        two.server().faults().clear();
        two.agree();
        assertThat(two.b().value("SELECT text FROM note")).isEqualTo("edit1");
    }

    @Test
    void rows_made_without_end_under_the_number_of_a_deleted_one_do_not_keep_a_run_from_ending() {
        two.a().manager();
        two.a().sql("INSERT INTO seat VALUES(1, 'first')");
        onEachWrite(n -> {
            two.a().sql("DELETE FROM seat");
            two.a().sql("INSERT INTO seat VALUES(1, ?)", "seat" + n);
        });
        two.sync(two.a());
        assertThat(writes()).isEqualTo(1);
        two.sync(two.a());
        two.server().faults().clear();
        two.agree();
        assertThat(two.server().rows("seat").count()).isEqualTo(1);
        assertThat(two.b().rows("seat")).hasSize(1);
    }

    @Test
    void what_was_there_goes_out_whole_however_many_waves_it_takes() {
        two.a()
                .with(builder -> builder.options(SyncOptions.builder()
                        .retry(RetryStrategy.none())
                        .followUps(false)
                        .pushBatch(2)
                        .build()));
        two.a().manager();
        for (int i = 0; i < 7; i++) {
            two.a().sql("INSERT INTO note VALUES(?, 'x')", "first" + i);
        }
        onEachWrite(n -> two.a().sql("INSERT INTO note VALUES(?, 'x')", "more" + n));
        two.sync(two.a());
        assertThat(two.server().rows("note").all())
                .extracting(row -> row.path("id").asText())
                .allMatch(id -> id.startsWith("first"))
                .hasSize(7);
    }

    @Test
    void a_value_that_is_let_go_of_in_the_meantime_is_taken_in_the_next_run_and_nothing_is_failed() {
        two.a().with(two.oneByOne());
        two.shared("INSERT INTO seat VALUES(1, '1'), (2, '2')");
        two.a().sql("INSERT INTO note VALUES('n', 'x')");
        two.a().sql("UPDATE seat SET number = '3' WHERE id = 2");
        onEachWrite(n -> {
            if (n == 1) {
                two.a().sql("UPDATE seat SET number = '4' WHERE id = 1");
                two.a().sql("UPDATE seat SET number = '1' WHERE id = 2");
            }
        });
        SyncResult first = two.sync(two.a());
        assertThat(first.failed()).isZero();
        assertThat(two.a().manager().pendingChanges()).isEqualTo(2);
        two.server().faults().clear();
        two.agree();
        assertThat(two.a().value("SELECT number FROM seat WHERE id = 2")).isEqualTo("1");
    }

    @Test
    void I02_the_next_run_follows_by_itself_and_the_waits_do_not_grow() throws Exception {
        two.serverClock().set(clock.instant());
        two.a()
                .with(builder -> builder.clock(clock)
                        .scheduler(time)
                        .random(new Random(7))
                        .options(SyncOptions.builder()
                                .retry(RetryStrategy.none())
                                .build()));
        Disposable watching = two.a()
                .manager()
                .watchEvents()
                .filter(event -> event instanceof SyncEvent.Completed || event instanceof SyncEvent.Failed)
                .subscribe(ends::add);
        two.a().sql("INSERT INTO note VALUES('first', 'x')");
        onEachWrite(n -> two.a().sql("INSERT INTO note VALUES(?, 'x')", "more" + n));
        two.sync(two.a());
        assertThat(ends.poll(20, TimeUnit.SECONDS)).isNotNull();
        for (int run = 0; run < RUNS; run++) {
            assertThat(time.pass(SHORTEST_DISTANCE)).isEqualTo(1);
            assertThat(ends.poll(20, TimeUnit.SECONDS)).isInstanceOf(SyncEvent.Completed.class);
        }
        two.server().faults().clear();
        assertThat(time.pass(SHORTEST_DISTANCE)).isEqualTo(1);
        assertThat(ends.poll(20, TimeUnit.SECONDS)).isNotNull();
        assertThat(two.a().manager().pendingChanges()).isZero();
        assertThat(time.pass(Duration.ofDays(1))).as("nothing left to do").isZero();
        watching.dispose();
    }
}
