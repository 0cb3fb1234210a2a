package dev.syncline.functional;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.syncline.config.SyncOptions;
import dev.syncline.config.SyncedTable;
import dev.syncline.progress.LiveQueries;
import dev.syncline.resilience.RetryStrategy;
import dev.syncline.testing.SettableClock;
import dev.syncline.testing.TwoDevices;
import dev.syncline.testing.VirtualTime;
import io.reactivex.rxjava3.subscribers.TestSubscriber;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Tables and queries as streams, after commits of the library, of the host and of others. Defends G9: nothing piles up or is polled for nobody. */
class LiveQueryTest {
    private static final String TEXTS = "SELECT text FROM note WHERE text <> ? ORDER BY id";

    private final SettableClock clock = new SettableClock(Instant.parse("2026-03-01T12:00:00Z"));
    private final VirtualTime time = new VirtualTime(clock);
    private LiveQueries live;

    @RegisterExtension
    final TwoDevices two = TwoDevices.with(
            rules -> rules,
            List.of(SyncedTable.named("note").key("id").build()),
            "CREATE TABLE note(id TEXT PRIMARY KEY, text TEXT)",
            "CREATE TABLE own(id INTEGER PRIMARY KEY)");

    @BeforeEach
    void open() {
        two.a()
                .with(builder -> builder.clock(clock)
                        .scheduler(time)
                        .deliverOn(Runnable::run)
                        .options(SyncOptions.builder()
                                .retry(RetryStrategy.none())
                                .followUps(false)
                                .build()));
        live = two.a().manager().live();
        time.pass(Duration.ofSeconds(5));
    }

    private TestSubscriber<List<String>> texts() {
        TestSubscriber<List<String>> seen = live.watchQuery(TEXTS, List.of("hidden"), row -> row.getString(1))
                .test();
        time.pass(Duration.ofMillis(1));
        return seen;
    }

    @Test
    void a_query_is_answered_at_once_and_after_each_commit_of_the_hosts_that_changes_its_rows() {
        TestSubscriber<List<String>> seen = texts().assertValues(List.of());
        two.a().sql("INSERT INTO note VALUES('1', 'x')");
        time.pass(Duration.ofSeconds(1));
        seen.assertValues(List.of(), List.of("x"));
        two.a().sql("INSERT INTO note VALUES('2', 'hidden')");
        two.a().sql("INSERT INTO own VALUES(1)");
        time.pass(Duration.ofSeconds(5));
        seen.assertValueCount(2);
        two.a().close();
        seen.assertNoErrors().assertComplete();
    }

    @Test
    void what_a_run_stores_is_seen_without_waiting_for_the_next_look() {
        TestSubscriber<List<String>> seen = texts();
        two.b().sql("INSERT INTO note VALUES('1', 'from b')");
        two.sync(two.b());
        two.sync(two.a());
        time.pass(Duration.ofMillis(100));
        assertThat(seen.values()).endsWith(List.of("from b"));
    }

    @Test
    void a_table_is_told_of_after_commits_and_only_then() {
        TestSubscriber<String> seen = live.watch("own").test();
        time.pass(Duration.ofMillis(1));
        seen.assertValues("own");
        time.pass(Duration.ofMinutes(1));
        seen.assertValueCount(1);
        two.a().sql("INSERT INTO own VALUES(1)");
        time.pass(Duration.ofSeconds(1));
        seen.assertValues("own", "own");
    }

    @Test
    void a_query_that_is_none_or_writes_fails_and_changes_nothing() {
        live.watchQuery("SELECT nothing FROM nowhere", List.of(), row -> row)
                .test()
                .assertError(SQLException.class);
        live.watchQuery("DELETE FROM own RETURNING id", List.of(), row -> row)
                .test()
                .assertError(SQLException.class);
    }

    @Test
    void a_mapper_that_throws_later_ends_nothing() {
        TestSubscriber<List<Integer>> seen = live.watchQuery(
                        "SELECT text FROM note ORDER BY id", List.of(), row -> Integer.valueOf(row.getString(1)))
                .test();
        time.pass(Duration.ofSeconds(1));
        two.a().sql("INSERT INTO note VALUES('1', 'not a number')");
        time.pass(Duration.ofSeconds(1));
        two.a().sql("UPDATE note SET text = '7'");
        time.pass(Duration.ofSeconds(1));
        seen.assertNoErrors().assertValues(List.of(), List.of(7));
    }

    @Test
    void without_a_subscriber_nothing_is_looked_at() {
        TestSubscriber<List<String>> seen = texts();
        assertThat(time.pass(Duration.ofSeconds(10))).isPositive();
        seen.cancel();
        time.pass(Duration.ofSeconds(1));
        assertThat(time.pass(Duration.ofSeconds(10))).isZero();
    }

    @Test
    void commits_of_a_followed_connection_are_seen_without_waiting_for_the_next_look() throws SQLException {
        TestSubscriber<List<String>> seen = texts();
        try (Connection host = two.a().connect();
                Statement statement = host.createStatement()) {
            live.follow(host);
            time.pass(Duration.ofMillis(150));
            statement.execute("INSERT INTO note VALUES('1', 'x')");
            time.pass(Duration.ofMillis(120));
            seen.assertValues(List.of(), List.of("x"));
            host.setAutoCommit(false);
            statement.execute("INSERT INTO note VALUES('2', 'y')");
            host.rollback();
            time.pass(Duration.ofMillis(120));
            seen.assertValueCount(2);
        }
        assertThatIllegalArgumentException().isThrownBy(() -> {
            Connection closed = two.a().connect();
            closed.close();
            live.follow(closed);
        });
    }

    @Test
    void a_followed_connection_outlives_the_manager() throws SQLException {
        try (Connection host = two.a().connect();
                Statement statement = host.createStatement()) {
            live.follow(host);
            two.a().close();
            statement.execute("INSERT INTO note VALUES('1', 'x')");
            time.pass(Duration.ofSeconds(1));
        }
        assertThat(two.a().manager().pendingChanges()).isEqualTo(1);
    }
}
