package dev.syncline.bench;

import dev.syncline.internal.capture.CaptureOptions;
import dev.syncline.internal.capture.CaptureTables;
import dev.syncline.internal.capture.ChangeCapture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * What a host's write costs with capture, beside the same write without: a row of 300 bytes in eleven columns, a random text
 * key, two indexes, WAL; committed by itself where not said otherwise. Compare the lines of one run by their ratio; the
 * machine's speed cancels out.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class CaptureBenchmark {
    private static final int ROWS = 20_000;
    private static final int FEW = 50;
    private static final int THOUSANDS = 5_000;
    private static final int PER_COMMIT = 100;

    /** Whether the table is captured, and whether the time of the last edit is kept. */
    @Param({"bare", "captured", "captured+time"})
    public String table;

    private final SplittableRandom random = new SplittableRandom(42);
    private final String[] keys = new String[ROWS];
    private Path file;
    private Connection connection;
    private PreparedStatement update;
    private PreparedStatement insert;
    private PreparedStatement empty;
    private PreparedStatement trim;
    private int next;

    @Setup(Level.Trial)
    public void open() throws IOException, SQLException {
        file = Files.createTempFile("capture", ".db");
        connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        try (Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA journal_mode = WAL");
            statement.execute("PRAGMA synchronous = NORMAL");
            statement.execute(
                    "CREATE TABLE payment(id TEXT PRIMARY KEY, a TEXT, b TEXT, c TEXT, d TEXT, e TEXT, f TEXT,"
                            + " amount TEXT, day INTEGER, account TEXT, note TEXT)");
            statement.execute("CREATE INDEX payment_day ON payment(day)");
            statement.execute("CREATE INDEX payment_account ON payment(account)");
            if (!table.equals("bare")) {
                for (String ddl : CaptureTables.DDL) {
                    statement.execute(ddl);
                }
            }
        }
        insert = connection.prepareStatement(
                "INSERT INTO payment VALUES(?, 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa',"
                        + " 'bbbbbbbbbbbbbbbbbbbbbbbbbbbbbb', 'cccccccccccccccccccccccccccccc', 'dddddddddddddddddddddddddddddd',"
                        + " 'eeeeeeeeeeeeeeeeeeeeeeeeeeeeee', 'ffffffffffffffffffffffffffffff', '12.50', ?, ?, 'a note of some length')");
        connection.setAutoCommit(false);
        for (int i = 0; i < ROWS; i++) {
            keys[i] = key();
            insert(keys[i]);
        }
        connection.commit();
        connection.setAutoCommit(true);
        if (!table.equals("bare")) {
            new ChangeCapture(new CaptureOptions("payment", List.of("id"), table.endsWith("time"), false))
                    .install(connection);
            empty = connection.prepareStatement("DELETE FROM syncline_journal_1");
            trim = connection.prepareStatement(
                    "DELETE FROM syncline_journal_1 WHERE seq <= (SELECT max(seq) FROM syncline_journal_1) - "
                            + THOUSANDS);
        }
        update = connection.prepareStatement("UPDATE payment SET amount = ? WHERE id = ?");
    }

    @TearDown(Level.Trial)
    public void close() throws SQLException, IOException {
        connection.close();
        for (String suffix : List.of("", "-wal", "-shm")) {
            Files.deleteIfExists(Path.of(file + suffix));
        }
    }

    /** The journal is emptied every fifty edits, as by a sync that has caught up; its statement is part of what is measured. */
    @Benchmark
    public void firstTouchWithFewPending() throws SQLException {
        touch();
        keep(FEW, empty);
    }

    /** Between five and ten thousand rows are pending once the first five thousand have been touched, in the warm-up. */
    @Benchmark
    public void firstTouchWithThousandsPending() throws SQLException {
        touch();
        keep(THOUSANDS, trim);
    }

    @Benchmark
    @OperationsPerInvocation(PER_COMMIT)
    public void firstTouchOfAHundredPerCommitWithFewPending() throws SQLException {
        touchHundred();
        keep(PER_COMMIT, empty);
    }

    @Benchmark
    @OperationsPerInvocation(PER_COMMIT)
    public void firstTouchOfAHundredPerCommitWithThousandsPending() throws SQLException {
        touchHundred();
        keep(THOUSANDS, trim);
    }

    @Benchmark
    public void editOfARowAlreadyPending() throws SQLException {
        next++;
        edit(keys[7]);
    }

    @Benchmark
    public void insertOfARow() throws SQLException {
        insert(key());
    }

    private void touch() throws SQLException {
        next++;
        edit(keys[next % ROWS]);
    }

    private void touchHundred() throws SQLException {
        connection.setAutoCommit(false);
        for (int i = 0; i < PER_COMMIT; i++) {
            touch();
        }
        connection.commit();
        connection.setAutoCommit(true);
    }

    private void keep(int every, PreparedStatement fewer) throws SQLException {
        if (next % every == 0 && fewer != null) {
            fewer.executeUpdate();
        }
    }

    private void edit(String key) throws SQLException {
        update.setString(1, Integer.toString(next));
        update.setString(2, key);
        update.executeUpdate();
    }

    private void insert(String key) throws SQLException {
        insert.setString(1, key);
        insert.setInt(2, random.nextInt(10_000));
        insert.setString(3, "account-" + random.nextInt(500));
        insert.executeUpdate();
    }

    private String key() {
        return new UUID(random.nextLong(), random.nextLong()).toString();
    }
}
