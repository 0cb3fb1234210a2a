package dev.syncline.internal.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.syncline.exception.StorageException;
import dev.syncline.internal.capture.CaptureTables;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The library's tables come whole or not at all. Defends G10, and G13 for files of a later version. */
class SchemaMigratorTest {
    private static final String OBJECTS = "SELECT group_concat(name, ' ') FROM (SELECT name FROM sqlite_master"
            + " WHERE name LIKE 'syncline%' ORDER BY name)";

    @TempDir
    Path folder;

    private Path file;

    @BeforeEach
    void host() throws SQLException {
        file = folder.resolve("host.db");
        OpenStore.sql(file, "CREATE TABLE item(id INTEGER PRIMARY KEY)", "INSERT INTO item VALUES(1)");
    }

    private static void migrate(OpenStore store, List<String> capture) {
        new SchemaMigrator(store.database, store.transactions).migrate(capture);
    }

    /** One step is that of capture, which has no file. */
    private static String newest() {
        try (Stream<Path> steps = Files.list(Path.of("src/main/resources/dev/syncline/internal/store"))) {
            return Long.toString(steps.count() + 1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void migrate() {
        try (OpenStore store = OpenStore.on(file)) {
            migrate(store, CaptureTables.DDL);
        }
    }

    @Test
    void a_file_that_was_never_synced_gets_every_table_and_keeps_its_own() throws SQLException {
        migrate();
        assertThat((String) OpenStore.value(file, OBJECTS))
                .contains("syncline_conflicts", "syncline_cursor", "syncline_holding", "syncline_id_mapping")
                .contains("syncline_metadata", "syncline_queue", "syncline_row_state", "syncline_tombstone")
                .contains("syncline_runs", "syncline_error_log", "syncline_table", "syncline_mute")
                .contains("syncline_walk", "syncline_unmet", "syncline_deletions", "syncline_unmapped")
                .contains("syncline_lease", "syncline_schedule", "syncline_statistics", "syncline_together");
        assertThat(OpenStore.value(file, "SELECT value FROM syncline_metadata WHERE key = 'schema_version'"))
                .isEqualTo(newest());
        assertThat(OpenStore.value(file, "SELECT count(*) FROM item")).isEqualTo(1);
        assertThat(OpenStore.value(file, "PRAGMA journal_mode")).isEqualTo("wal");
    }

    @Test
    void the_table_of_conflicts_has_the_promised_columns() throws SQLException {
        migrate();
        assertThat((String) OpenStore.value(
                        file, "SELECT group_concat(name, ' ') FROM pragma_table_info('syncline_conflicts')"))
                .startsWith("id operation_id entity_type entity_id conflict_type local_data remote_data base_data"
                        + " conflicting_fields severity detected_at resolved_at resolution_strategy resolved_by"
                        + " resolved_data notes");
    }

    @Test
    void no_object_needs_a_newer_SQLite_than_old_hosts_have() throws SQLException {
        migrate();
        assertThat((String) OpenStore.value(
                        file, "SELECT group_concat(upper(sql), ';') FROM sqlite_master WHERE name LIKE 'syncline%'"))
                .doesNotContain("STRICT", "GENERATED", "JSON_", "ON CONFLICT", "RETURNING");
    }

    @Test
    void a_second_opening_writes_nothing() throws SQLException {
        migrate();
        try (Connection host = OpenStore.host(file)) {
            Object schema = OpenStore.value(host, "PRAGMA schema_version");
            Object data = OpenStore.value(host, "PRAGMA data_version");
            try (OpenStore store = OpenStore.on(file);
                    Connection writer = store.host()) {
                OpenStore.run(writer, "BEGIN IMMEDIATE");
                migrate(store, CaptureTables.DDL);
                assertThat(store.waits.waits())
                        .as("waits for the host's writer")
                        .isEmpty();
                OpenStore.run(writer, "ROLLBACK");
            }
            assertThat(OpenStore.value(host, "PRAGMA schema_version")).isEqualTo(schema);
            assertThat(OpenStore.value(host, "PRAGMA data_version")).isEqualTo(data);
        }
    }

    @Test
    void a_step_that_fails_in_the_middle_leaves_nothing_and_the_next_opening_goes_on() throws SQLException {
        try (OpenStore store = OpenStore.on(file)) {
            StorageException failure = catchThrowableOfType(
                    StorageException.class,
                    () -> migrate(store, List.of("CREATE TABLE syncline_first(x)", "CREATE TABLE item(x)")));
            assertThat(failure).hasMessageContaining("already exists").hasMessageContaining("nothing of it is stored");
            assertThat(OpenStore.value(file, OBJECTS)).isNull();
        }
        migrate();
        assertThat(OpenStore.value(file, "SELECT value FROM syncline_metadata")).isEqualTo(newest());
    }

    @Test
    void a_file_with_the_first_step_alone_gets_the_others_and_keeps_its_queue() throws SQLException {
        migrate();
        OpenStore.sql(
                file,
                "UPDATE syncline_metadata SET value = '1'",
                "DROP TABLE syncline_idempotency_keys",
                "DROP TABLE syncline_mute",
                "DROP TABLE syncline_table",
                "DROP TABLE syncline_table_column",
                "DROP TABLE syncline_table_schema",
                "DROP TABLE syncline_table_change",
                "DROP TABLE syncline_walk",
                "DROP TABLE syncline_unmet",
                "DROP TABLE syncline_deletions",
                "DROP TABLE syncline_unmapped",
                "DROP TABLE syncline_reading",
                "DROP TABLE syncline_staging",
                "DROP TABLE syncline_staged",
                "ALTER TABLE syncline_holding DROP COLUMN unmet",
                "DROP TABLE syncline_together",
                "DROP TABLE syncline_lease",
                "DROP TABLE syncline_schedule",
                "DROP TABLE syncline_statistics",
                "ALTER TABLE syncline_cursor DROP COLUMN validator",
                "DROP INDEX syncline_conflicts_resolved",
                "ALTER TABLE syncline_conflicts DROP COLUMN note",
                "ALTER TABLE syncline_conflicts DROP COLUMN undo_state",
                "ALTER TABLE syncline_conflicts DROP COLUMN undo_image",
                "ALTER TABLE syncline_conflicts DROP COLUMN outcome_image",
                "ALTER TABLE syncline_conflicts DROP COLUMN asked",
                "INSERT INTO syncline_cursor VALUES(1, 'c', 0, 5), (2, 'p', 1, 6)",
                "INSERT INTO syncline_queue(t, entity_id, status) VALUES(1, 'x', 'processing')");
        migrate();
        assertThat(OpenStore.value(file, "SELECT entity_id FROM syncline_queue"))
                .isEqualTo("x");
        assertThat((String) OpenStore.value(file, OBJECTS))
                .contains("syncline_mute", "syncline_table_change", "syncline_idempotency_keys");
        assertThat(OpenStore.value(file, "SELECT group_concat(t || phase || ended_at) FROM syncline_walk"))
                .isEqualTo("1done5");
    }

    @Test
    void a_file_of_the_second_step_gets_the_keys_and_keeps_its_queue() throws SQLException {
        migrate();
        OpenStore.sql(
                file,
                "UPDATE syncline_metadata SET value = '2'",
                "DROP TABLE syncline_idempotency_keys",
                "DROP TABLE syncline_walk",
                "DROP TABLE syncline_unmet",
                "DROP TABLE syncline_deletions",
                "DROP TABLE syncline_unmapped",
                "DROP TABLE syncline_reading",
                "DROP TABLE syncline_staging",
                "DROP TABLE syncline_staged",
                "ALTER TABLE syncline_holding DROP COLUMN unmet",
                "DROP TABLE syncline_together",
                "DROP TABLE syncline_lease",
                "DROP TABLE syncline_schedule",
                "DROP TABLE syncline_statistics",
                "ALTER TABLE syncline_cursor DROP COLUMN validator",
                "DROP INDEX syncline_conflicts_resolved",
                "ALTER TABLE syncline_conflicts DROP COLUMN note",
                "ALTER TABLE syncline_conflicts DROP COLUMN undo_state",
                "ALTER TABLE syncline_conflicts DROP COLUMN undo_image",
                "ALTER TABLE syncline_conflicts DROP COLUMN outcome_image",
                "ALTER TABLE syncline_conflicts DROP COLUMN asked",
                "INSERT INTO syncline_queue(t, entity_id, status, idempotency_key) VALUES(1, 'x', 'processing', 'k')");
        migrate();
        assertThat(OpenStore.value(file, "SELECT idempotency_key FROM syncline_queue"))
                .isEqualTo("k");
        assertThat(OpenStore.value(file, "SELECT count(*) FROM syncline_idempotency_keys"))
                .isEqualTo(0);
    }

    @Test
    void a_file_of_a_later_version_is_refused_and_not_a_byte_of_it_changes() throws IOException, SQLException {
        for (String mode : List.of("DELETE", "WAL")) {
            OpenStore.sql(
                    file,
                    "PRAGMA journal_mode = " + mode,
                    "CREATE TABLE IF NOT EXISTS syncline_metadata(key TEXT PRIMARY KEY, value TEXT, later TEXT)",
                    "INSERT OR REPLACE INTO syncline_metadata VALUES('schema_version', '99', 'x')");
            Map<String, byte[]> before = files();
            try (OpenStore store = OpenStore.on(file)) {
                StorageException failure =
                        catchThrowableOfType(StorageException.class, () -> migrate(store, CaptureTables.DDL));
                assertThat(failure)
                        .hasMessageContaining("schema 99")
                        .hasMessageContaining("nothing was changed")
                        .hasMessageContaining("Update the library");
                assertThat(failure.isRetryable()).isFalse();
            }
            Map<String, byte[]> after = files();
            assertThat(after.keySet()).isEqualTo(before.keySet());
            before.forEach((name, bytes) -> assertThat(after.get(name)).as(name).isEqualTo(bytes));
        }
    }

    private Map<String, byte[]> files() throws IOException {
        Map<String, byte[]> found = new TreeMap<>();
        try (var list = Files.list(folder)) {
            for (Path path : list.toList()) {
                found.put(path.getFileName().toString(), Files.readAllBytes(path));
            }
        }
        return found;
    }

    @Test
    void a_file_that_a_later_version_takes_while_this_one_waits_is_not_taken_back() throws SQLException {
        try (OpenStore store = OpenStore.on(file);
                Connection later = store.host()) {
            store.database.useWriteAheadLog();
            OpenStore.run(
                    later,
                    "BEGIN IMMEDIATE",
                    "CREATE TABLE syncline_metadata(key TEXT PRIMARY KEY, value TEXT, updated_at INTEGER)",
                    "INSERT INTO syncline_metadata VALUES('schema_version', '99', 0)");
            store.waits.meanwhile(() -> commit(later));
            assertThat(catchThrowableOfType(StorageException.class, () -> migrate(store, CaptureTables.DDL)))
                    .hasMessageContaining("schema 99");
            assertThat(store.waits.waits()).hasSize(1);
        }
        assertThat(OpenStore.value(file, "SELECT value FROM syncline_metadata")).isEqualTo("99");
        assertThat(OpenStore.value(file, OBJECTS)).isEqualTo("syncline_metadata");
    }

    private static void commit(Connection connection) {
        try {
            OpenStore.run(connection, "COMMIT");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void a_version_that_is_no_number_is_refused_with_what_to_do() throws SQLException {
        migrate();
        OpenStore.sql(file, "UPDATE syncline_metadata SET value = 'two'");
        try (OpenStore store = OpenStore.on(file)) {
            assertThat(catchThrowableOfType(StorageException.class, () -> migrate(store, CaptureTables.DDL)))
                    .hasMessageContaining("syncline_metadata")
                    .hasMessageContaining("nothing was changed");
        }
    }
}
