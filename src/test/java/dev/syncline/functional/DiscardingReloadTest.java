package dev.syncline.functional;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.backend.ChangeKind;
import dev.syncline.config.SyncedTable;
import dev.syncline.conflict.ConflictSeverity;
import dev.syncline.conflict.ResolutionStrategy;
import dev.syncline.progress.ReloadResult;
import dev.syncline.progress.UnsentChange;
import dev.syncline.testing.Device;
import dev.syncline.testing.TwoDevices;
import dev.syncline.testing.server.Fault;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A reload that gives up what is unsent: all of it in the transaction that shows what was read, and told; none of it where the reading
 * fails. Defends G1, G2, G6, G8 and G10.
 */
class DiscardingReloadTest {
    @RegisterExtension
    final TwoDevices two = TwoDevices.with(
            rules -> rules,
            List.of(
                    SyncedTable.named("folder").key("id").build(),
                    SyncedTable.named("memo")
                            .key("id")
                            .references("folder", "folder")
                            .severity(ConflictSeverity.HIGH, "title")
                            .strategy(ResolutionStrategy.MANUAL)
                            .build()),
            "CREATE TABLE folder(id TEXT PRIMARY KEY, name TEXT UNIQUE)",
            "CREATE TABLE memo(id TEXT PRIMARY KEY, folder TEXT REFERENCES folder(id), title TEXT)");

    private Device device;

    @BeforeEach
    void pendingOfEveryKind() {
        device = two.a();
        for (String id : List.of("f", "g")) {
            two.server().rows("folder").create(id, Map.of("name", id));
        }
        for (String id : List.of("m1", "m2", "m3", "m4")) {
            two.server().rows("memo").create(id, Map.of("folder", "f", "title", "t"));
        }
        two.server().rows("memo").create("m5", Map.of("folder", "g", "title", "t"));
        two.sync(device);
        device.sql("INSERT INTO folder VALUES('new', 'new')");
        device.sql("INSERT INTO memo VALUES('n1', 'new', 'mine')");
        device.sql("UPDATE memo SET title = 'mine', folder = 'new' WHERE id = 'm1'");
        device.sql("DELETE FROM memo WHERE id IN ('m2', 'm5')");
        device.sql("DELETE FROM folder WHERE id = 'g'");
        device.sql("UPDATE folder SET name = 'g' WHERE id = 'f'");
        two.server().rows("memo").update("m1", Map.of("title", "theirs"));
        two.server().rows("memo").update("m3", Map.of("title", "theirs"));
        two.server().rows("memo").lose("m4");
        two.server().journal().clear();
    }

    private static final String[] ALL = {
        "folder/new CREATE",
        "memo/n1 CREATE",
        "memo/m1 UPDATE",
        "memo/m2 DELETE",
        "memo/m5 DELETE",
        "folder/g DELETE",
        "folder/f UPDATE"
    };

    private static List<String> names(List<UnsentChange> changes) {
        return changes.stream().map(c -> c.id() + " " + c.kind()).toList();
    }

    private long writes() {
        return two.server().journal().requests() - two.server().journal().count("GET");
    }

    @Test
    void everything_unsent_goes_and_is_told_of_and_kept_in_the_journal() {
        ReloadResult reloaded = device.manager().clearAndReload(true).blockingGet();
        assertThat(reloaded.result().errors()).isEmpty();
        assertThat(names(reloaded.discarded())).containsExactlyInAnyOrder(ALL);
        assertThat(device.manager().pendingChanges()).isZero();
        assertThat(writes()).isZero();
        assertThat(device.query("SELECT id || ' ' || folder || ' ' || title AS row FROM memo ORDER BY id"))
                .extracting(row -> row.get("row"))
                .containsExactly("m1 f theirs", "m2 f t", "m3 f theirs", "m5 g t");
        assertThat(device.value("SELECT group_concat(id || name, ' ') FROM (SELECT * FROM folder ORDER BY id)"))
                .isEqualTo("ff gg");
        assertThat(device.value("SELECT count(*) FROM syncline_conflicts")).isEqualTo(7);
        two.agree();
    }

    @Test
    void a_reading_that_fails_gives_nothing_up_and_sends_nothing() {
        two.server().faults().when((method, path) -> path.contains("/memo"), Fault.status(500));
        ReloadResult failed = device.manager().clearAndReload(true).blockingGet();
        assertThat(failed.result().success()).isFalse();
        assertThat(failed.discarded()).isEmpty();
        assertThat(names(device.manager().operations())).containsExactlyInAnyOrder(ALL);
        assertThat(device.value("SELECT title FROM memo WHERE id = 'm3'")).isEqualTo("t");
        assertThat(writes()).isZero();
        two.server().faults().clear();
        device.close();
        device.sync();
        assertThat(two.server().rows("memo").find("n1")).isPresent();
        assertThat(device.value("SELECT title FROM memo WHERE id = 'm1'")).isEqualTo("mine");
    }

    @Test
    void without_the_flag_nothing_is_given_up() {
        ReloadResult reloaded = device.manager().clearAndReload(false).blockingGet();
        assertThat(reloaded.discarded()).isEmpty();
        assertThat(two.server().rows("memo").find("n1")).isPresent();
    }

    @Test
    void refused_and_parked_changes_go_as_well() {
        device.sql("UPDATE folder SET name = 'f' WHERE id = 'f'");
        two.server().faults().when((method, path) -> path.contains("folder"), Fault.status(422));
        device.sync();
        assertThat(device.manager().conflicts().open()).isNotEmpty();
        two.server().faults().clear();
        List<String> before = names(device.manager().operations());
        two.server().journal().clear();
        ReloadResult reloaded = device.manager().clearAndReload(true).blockingGet();
        assertThat(reloaded.result().errors()).isEmpty();
        assertThat(names(reloaded.discarded())).containsExactlyInAnyOrderElementsOf(before);
        assertThat(device.manager().operations()).isEmpty();
        assertThat(device.manager().conflicts().open()).isEmpty();
        assertThat(writes()).isZero();
        two.agree();
    }

    @Test
    void what_may_be_at_the_backend_already_stays() {
        Device other = two.b();
        two.sync(other);
        other.sql("UPDATE memo SET title = 'sent' WHERE id = 'm2'");
        two.server().faults().when((method, path) -> !method.equals("GET"), Fault.loseAnswer());
        other.sync();
        two.server().faults().clear();
        two.server().faults().when((method, path) -> !method.equals("GET"), Fault.status(500));
        other.sql("UPDATE memo SET title = 'unsent' WHERE id = 'm3'");
        ReloadResult reloaded = other.manager().clearAndReload(true).blockingGet();
        assertThat(names(reloaded.discarded())).containsExactly("memo/m3 UPDATE");
        assertThat(other.manager().operations())
                .singleElement()
                .matches(c ->
                        c.state() == UnsentChange.State.IN_FLIGHT && c.rowId().equals("m2"));
        two.server().faults().clear();
        two.sync(other);
        assertThat(two.server()
                        .rows("memo")
                        .find("m2")
                        .orElseThrow()
                        .path("title")
                        .asText())
                .isEqualTo("sent");
    }

    @Test
    void an_edit_made_after_the_swap_is_sent() {
        device.manager().clearAndReload(true).blockingGet();
        device.sql("UPDATE memo SET title = 'later' WHERE id = 'm2'");
        assertThat(device.manager().operations())
                .singleElement()
                .extracting(UnsentChange::kind)
                .isEqualTo(ChangeKind.UPDATE);
        two.agree();
        assertThat(two.server()
                        .rows("memo")
                        .find("m2")
                        .orElseThrow()
                        .path("title")
                        .asText())
                .isEqualTo("later");
    }
}
