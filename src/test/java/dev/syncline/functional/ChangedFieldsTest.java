package dev.syncline.functional;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.SyncSchema;
import dev.syncline.backend.rest.RestBackend;
import dev.syncline.backend.rest.UpdateForm;
import dev.syncline.backend.rest.Writes;
import dev.syncline.config.SyncedTable;
import dev.syncline.exception.ValidationException;
import dev.syncline.testing.Device;
import dev.syncline.testing.MemoryBackend;
import dev.syncline.testing.server.ReferenceServer;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Columns and fields that come, go, take another name or another type, on either side: what fits flows, what does not is put aside
 * with its reason and comes back once it fits. Defends G1, G5, G6 and G12.
 */
class ChangedFieldsTest {
    private static final String SCHEMA =
            "CREATE TABLE bill(id TEXT PRIMARY KEY, title TEXT, amount TEXT, due TEXT, paid INTEGER)";
    private static final List<SyncedTable> TABLES = List.of(SyncedTable.named("bill")
            .key("id")
            .decimal("amount")
            .instant("due")
            .bool("paid")
            .build());

    @TempDir
    Path folder;

    private static Map<String, @Nullable Object> fields(String title) {
        Map<String, @Nullable Object> fields = new HashMap<>();
        fields.put("title", title);
        fields.put("amount", "1.50");
        fields.put("due", "2026-01-02T03:04:05Z");
        fields.put("paid", true);
        return fields;
    }

    private static String titles(Device device) {
        return String.valueOf(
                device.value("SELECT group_concat(id || ':' || title) FROM (SELECT * FROM bill ORDER BY id)"));
    }

    @ParameterizedTest
    @CsvSource({
        "added,   colour, red,   b:new,   1.50",
        "renamed, amount, -,     b:new,   1.50",
        "retyped, amount, much,  b:old,   1.50",
        "retyped, due,    soon,  b:new,   1.50",
        "retyped, paid,   maybe, b:old,   1.50",
        "retyped, title,  -,     b:new,   1.50"
    })
    void a_field_that_changes_at_the_backend(String change, String field, String value, String row, String amount) {
        MemoryBackend backend = new MemoryBackend("memory");
        backend.put("bill", "a", fields("old"));
        backend.put("bill", "b", fields("old"));
        try (Device device = new Device(folder.resolve("a.db"), "", TABLES, SCHEMA).with(backend)) {
            assertThat(device.sync().errors()).isEmpty();
            backend.put("bill", "a", fields("new"));
            Map<String, @Nullable Object> changed = fields("new");
            switch (change) {
                case "added" -> changed.put(field, value);
                case "renamed" -> changed.put("other", changed.remove(field));
                default -> changed.put(field, value.equals("-") ? "new" : value);
            }
            backend.put("bill", "b", changed);
            List<? extends Throwable> errors = device.sync().errors();
            assertThat(titles(device)).isEqualTo("a:new," + row);
            assertThat(device.value("SELECT amount FROM bill WHERE id = 'b'")).isEqualTo(amount);
            boolean aside = row.equals("b:old");
            assertThat(errors).hasSize(aside ? 1 : 0).allMatch(ValidationException.class::isInstance);
            assertThat(device.value("SELECT reason FROM syncline_holding WHERE id = 'b'"))
                    .isEqualTo(aside ? "unstorable" : null);
            backend.put("bill", "b", fields("fits"));
            assertThat(device.sync().errors()).isEmpty();
            assertThat(titles(device)).isEqualTo("a:new,b:fits");
            assertThat(device.value("SELECT count(*) FROM syncline_holding")).isEqualTo(0);
        }
    }

    @Test
    void a_page_of_which_no_record_fits_is_put_aside_and_comes_back_with_a_table_that_holds_it() {
        MemoryBackend backend = new MemoryBackend("memory");
        for (String id : List.of("a", "b", "c")) {
            Map<String, @Nullable Object> changed = fields(id);
            changed.put("amount", "much");
            backend.put("bill", id, changed);
        }
        Path file = folder.resolve("a.db");
        try (Device device = new Device(file, "", TABLES, SCHEMA).with(backend)) {
            assertThat(device.sync().errors()).hasSize(3);
            assertThat(titles(device)).isEqualTo("null");
            assertThat(device.value("SELECT count(*) FROM syncline_holding")).isEqualTo(3);
        }
        List<SyncedTable> laxer = List.of(
                SyncedTable.named("bill").key("id").instant("due").bool("paid").build());
        try (Device device = new Device(file, "", laxer).with(backend)) {
            assertThat(device.sync().errors()).isEmpty();
            assertThat(titles(device)).isEqualTo("a:a,b:b,c:c");
            assertThat(device.value("SELECT count(*) FROM syncline_holding")).isEqualTo(0);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "PATCH, nothing,  one,   red",
        "PATCH, another,  two,   red",
        "PATCH, the same, one,   red",
        "PUT,   nothing,  one,   red",
        "PUT,   another,  two,   red"
    })
    void a_column_that_the_host_adds_is_filled_by_the_next_read(
            UpdateForm form, String edited, String title, String colour) throws SQLException {
        List<SyncedTable> notes = List.of(SyncedTable.named("note").key("id").build());
        try (ReferenceServer server =
                ReferenceServer.on(folder.resolve("server.db")).start()) {
            server.rows("note").create("n", Map.of("title", "one", "colour", "red"));
            Path file = folder.resolve("a.db");
            RestBackend first = RestBackend.at(server.url()).build();
            try (Device device = new Device(
                            file, server.url(), notes, "CREATE TABLE note(id TEXT PRIMARY KEY, title TEXT)")
                    .with(first)) {
                assertThat(device.sync().errors()).isEmpty();
                if (edited.equals("another")) {
                    device.sql("UPDATE note SET title = 'two'");
                }
                try (Connection connection = device.connect()) {
                    device.close();
                    SyncSchema.migrate(connection, migrating -> {
                        try (Statement statement = migrating.createStatement()) {
                            statement.execute("ALTER TABLE note ADD COLUMN colour TEXT");
                        }
                    });
                }
                if (edited.equals("the same")) {
                    device.sql("UPDATE note SET colour = 'mine'");
                }
            }
            RestBackend second =
                    RestBackend.at(server.url()).writes(Writes.by(form)).build();
            try (Device device = new Device(file, server.url(), notes).with(second)) {
                assertThat(device.sync().errors()).isEmpty();
                assertThat(device.sync().errors()).isEmpty();
                assertThat(device.value("SELECT title || colour FROM note")).isEqualTo(title + colour);
                assertThat(device.manager().pendingChanges()).isZero();
                assertThat(device.value("SELECT count(*) FROM syncline_conflicts WHERE local_data LIKE '%mine%'"))
                        .as("what was written without having seen the other value")
                        .isEqualTo(edited.equals("the same") ? 1 : 0);
                assertThat(device.value("SELECT count(*) FROM syncline_metadata WHERE key LIKE 'late:%'"))
                        .isEqualTo(0);
            }
            assertThat(server.rows("note").find("n").orElseThrow().get("colour").asText())
                    .isEqualTo(colour);
            assertThat(server.rows("note").find("n").orElseThrow().get("title").asText())
                    .isEqualTo(title);
        }
    }
}
