package dev.syncline.functional;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.backend.rest.RestBackend;
import dev.syncline.backend.rest.UpdateForm;
import dev.syncline.backend.rest.Writes;
import dev.syncline.config.SyncedTable;
import dev.syncline.conflict.ResolutionStrategy;
import dev.syncline.testing.Device;
import dev.syncline.testing.TwoDevices;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Two versions of an app at a backend that takes whole rows only: what the older one does not know it gives back as it came. The
 * second device has the older schema. Defends G1, G5 and G6.
 */
class UnmappedFieldTest {
    private static final List<SyncedTable> TABLES = List.of(
            SyncedTable.named("note")
                    .key("id")
                    .strategy(ResolutionStrategy.MANUAL)
                    .build(),
            SyncedTable.named("item").key("id").build());
    private static final String[] NEWER = {
        "CREATE TABLE note(id TEXT PRIMARY KEY, title TEXT, mood TEXT, stars INTEGER)",
        "CREATE TABLE item(id INTEGER PRIMARY KEY, title TEXT, mood TEXT)"
    };

    @RegisterExtension
    final TwoDevices devices =
            TwoDevices.with(server -> server.entity("item", rules -> rules.serverIds()), TABLES, NEWER);

    private Device newer;
    private Device older;

    @BeforeEach
    void open() {
        newer = whole(devices.a());
        older = whole(devices.b());
        older.sql("ALTER TABLE note DROP COLUMN mood");
        older.sql("ALTER TABLE note DROP COLUMN stars");
        older.sql("ALTER TABLE item DROP COLUMN mood");
        newer.manager();
        older.manager();
    }

    private Device whole(Device device) {
        String url = devices.server().url();
        return device.with(settings -> settings.backend(
                RestBackend.at(url).writes(Writes.by(UpdateForm.PUT)).build()));
    }

    private Object kept() {
        return older.value("SELECT fields FROM syncline_unmapped");
    }

    @Test
    void an_edit_of_the_older_app_leaves_what_it_does_not_know() {
        newer.sql("INSERT INTO note VALUES('n', 'a', 'glad', 3)");
        devices.sync(newer);
        devices.sync(older);
        older.sql("UPDATE note SET title = 'b'");
        devices.sync(older);
        devices.sync(newer);
        assertThat(newer.value("SELECT title || mood || stars FROM note")).isEqualTo("bglad3");
    }

    @Test
    void a_later_value_takes_the_place_of_the_one_that_was_kept() {
        newer.sql("INSERT INTO note VALUES('n', 'a', 'glad', 3)");
        devices.sync(newer);
        devices.sync(older);
        newer.sql("UPDATE note SET mood = 'sad', stars = NULL");
        devices.sync(newer);
        devices.sync(older);
        for (String title : List.of("b", "c")) {
            older.sql("UPDATE note SET title = ?", title);
            devices.sync(older);
        }
        devices.sync(newer);
        assertThat(newer.value("SELECT title || mood || coalesce(stars, '-') FROM note"))
                .isEqualTo("csad-");
    }

    @Test
    void edits_of_both_at_once_leave_both() {
        newer.sql("INSERT INTO note VALUES('n', 'a', 'glad', 3)");
        devices.sync(newer);
        devices.sync(older);
        newer.sql("UPDATE note SET mood = 'sad'");
        older.sql("UPDATE note SET title = 'b'");
        devices.sync(newer);
        devices.sync(older);
        devices.sync(newer);
        assertThat(newer.value("SELECT title || mood || stars FROM note")).isEqualTo("bsad3");
    }

    @Test
    void a_conflict_that_the_older_app_wins_leaves_the_newest_of_what_it_does_not_know() {
        newer.sql("INSERT INTO note VALUES('n', 'a', 'glad', 3)");
        devices.sync(newer);
        devices.sync(older);
        newer.sql("UPDATE note SET title = 'x', mood = 'sad'");
        older.sql("UPDATE note SET title = 'b'");
        devices.sync(newer);
        older.sync();
        TwoDevices.decide(older, ResolutionStrategy.LOCAL_WINS);
        devices.sync(older);
        devices.sync(newer);
        assertThat(newer.value("SELECT title || mood || stars FROM note")).isEqualTo("bsad3");
    }

    @Test
    void a_row_whose_number_the_backend_gave_keeps_it_too() {
        newer.sql("INSERT INTO item VALUES(7, 'a', 'glad')");
        devices.sync(newer);
        devices.sync(older);
        older.sql("UPDATE item SET title = 'b'");
        devices.sync(older);
        devices.sync(newer);
        assertThat(newer.value("SELECT title || mood FROM item")).isEqualTo("bglad");
    }

    @Test
    void a_number_that_was_given_again_takes_nothing_of_the_row_before_along() {
        newer.sql("INSERT INTO item VALUES(1, 'a', 'glad')");
        devices.sync(newer);
        devices.sync(older);
        older.sql("DELETE FROM item");
        older.sql("INSERT INTO item VALUES(1, 'new')");
        devices.sync(older);
        older.sql("UPDATE item SET title = 'newer'");
        devices.sync(older);
        devices.sync(newer);
        assertThat(newer.value("SELECT title || coalesce(mood, '-') FROM item")).isEqualTo("newer-");
    }

    @Test
    void a_key_that_was_changed_is_another_row_without_what_the_old_one_had() {
        newer.sql("INSERT INTO note VALUES('n', 'a', 'glad', 3)");
        devices.sync(newer);
        devices.sync(older);
        older.sql("UPDATE note SET id = 'm'");
        devices.sync(older);
        assertThat(kept()).isNull();
        devices.sync(newer);
        assertThat(newer.query("SELECT id FROM note")).hasSize(1);
        assertThat(newer.value("SELECT id || title FROM note")).isEqualTo("ma");
    }

    @Test
    void what_was_kept_goes_with_its_row() {
        newer.sql("INSERT INTO note VALUES('n', 'a', 'glad', 3)");
        devices.sync(newer);
        devices.sync(older);
        assertThat(kept()).isNotNull();
        newer.sql("DELETE FROM note");
        devices.sync(newer);
        devices.sync(older);
        assertThat(kept()).isNull();
    }

    @Test
    void where_changed_fields_travel_alone_nothing_is_kept() {
        Device third = devices.device("c");
        try (third) {
            third.sql("ALTER TABLE note DROP COLUMN mood");
            newer.sql("INSERT INTO note VALUES('n', 'a', 'glad', 3)");
            devices.sync(newer);
            devices.sync(third);
            third.sql("UPDATE note SET title = 'b'");
            devices.sync(third);
            assertThat(third.value("SELECT count(*) FROM syncline_unmapped")).isEqualTo(0);
        }
        devices.sync(newer);
        assertThat(newer.value("SELECT title || mood FROM note")).isEqualTo("bglad");
    }
}
