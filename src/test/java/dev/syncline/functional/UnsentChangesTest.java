package dev.syncline.functional;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.syncline.backend.ChangeKind;
import dev.syncline.config.SyncedTable;
import dev.syncline.conflict.ResolutionStrategy;
import dev.syncline.exception.StorageException;
import dev.syncline.progress.UnsentChange;
import dev.syncline.progress.UnsentChange.State;
import dev.syncline.testing.TwoDevices;
import dev.syncline.testing.server.EntityRules.ParentDelete;
import dev.syncline.testing.server.Fault;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Every unsent change is shown with its state, its reason and what would help; the host sends it again or gives it up, and nothing
 * is ever dropped because it failed. Defends G1, G6 and G12.
 */
class UnsentChangesTest {
    @RegisterExtension
    final TwoDevices two = TwoDevices.with(
            rules -> rules.entity("place", place -> place.serverIds().required("name"))
                    .entity("visit", visit -> visit.serverIds().references("place_id", "place", ParentDelete.REFUSE)),
            List.of(
                    SyncedTable.named("place")
                            .key("id")
                            .strategy(ResolutionStrategy.MANUAL)
                            .build(),
                    SyncedTable.named("visit")
                            .key("id")
                            .references("place_id", "place")
                            .build()),
            "CREATE TABLE place(id INTEGER PRIMARY KEY, name TEXT)",
            "CREATE TABLE visit(id INTEGER PRIMARY KEY, place_id INTEGER REFERENCES place(id), note TEXT)");

    private UnsentChange only(String id) {
        List<UnsentChange> found = two.a().manager().operations(o -> o.id().equals(id));
        assertThat(found).as(id).hasSize(1);
        return found.get(0);
    }

    @Test
    void in_step_there_is_nothing_to_show() {
        two.shared("INSERT INTO place VALUES(1, 'here')");
        assertThat(two.a().manager().operations()).isEmpty();
    }

    @Test
    void a_refused_change_says_why_and_what_to_do_and_what_depends_on_it_says_what_it_waits_for() {
        two.a().manager();
        two.a().sql("INSERT INTO place VALUES(1, NULL)");
        two.a().sql("INSERT INTO visit VALUES(7, 1, 'waits')");
        assertThat(only("place/1").state()).isEqualTo(State.PENDING);
        assertThat(only("visit/7").reason()).isEqualTo("waits for place/1, which is not sent yet");
        two.a().sync();
        UnsentChange refused = only("place/1");
        assertThat(refused.state()).isEqualTo(State.FAILED);
        assertThat(refused.kind()).isEqualTo(ChangeKind.CREATE);
        assertThat(refused.reason()).contains("refused").contains("name");
        assertThat(refused.cure()).contains("edit the row");
        UnsentChange waiting = only("visit/7");
        assertThat(waiting.state()).isEqualTo(State.WAITING);
        assertThat(waiting.reason()).isEqualTo("waits for place/1, which was refused");
        assertThat(waiting.waitsFor()).isEqualTo("place/1");
    }

    @Test
    void J14_what_waited_goes_out_by_itself_once_its_parent_is_mended() {
        two.a().manager();
        two.a().sql("INSERT INTO place VALUES(1, NULL)");
        two.a().sql("INSERT INTO visit VALUES(7, 1, 'waits')");
        two.a().sync();
        two.a().sql("UPDATE place SET name = 'mended'");
        assertThat(only("place/1").state()).isEqualTo(State.PENDING);
        two.agree();
        assertThat(two.a().manager().operations()).isEmpty();
    }

    @Test
    void a_change_on_its_way_shows_its_key_and_is_not_given_up() {
        two.a().manager();
        two.a().sql("INSERT INTO place VALUES(1, 'here')");
        two.server().faults().when((method, path) -> method.equals("POST"), Fault.loseAnswer());
        two.a().sync();
        UnsentChange sent = only("place/1");
        assertThat(sent.state()).isEqualTo(State.IN_FLIGHT);
        assertThat(sent.key()).isEqualTo(two.a().value("SELECT idempotency_key FROM syncline_queue"));
        two.a().sql("INSERT INTO visit VALUES(7, 1, 'waits')");
        assertThat(only("visit/7").reason()).isEqualTo("waits for place/1, which is on its way");
        assertThatThrownBy(() -> two.a().manager().discard("place/1"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("place/1 may be at the backend already");
        two.server().faults().clear();
        two.agree();
    }

    @Test
    void a_parked_change_points_to_the_inbox_and_what_is_discarded_closes_its_conflict() {
        two.shared("INSERT INTO place VALUES(1, 'here')");
        two.b().sql("UPDATE place SET name = 'theirs'");
        two.sync(two.b());
        two.a().sql("UPDATE place SET name = 'mine'");
        two.a().sync();
        assertThat(only("place/1").state()).isEqualTo(State.CONFLICT);
        assertThat(two.a().manager().discard("place/1")).isTrue();
        assertThat(two.a().manager().conflicts().count()).isZero();
        assertThat(two.a().value("SELECT name FROM place")).isEqualTo("theirs");
        two.agree();
    }

    @Test
    void what_failed_is_sent_again_as_it_is_when_the_host_says_so() {
        two.a().manager();
        two.a().sql("INSERT INTO place VALUES(1, 'here')");
        two.server().faults().when((method, path) -> method.equals("POST"), Fault.status(403));
        two.a().sync();
        assertThat(only("place/1").state()).isEqualTo(State.FAILED);
        two.server().faults().clear();
        two.sync(two.a());
        assertThat(two.server().rows("place").count()).isZero();
        assertThat(two.a().manager().retryFailed()).isEqualTo(1);
        assertThat(two.a().manager().retryFailed()).isZero();
        two.agree();
        assertThat(two.server().rows("place").count()).isEqualTo(1);
    }

    @Test
    void a_discarded_update_returns_to_what_the_backend_has_and_the_journal_keeps_the_edit() {
        two.shared("INSERT INTO place VALUES(1, 'here')");
        two.a().sql("UPDATE place SET name = NULL");
        two.a().sync();
        assertThat(two.a().manager().discard("place/1")).isTrue();
        assertThat(two.a().value("SELECT name FROM place")).isEqualTo("here");
        assertThat(two.a().manager().operations()).isEmpty();
        assertThat(two.a().query("SELECT notes, resolution_strategy, resolved_by FROM syncline_conflicts"))
                .singleElement()
                .satisfies(kept -> assertThat(kept.values())
                        .containsExactly("discarded before it was sent", "REMOTE_WINS", "user"));
        assertThat(two.a().manager().discard("place/1")).isFalse();
        two.agree();
    }

    @Test
    void a_discarded_delete_brings_the_row_back_and_a_discarded_create_takes_it_away() {
        two.shared("INSERT INTO place VALUES(1, 'here')");
        two.a().sql("DELETE FROM place");
        two.a().sql("INSERT INTO place VALUES(2, 'new')");
        assertThat(two.a().manager().discard("place/1")).isTrue();
        assertThat(two.a().manager().discard("place/2")).isTrue();
        assertThat(two.a().rows("place")).hasSize(1);
        two.server().journal().clear();
        two.agree();
        assertThat(two.server().journal().count("POST")).isZero();
        assertThat(two.b().rows("place")).hasSize(1);
    }

    @Test
    void a_create_that_rows_refer_to_is_not_taken_from_under_them() {
        two.a().manager();
        two.a().sql("INSERT INTO place VALUES(1, NULL)");
        two.a().sql("INSERT INTO visit VALUES(7, 1, 'waits')");
        two.a().sync();
        assertThatThrownBy(() -> two.a().manager().discard("place/1"))
                .isInstanceOf(StorageException.class)
                .hasStackTraceContaining("rows here still refer to the row");
        assertThat(two.a().rows("place")).hasSize(1);
        assertThat(two.a().manager().discard("visit/7")).isTrue();
        assertThat(two.a().manager().discard("place/1")).isTrue();
        two.agree();
    }

    @Test
    void what_is_no_unsent_change_cannot_be_discarded() {
        two.shared("INSERT INTO place VALUES(1, 'here')");
        assertThat(two.a().manager().discard("place/1")).isFalse();
        assertThat(two.a().manager().discard("nowhere/1")).isFalse();
        assertThat(two.a().manager().discard("place/not a number")).isFalse();
        two.agree();
    }
}
