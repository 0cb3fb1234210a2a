package dev.syncline.testing.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.syncline.SyncManager;
import dev.syncline.config.SyncConfig;
import dev.syncline.config.SyncedTable;
import dev.syncline.testing.MemoryBackend;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.sqlite.ProgressHandler;
import org.sqlite.SQLiteConnection;
import org.sqlite.SQLiteDataSource;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/** The layer that the tests of G10 stand on: what it says has happened to a database has really happened. */
class CrashLayerTest {
    @TempDir
    Path folder;

    private Path file;

    @BeforeEach
    void create() throws SQLException {
        file = folder.resolve("host.db");
        try (Connection connection = source(file).getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA journal_mode = WAL");
            statement.execute("CREATE TABLE item(id INTEGER PRIMARY KEY, text TEXT)");
        }
    }

    private static DataSource source(Path file) {
        SQLiteDataSource source = new SQLiteDataSource();
        source.setUrl("jdbc:sqlite:" + file);
        return source;
    }

    private CrashLayer layer() {
        return CrashLayer.over(source(file));
    }

    private static void insertInTransaction(Connection connection, int id) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("BEGIN IMMEDIATE");
            statement.execute("INSERT INTO item VALUES(" + id + ", 'x')");
            statement.execute("COMMIT");
        }
    }

    private static long rows(Path database) throws SQLException {
        try (Connection connection = source(database).getConnection()) {
            return rows(connection);
        }
    }

    private static long rows(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT count(*) FROM item")) {
            return rows.getLong(1);
        }
    }

    // ---- counting

    @Test
    void every_call_that_can_change_something_has_a_boundary_on_either_side() throws SQLException {
        List<String> seen = new ArrayList<>();
        try (CrashLayer layer = layer().plan(Plan.each(boundary -> seen.add(
                boundary.number() + " " + boundary.moment() + " " + boundary.call() + " " + boundary.sql())))) {
            try (Connection connection = layer.source().getConnection();
                    PreparedStatement insert = connection.prepareStatement("INSERT INTO item VALUES(?, NULL)")) {
                connection.setAutoCommit(false);
                for (int id = 1; id <= 3; id++) {
                    insert.setInt(1, id);
                    insert.addBatch();
                }
                insert.executeBatch();
                connection.commit();
            }
            assertThat(layer.boundaries()).isEqualTo(8);
        }
        assertThat(seen)
                .containsExactly(
                        "1 BEFORE AUTO_COMMIT ",
                        "2 AFTER AUTO_COMMIT ",
                        "3 BEFORE BATCH INSERT INTO item VALUES(?, NULL)",
                        "4 AFTER BATCH INSERT INTO item VALUES(?, NULL)",
                        "5 BEFORE COMMIT ",
                        "6 AFTER COMMIT ",
                        "7 BEFORE CLOSE ",
                        "8 AFTER CLOSE ");
    }

    @Test
    void the_real_connection_can_still_be_had() throws SQLException {
        try (CrashLayer layer = layer();
                Connection connection = layer.source().getConnection();
                Statement statement = connection.createStatement()) {
            assertThat(connection.isWrapperFor(SQLiteConnection.class)).isTrue();
            assertThat(connection.unwrap(SQLiteConnection.class).isClosed()).isFalse();
            assertThat(statement.getConnection()).isSameAs(connection).isEqualTo(connection);
        }
    }

    @Test
    void a_manager_runs_on_it_and_passes_the_same_boundaries_each_time() throws SQLException {
        assertThat(boundariesOfARun("one")).isEqualTo(boundariesOfARun("two")).hasSizeGreaterThan(100);
    }

    private List<String> boundariesOfARun(String name) throws SQLException {
        Path database = FileImage.take(file, folder.resolve(name + ".db")).database();
        List<String> seen = new ArrayList<>();
        MemoryBackend backend = new MemoryBackend("memory");
        backend.put("item", "7", Map.of("text", "there"));
        try (CrashLayer layer = CrashLayer.over(source(database)).plan(Plan.each(b -> seen.add(b.toString())))) {
            SyncConfig config = SyncConfig.builder(layer.source())
                    .table(SyncedTable.named("item").key("id").build())
                    .backend(backend)
                    .build();
            try (SyncManager manager = SyncManager.open(config)) {
                assertThat(manager.synchronize().blockingGet().success()).isTrue();
            }
            assertThat(rows(database)).isEqualTo(1);
        }
        // A page is fetched on a thread of its own, whose look at the lease comes before or after those of the run
        // thread.
        return seen.stream()
                .map(boundary -> boundary.replaceFirst("number=\\d+", "number=n"))
                .sorted()
                .toList();
    }

    // ---- images

    @Test
    void an_image_holds_what_was_committed_by_then() throws SQLException {
        List<Long> rows = new ArrayList<>();
        for (int n = 1; n <= 6; n++) {
            Path copy = folder.resolve("image" + n + ".db");
            Path database =
                    FileImage.take(file, folder.resolve("run" + n + ".db")).database();
            try (CrashLayer layer = CrashLayer.over(source(database)).plan(Plan.image(n, database, copy));
                    Connection connection = layer.source().getConnection()) {
                insertInTransaction(connection, 1);
            }
            rows.add(rows(copy));
        }
        assertThat(rows).containsExactly(0L, 0L, 0L, 0L, 0L, 1L);
    }

    @Test
    void a_log_cut_or_damaged_anywhere_leaves_a_prefix_of_the_commits() throws SQLException {
        Path copy = folder.resolve("image.db");
        try (CrashLayer layer = layer().plan(Plan.image(61, file, copy));
                Connection connection = layer.source().getConnection()) {
            for (int id = 1; id <= 11; id++) {
                insertInTransaction(connection, id);
            }
        }
        FileImage image = new FileImage(copy);
        assertThat(image.walBytes()).isPositive();
        for (int part = 0; part < 20; part++) {
            long at = image.walBytes() * part / 20;
            Path cut = folder.resolve("cut.db");
            assertPrefix(FileImage.take(copy, cut).cutWal(at).database(), part / 2);
            assertPrefix(FileImage.take(copy, cut).flipWalBit(at * 8 + 3).database(), part / 2);
        }
        assertThat(rows(FileImage.take(copy, folder.resolve("whole.db")).database()))
                .isEqualTo(10);
    }

    private static void assertPrefix(Path database, int atMost) throws SQLException {
        try (Connection connection = source(database).getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        "SELECT count(*), coalesce(max(id), 0), (SELECT integrity_check FROM pragma_integrity_check)"
                                + " FROM item")) {
            assertThat(row.getLong(1)).isEqualTo(row.getLong(2)).isLessThanOrEqualTo(atMost);
            assertThat(row.getString(3)).isEqualTo("ok");
        }
    }

    @Test
    void what_was_committed_in_full_is_known_to_be_safe_from_a_power_cut() throws SQLException {
        DurableLog durable = new DurableLog(file);
        List<Long> safe = new ArrayList<>();
        try (CrashLayer layer = layer().plan(durable);
                Connection connection = layer.source().getConnection();
                Statement statement = connection.createStatement()) {
            insertInTransaction(connection, 1);
            safe.add(durable.bytes());
            assertThat(durable.bytes()).isPositive().isEqualTo(FileImage.walBytes(file));
            statement.execute("PRAGMA synchronous = NORMAL");
            insertInTransaction(connection, 2);
            safe.add(durable.bytes());
            assertThat(durable.bytes()).isLessThan(FileImage.walBytes(file));
            statement.execute("PRAGMA synchronous = FULL");
            insertInTransaction(connection, 3);
            safe.add(durable.bytes());
            assertThat(durable.bytes()).isEqualTo(FileImage.walBytes(file));
            statement.execute("PRAGMA wal_checkpoint(RESTART)");
            statement.execute("PRAGMA synchronous = NORMAL");
            insertInTransaction(connection, 4);
            safe.add(durable.bytes());
        }
        assertThat(safe.get(1)).isEqualTo(safe.get(0));
        assertThat(safe.get(2)).isGreaterThan(safe.get(1));
        assertThat(safe.get(3)).isZero();
    }

    // ---- crashes

    @Test
    void after_a_crash_nothing_answers_any_more() throws SQLException {
        try (CrashLayer layer = layer()) {
            Connection first = layer.source().getConnection();
            Connection second = layer.source().getConnection();
            Statement statement = first.createStatement();
            ResultSet rows = second.createStatement().executeQuery("SELECT 1");
            statement.execute("BEGIN IMMEDIATE");
            layer.plan(Plan.crash(layer.boundaries() + 2));
            assertThatExceptionOfType(SimulatedCrash.class)
                    .isThrownBy(() -> statement.execute("INSERT INTO item VALUES(1, 'x')"))
                    .withMessageContaining("INSERT");
            assertThat(layer.crashed()).isTrue();
            assertThatThrownBy(() -> statement.execute("COMMIT")).isInstanceOf(SimulatedCrash.class);
            assertThatThrownBy(statement::close).isInstanceOf(SimulatedCrash.class);
            assertThatThrownBy(first::close).isInstanceOf(SimulatedCrash.class);
            assertThatThrownBy(first::isClosed).isInstanceOf(SimulatedCrash.class);
            assertThatThrownBy(second::createStatement).isInstanceOf(SimulatedCrash.class);
            assertThatThrownBy(rows::next).isInstanceOf(SimulatedCrash.class);
            assertThatThrownBy(() -> layer.source().getConnection()).isInstanceOf(SimulatedCrash.class);
        }
        assertThat(rows(file)).isZero();
    }

    // ---- failures

    @ParameterizedTest
    @EnumSource(
            value = SQLiteErrorCode.class,
            names = {"SQLITE_BUSY", "SQLITE_BUSY_SNAPSHOT", "SQLITE_LOCKED", "SQLITE_CORRUPT", "SQLITE_READONLY"})
    void a_failure_that_leaves_the_transaction_open_leaves_it_open(SQLiteErrorCode code) throws SQLException {
        assertThat(rowsAfterAnErrorThatIsIgnored(code)).isEqualTo(0);
    }

    @ParameterizedTest
    @EnumSource(
            value = SQLiteErrorCode.class,
            names = {"SQLITE_FULL", "SQLITE_IOERR", "SQLITE_IOERR_WRITE", "SQLITE_NOMEM", "SQLITE_INTERRUPT"})
    void a_failure_that_ends_the_transaction_ends_it(SQLiteErrorCode code) throws SQLException {
        // The third row was stored on its own: this is what the driver does not notice.
        assertThat(rowsAfterAnErrorThatIsIgnored(code)).isEqualTo(1);
    }

    private long rowsAfterAnErrorThatIsIgnored(SQLiteErrorCode code) throws SQLException {
        try (CrashLayer layer = layer();
                Connection connection = layer.source().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("BEGIN IMMEDIATE");
            statement.execute("INSERT INTO item VALUES(1, 'x')");
            layer.plan(Plan.error(layer.boundaries() + 1, code));
            assertThatExceptionOfType(SQLiteException.class)
                    .isThrownBy(() -> statement.execute("INSERT INTO item VALUES(2, 'x')"))
                    .satisfies(e -> assertThat(e.getResultCode()).isEqualTo(code));
            statement.execute("INSERT INTO item VALUES(3, 'x')");
            return rows(file);
        }
    }

    @Test
    void a_disk_that_is_really_full_does_what_the_layer_says() throws SQLException {
        try (Connection connection = source(file).getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA max_page_count = 5");
            statement.execute("BEGIN IMMEDIATE");
            statement.execute("INSERT INTO item VALUES(1, 'x')");
            assertThatExceptionOfType(SQLiteException.class)
                    .isThrownBy(() -> statement.execute("INSERT INTO item VALUES(2, zeroblob(100000))"))
                    .satisfies(e -> assertThat(e.getResultCode()).isEqualTo(SQLiteErrorCode.SQLITE_FULL));
            statement.execute("INSERT INTO item VALUES(3, 'x')");
            assertThat(rows(file)).isEqualTo(1);
        }
    }

    @Test
    void a_write_that_is_really_interrupted_does_what_the_layer_says() throws SQLException {
        try (Connection connection = source(file).getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("BEGIN IMMEDIATE");
            statement.execute("INSERT INTO item VALUES(1, 'x')");
            ProgressHandler.setHandler(connection, 1, new ProgressHandler() {
                @Override
                protected int progress() {
                    return 1;
                }
            });
            assertThatExceptionOfType(SQLiteException.class)
                    .isThrownBy(() -> statement.execute("INSERT INTO item SELECT id + 1, text FROM item"))
                    .satisfies(e -> assertThat(e.getResultCode()).isEqualTo(SQLiteErrorCode.SQLITE_INTERRUPT));
            ProgressHandler.clearHandler(connection);
            statement.execute("INSERT INTO item VALUES(3, 'x')");
            assertThat(rows(file)).isEqualTo(1);
        }
    }

    @Test
    void failures_may_last_until_they_are_healed() throws SQLException {
        try (CrashLayer layer = layer();
                Connection connection = layer.source().getConnection()) {
            layer.plan(Plan.errorsFrom(layer.boundaries() + 1, SQLiteErrorCode.SQLITE_IOERR));
            for (int turn = 0; turn < 3; turn++) {
                assertThatThrownBy(() -> insertInTransaction(connection, 1)).isInstanceOf(SQLiteException.class);
            }
            layer.plan(Plan.count());
            insertInTransaction(connection, 1);
            assertThat(rows(connection)).isEqualTo(1);
        }
    }

    // ---- delay

    @Test
    void something_else_may_happen_at_a_boundary() throws SQLException {
        List<Long> rows = new ArrayList<>();
        try (CrashLayer layer = layer();
                Connection connection = layer.source().getConnection()) {
            layer.plan(Plan.latency(6, () -> rows.add(count())).then(Plan.latency(5, () -> rows.add(count()))));
            insertInTransaction(connection, 1);
        }
        assertThat(rows).containsExactly(0L, 1L);
    }

    private long count() {
        try {
            return rows(file);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
