package dev.syncline.bench;

import dev.syncline.SyncManager;
import dev.syncline.backend.Capabilities;
import dev.syncline.backend.PullPage;
import dev.syncline.backend.PullRequest;
import dev.syncline.backend.RemoteRecord;
import dev.syncline.backend.VersionKind;
import dev.syncline.config.SyncConfig;
import dev.syncline.config.SyncedTable;
import dev.syncline.progress.SyncResult;
import dev.syncline.testing.ForwardingBackend;
import dev.syncline.testing.MemoryBackend;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * What a run costs beside bytes and network: a page of a thousand records, into a table of ten thousand rows with a random text key and
 * two indexes. Told again, the records are only decided on; changed, they are written too; the empty page is what any run costs.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class PullBenchmark {
    private static final int ROWS = 10_000;
    private static final int PAGE = 1_000;
    private static final List<String> FIELDS = List.of("a", "b", "c", "d", "e", "f", "account", "day", "note");

    private final SplittableRandom random = new SplittableRandom(42);
    private final List<String> ids = new ArrayList<>();
    private Path file;
    private SyncManager sync;
    private long version = 1;
    private List<RemoteRecord> page = List.of();

    @Setup(Level.Trial)
    public void open() throws IOException, SQLException {
        file = Files.createTempFile("pull", ".db");
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = connection.createStatement()) {
            statement.execute(
                    "CREATE TABLE payment(id TEXT PRIMARY KEY, a TEXT, b TEXT, c TEXT, d TEXT, e TEXT, f TEXT,"
                            + " account TEXT, day TEXT, note TEXT)");
            statement.execute("CREATE INDEX payment_day ON payment(day)");
            statement.execute("CREATE INDEX payment_account ON payment(account)");
        }
        for (int i = 0; i < ROWS; i++) {
            ids.add(new UUID(random.nextLong(), random.nextLong()).toString());
        }
        sync = SyncManager.open(SyncConfig.builder(file)
                .table(SyncedTable.named("payment").key("id").build())
                .backend(new Pages())
                .build());
        page = records(ids);
        run();
    }

    @TearDown(Level.Trial)
    public void close() throws IOException {
        sync.close();
        for (String suffix : List.of("", "-wal", "-shm")) {
            Files.deleteIfExists(Path.of(file + suffix));
        }
    }

    /** A run in which the backend has nothing to tell. */
    @Benchmark
    public void nothing() {
        page = List.of();
        run();
    }

    /** A thousand records in the version that is known here. */
    @Benchmark
    public void toldAgain() {
        page = records(ids.subList(0, PAGE));
        run();
    }

    /** A thousand records in a version of their own each time. */
    @Benchmark
    public void changed() {
        version++;
        page = records(ids.subList(0, PAGE));
        run();
    }

    private List<RemoteRecord> records(List<String> wanted) {
        List<RemoteRecord> records = new ArrayList<>(wanted.size());
        for (String id : wanted) {
            Map<String, @Nullable Object> fields = new LinkedHashMap<>();
            for (String field : FIELDS) {
                fields.put(field, "a value of some length " + version);
            }
            records.add(new RemoteRecord(id, Long.toString(version), false, fields, null));
        }
        return records;
    }

    private void run() {
        SyncResult result = sync.synchronize().blockingGet();
        if (!result.success()) {
            throw new IllegalStateException("the run failed: " + result);
        }
    }

    /** Answers each request with the page that is due. */
    private final class Pages extends ForwardingBackend {
        private long cursor;

        Pages() {
            super(new MemoryBackend("pages"));
        }

        @Override
        public Capabilities capabilities() {
            return new Capabilities(true, true, true, true, Duration.ofDays(1), true, 1, false, VersionKind.ORDERED);
        }

        @Override
        public PullPage fetchPage(PullRequest request) {
            String next = page.isEmpty() && request.cursor() != null ? request.cursor() : Long.toString(++cursor);
            return new PullPage(page, next, false, page.size(), null);
        }
    }
}
