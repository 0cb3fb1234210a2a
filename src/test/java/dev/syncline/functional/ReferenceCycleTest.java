package dev.syncline.functional;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.backend.rest.RestBackend;
import dev.syncline.backend.rest.UpdateForm;
import dev.syncline.backend.rest.Writes;
import dev.syncline.config.SyncOptions;
import dev.syncline.config.SyncedTable;
import dev.syncline.exception.ConsistencyException;
import dev.syncline.exception.ValidationException;
import dev.syncline.progress.EntitySyncStats;
import dev.syncline.progress.SyncResult;
import dev.syncline.testing.TwoDevices;
import dev.syncline.testing.server.EntityRules.ParentDelete;
import dev.syncline.testing.server.Fault;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Rows made or deleted here that refer to each other in a circle, or to themselves, reach a backend that takes no dangling
 * reference. Defends G1, G2, G5 and G8.
 */
class ReferenceCycleTest {
    @RegisterExtension
    final TwoDevices two = TwoDevices.with(
            rules -> rules.entity(
                            "person",
                            person -> person.serverIds().references("spouse_id", "person", ParentDelete.REFUSE))
                    .entity("task", task -> task.references("next", "task", ParentDelete.REFUSE))
                    .entity("team", team -> team.references("captain_id", "player", ParentDelete.REFUSE))
                    .entity("player", player -> player.references("team_id", "team", ParentDelete.REFUSE))
                    .entity("club", club -> club.required("chair").references("chair", "member", ParentDelete.REFUSE))
                    .entity("member", member -> member.references("club", "club", ParentDelete.REFUSE)),
            List.of(
                    SyncedTable.named("person")
                            .key("id")
                            .references("spouse_id", "person")
                            .build(),
                    SyncedTable.named("task")
                            .key("id")
                            .references("next", "task")
                            .build(),
                    SyncedTable.named("team")
                            .key("id")
                            .references("captain_id", "player")
                            .build(),
                    SyncedTable.named("player")
                            .key("id")
                            .references("team_id", "team")
                            .build(),
                    SyncedTable.named("club")
                            .key("id")
                            .references("chair", "member")
                            .build(),
                    SyncedTable.named("member")
                            .key("id")
                            .references("club", "club")
                            .build(),
                    SyncedTable.named("left")
                            .key("id")
                            .references("other", "right")
                            .build(),
                    SyncedTable.named("right")
                            .key("id")
                            .references("other", "left")
                            .build()),
            "CREATE TABLE person(id INTEGER PRIMARY KEY, spouse_id INTEGER REFERENCES person(id), name TEXT)",
            "CREATE TABLE task(id TEXT PRIMARY KEY, next TEXT REFERENCES task(id))",
            "CREATE TABLE team(id TEXT PRIMARY KEY, captain_id TEXT REFERENCES player(id), name TEXT)",
            "CREATE TABLE player(id TEXT PRIMARY KEY, team_id TEXT NOT NULL REFERENCES team(id), name TEXT)",
            "CREATE TABLE club(id TEXT PRIMARY KEY, chair TEXT REFERENCES member(id))",
            "CREATE TABLE member(id TEXT PRIMARY KEY, club TEXT NOT NULL REFERENCES club(id))",
            "CREATE TABLE left(id TEXT PRIMARY KEY,"
                    + " other TEXT NOT NULL REFERENCES right(id) DEFERRABLE INITIALLY DEFERRED, name TEXT)",
            "CREATE TABLE right(id TEXT PRIMARY KEY,"
                    + " other TEXT NOT NULL REFERENCES left(id) DEFERRABLE INITIALLY DEFERRED)");

    @BeforeEach
    void open() {
        two.a().manager();
        two.b().manager();
    }

    @Test
    void a_row_that_refers_to_itself_where_the_backend_gives_ids() {
        two.a().sql("INSERT INTO person VALUES(7, 7, 'Narcissus')");
        assertThat(states()).containsExactly("person/7 PENDING");
        sentWhole();
        assertThat(two.b().value("SELECT spouse_id - id FROM person")).isEqualTo(0);
        two.b().sql("DELETE FROM person");
        two.agree();
        assertThat(two.server().rows("person").count()).isZero();
    }

    @Test
    void a_row_that_refers_to_itself_goes_at_once_where_this_device_does() {
        two.a().sql("INSERT INTO task VALUES('endless', 'endless')");
        SyncResult result = two.sync(two.a());
        assertThat(created(result)).isEqualTo(1);
        assertThat(updated(result)).isZero();
        two.agree();
        two.a().sql("DELETE FROM task");
        two.agree();
        assertThat(two.server().rows("task").count()).isZero();
    }

    @Test
    void a_couple_and_who_hangs_on_to_it() {
        couple();
        two.a().sql("INSERT INTO person VALUES(3, 1, 'a friend of Ada')");
        SyncResult result = sentWhole();
        assertThat(created(result)).isEqualTo(3);
        assertThat(updated(result)).as("of the couple one, of the friend none").isEqualTo(1);
        assertThat(two.b().query("SELECT s.name FROM person p JOIN person s ON s.id = p.spouse_id ORDER BY p.name"))
                .extracting(row -> row.get("name"))
                .containsExactly("Bob", "Ada", "Ada");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void couples_of_which_not_all_fit_into_a_batch(int batch) {
        two.a()
                .with(settings ->
                        settings.options(SyncOptions.builder().pushBatch(batch).build()));
        two.a().close();
        for (int i = 1; i <= 9; i += 2) {
            two.a().sql("INSERT INTO person VALUES(?, NULL, 'one'), (?, ?, 'the other')", i, i + 1, i);
            two.a().sql("UPDATE person SET spouse_id = ? WHERE id = ?", i + 1, i);
        }
        sentWhole();
        assertThat(two.b().value("SELECT count(*) FROM person p JOIN person s ON s.id = p.spouse_id"))
                .isEqualTo(10);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 20})
    void a_ring_is_broken_in_one_place(int size) {
        ring(size);
        SyncResult result = sentWhole();
        assertThat(created(result)).isEqualTo(size);
        assertThat(updated(result)).isEqualTo(1);
        assertThat(two.b().rows("task")).hasSize(size);
    }

    @Test
    void a_ring_is_taken_apart() {
        ring(5);
        sentWhole();
        two.a().sql("DELETE FROM task");
        two.sync(two.a());
        assertThat(two.server().rows("task").count()).isZero();
        two.agree();
    }

    @Test
    void a_backend_that_takes_whole_rows_only() {
        two.a()
                .with(settings -> settings.backend(RestBackend.at(two.server().url())
                        .writes(Writes.by(UpdateForm.PUT))
                        .noBatch()
                        .build()));
        two.a().close();
        two.a().manager();
        ring(3);
        couple();
        sentWhole();
        two.a().sql("DELETE FROM task");
        two.a().sql("DELETE FROM person");
        two.agree();
        assertThat(two.server().rows("person").count()).isZero();
    }

    @Test
    void rows_of_two_tables_one_of_which_cannot_be_without_the_other() {
        two.a().sql("INSERT INTO team VALUES('t', NULL, 'Reds')");
        two.a().sql("INSERT INTO player VALUES('p', 't', 'Ada'), ('q', 't', 'Bob')");
        two.a().sql("UPDATE team SET captain_id = 'p'");
        sentWhole();
        assertThat(two.b().value("SELECT p.name FROM team t JOIN player p ON p.id = t.captain_id"))
                .isEqualTo("Ada");
        two.b().sql("UPDATE team SET captain_id = NULL");
        two.b().sql("DELETE FROM player");
        two.b().sql("DELETE FROM team");
        two.sync(two.b());
        two.agree();
        assertThat(two.server().rows("team").count()).isZero();
    }

    @Test
    void a_couple_is_deleted_and_its_numbers_are_taken_by_others() {
        couple();
        sentWhole();
        two.a().sql("UPDATE person SET spouse_id = NULL");
        two.a().sql("DELETE FROM person");
        two.a().sql("INSERT INTO person VALUES(1, NULL, 'Cleo'), (2, 1, 'Dan')");
        sentWhole();
        assertThat(two.b().query("SELECT name FROM person ORDER BY name"))
                .extracting(row -> row.get("name"))
                .containsExactly("Cleo", "Dan");
    }

    @Test
    void an_edit_while_the_half_of_a_row_is_on_its_way_is_kept() throws Exception {
        couple();
        SyncResult result = two.syncMeanwhile(
                two.a(),
                (method, path) -> method.equals("POST"),
                () -> two.a().sql("UPDATE person SET name = name || '!', spouse_id = id"));
        assertThat(result.errors()).isEmpty();
        sentWhole();
        assertThat(two.b().query("SELECT name, spouse_id - id AS itself FROM person ORDER BY name"))
                .extracting(row -> row.get("name") + " " + row.get("itself"))
                .containsExactly("Ada! 0", "Bob! 0");
    }

    @Test
    void a_couple_whose_first_answer_is_lost_is_made_once() {
        couple();
        two.server().faults().when((method, path) -> method.equals("POST"), Fault.loseAnswer());
        two.a().sync();
        two.server().faults().clear();
        sentWhole();
        assertThat(two.server().rows("person").count()).isEqualTo(2);
    }

    @Test
    void a_row_that_the_backend_will_not_have_without_its_reference_is_refused_once() {
        two.a().sql("INSERT INTO club VALUES('c', NULL)");
        two.a().sql("INSERT INTO member VALUES('m', 'c')");
        two.a().sql("UPDATE club SET chair = 'm'");
        SyncResult refused = two.a().sync();
        assertThat(refused.failed()).isEqualTo(1);
        assertThat(refused.errors()).singleElement().isInstanceOf(ValidationException.class);
        two.server().journal().clear();
        two.a().sync();
        assertThat(two.server().journal().count("POST")).isZero();
        assertThat(two.a().manager().pendingChanges()).isEqualTo(2);
        assertThat(states()).containsExactlyInAnyOrder("club/c FAILED", "member/m WAITING");
        two.a().sql("INSERT INTO club VALUES('other', NULL)");
        two.a().sync();
        assertThat(two.server().journal().count("POST"))
                .as("the other alone, also refused")
                .isEqualTo(1);
    }

    @Test
    void rows_that_cannot_be_without_each_other_are_reported_in_each_run_until_somebody_helps() throws Exception {
        two.a().sql("INSERT INTO task VALUES('unconcerned', NULL)");
        try (var connection = two.a().connect();
                var statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("INSERT INTO left VALUES('l', 'r', 'x')");
            statement.execute("INSERT INTO right VALUES('r', 'l')");
            connection.commit();
        }
        for (int run = 0; run < 2; run++) {
            SyncResult result = two.a().sync();
            assertThat(result.errors()).singleElement().satisfies(error -> {
                assertThat(error).isInstanceOf(ConsistencyException.class);
                assertThat(error).hasMessageContaining("right → left → right").hasMessageContaining("be NULL");
                assertThat(((ConsistencyException) error).affectedIds()).containsExactly("r", "l");
            });
        }
        assertThat(two.server().rows("task").count()).isEqualTo(1);
        assertThat(two.a().manager().pendingChanges()).isEqualTo(2);
        try (var connection = two.a().connect();
                var statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("DELETE FROM left");
            statement.execute("DELETE FROM right");
            connection.commit();
        }
        two.agree();
    }

    private List<String> states() {
        return two.a().manager().operations().stream()
                .map(change -> change.id() + " " + change.state())
                .toList();
    }

    private static long created(SyncResult result) {
        return result.byEntity().values().stream()
                .mapToLong(EntitySyncStats::creates)
                .sum();
    }

    private static long updated(SyncResult result) {
        return result.byEntity().values().stream()
                .mapToLong(EntitySyncStats::updates)
                .sum();
    }

    private void couple() {
        two.a().sql("INSERT INTO person VALUES(1, NULL, 'Ada')");
        two.a().sql("INSERT INTO person VALUES(2, 1, 'Bob')");
        two.a().sql("UPDATE person SET spouse_id = 2 WHERE id = 1");
    }

    private void ring(int size) {
        for (int i = 0; i < size; i++) {
            two.a().sql("INSERT INTO task VALUES(?, ?)", "task" + i, i == 0 ? null : "task" + (i - 1));
        }
        two.a().sql("UPDATE task SET next = ? WHERE id = 'task0'", "task" + (size - 1));
    }

    /** In one run of the first device. */
    private SyncResult sentWhole() {
        SyncResult result = two.sync(two.a());
        assertThat(two.a().manager().pendingChanges()).isZero();
        two.agree();
        return result;
    }
}
