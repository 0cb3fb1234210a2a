package dev.syncline.functional;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.config.SyncedTable;
import dev.syncline.exception.AuthenticationException;
import dev.syncline.exception.ValidationException;
import dev.syncline.progress.AbortReason;
import dev.syncline.progress.SyncResult;
import dev.syncline.testing.TwoDevices;
import dev.syncline.testing.server.EntityRules.ParentDelete;
import dev.syncline.testing.server.Fault;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * What the backend refuses stays visible, holds back only what depends on it, and goes once it is mended; what was never needed
 * there is never sent. Defends G1, G8 and G12.
 */
class RefusedChangeTest {
    @RegisterExtension
    final TwoDevices two = TwoDevices.with(
            rules -> rules.entity("place", place -> place.serverIds().required("name"))
                    .entity("visit", visit -> visit.serverIds().references("place_id", "place", ParentDelete.REFUSE)),
            List.of(
                    SyncedTable.named("place").key("id").build(),
                    SyncedTable.named("visit")
                            .key("id")
                            .references("place_id", "place")
                            .build()),
            "CREATE TABLE place(id INTEGER PRIMARY KEY, name TEXT)",
            "CREATE TABLE visit(id INTEGER PRIMARY KEY, place_id INTEGER REFERENCES place(id), note TEXT)");

    @Test
    void children_wait_for_a_parent_that_was_refused_and_go_when_it_is_mended() {
        two.a().manager();
        two.a().sql("INSERT INTO place VALUES(1, NULL), (2, 'fine')");
        two.a().sql("INSERT INTO visit VALUES(1, 1, 'waits'), (2, 2, 'goes')");
        SyncResult refused = two.a().sync();
        assertThat(refused.errors()).hasSize(1).first().isInstanceOf(ValidationException.class);
        assertThat(two.server().rows("visit").all()).hasSize(1);
        assertThat(two.a().manager().pendingChanges()).isEqualTo(2);
        two.a().sql("UPDATE place SET name = 'mended' WHERE id = 1");
        two.agree();
        assertThat(two.b().value("SELECT p.name FROM visit v JOIN place p ON p.id = v.place_id WHERE v.note = 'waits'"))
                .isEqualTo("mended");
    }

    @Test
    void a_refused_row_is_not_sent_again_until_it_is_edited() {
        two.a().manager();
        two.a().sql("INSERT INTO place VALUES(1, NULL)");
        two.a().sync();
        two.server().journal().clear();
        SyncResult quiet = two.a().sync();
        assertThat(quiet.success()).isTrue();
        assertThat(two.server().journal().count("POST")).isZero();
        assertThat(two.a().manager().pendingChanges()).isEqualTo(1);
        two.a().close();
        two.a().sql("UPDATE place SET name = 'mended'");
        two.agree();
    }

    @Test
    void a_refused_row_that_is_deleted_was_never_there() {
        two.a().manager();
        two.a().sql("INSERT INTO place VALUES(1, NULL)");
        two.a().sync();
        two.a().sql("DELETE FROM place");
        two.agree();
        assertThat(two.server().journal().count("DELETE")).isZero();
        assertThat(two.a().query("SELECT * FROM syncline_queue")).isEmpty();
    }

    @Test
    void a_refused_update_that_is_edited_back_is_forgotten() {
        two.shared("INSERT INTO place VALUES(1, 'here')");
        two.a().sql("UPDATE place SET name = NULL");
        assertThat(two.a().sync().failed()).isEqualTo(1);
        two.a().sql("UPDATE place SET name = 'here'");
        two.agree();
        assertThat(two.a().query("SELECT * FROM syncline_queue")).isEmpty();
        assertThat(two.server().rows("place").version("1")).isEqualTo(1);
    }

    @Test
    void what_is_created_and_deleted_before_a_run_is_never_sent() {
        two.a().manager();
        two.a().sql("INSERT INTO place VALUES(1, 'short-lived')");
        two.a().sql("UPDATE place SET name = 'still'");
        two.a().sql("DELETE FROM place");
        two.sync(two.a());
        assertThat(two.a().manager().pendingChanges()).isZero();
        assertThat(two.server().journal().count("POST")).isZero();
        assertThat(two.server().journal().count("DELETE")).isZero();
    }

    @Test
    void refused_credentials_end_the_run_and_leave_the_queue_as_it_is() {
        two.shared("INSERT INTO place VALUES(1, 'here')");
        two.a().sql("UPDATE place SET name = 'there'");
        two.a().sql("INSERT INTO place VALUES(2, 'new')");
        two.server().tokens("somebody else's");
        two.server().journal().clear();
        SyncResult result = two.a().sync();
        assertThat(result.abortReason()).isEqualTo(AbortReason.AUTHENTICATION);
        assertThat(result.errors()).hasSize(1).first().isInstanceOf(AuthenticationException.class);
        assertThat(two.a().manager().pendingChanges()).isEqualTo(2);
        assertThat(two.a().query("SELECT * FROM syncline_queue")).isEmpty();
        two.server().tokens();
        two.agree();
        assertThat(two.b().rows("place")).hasSize(2);
    }

    @Test
    void credentials_refused_in_the_middle_of_the_sends_lose_nothing_and_make_nothing_twice() {
        two.shared("INSERT INTO place VALUES(1, 'here')");
        two.a().sql("INSERT INTO place VALUES(2, 'new'), (3, 'newer')");
        two.server().faults().when((method, path) -> !method.equals("GET"), Fault.status(401));
        SyncResult result = two.a().sync();
        assertThat(result.abortReason()).isEqualTo(AbortReason.AUTHENTICATION);
        assertThat(two.a().manager().pendingChanges()).isEqualTo(2);
        two.server().faults().clear();
        two.agree();
        assertThat(two.server().rows("place").count()).isEqualTo(3);
    }
}
