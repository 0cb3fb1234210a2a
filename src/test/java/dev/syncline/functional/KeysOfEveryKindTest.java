package dev.syncline.functional;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.config.SyncedTable;
import dev.syncline.testing.TwoDevices;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Tables of every kind of key travel. Defends G1 and G5. */
class KeysOfEveryKindTest {
    @RegisterExtension
    final TwoDevices two = TwoDevices.with(
            rules -> rules.entity("place", place -> place.serverIds()),
            List.of(
                    SyncedTable.named("place").key("id").build(),
                    SyncedTable.named("tag").key("id").build(),
                    SyncedTable.named("tagging")
                            .key("place_id", "tag_id")
                            .references("place_id", "place")
                            .references("tag_id", "tag")
                            .build()),
            "CREATE TABLE place(id INTEGER PRIMARY KEY, name TEXT)",
            "CREATE TABLE tag(id TEXT PRIMARY KEY, name TEXT) WITHOUT ROWID",
            "CREATE TABLE tagging(place_id INTEGER REFERENCES place(id), tag_id TEXT REFERENCES tag(id), weight INTEGER,"
                    + " PRIMARY KEY(place_id, tag_id)) WITHOUT ROWID");

    /** SQLite lists the primary key's index of such a table, but not in its schema. */
    @Test
    void a_composite_key_without_rowid_travels_with_the_ids_of_the_server_in_it() {
        two.server().rows("place").create(null, java.util.Map.of("name", "elsewhere"));
        two.a().manager();
        two.a().sql("INSERT INTO place VALUES(1, 'here')");
        two.a().sql("INSERT INTO tag VALUES('t', 'blue')");
        two.a().sql("INSERT INTO tagging VALUES(1, 't', 3)");
        two.sync(two.a());
        two.sync(two.b());
        two.b().sql("UPDATE tagging SET weight = 4");
        two.sync(two.b());
        two.sync(two.a());
        assertThat(two.server().rows("tagging").find("2,t")).isPresent();
        assertThat(two.a().value("SELECT weight FROM tagging")).isEqualTo(4);
        assertThat(two.b().value("SELECT name FROM tagging JOIN place ON place.id = place_id"))
                .isEqualTo("here");
    }

    @Test
    void a_deleted_row_of_a_composite_key_goes_everywhere_before_what_it_refers_to() {
        two.a().sql("INSERT INTO place VALUES(1, 'here')");
        two.a().sql("INSERT INTO tag VALUES('t', 'blue')");
        two.a().sql("INSERT INTO tagging VALUES(1, 't', 3)");
        two.sync(two.a());
        two.sync(two.b());
        two.b().sql("DELETE FROM tagging");
        two.b().sql("DELETE FROM place");
        two.b().sql("DELETE FROM tag");
        two.agree();
        assertThat(two.a().rows("place")).isEmpty();
    }
}
