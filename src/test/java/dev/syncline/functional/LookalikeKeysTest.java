package dev.syncline.functional;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.config.SyncedTable;
import dev.syncline.progress.SyncResult;
import dev.syncline.testing.TwoDevices;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Two records whose ids count as the same key in the host's table, by its collation: both live on, one of them outside the table
 * until the other has gone. Defends G1 and G4.
 */
class LookalikeKeysTest {
    @RegisterExtension
    final TwoDevices two = TwoDevices.with(
            rules -> rules,
            List.of(SyncedTable.named("tag").key("name").build()),
            "CREATE TABLE tag(name TEXT PRIMARY KEY COLLATE NOCASE, note TEXT)");

    @Test
    void a_record_never_takes_the_row_of_another_one() {
        two.server().rows("tag").create("red", Map.of("note", "first"));
        two.server().rows("tag").create("RED", Map.of("note", "second"));
        SyncResult result = two.a().sync();
        assertThat(two.a().rows("tag")).hasSize(1);
        assertThat(two.a().value("SELECT name || ' ' || note FROM tag")).isEqualTo("red first");
        assertThat(result.errors())
                .anySatisfy(error ->
                        assertThat(error).hasMessageContaining("put aside").hasMessageContaining("unique"));

        two.server().rows("tag").delete("red");
        two.a().sync();
        assertThat(two.a().value("SELECT name || ' ' || note FROM tag")).isEqualTo("RED second");
    }

    @Test
    void an_update_of_the_one_that_waits_leaves_the_other_as_it_is() {
        two.server().rows("tag").create("red", Map.of("note", "first"));
        two.a().sync();
        two.server().rows("tag").create("RED", Map.of("note", "second"));
        two.a().sync();
        two.server().rows("tag").update("RED", Map.of("note", "third"));
        two.a().sql("UPDATE tag SET note = 'mine' WHERE name = 'red'");
        two.a().sync();
        assertThat(two.a().value("SELECT name || ' ' || note FROM tag")).isEqualTo("red mine");
        assertThat(two.server()
                        .rows("tag")
                        .find("red")
                        .orElseThrow()
                        .path("note")
                        .asText())
                .isEqualTo("mine");
        assertThat(two.server()
                        .rows("tag")
                        .find("RED")
                        .orElseThrow()
                        .path("note")
                        .asText())
                .isEqualTo("third");
    }

    @Test
    void the_deletion_of_the_one_that_waits_does_not_delete_the_other() {
        two.server().rows("tag").create("red", Map.of("note", "first"));
        two.server().rows("tag").create("RED", Map.of("note", "second"));
        two.a().sync();
        two.server().rows("tag").delete("RED");
        two.a().sync();
        assertThat(two.a().value("SELECT name || ' ' || note FROM tag")).isEqualTo("red first");
    }
}
