package dev.syncline.functional;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.syncline.config.SyncedTable;
import dev.syncline.exception.ConsistencyException;
import dev.syncline.progress.SyncResult;
import dev.syncline.testing.Device;
import dev.syncline.testing.TwoDevices;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A table that is exchanged with another entity from now on reads all of it, wherever the cursor of the first one stood, and tells
 * neither of the rows of the other. Defends G1, G4 and G5.
 */
class ChangedEntityTest {
    @RegisterExtension
    final TwoDevices two = TwoDevices.with(
            rules -> rules,
            List.of(
                    SyncedTable.named("memo").key("id").build(),
                    SyncedTable.named("visit").key("id").build()),
            "CREATE TABLE memo(id TEXT PRIMARY KEY, title TEXT)",
            "CREATE TABLE visit(id TEXT PRIMARY KEY, title TEXT)");

    private @Nullable Device device;

    private void openAs(String entity) {
        if (device != null) {
            device.close();
        }
        device = new Device(
                two.a().file(),
                two.server().url(),
                List.of(
                        SyncedTable.named("memo").key("id").entity(entity).build(),
                        SyncedTable.named("visit").key("id").build()));
    }

    @AfterEach
    void close() {
        device.close();
    }

    @BeforeEach
    void pulled() {
        // The other entity is older than everything that the first cursor has passed.
        for (String id : List.of("a", "b")) {
            two.server().rows("note").create(id, Map.of("title", "note " + id));
        }
        for (String id : List.of("a", "c", "d", "e")) {
            two.server().rows("memo").create(id, Map.of("title", "memo " + id));
            two.server().rows("memo").update(id, Map.of("title", "memo " + id + "!"));
        }
        two.server().rows("visit").create("v", Map.of("title", "x"));
        openAs("memo");
        two.sync(device);
        assertThat(device.rows("memo")).containsOnlyKeys("a", "c", "d", "e");
        two.server().journal().clear();
    }

    @Test
    void all_of_the_other_entity_is_read_and_of_other_tables_only_what_changed() {
        openAs("note");
        SyncResult result = device.sync();
        assertThat(result.success() || !device.manager().conflicts().open().isEmpty())
                .isTrue();
        assertThat(device.rows("memo")).containsKeys("a", "b", "c", "d", "e");
        assertThat(device.value("SELECT title FROM memo WHERE id = 'b'")).isEqualTo("note b");
        assertThat(two.server().journal().entries())
                .filteredOn(entry -> entry.path().contains("/visit?"))
                .allSatisfy(entry -> assertThat(entry.path()).contains("cursor="));
        assertThat(two.server().rows("memo").find("c")).isPresent();
        assertThat(two.server()
                        .rows("memo")
                        .find("a")
                        .orElseThrow()
                        .path("title")
                        .asText())
                .isEqualTo("memo a!");
    }

    @Test
    void unsent_changes_refuse_it_and_nothing_is_lost() {
        device.sql("UPDATE memo SET title = 'mine' WHERE id = 'c'");
        openAs("note");
        assertThatThrownBy(() -> device.manager())
                .isInstanceOf(ConsistencyException.class)
                .hasMessageContaining("memo")
                .hasMessageContaining("1 unsent")
                .hasMessageNotContaining("mine");
        openAs("memo");
        two.sync(device);
        assertThat(two.server()
                        .rows("memo")
                        .find("c")
                        .orElseThrow()
                        .path("title")
                        .asText())
                .isEqualTo("mine");
    }

    @Test
    void the_same_entity_goes_on_at_its_cursor() {
        openAs("memo");
        two.sync(device);
        assertThat(two.server().journal().entries())
                .filteredOn(entry -> entry.path().contains("/memo?"))
                .isNotEmpty()
                .allSatisfy(entry -> assertThat(entry.path()).contains("cursor="));
    }
}
