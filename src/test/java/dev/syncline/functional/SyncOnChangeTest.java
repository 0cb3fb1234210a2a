package dev.syncline.functional;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.syncline.SyncManager;
import dev.syncline.config.SyncOptions;
import dev.syncline.config.SyncedTable;
import dev.syncline.progress.SyncEvent;
import dev.syncline.resilience.RetryStrategy;
import dev.syncline.testing.CallersThread;
import dev.syncline.testing.SettableClock;
import dev.syncline.testing.TwoDevices;
import dev.syncline.testing.VirtualTime;
import dev.syncline.testing.server.Fault;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Runs that follow the host's own changes, whichever connection made them, on virtual time. Defends G1 and G9: none is missed, and what
 * cannot be sent leads to no endless runs.
 */
class SyncOnChangeTest {
    private static final Duration TWO_SECONDS = Duration.ofSeconds(2);

    private final SettableClock clock = new SettableClock(Instant.parse("2026-03-28T12:00:00Z"));
    private final VirtualTime time = new VirtualTime(clock);
    private final List<SyncEvent> runs = new ArrayList<>();
    private SyncManager manager;

    @RegisterExtension
    final TwoDevices two = TwoDevices.with(
            rules -> rules.entity("note", note -> note.unique("text")),
            List.of(SyncedTable.named("note").key("id").build()),
            "CREATE TABLE note(id TEXT PRIMARY KEY, text TEXT)");

    @BeforeEach
    void open() {
        two.a()
                .with(builder -> builder.clock(clock)
                        .scheduler(time)
                        .executors((role, threads) -> new CallersThread(threads == 1))
                        .deliverOn(Runnable::run)
                        .options(SyncOptions.builder()
                                .retry(RetryStrategy.none())
                                .followUps(false)
                                .build()));
        manager = two.a().manager();
        var watching = manager.watchEvents()
                .filter(event -> event instanceof SyncEvent.Completed || event instanceof SyncEvent.Failed)
                .subscribe(runs::add);
        assertThat(watching.isDisposed()).isFalse();
    }

    private int pass(int seconds) {
        int before = runs.size();
        for (int i = 0; i < seconds; i++) {
            time.pass(Duration.ofSeconds(1));
        }
        return runs.size() - before;
    }

    @Test
    void it_is_off_unless_asked_for() {
        two.a().sql("INSERT INTO note VALUES('1', 'x')");
        assertThat(pass(600)).isZero();
    }

    @Test
    void a_change_is_sent_after_a_rest() {
        manager.syncOnChange(TWO_SECONDS);
        assertThat(pass(10)).isZero();
        two.a().sql("INSERT INTO note VALUES('1', 'x')");
        assertThat(pass(2)).isZero();
        assertThat(pass(2)).isEqualTo(1);
        assertThat(two.server().rows("note").count()).isEqualTo(1);
        assertThat(pass(600)).as("its own writes start nothing").isZero();
    }

    @Test
    void what_was_pending_before_is_sent_too() {
        two.a().sql("INSERT INTO note VALUES('1', 'x')");
        manager.syncOnChange();
        assertThat(pass(3)).isEqualTo(1);
    }

    @Test
    void changes_that_follow_each_other_are_sent_together() {
        manager.syncOnChange(TWO_SECONDS);
        for (int i = 0; i < 6; i++) {
            two.a().sql("INSERT INTO note VALUES(?, ?)", "n" + i, "x" + i);
            assertThat(pass(1)).isZero();
        }
        assertThat(pass(4)).isEqualTo(1);
        assertThat(two.server().rows("note").count()).isEqualTo(6);
    }

    @Test
    void a_host_that_never_rests_is_synchronized_all_the_same() {
        manager.syncOnChange(TWO_SECONDS);
        int seen = 0;
        for (int i = 0; i < 40; i++) {
            two.a().sql("INSERT INTO note VALUES(?, ?)", "n" + i, "x" + i);
            seen += pass(1);
        }
        assertThat(seen).isBetween(2, 5);
    }

    @Test
    void what_is_written_during_a_run_is_followed_by_another() {
        manager.syncOnChange(TWO_SECONDS);
        two.a().sql("INSERT INTO note VALUES('1', 'x')");
        var watching = manager.watchEvents()
                .ofType(SyncEvent.Progress.class)
                .filter(event -> event.progress().completed() == 1 && runs.isEmpty())
                .take(1)
                .subscribe(event -> two.a().sql("INSERT OR IGNORE INTO note VALUES('2', 'y')"));
        assertThat(pass(10)).isBetween(1, 2);
        assertThat(two.server().rows("note").count()).isEqualTo(2);
        assertThat(watching.isDisposed()).isTrue();
    }

    @Test
    void what_is_refused_and_an_outage_lead_to_no_endless_runs() {
        manager.syncOnChange(TWO_SECONDS);
        two.server().faults().when((method, path) -> method.equals("POST"), Fault.status(422));
        two.a().sql("INSERT INTO note VALUES('1', 'x')");
        assertThat(pass(600)).isBetween(1, 2);
        two.server().faults().cut(true);
        two.a().sql("INSERT INTO note VALUES('2', 'y')");
        assertThat(pass(600)).isBetween(1, 2);
    }

    @Test
    void it_can_be_switched_off_again_and_ends_with_the_manager() {
        manager.syncOnChange(TWO_SECONDS);
        manager.endSyncOnChange();
        two.a().sql("INSERT INTO note VALUES('1', 'x')");
        assertThat(pass(600)).isZero();
        manager.syncOnChange(TWO_SECONDS);
        two.a().close();
        assertThat(pass(600)).isZero();
        assertThatIllegalStateException().isThrownBy(() -> manager.syncOnChange());
    }

    @Test
    void a_negative_rest_is_refused() {
        assertThatIllegalArgumentException().isThrownBy(() -> manager.syncOnChange(Duration.ofSeconds(-1)));
    }

    @Test
    void a_commit_of_a_followed_connection_and_a_unit_of_the_hosts_start_the_rest_at_once() throws SQLException {
        Duration rest = Duration.ofMillis(300);
        manager.syncOnChange(rest);
        pass(1);
        try (Connection host = two.a().connect();
                Statement statement = host.createStatement()) {
            manager.live().follow(host);
            statement.execute("INSERT INTO note VALUES('1', 'x')");
            for (int i = 0; i < 5; i++) {
                time.pass(Duration.ofMillis(100));
            }
            assertThat(runs).hasSize(1);
        }
        manager.transactions().write(connection -> {
            try (Statement statement = connection.createStatement()) {
                statement.execute("INSERT INTO note VALUES('2', 'y')");
            }
        });
        time.pass(rest);
        assertThat(runs).hasSize(2);
        assertThat(two.server().rows("note").count()).isEqualTo(2);
    }
}
