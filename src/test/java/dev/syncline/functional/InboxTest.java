package dev.syncline.functional;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.syncline.config.SyncedTable;
import dev.syncline.conflict.Conflict;
import dev.syncline.conflict.ConflictType;
import dev.syncline.conflict.ResolutionStrategy;
import dev.syncline.exception.ConflictException;
import dev.syncline.testing.TwoDevices;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A row in the inbox waits, and everything else goes on; what both sides do meanwhile counts. Defends G5, G6 and G12. */
class InboxTest {
    @RegisterExtension
    final TwoDevices two = TwoDevices.with(
            rules -> rules,
            List.of(SyncedTable.named("memo")
                    .key("id")
                    .strategy(ResolutionStrategy.MANUAL)
                    .build()),
            "CREATE TABLE memo(id TEXT PRIMARY KEY, title TEXT, body TEXT)");

    private Conflict park() {
        two.shared("INSERT INTO memo VALUES('m', 'base', 'base')");
        two.a().sql("UPDATE memo SET title = 'theirs'");
        two.sync(two.a());
        two.b().sql("UPDATE memo SET title = 'mine'");
        two.sync(two.b());
        return TwoDevices.onlyConflict(two.b());
    }

    private void change(Map<String, ?> fields) {
        two.server().rows("memo").update("m", fields);
        two.sync(two.b());
    }

    @Test
    void a_parked_row_holds_up_no_other() {
        park();
        two.b().sql("INSERT INTO memo VALUES('other', 'x', 'y')");
        two.sync(two.b());
        assertThat(two.server().rows("memo").find("other")).isPresent();
        assertThat(two.b().manager().pendingChanges()).isEqualTo(1);
    }

    @Test
    void newer_versions_of_the_backend_take_the_place_of_the_remote_side() {
        park();
        change(Map.of("title", "theirs again", "body", "new"));
        Conflict refreshed = TwoDevices.onlyConflict(two.b());
        assertThat(refreshed.remoteData())
                .containsEntry("title", "theirs again")
                .containsEntry("body", "new");
        TwoDevices.decide(two.b(), ResolutionStrategy.MERGE);
        two.agree();
        assertThat(two.b().value("SELECT body FROM memo")).isEqualTo("new");
    }

    @Test
    void edits_made_while_it_waits_are_part_of_the_local_side() {
        park();
        two.b().sql("UPDATE memo SET title = 'mine again', body = 'mine too'");
        Conflict resolved = TwoDevices.decide(two.b(), ResolutionStrategy.LOCAL_WINS);
        assertThat(resolved.localData()).containsEntry("title", "mine again");
        two.agree();
        assertThat(two.a().value("SELECT title || body FROM memo")).isEqualTo("mine againmine too");
    }

    @Test
    void a_row_edited_back_lets_the_backend_have_its_way() {
        park();
        two.b().sql("UPDATE memo SET title = 'base'");
        two.agree();
        assertThat(two.b().manager().conflicts().count()).isZero();
        assertThat(two.b().value("SELECT title FROM memo")).isEqualTo("theirs");
    }

    @Test
    void a_backend_that_comes_to_the_same_closes_it() {
        park();
        change(Map.of("title", "mine"));
        assertThat(two.b().manager().conflicts().count()).isZero();
        two.agree();
    }

    @Test
    void a_row_deleted_on_both_sides_is_disputed_no_more() {
        park();
        two.b().sql("DELETE FROM memo");
        two.server().rows("memo").delete("m");
        two.sync(two.b());
        assertThat(two.b().manager().conflicts().count()).isZero();
        two.agree();
    }

    @Test
    void a_remote_deletion_makes_it_a_conflict_of_another_type() {
        park();
        two.server().rows("memo").delete("m");
        two.sync(two.b());
        assertThat(TwoDevices.onlyConflict(two.b()).conflictType()).isEqualTo(ConflictType.UPDATE_DELETE);
        TwoDevices.decide(two.b(), ResolutionStrategy.LOCAL_WINS);
        two.agree();
        assertThat(two.a().value("SELECT title FROM memo")).isEqualTo("mine");
    }

    @Test
    void a_decision_can_be_made_once() {
        Conflict conflict = park();
        TwoDevices.decide(two.b(), ResolutionStrategy.REMOTE_WINS);
        assertThatThrownBy(() -> two.b().manager().conflicts().resolve(conflict.id(), ResolutionStrategy.LOCAL_WINS))
                .isInstanceOf(ConflictException.class);
        two.agree();
    }

    @Test
    void an_open_conflict_outlives_the_manager() {
        Conflict conflict = park();
        two.b().close();
        assertThat(TwoDevices.onlyConflict(two.b()).id()).isEqualTo(conflict.id());
        TwoDevices.decide(two.b(), ResolutionStrategy.LOCAL_WINS);
        two.agree();
        assertThat(two.a().value("SELECT title FROM memo")).isEqualTo("mine");
    }
}
