package dev.syncline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

import dev.syncline.config.IdAssignment;
import dev.syncline.config.SyncConfig;
import dev.syncline.config.SyncConfigBuilder;
import dev.syncline.config.SyncedTable;
import dev.syncline.conflict.ResolutionStrategy;
import dev.syncline.exception.ConsistencyException;
import dev.syncline.exception.StorageException;
import dev.syncline.progress.AbortReason;
import dev.syncline.progress.SyncResult;
import dev.syncline.testing.Device;
import dev.syncline.testing.MemoryBackend;
import io.reactivex.rxjava3.plugins.RxJavaPlugins;
import io.reactivex.rxjava3.subscribers.TestSubscriber;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.sqlite.SQLiteDataSource;

/** How files are opened and let go. Defends G1 (no account sends what is another's), G9, G10 and G11 (one file, one syncer). */
@Timeout(60)
class OpenAndCloseTest {
    private static final String[] SCHEMA = {
        "CREATE TABLE account(id INTEGER PRIMARY KEY, name TEXT)",
        "CREATE TABLE note(id TEXT PRIMARY KEY, text TEXT, account_id INTEGER REFERENCES account(id))"
    };
    private static final SyncedTable ACCOUNT =
            SyncedTable.named("account").key("id").build();
    private static final SyncedTable NOTE = SyncedTable.named("note")
            .key("id")
            .references("account_id", "account")
            .build();
    private static final String OBJECTS = "SELECT name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'";

    @TempDir
    Path folder;

    private final MemoryBackend backend = new MemoryBackend("memory");
    private Device device;

    @BeforeEach
    void host() {
        device = host("a.db").with(backend);
    }

    @AfterEach
    void close() {
        device.close();
    }

    private Device host(String name) {
        return new Device(folder.resolve(name), "http://localhost:1", List.of(ACCOUNT, NOTE), SCHEMA);
    }

    private SyncConfig config(UnaryOperator<SyncConfigBuilder> settings) {
        return settings.apply(SyncConfig.builder(device.file()).backend(backend))
                .build();
    }

    private static SQLiteDataSource source(Path file) {
        SQLiteDataSource source = new SQLiteDataSource();
        source.setUrl("jdbc:sqlite:" + file);
        return source;
    }

    private @Nullable Object objects() {
        return device.query(OBJECTS);
    }

    // ---- one file, one manager

    @Test
    void a_file_opened_twice_alike_has_one_manager_that_closes_with_its_last_opener() {
        SyncManager first = SyncManager.open(device.config());
        SyncManager second = SyncManager.open(device.config());
        assertThat(second).isSameAs(first);
        first.close();
        assertThat(second.synchronize().blockingGet().success()).isTrue();
        assertThat(backend.closed()).isZero();
        second.close();
        assertThat(backend.closed()).isEqualTo(1);
        second.close();
        assertThat(backend.closed()).isEqualTo(1);
    }

    @Test
    void a_file_is_the_same_by_whatever_name_it_is_opened() throws IOException {
        SyncManager first = device.manager();
        Path link = Files.createSymbolicLink(folder.resolve("link.db"), device.file());
        Path detour = Files.createDirectory(folder.resolve("sub")).resolve("..").resolve("a.db");
        for (Path name : List.of(link, detour)) {
            SyncConfig config = SyncConfig.builder(name)
                    .tables(List.of(ACCOUNT, NOTE))
                    .backend(backend)
                    .options(device.config().options())
                    .build();
            try (SyncManager again = SyncManager.open(config)) {
                assertThat(again).isSameAs(first);
            }
        }
    }

    @Test
    void another_configuration_of_an_open_file_is_refused_and_changes_nothing() {
        device.manager();
        Object before = objects();
        SyncedTable timeless = SyncedTable.named("note")
                .key("id")
                .references("account_id", "account")
                .strategy(ResolutionStrategy.REMOTE_WINS)
                .build();
        SyncConfig byPath = config(b -> b.table(ACCOUNT).table(timeless));
        SyncConfig bySource = SyncConfig.builder(source(device.file()))
                .table(ACCOUNT)
                .table(timeless)
                .backend(backend)
                .build();
        for (SyncConfig other : List.of(byPath, bySource)) {
            assertThatIllegalStateException()
                    .isThrownBy(() -> SyncManager.open(other))
                    .withMessageContaining("a.db")
                    .withMessageContaining("another configuration");
        }
        assertThat(objects()).isEqualTo(before);
        assertThat(backend.closed()).as("the open manager uses it").isZero();
        assertThat(device.sync().success()).isTrue();
    }

    @Test
    void two_files_are_independent() {
        MemoryBackend other = new MemoryBackend("other");
        try (Device second = host("b.db").with(other)) {
            assertThat(second.manager()).isNotSameAs(device.manager());
            second.close();
            assertThat(other.closed()).isEqualTo(1);
            assertThat(device.sync().success()).isTrue();
        }
    }

    @Test
    void a_file_is_not_opened_again_before_its_manager_has_closed() throws InterruptedException {
        CountDownLatch closing = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        backend.during(call -> {
            if (call.equals("close")) {
                closing.countDown();
                uninterrupted(go);
            }
        });
        SyncManager first = device.manager();
        Thread closer = new Thread(first::close);
        closer.start();
        closing.await();
        assertThatIllegalStateException()
                .isThrownBy(() -> SyncManager.open(device.config()))
                .withMessageContaining("is being closed");
        assertThatIllegalStateException().isThrownBy(() -> SyncManager.detach(device.file()));
        go.countDown();
        closer.join();
        SyncManager again = SyncManager.open(device.config());
        assertThat(again).isNotSameAs(first);
        assertThat(again.pendingChanges()).isZero();
        again.close();
    }

    @Test
    void a_file_opened_by_many_threads_at_once_has_one_manager() throws InterruptedException {
        List<SyncManager> opened = new CopyOnWriteArrayList<>();
        SyncConfig config = device.config();
        List<Thread> openers = Stream.generate(() -> new Thread(() -> opened.add(SyncManager.open(config))))
                .limit(8)
                .toList();
        openers.forEach(Thread::start);
        for (Thread opener : openers) {
            opener.join();
        }
        assertThat(opened).hasSize(8).containsOnly(opened.get(0));
        opened.forEach(SyncManager::close);
        assertThat(backend.closed()).isEqualTo(1);
    }

    // ---- what cannot be opened

    static Stream<Arguments> declarations_that_do_not_fit_the_file() {
        SyncedTable note = SyncedTable.named("note").key("id").build();
        return Stream.of(
                Arguments.of(SyncedTable.named("missing").key("id").build(), "missing"),
                Arguments.of(SyncedTable.named("sheet").key("id").build(), "sheet"),
                Arguments.of(SyncedTable.named("account").key("nr").build(), "nr"),
                Arguments.of(
                        SyncedTable.named("account")
                                .key("id")
                                .decimal("balance")
                                .build(),
                        "balance"),
                Arguments.of(
                        SyncedTable.named("account")
                                .key("id")
                                .localOnly("draft")
                                .build(),
                        "draft"),
                Arguments.of(
                        SyncedTable.named("loose")
                                .key("id")
                                .ids(IdAssignment.SERVER)
                                .build(),
                        "loose"),
                Arguments.of(SyncedTable.named("account").key("name").build(), "name"),
                Arguments.of(note, "already"));
    }

    @ParameterizedTest
    @MethodSource
    void declarations_that_do_not_fit_the_file(SyncedTable wrong, String told) throws IOException {
        device.sql("CREATE VIEW sheet AS SELECT id FROM account");
        device.sql("CREATE TABLE loose(id TEXT PRIMARY KEY)");
        if (told.equals("already")) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> config(b -> b.table(wrong).table(NOTE)));
            return;
        }
        byte[] before = Files.readAllBytes(device.file());
        SyncConfig config = config(b -> wrong.name().equals("account")
                ? b.table(wrong)
                : b.table(ACCOUNT).table(NOTE).table(wrong));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SyncManager.open(config))
                .withMessageContaining(told);
        assertThat(Files.readAllBytes(device.file()))
                .as("no table of the library's, no trigger, no WAL mode")
                .isEqualTo(before);
        assertThat(device.manager().synchronize().blockingGet().success()).isTrue();
    }

    @Test
    void a_file_that_is_not_there_is_not_made() {
        Path missing = folder.resolve("missing.db");
        SyncConfig config =
                SyncConfig.builder(missing).table(ACCOUNT).backend(backend).build();
        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> SyncManager.open(config))
                .withMessageContaining("missing.db")
                .withMessageContaining("none was made");
        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> SyncManager.detach(missing))
                .withMessageContaining("missing.db");
        assertThat(missing).doesNotExist();
    }

    @Test
    void a_data_source_of_the_hosts_is_synchronized_like_a_file() {
        device.sql("INSERT INTO note VALUES('n', 'text', NULL)");
        SyncConfig config = SyncConfig.builder(source(device.file()))
                .table(ACCOUNT)
                .table(NOTE)
                .backend(backend)
                .build();
        try (SyncManager manager = SyncManager.open(config)) {
            assertThat(manager.synchronize().blockingGet().success()).isTrue();
            assertThatIllegalStateException().isThrownBy(() -> SyncManager.detach(device.file()));
        }
        assertThat(backend.rows("note")).containsOnlyKeys("n");
    }

    // ---- whose data it is

    private SyncConfig of(String account, SyncedTable... tables) {
        return config(b -> b.tables(List.of(tables)).account(account));
    }

    @Test
    void unsent_changes_of_one_account_are_kept_from_another() {
        SyncManager.open(of("ada", ACCOUNT, NOTE)).close();
        device.sql("INSERT INTO note VALUES('n', 'private', NULL)");
        assertThatExceptionOfType(ConsistencyException.class)
                .isThrownBy(() -> SyncManager.open(of("bob", ACCOUNT, NOTE)))
                .withMessageContaining("1 unsent changes of another account")
                .satisfies(e -> assertThat(e.issue()).isEqualTo("FOREIGN_LINEAGE"));
        assertThatExceptionOfType(ConsistencyException.class)
                .as("also where their table is not synced this time")
                .isThrownBy(() -> SyncManager.open(of("bob", ACCOUNT)));
        assertThat(backend.rows("note")).isEmpty();
        try (SyncManager ada = SyncManager.open(of("ada", ACCOUNT, NOTE))) {
            assertThat(ada.pendingChanges()).isEqualTo(1);
            assertThat(ada.synchronize().blockingGet().success()).isTrue();
        }
        assertThat(backend.rows("note")).containsOnlyKeys("n");
    }

    @Test
    void another_account_without_unsent_changes_takes_the_file_over_and_its_rows_are_matched_anew() {
        device.sql("INSERT INTO note VALUES('n', 'of ada', NULL)");
        device.sql("INSERT INTO note VALUES('m', 'of ada', NULL)");
        try (SyncManager ada = SyncManager.open(of("ada", ACCOUNT, NOTE))) {
            assertThat(ada.synchronize().blockingGet().success()).isTrue();
        }
        MemoryBackend theirs = new MemoryBackend("memory");
        theirs.put("note", "n", Map.of("text", "of ada"));
        theirs.put("note", "x", Map.of("text", "of bob"));
        SyncConfig bobs = SyncConfig.builder(device.file())
                .table(ACCOUNT)
                .table(NOTE)
                .account("bob")
                .backend(theirs)
                .build();
        try (SyncManager bob = SyncManager.open(bobs)) {
            SyncResult result = bob.synchronize().blockingGet();
            assertThat(result.errors()).isEmpty();
            assertThat(result.conflictsDetected()).isZero();
            assertThat(bob.pendingChanges()).isZero();
        }
        assertThat(device.rows("note")).containsOnlyKeys("n", "m", "x");
        assertThat(theirs.rows("note"))
                .as("rows that bob does not have are new to him")
                .containsOnlyKeys("n", "m", "x");
    }

    @Test
    void a_table_that_another_account_adds_later_is_matched_anew_too() {
        device.sql("INSERT INTO note VALUES('n', 'of ada', NULL)");
        try (SyncManager ada = SyncManager.open(of("ada", ACCOUNT, NOTE))) {
            assertThat(ada.synchronize().blockingGet().success()).isTrue();
        }
        SyncManager.open(of("bob", ACCOUNT)).close();
        MemoryBackend theirs = new MemoryBackend("memory");
        SyncConfig bobs = SyncConfig.builder(device.file())
                .table(ACCOUNT)
                .table(NOTE)
                .account("bob")
                .backend(theirs)
                .build();
        try (SyncManager bob = SyncManager.open(bobs)) {
            assertThat(bob.synchronize().blockingGet().errors()).isEmpty();
        }
        assertThat(theirs.rows("note")).containsOnlyKeys("n");
    }

    @Test
    void another_backend_is_as_foreign_as_another_account() {
        device.manager();
        device.sql("INSERT INTO note VALUES('n', 'text', NULL)");
        device.close();
        device.with(new MemoryBackend("elsewhere"));
        assertThatExceptionOfType(ConsistencyException.class).isThrownBy(device::manager);
    }

    // ---- letting go

    @Test
    void detaching_leaves_the_schema_and_the_rows_as_they_were() {
        device.sql("CREATE TABLE mine_too(id INTEGER PRIMARY KEY AUTOINCREMENT)");
        device.sql("CREATE TRIGGER mine AFTER INSERT ON note BEGIN DELETE FROM mine_too; END");
        Object schema = objects();
        device.sql("INSERT INTO note VALUES('n', 'text', NULL)");
        assertThat(device.sync().success()).isTrue();
        device.sql("UPDATE note SET text = 'unsent'");
        Object rows = device.rows("note");
        assertThatIllegalStateException()
                .isThrownBy(() -> SyncManager.detach(device.file()))
                .withMessageContaining("close its SyncManager first");
        device.close();
        SyncManager.detach(device.file());
        assertThat(objects()).isEqualTo(schema);
        assertThat(device.rows("note")).isEqualTo(rows);
        assertThat(device.value("PRAGMA integrity_check")).isEqualTo("ok");
        assertThat(device.value("SELECT count(*) FROM sqlite_sequence WHERE name LIKE 'syncline%'"))
                .isEqualTo(0);
        SyncManager.detach(device.file());
        assertThat(device.sync().success())
                .as("and it can be synchronized again")
                .isTrue();
    }

    @Test
    void a_closed_manager_does_nothing_more_and_says_so() {
        SyncManager manager = device.manager();
        device.close();
        manager.synchronize()
                .test()
                .assertError(e -> e instanceof IllegalStateException
                        && String.valueOf(e.getMessage()).contains("closed"));
        assertThatIllegalStateException().isThrownBy(manager::pendingChanges).withMessageContaining("closed");
        assertThatIllegalStateException().isThrownBy(() -> manager.conflicts().open());
        assertThatIllegalStateException().isThrownBy(() -> manager.conflicts().count());
        assertThatIllegalStateException()
                .isThrownBy(() -> manager.conflicts().resolve("x", ResolutionStrategy.LOCAL_WINS));
    }

    @Test
    void streams_end_at_the_close_for_early_and_for_late_subscribers() {
        List<Throwable> undeliverable = new CopyOnWriteArrayList<>();
        RxJavaPlugins.setErrorHandler(undeliverable::add);
        try {
            SyncManager manager = device.manager();
            TestSubscriber<?> events = manager.watchEvents().test();
            TestSubscriber<?> progress = manager.watchProgress().test();
            assertThat(device.sync().success()).isTrue();
            device.close();
            events.awaitDone(10, TimeUnit.SECONDS).assertComplete().assertNoErrors();
            progress.awaitDone(10, TimeUnit.SECONDS).assertComplete().assertNoErrors();
            manager.watchEvents().test().awaitDone(10, TimeUnit.SECONDS).assertResult();
            manager.watchProgress().test().awaitDone(10, TimeUnit.SECONDS).assertResult();
        } finally {
            RxJavaPlugins.reset();
        }
        assertThat(undeliverable).isEmpty();
    }

    @Test
    void closing_during_a_run_ends_it_and_tells_who_asked_for_it() {
        CountDownLatch fetching = new CountDownLatch(1);
        CountDownLatch never = new CountDownLatch(1);
        backend.during(call -> {
            if (call.equals("fetch")) {
                fetching.countDown();
                interruptible(never);
            }
        });
        var running = device.manager().synchronize().test();
        uninterrupted(fetching);
        var waiting = device.manager().synchronize().test();
        device.close();
        for (var asked : List.of(running, waiting)) {
            asked.awaitDone(10, TimeUnit.SECONDS).assertNoErrors();
            assertThat(asked.values().get(0).abortReason()).isEqualTo(AbortReason.CANCELLED);
        }
        assertThat(backend.closed()).isEqualTo(1);
    }

    @Test
    void closing_while_a_change_is_on_its_way_keeps_it() {
        CountDownLatch sending = new CountDownLatch(1);
        CountDownLatch never = new CountDownLatch(1);
        backend.during(call -> {
            if (call.equals("push")) {
                sending.countDown();
                interruptible(never);
            }
        });
        device.sql("INSERT INTO note VALUES('n', 'text', NULL)");
        var running = device.manager().synchronize().test();
        uninterrupted(sending);
        device.close();
        running.awaitDone(10, TimeUnit.SECONDS).assertNoErrors();
        assertThat(running.values().get(0).success()).isFalse();
        backend.during(call -> {});
        assertThat(device.manager().pendingChanges()).isEqualTo(1);
        assertThat(device.sync().success()).isTrue();
        assertThat(backend.rows("note")).containsOnlyKeys("n");
    }

    private static void interruptible(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException("interrupted while the answer was awaited", e);
        }
    }

    private static void uninterrupted(CountDownLatch latch) {
        try {
            assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What this process holds open; where the system does not tell, nothing. */
    private static List<String> openHandles() {
        List<String> names = new ArrayList<>();
        File[] handles = new File("/proc/self/fd").listFiles();
        for (File handle : handles == null ? new File[0] : handles) {
            try {
                names.add(Files.readSymbolicLink(handle.toPath()).toString());
            } catch (IOException closedMeanwhile) {
                names.add("gone: " + closedMeanwhile.getMessage());
            }
        }
        return names;
    }

    @Test
    void nothing_is_left_of_two_hundred_managers() {
        // Tests of sudden death leave managers behind that nobody closes.
        Set<Thread> before = Thread.getAllStackTraces().keySet();
        for (int i = 0; i < 200; i++) {
            device.manager().watchEvents().subscribe();
            assertThat(device.sync().success()).isTrue();
            device.close();
        }
        assertThat(backend.closed()).isEqualTo(200);
        await().atMost(10, TimeUnit.SECONDS)
                .untilAsserted(() -> assertThat(Thread.getAllStackTraces().keySet())
                        .filteredOn(thread -> !before.contains(thread))
                        .extracting(Thread::getName)
                        .noneMatch(name -> name.startsWith("syncline-")));
        assertThat(device.value("SELECT owner FROM syncline_lease")).isNull();
        assertThat(System.getProperties().stringPropertyNames())
                .noneMatch(name -> name.startsWith("dev.syncline.engine."));
        assertThat(openHandles()).noneMatch(name -> name.startsWith(folder.toString()));
        assertThat(device.value("PRAGMA journal_mode = DELETE"))
                .as("no connection holds the log any more")
                .isEqualTo("delete");
        assertThat(folder.toFile().list()).containsExactly("a.db");
    }
}
