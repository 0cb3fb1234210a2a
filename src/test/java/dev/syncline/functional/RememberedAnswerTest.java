package dev.syncline.functional;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.syncline.SyncManager;
import dev.syncline.backend.Capabilities;
import dev.syncline.backend.PullPage;
import dev.syncline.backend.PullRequest;
import dev.syncline.backend.RemoteRecord;
import dev.syncline.backend.VersionKind;
import dev.syncline.config.SyncConfig;
import dev.syncline.config.SyncedTable;
import dev.syncline.progress.SyncMode;
import dev.syncline.progress.SyncResult;
import dev.syncline.testing.ForwardingBackend;
import dev.syncline.testing.MemoryBackend;
import dev.syncline.testing.jdbc.CrashLayer;
import dev.syncline.testing.jdbc.SimulatedCrash;
import dev.syncline.testing.jdbc.Strike;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.SQLiteDataSource;

/**
 * The name of an answer is stored with what the answer told, and asked with only at the same place, by the same account. Defends G4
 * and G10.
 */
class RememberedAnswerTest {
    private static final PullPage WALK = new PullPage(List.of(record("7", "1")), "c", false, 1, null, "walk", false);

    @TempDir
    Path folder;

    private final Script backend = new Script();
    private CrashLayer layer;
    private SyncManager manager;

    @BeforeEach
    void create() throws SQLException {
        sql("CREATE TABLE item(id TEXT PRIMARY KEY, text TEXT)");
        open("ada");
    }

    @AfterEach
    void release() throws SQLException {
        manager.close();
        layer.close();
    }

    private void open(String account) {
        SQLiteDataSource source = new SQLiteDataSource();
        source.setUrl(url());
        layer = CrashLayer.over(source);
        manager = SyncManager.open(SyncConfig.builder(layer.source())
                .table(SyncedTable.named("item").key("id").build())
                .account(account)
                .backend(backend)
                .build());
    }

    private void openAgain(String account) throws SQLException {
        release();
        open(account);
    }

    private String url() {
        return "jdbc:sqlite:" + folder.resolve("host.db");
    }

    private Connection connect() throws SQLException {
        return DriverManager.getConnection(url());
    }

    private void sql(String sql) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static RemoteRecord record(String id, String version) {
        return new RemoteRecord(id, version, false, Map.of("text", "at " + version), null);
    }

    private static PullPage quiet(@Nullable String name) {
        return new PullPage(List.of(), "c", false, 0, null, name, false);
    }

    private SyncResult run(SyncMode mode, PullPage... answers) {
        backend.answers.addAll(List.of(answers));
        return manager.synchronize(mode)
                .test()
                .awaitDone(20, TimeUnit.SECONDS)
                .values()
                .get(0);
    }

    private SyncResult run(PullPage... answers) {
        return run(SyncMode.INCREMENTAL, answers);
    }

    private @Nullable String askedWith() {
        return backend.requests.get(backend.requests.size() - 1).validator();
    }

    @Test
    void an_answer_at_the_place_where_it_was_asked_for_is_asked_for_by_its_name_also_after_a_restart()
            throws SQLException {
        run(WALK);
        run(quiet("one"));
        assertThat(askedWith()).as("across pages").isNull();
        run(quiet("two"));
        assertThat(askedWith()).isEqualTo("one");
        openAgain("ada");
        run(quiet("two"));
        assertThat(askedWith()).isEqualTo("two");
    }

    @Test
    void nothing_new_writes_nothing_and_is_counted() throws SQLException {
        run(WALK);
        run(quiet("one"));
        SyncResult loud;
        SyncResult saved;
        try (Connection watcher = connect()) {
            long before = dataVersion(watcher);
            saved = run(Script.UNCHANGED);
            assertThat(dataVersion(watcher)).isEqualTo(before);
            loud = run(quiet("two"));
            assertThat(dataVersion(watcher)).isNotEqualTo(before);
        }
        assertThat(saved.success()).isTrue();
        assertThat(saved.byEntity().get("item").notModified()).isEqualTo(1);
        assertThat(loud.byEntity().get("item").notModified()).isZero();
    }

    private static long dataVersion(Connection watcher) throws SQLException {
        try (Statement statement = watcher.createStatement();
                ResultSet rows = statement.executeQuery("PRAGMA data_version")) {
            return rows.getLong(1);
        }
    }

    @Test
    void records_that_come_again_at_the_same_place_are_stored_with_the_name_of_their_answer() throws SQLException {
        run(WALK);
        run(new PullPage(List.of(record("8", "2")), "c", false, -1, null, "both", false));
        run(Script.UNCHANGED);
        assertThat(askedWith()).isEqualTo("both");
        assertThat(text("8")).isEqualTo("at 2");
    }

    private @Nullable String text(String id) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT text FROM item WHERE id = '" + id + "'")) {
            return rows.next() ? rows.getString(1) : null;
        }
    }

    @Test
    void a_place_that_moves_on_and_a_walk_are_asked_for_without_a_name() {
        run(WALK);
        run(quiet("one"));
        run(new PullPage(List.of(record("8", "2")), "d", false, -1, null, "moved", false));
        run(new PullPage(List.of(), "d", false, 0, null, "there", false));
        assertThat(askedWith()).isNull();
        run(SyncMode.FULL, WALK, quiet("one"));
        assertThat(backend.requests.subList(4, 5))
                .extracting(PullRequest::cursor)
                .containsExactly((String) null);
        assertThat(backend.requests.subList(4, backend.requests.size()))
                .extracting(PullRequest::validator)
                .containsOnlyNulls();
    }

    @Test
    void a_process_that_dies_before_the_commit_asks_with_the_old_name() throws SQLException {
        run(WALK);
        run(quiet("old"));
        layer.plan(boundary -> boundary.sql().contains("INTO syncline_cursor") ? Strike.CRASH : Strike.PASS);
        run(new PullPage(List.of(record("8", "2")), "c", false, -1, null, "new", false));
        assertThat(layer.crashed()).isTrue();
        assertThatThrownBy(manager::close).isInstanceOf(SimulatedCrash.class);
        layer.close();
        open("ada");
        assertThat(text("8")).isNull();
        run(quiet("old"));
        assertThat(askedWith()).isEqualTo("old");
    }

    @Test
    void another_account_asks_without_a_name_and_from_the_start() throws SQLException {
        run(WALK);
        run(quiet("ada's"));
        openAgain("bob");
        run(WALK);
        assertThat(askedWith()).isNull();
        assertThat(backend.requests.get(backend.requests.size() - 1).cursor()).isNull();
    }

    /** Answers as it is told, and writes down what it was asked. */
    private static final class Script extends ForwardingBackend {
        static final PullPage UNCHANGED = new PullPage(List.of(), "c", false, 0, null, "any", true);

        private final List<PullRequest> requests = new ArrayList<>();
        private final List<PullPage> answers = new ArrayList<>();

        Script() {
            super(new MemoryBackend("memory"));
        }

        @Override
        public Capabilities capabilities() {
            return new Capabilities(
                    true, true, false, true, Duration.ofDays(1), true, 1, false, VersionKind.ORDERED, true);
        }

        @Override
        public synchronized PullPage fetchPage(PullRequest request) {
            requests.add(request);
            PullPage answer = answers.remove(0);
            return answer.notModified() ? PullPage.unchanged(request, null) : answer;
        }
    }
}
