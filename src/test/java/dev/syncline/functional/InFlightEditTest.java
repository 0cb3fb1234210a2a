package dev.syncline.functional;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.config.SyncedTable;
import dev.syncline.progress.SyncResult;
import dev.syncline.testing.Device;
import dev.syncline.testing.TwoDevices;
import java.util.List;
import java.util.Map;
import java.util.function.BiPredicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What the host does to a row while its earlier version is on the wire. Defends G1, G2 and G3. */
class InFlightEditTest {
    private static final BiPredicate<String, String> WRITE = (method, path) -> !method.equals("GET");

    @RegisterExtension
    final TwoDevices two = TwoDevices.with(
            rules -> rules.entity("place", place -> place.serverIds()),
            List.of(
                    SyncedTable.named("memo").key("id").build(),
                    SyncedTable.named("place").key("id").build()),
            "CREATE TABLE memo(id TEXT PRIMARY KEY, title TEXT, body TEXT)",
            "CREATE TABLE place(id INTEGER PRIMARY KEY, name TEXT)");

    private void hold(Device device, Runnable meanwhile) throws Exception {
        SyncResult result = two.syncMeanwhile(device, WRITE, meanwhile);
        assertThat(result.errors()).isEmpty();
    }

    @Test
    void an_edit_during_the_send_of_a_create_is_kept_and_sent_next() throws Exception {
        two.a().manager();
        two.a().sql("INSERT INTO memo VALUES('m', 'sent', 'sent')");
        hold(two.a(), () -> two.a().sql("UPDATE memo SET title = 'edited'"));
        assertThat(two.a().value("SELECT title || body FROM memo")).isEqualTo("editedsent");
        two.agree();
        assertThat(two.b().value("SELECT title || body FROM memo")).isEqualTo("editedsent");
        assertThat(two.server().rows("memo").version("m")).isEqualTo(2);
    }

    @Test
    void an_edit_during_the_send_of_an_update_is_kept_and_sent_next() throws Exception {
        two.shared("INSERT INTO memo VALUES('m', 'base', 'base')");
        two.a().sql("UPDATE memo SET title = 'sent'");
        hold(two.a(), () -> two.a().sql("UPDATE memo SET title = 'edited', body = 'edited'"));
        two.agree();
        assertThat(two.b().value("SELECT title || body FROM memo")).isEqualTo("editededited");
        assertThat(two.a().query("SELECT * FROM syncline_conflicts WHERE resolved_at IS NULL"))
                .isEmpty();
    }

    @Test
    void a_row_edited_back_during_the_send_goes_back_at_the_backend_as_well() throws Exception {
        two.shared("INSERT INTO memo VALUES('m', 'base', 'base')");
        two.a().sql("UPDATE memo SET title = 'sent'");
        hold(two.a(), () -> two.a().sql("UPDATE memo SET title = 'base'"));
        two.agree();
        assertThat(two.b().value("SELECT title FROM memo")).isEqualTo("base");
        assertThat(two.server().rows("memo").version("m")).isEqualTo(3);
    }

    @Test
    void a_deletion_during_the_send_of_a_create_follows_it() throws Exception {
        two.a().manager();
        two.a().sql("INSERT INTO place VALUES(1, 'sent')");
        hold(two.a(), () -> two.a().sql("DELETE FROM place"));
        two.agree();
        assertThat(two.server().rows("place").version("1")).isEqualTo(2);
        assertThat(two.b().rows("place")).isEmpty();
    }

    @Test
    void a_deletion_during_the_send_of_an_update_follows_it() throws Exception {
        two.shared("INSERT INTO memo VALUES('m', 'base', 'base')");
        two.a().sql("UPDATE memo SET title = 'sent'");
        hold(two.a(), () -> two.a().sql("DELETE FROM memo"));
        two.agree();
        assertThat(two.b().rows("memo")).isEmpty();
        assertThat(two.server().rows("memo").version("m")).isEqualTo(3);
    }

    @Test
    void a_row_made_again_during_the_send_of_its_deletion_is_made_again_at_the_backend() throws Exception {
        two.shared("INSERT INTO memo VALUES('m', 'base', 'base')");
        two.a().sql("DELETE FROM memo");
        hold(two.a(), () -> two.a().sql("INSERT INTO memo VALUES('m', 'again', NULL)"));
        two.agree();
        assertThat(two.b().value("SELECT title FROM memo")).isEqualTo("again");
    }

    @Test
    void an_edit_and_a_remote_edit_during_the_send_meet_afterwards() throws Exception {
        two.shared("INSERT INTO memo VALUES('m', 'base', 'base')");
        two.a().sql("UPDATE memo SET title = 'sent'");
        hold(two.a(), () -> {
            two.server().rows("memo").update("m", Map.of("body", "theirs"));
            two.a().sql("UPDATE memo SET title = 'edited'");
        });
        two.agree();
        assertThat(two.b().value("SELECT title || body FROM memo")).isEqualTo("editedtheirs");
    }

    @Test
    void an_edit_while_pages_are_read_is_not_overwritten_by_them() throws Exception {
        two.shared("INSERT INTO memo VALUES('m', 'base', 'base')");
        two.server().rows("memo").update("m", Map.of("body", "theirs"));
        two.syncMeanwhile(
                two.a(),
                (method, path) -> path.contains("/memo"),
                () -> two.a().sql("UPDATE memo SET title = 'edited'"));
        assertThat(two.a().value("SELECT title || body FROM memo")).isEqualTo("editedtheirs");
        two.agree();
    }
}
