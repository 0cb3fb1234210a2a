package dev.syncline.internal.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.syncline.exception.StorageException;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.SQLiteDataSource;

/** How the file is opened. Defends G10 and G13: what cannot be opened is reported and left as it is. */
class SyncDatabaseTest {
    @TempDir
    Path folder;

    private static Map<String, String> pragmas(Unit unit) {
        Map<String, String> found = new TreeMap<>();
        for (String name : new String[] {"foreign_keys", "journal_mode", "busy_timeout", "cache_size"}) {
            found.put(
                    name,
                    unit.handle()
                            .createQuery("PRAGMA " + name)
                            .mapTo(String.class)
                            .one());
        }
        return found;
    }

    @Test
    void both_connections_are_set_up_for_safe_and_fast_work() {
        try (OpenStore store = OpenStore.on(folder.resolve("host.db"), Duration.ofSeconds(5))) {
            store.database.useWriteAheadLog();
            Map<String, String> expected =
                    Map.of("foreign_keys", "1", "journal_mode", "wal", "busy_timeout", "5000", "cache_size", "-65536");
            assertThat(store.transactions.write(SyncDatabaseTest::pragmas)).isEqualTo(expected);
            assertThat(store.transactions.read(SyncDatabaseTest::pragmas)).isEqualTo(expected);
        }
    }

    @Test
    void a_connection_that_replaces_another_is_set_up_alike() {
        try (OpenStore store = OpenStore.on(folder.resolve("host.db"))) {
            store.database.useWriteAheadLog();
            Map<String, String> before = store.transactions.write(SyncDatabaseTest::pragmas);
            store.database.discard(store.database.writer());
            assertThat(store.transactions.write(SyncDatabaseTest::pragmas)).isEqualTo(before);
        }
    }

    @Test
    void opening_alone_changes_nothing_in_the_file() throws IOException, SQLException {
        Path file = folder.resolve("host.db");
        OpenStore.sql(file, "CREATE TABLE item(id)");
        byte[] before = Files.readAllBytes(file);
        OpenStore.on(file).close();
        assertThat(Files.readAllBytes(file)).isEqualTo(before);
    }

    @Test
    void a_file_that_is_no_database_is_refused_and_untouched() throws IOException {
        Path file = folder.resolve("letter.txt");
        Files.writeString(
                file,
                "Dear reader, this is not a database, and it is longer than one hundred bytes of text, so"
                        + " that it could be mistaken for a header.");
        byte[] before = Files.readAllBytes(file);
        StorageException failure = catchThrowableOfType(
                StorageException.class, () -> OpenStore.on(file).close());
        assertThat(failure).hasMessageContaining("letter.txt").hasMessageContaining("damaged or no SQLite database");
        assertThat(failure.isRetryable()).isFalse();
        assertThat(Files.readAllBytes(file)).isEqualTo(before);
    }

    @Test
    void a_file_in_a_folder_that_is_not_there_is_refused() {
        Path file = folder.resolve("missing").resolve("host.db");
        StorageException failure = catchThrowableOfType(
                StorageException.class, () -> OpenStore.on(file).close());
        assertThat(failure).hasMessageContaining(file.toString());
        assertThat(file.getParent()).doesNotExist();
    }

    @Test
    void a_path_that_the_driver_would_read_as_settings_is_refused() {
        Path file = folder.resolve("host.db?journal_mode=OFF");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> OpenStore.on(file).close())
                .withMessageContaining("'?'");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void odd_letters_in_a_path_are_letters() {
        Path file = folder.resolve("a b%20#ä'\".db");
        try (OpenStore store = OpenStore.on(file)) {
            assertThat(Path.of(store.database.file())).isEqualTo(file.toAbsolutePath());
        }
        assertThat(file).exists();
    }

    @Test
    void a_busy_file_is_reported_as_such() throws SQLException {
        Path file = folder.resolve("host.db");
        OpenStore.sql(file, "CREATE TABLE item(id)");
        try (OpenStore store = OpenStore.on(file);
                Connection host = store.host()) {
            OpenStore.run(host, "BEGIN EXCLUSIVE");
            StorageException failure = catchThrowableOfType(StorageException.class, store.database::useWriteAheadLog);
            assertThat(failure.isRetryable()).isTrue();
            assertThat(failure).hasMessageContaining("WAL");
            OpenStore.run(host, "ROLLBACK");
            store.database.useWriteAheadLog();
            assertThat(OpenStore.value(host, "PRAGMA journal_mode")).isEqualTo("wal");
        }
    }

    @Test
    void a_closed_database_opens_no_connection_again() {
        OpenStore store = OpenStore.on(folder.resolve("host.db"));
        store.close();
        store.close();
        assertThatIllegalStateException()
                .isThrownBy(() -> store.transactions.read(unit -> 1))
                .withMessageContaining("closed");
        assertThatIllegalStateException()
                .isThrownBy(() -> store.transactions.write(unit -> 1))
                .withMessageContaining("closed");
    }

    // ---- data sources of the host

    private SQLiteDataSource source(String url) {
        SQLiteDataSource source = new SQLiteDataSource();
        source.setUrl(url);
        return source;
    }

    /** The host's source, with a step of the test's on each connection it gives. */
    private static DataSource with(DataSource source, Step step) {
        return (DataSource) Proxy.newProxyInstance(
                SyncDatabaseTest.class.getClassLoader(), new Class<?>[] {DataSource.class}, (proxy, method, args) -> {
                    try {
                        Object given = method.invoke(source, args);
                        if (given instanceof Connection connection) {
                            step.on(connection);
                        }
                        return given;
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    private interface Step {
        void on(Connection connection) throws SQLException;
    }

    @Test
    void a_data_source_of_the_hosts_serves_as_well() throws SQLException {
        Path file = folder.resolve("host.db");
        try (OpenStore store = OpenStore.on(source("jdbc:sqlite:" + file), file)) {
            store.transactions.perform(unit -> unit.execute("CREATE TABLE item(id)"));
            assertThat(store.transactions.read(SyncDatabaseTest::pragmas)).containsEntry("foreign_keys", "1");
            assertThat(Path.of(store.database.file())).isEqualTo(file.toAbsolutePath());
            assertThat(store.value("SELECT count(*) FROM item")).isEqualTo(0);
        }
    }

    @Test
    void a_data_source_whose_connections_do_not_commit_by_themselves_serves_as_well() throws SQLException {
        Path file = folder.resolve("host.db");
        DataSource source = with(source("jdbc:sqlite:" + file), connection -> connection.setAutoCommit(false));
        try (OpenStore store = OpenStore.on(source, file)) {
            store.transactions.perform(unit -> unit.execute("CREATE TABLE item(id)"));
            assertThat(store.value("SELECT count(*) FROM item")).isEqualTo(0);
        }
    }

    @Test
    void a_database_without_a_file_is_refused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> OpenStore.on(source("jdbc:sqlite::memory:"), folder))
                .withMessageContaining("without a file");
    }

    @Test
    void a_data_source_that_leads_to_two_files_is_refused() {
        DataSource[] turns = {
            source("jdbc:sqlite:" + folder.resolve("a.db")), source("jdbc:sqlite:" + folder.resolve("b.db"))
        };
        int[] turn = {0};
        DataSource source = (DataSource) Proxy.newProxyInstance(
                SyncDatabaseTest.class.getClassLoader(),
                new Class<?>[] {DataSource.class},
                (proxy, method, args) -> method.invoke(turns[turn[0]++ % 2], args));
        try (OpenStore store = OpenStore.on(source, folder.resolve("a.db"))) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> store.transactions.read(unit -> 1))
                    .withMessageContaining("a.db")
                    .withMessageContaining("b.db");
        }
    }
}
