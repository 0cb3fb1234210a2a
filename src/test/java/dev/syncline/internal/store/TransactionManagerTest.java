package dev.syncline.internal.store;

import static dev.syncline.internal.store.OpenStore.run;
import static dev.syncline.internal.store.OpenStore.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.syncline.exception.ConsistencyException;
import dev.syncline.exception.StorageException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/** Units of work on a real file. Defends G4 and G10 (all or nothing, also when SQLite gives up by itself) and G11. */
class TransactionManagerTest {
    @TempDir
    Path folder;

    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final Logger logger = (Logger) LoggerFactory.getLogger(TransactionManager.class);
    private OpenStore store;
    private TransactionManager transactions;

    @BeforeEach
    void open() throws SQLException {
        store = OpenStore.on(folder.resolve("host.db"));
        store.database.useWriteAheadLog();
        store.sql("CREATE TABLE item(id INTEGER PRIMARY KEY, v CHECK(v <> 'bad'))");
        transactions = store.transactions;
        logger.setLevel(Level.TRACE);
        logger.setAdditive(false);
        log.start();
        logger.addAppender(log);
    }

    @AfterEach
    void close() {
        logger.detachAppender(log);
        logger.setLevel(null);
        logger.setAdditive(true);
        store.close();
    }

    private @Nullable Object items() throws SQLException {
        return store.value("SELECT group_concat(v, ' ') FROM (SELECT v FROM item ORDER BY id)");
    }

    private static void add(Unit unit, String value) {
        unit.handle().execute("INSERT INTO item(v) VALUES(?)", value);
    }

    // ---- all or nothing

    @Test
    void what_a_unit_wrote_is_there_when_it_returns() throws SQLException {
        int given = transactions.write(unit -> {
            add(unit, "a");
            add(unit, "b");
            return 7;
        });
        assertThat(given).isEqualTo(7);
        assertThat(items()).isEqualTo("a b");
    }

    @Test
    void nothing_of_a_unit_that_throws_is_stored_and_the_next_one_works() throws SQLException {
        assertThatIllegalStateException()
                .isThrownBy(() -> transactions.perform(unit -> {
                    add(unit, "a");
                    throw new IllegalStateException("host");
                }))
                .withMessage("host");
        transactions.perform(unit -> add(unit, "b"));
        assertThat(items()).isEqualTo("b");
    }

    @Test
    void nothing_is_stored_after_an_error_of_the_virtual_machine_either() throws SQLException {
        assertThatExceptionOfType(StackOverflowError.class)
                .isThrownBy(() -> transactions.perform(unit -> {
                    add(unit, "a");
                    throw new StackOverflowError();
                }));
        assertThat(items()).isNull();
    }

    @Test
    void a_statement_that_fails_tells_what_SQLite_said() throws SQLException {
        StorageException failure = catchThrowableOfType(
                StorageException.class,
                () -> transactions.perform(unit -> {
                    add(unit, "a");
                    unit.execute("INSERT INTO nowhere VALUES(1)");
                }));
        assertThat(failure.getMessage()).contains("nothing of it is stored").contains("no such table: nowhere");
        assertThat(failure.isRetryable()).isFalse();
        assertThat(failure.timestamp()).isEqualTo(store.clock.instant());
        assertThat(failure).hasRootCauseInstanceOf(SQLException.class);
        assertThat(items()).isNull();
    }

    @Test
    void no_message_shows_the_value_that_was_bound() {
        StorageException failure = catchThrowableOfType(
                StorageException.class,
                () -> transactions.perform(
                        unit -> unit.handle().execute("INSERT INTO nowhere(v) VALUES(?)", "s3cret")));
        for (Throwable t = failure; t != null; t = t.getCause()) {
            assertThat(t.getMessage()).doesNotContain("s3cret");
        }
    }

    @Test
    void what_the_work_itself_reports_is_not_renamed() {
        SQLException cause = new SQLException("said by SQLite");
        ConsistencyException reported = new ConsistencyException("m", "ISSUE", List.of(), Instant.EPOCH, cause);
        assertThatExceptionOfType(ConsistencyException.class)
                .isThrownBy(() -> transactions.perform(unit -> {
                    throw reported;
                }))
                .isSameAs(reported);
    }

    @Test
    void a_commit_is_traced_and_a_rollback_warned_of_with_its_reason() {
        transactions.perform(unit -> add(unit, "a"));
        assertThat(log.list).anySatisfy(e -> {
            assertThat(e.getLevel()).isEqualTo(Level.TRACE);
            assertThat(e.getMessage()).contains("committed");
        });
        assertThatIllegalStateException()
                .isThrownBy(() -> transactions.perform(unit -> {
                    throw new IllegalStateException("why");
                }));
        assertThat(log.list).anySatisfy(e -> {
            assertThat(e.getLevel()).isEqualTo(Level.WARN);
            assertThat(e.getMessage()).contains("rolled back");
            assertThat(e.getThrowableProxy().getMessage()).isEqualTo("why");
        });
    }

    // ---- units inside units

    @Test
    void an_inner_unit_that_fails_leaves_the_work_of_the_outer_one() throws SQLException {
        transactions.perform(unit -> {
            add(unit, "outer");
            assertThatIllegalStateException()
                    .isThrownBy(() -> transactions.perform(inner -> {
                        add(inner, "inner");
                        transactions.perform(innermost -> add(innermost, "innermost"));
                        throw new IllegalStateException();
                    }));
            add(unit, "after");
        });
        assertThat(items()).isEqualTo("outer after");
    }

    @Test
    void an_inner_unit_that_succeeds_is_stored_with_the_outer_one_only() throws SQLException {
        assertThatIllegalStateException()
                .isThrownBy(() -> transactions.perform(unit -> {
                    transactions.perform(inner -> add(inner, "inner"));
                    throw new IllegalStateException();
                }));
        assertThat(items()).isNull();
        transactions.perform(unit -> transactions.perform(inner -> add(inner, "inner")));
        assertThat(items()).isEqualTo("inner");
    }

    @Test
    void a_look_inside_a_unit_sees_what_the_unit_did() {
        List<String> seen = transactions.write(unit -> {
            add(unit, "a");
            return transactions.read(look -> look.handle()
                    .createQuery("SELECT v FROM item")
                    .mapTo(String.class)
                    .list());
        });
        assertThat(seen).containsExactly("a");
    }

    @Test
    void a_look_inside_a_look_is_on_the_same_snapshot() throws SQLException {
        int rows = transactions.read(outer -> {
            count(outer);
            store.sql("INSERT INTO item(v) VALUES('meanwhile')");
            return transactions.read(TransactionManagerTest::count);
        });
        assertThat(rows).isZero();
        assertThat(transactions.read(TransactionManagerTest::count)).isEqualTo(1);
    }

    private static int count(Unit unit) {
        return unit.handle()
                .createQuery("SELECT count(*) FROM item")
                .mapTo(Integer.class)
                .one();
    }

    @Test
    void a_durable_unit_does_not_promise_what_the_unit_around_it_cannot_keep() throws SQLException {
        assertThatIllegalStateException()
                .isThrownBy(() -> transactions.perform(unit -> transactions.writeDurably(inner -> {
                    add(inner, "a");
                    return 1;
                })))
                .withMessageContaining("durable");
        assertThat(items()).isNull();
        transactions.<Integer>writeDurably(unit -> transactions.writeDurably(inner -> {
            add(inner, "b");
            return 1;
        }));
        assertThat(items()).isEqualTo("b");
    }

    // ---- refused rows

    @Test
    void an_attempt_that_is_refused_undoes_itself_and_nothing_else() throws SQLException {
        Optional<SQLException> why = transactions.write(unit -> {
            add(unit, "before");
            Optional<SQLException> refused = unit.attempt(() -> {
                add(unit, "good");
                add(unit, "bad");
            });
            add(unit, "after");
            return refused;
        });
        assertThat(why).isPresent();
        assertThat(SqliteErrors.isRowRefused(why.get())).isTrue();
        assertThat(items()).isEqualTo("before after");
    }

    @Test
    void an_attempt_inside_an_attempt_is_undone_alone() throws SQLException {
        transactions.perform(unit -> assertThat(unit.attempt(() -> {
                    add(unit, "outer");
                    assertThat(unit.attempt(() -> add(unit, "bad"))).isPresent();
                }))
                .isEmpty());
        assertThat(items()).isEqualTo("outer");
    }

    @Test
    void an_attempt_that_fails_for_another_reason_dooms_the_unit() throws SQLException {
        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> transactions.perform(unit -> {
                    add(unit, "a");
                    assertThat(unit.attempt(() -> unit.execute("INSERT INTO nowhere VALUES(1)")))
                            .isEmpty();
                }));
        assertThat(items()).isNull();
    }

    // ---- transactions that SQLite ends by itself

    @Test
    void a_host_trigger_that_rolls_back_takes_the_whole_unit_and_is_noticed() throws SQLException {
        store.sql("CREATE TRIGGER host BEFORE INSERT ON item WHEN NEW.v = 'poison'"
                + " BEGIN SELECT RAISE(ROLLBACK, 'the host says no'); END");
        StorageException failure = catchThrowableOfType(
                StorageException.class,
                () -> transactions.perform(unit -> {
                    add(unit, "a");
                    unit.attempt(() -> add(unit, "poison"));
                    add(unit, "would be stored on its own");
                }));
        assertThat(failure.isRetryable()).isFalse();
        assertThat(failure).hasMessageContaining("nothing of it is stored");
        assertThat(items()).isNull();
        transactions.perform(unit -> add(unit, "next"));
        assertThat(items()).isEqualTo("next");
    }

    @Test
    void who_goes_on_after_an_inner_unit_was_rolled_back_with_all_others_stores_nothing() throws SQLException {
        store.sql("CREATE TRIGGER host BEFORE INSERT ON item WHEN NEW.v = 'poison'"
                + " BEGIN SELECT RAISE(ROLLBACK, 'the host says no'); END");
        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> transactions.perform(unit -> {
                    add(unit, "a");
                    try {
                        transactions.perform(inner -> add(inner, "poison"));
                    } catch (RuntimeException swallowed) {
                        add(unit, "would be stored on its own");
                    }
                }));
        assertThat(items()).isNull();
        transactions.perform(unit -> add(unit, "next"));
        assertThat(items()).isEqualTo("next");
    }

    @Test
    void a_full_disk_takes_the_whole_unit_and_the_next_one_works_when_there_is_room() throws SQLException {
        StorageException failure = catchThrowableOfType(
                StorageException.class,
                () -> transactions.perform(unit -> {
                    unit.handle().execute("PRAGMA max_page_count = 4");
                    add(unit, "a");
                    unit.attempt(() -> unit.execute("INSERT INTO item(v) SELECT randomblob(100000)"));
                    add(unit, "would be stored on its own");
                }));
        assertThat(SqliteErrors.find(failure))
                .get()
                .isInstanceOfSatisfying(
                        SQLiteException.class,
                        e -> assertThat(e.getResultCode()).isEqualTo(SQLiteErrorCode.SQLITE_FULL));
        assertThat(items()).isNull();
        transactions.perform(unit -> {
            unit.handle().execute("PRAGMA max_page_count = 1000000");
            unit.execute("INSERT INTO item(v) SELECT randomblob(100000)");
        });
        assertThat(store.value("SELECT count(*) FROM item")).isEqualTo(1);
        assertThat(store.value("PRAGMA integrity_check")).isEqualTo("ok");
    }

    @Test
    void a_connection_that_died_is_replaced_for_the_next_unit() throws SQLException {
        transactions.perform(unit -> add(unit, "a"));
        transactions.read(TransactionManagerTest::count);
        store.database.writer().getConnection().close();
        store.database.reader().getConnection().close();
        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> transactions.perform(unit -> add(unit, "b")));
        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> transactions.read(TransactionManagerTest::count));
        transactions.perform(unit -> add(unit, "c"));
        assertThat(transactions.read(TransactionManagerTest::count)).isEqualTo(2);
        assertThat(items()).isEqualTo("a c");
    }

    // ---- other writers

    @Test
    void a_unit_waits_for_a_writer_and_is_then_run_whole() throws SQLException {
        AtomicInteger runs = new AtomicInteger();
        try (Connection host = store.host()) {
            run(host, "BEGIN IMMEDIATE", "INSERT INTO item(v) VALUES('host')");
            store.waits.meanwhile(() -> {
                if (store.waits.waits().size() == 3) {
                    commit(host);
                }
            });
            transactions.perform(unit -> {
                runs.incrementAndGet();
                add(unit, "ours");
            });
        }
        assertThat(runs).hasValue(1);
        assertThat(items()).isEqualTo("host ours");
        assertThat(store.waits.waits())
                .containsExactly(Duration.ofMillis(40), Duration.ofMillis(80), Duration.ofMillis(160));
        assertThat(log.list.stream().filter(e -> e.getMessage().contains("repeated")))
                .hasSize(3)
                .allSatisfy(e -> {
                    assertThat(e.getLevel()).isEqualTo(Level.WARN);
                    assertThat(e.getThrowableProxy()).isNotNull();
                });
    }

    private static void commit(Connection connection) {
        try {
            run(connection, "COMMIT");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void a_writer_that_never_ends_is_reported_with_what_to_do() throws SQLException {
        try (Connection host = store.host()) {
            run(host, "BEGIN IMMEDIATE");
            StorageException failure =
                    catchThrowableOfType(StorageException.class, () -> transactions.perform(unit -> add(unit, "ours")));
            assertThat(failure.isRetryable()).isTrue();
            assertThat(failure).hasMessageContaining("5 tries").hasMessageContaining("End the long write transaction");
            assertThat(SqliteErrors.isBusy(failure)).isTrue();
            assertThat(store.waits.waits()).hasSize(4);
            run(host, "COMMIT");
        }
        transactions.perform(unit -> add(unit, "later"));
        assertThat(items()).isEqualTo("later");
    }

    @Test
    void a_unit_that_met_a_stale_snapshot_is_repeated_from_its_first_statement() throws SQLException {
        List<String> runs = new ArrayList<>();
        try (Connection reader = store.host()) {
            run(reader, "BEGIN");
            value(reader, "SELECT count(*) FROM item");
            store.sql("INSERT INTO item(v) VALUES('host')");
            transactions.perform(unit -> {
                add(unit, "ours");
                runs.add("run");
                if (runs.size() == 1) {
                    run(reader, "INSERT INTO item(v) VALUES('stale')");
                }
            });
            run(reader, "ROLLBACK");
        }
        assertThat(runs).hasSize(2);
        assertThat(items()).isEqualTo("host ours");
    }

    @Test
    void a_look_that_met_a_busy_file_is_repeated_too() throws SQLException {
        AtomicInteger runs = new AtomicInteger();
        try (Connection host = store.host();
                Connection other = store.host()) {
            run(host, "BEGIN IMMEDIATE");
            run(other, "PRAGMA busy_timeout = 0");
            int rows = transactions.read(unit -> {
                if (runs.incrementAndGet() == 1) {
                    run(other, "BEGIN IMMEDIATE");
                }
                return count(unit);
            });
            assertThat(rows).isZero();
        }
        assertThat(runs).hasValue(2);
        assertThat(store.waits.waits()).hasSize(1);
    }

    @Test
    void a_unit_that_reads_first_can_still_write_after_another_tried() throws Exception {
        ExecutorService hosts = Executors.newSingleThreadExecutor();
        try (Connection host = store.host()) {
            run(host, "PRAGMA busy_timeout = 10000");
            Future<?> written = transactions.write(unit -> {
                assertThat(count(unit)).isZero();
                CountDownLatch begins = new CountDownLatch(1);
                Future<?> task = hosts.submit(() -> {
                    begins.countDown();
                    run(host, "INSERT INTO item(v) VALUES('host')");
                    return null;
                });
                await(begins);
                add(unit, "ours");
                return task;
            });
            written.get(10, TimeUnit.SECONDS);
        } finally {
            hosts.shutdownNow();
        }
        assertThat(items()).isEqualTo("ours host");
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void reads_wait_for_no_writer_neither_ours_nor_the_hosts() throws Exception {
        try (Connection host = store.host()) {
            int inOurUnit = transactions.write(unit -> {
                add(unit, "not yet committed");
                return CompletableFuture.supplyAsync(() -> transactions.read(TransactionManagerTest::count))
                        .orTimeout(10, TimeUnit.SECONDS)
                        .join();
            });
            assertThat(inOurUnit).isZero();
            run(host, "BEGIN IMMEDIATE", "INSERT INTO item(v) VALUES('host')");
            assertThat(transactions.read(TransactionManagerTest::count)).isEqualTo(1);
            run(host, "ROLLBACK");
        }
        assertThat(store.waits.waits()).isEmpty();
    }

    @Test
    void no_busy_error_escapes_while_two_threads_and_a_host_write() throws Exception {
        int rounds = 150;
        try (OpenStore patient = OpenStore.on(store.file, Duration.ofSeconds(10))) {
            ExecutorService writers = Executors.newFixedThreadPool(3);
            CountDownLatch together = new CountDownLatch(3);
            List<Future<?>> ends = new ArrayList<>();
            for (String name : List.of("x", "y")) {
                ends.add(writers.submit(() -> {
                    meet(together);
                    for (int i = 0; i < rounds; i++) {
                        patient.transactions.perform(unit -> {
                            count(unit);
                            add(unit, name);
                        });
                        patient.transactions.read(TransactionManagerTest::count);
                    }
                    return null;
                }));
            }
            ends.add(writers.submit(() -> {
                meet(together);
                try (Connection host = patient.host()) {
                    run(host, "PRAGMA busy_timeout = 10000");
                    for (int i = 0; i < rounds; i++) {
                        run(host, "BEGIN IMMEDIATE", "INSERT INTO item(v) VALUES('host')", "COMMIT");
                    }
                }
                return null;
            }));
            for (Future<?> end : ends) {
                end.get(60, TimeUnit.SECONDS);
            }
            writers.shutdown();
            assertThat(patient.value("SELECT count(*) FROM item")).isEqualTo(3 * rounds);
        }
    }

    private static void meet(CountDownLatch all) {
        all.countDown();
        await(all);
    }

    // ---- durability

    @Test
    void only_a_durable_unit_waits_for_the_disk() {
        int durable = transactions.writeDurably(TransactionManagerTest::synchronous);
        int usual = transactions.write(TransactionManagerTest::synchronous);
        assertThat(durable).as("FULL").isEqualTo(2);
        assertThat(usual).as("NORMAL").isEqualTo(1);
        assertThat(transactions.<Integer>writeDurably(TransactionManagerTest::synchronous))
                .isEqualTo(2);
    }

    private static int synchronous(Unit unit) {
        return unit.handle()
                .createQuery("PRAGMA synchronous")
                .mapTo(Integer.class)
                .one();
    }
}
