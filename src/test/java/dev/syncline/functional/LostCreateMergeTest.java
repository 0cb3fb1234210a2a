package dev.syncline.functional;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.backend.rest.RestBackend;
import dev.syncline.backend.rest.Search;
import dev.syncline.config.SyncedTable;
import dev.syncline.config.SyncedTableBuilder;
import dev.syncline.conflict.ConflictType;
import dev.syncline.conflict.Merger;
import dev.syncline.testing.TwoDevices;
import dev.syncline.testing.server.Fault;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A create whose answer is lost and that others have changed before it was found: what was sent is the base of both sides where the record
 * tells that it is this device's, so that nothing is counted twice and nothing lost. Defends G2, G5 and G6.
 */
class LostCreateMergeTest {
    @RegisterExtension
    final TwoDevices two = TwoDevices.with(
            rules -> rules.entity("named", entity -> entity.serverIds()).idempotencyKeys(false),
            List.of(
                    item("named").externalId("origin").build(),
                    item("owned").externalId("origin").build(),
                    item("nameless").build()),
            "CREATE TABLE named" + COLUMNS.replace("KEY_TYPE", "INTEGER"),
            "CREATE TABLE owned" + COLUMNS.replace("KEY_TYPE", "TEXT"),
            "CREATE TABLE nameless" + COLUMNS.replace("KEY_TYPE", "TEXT"));

    private static final String COLUMNS = "(id KEY_TYPE PRIMARY KEY, stock INTEGER, tags TEXT, note TEXT, title TEXT)";

    private static SyncedTableBuilder item(String name) {
        return SyncedTable.named(name)
                .key("id")
                .json("tags")
                .merge(Merger.COUNTER, "stock")
                .merge(Merger.SET, "tags")
                .merge(Merger.TEXT, "note");
    }

    /** The create arrives and its answer does not; then both sides change what was created. */
    private void loseAnswerAndEdit(String table, Map<String, Object> theirs, String mine) {
        two.a()
                .with(builder -> builder.backend(RestBackend.at(two.server().url())
                        .noBatch()
                        .noIdempotencyKeys()
                        .search(Search.byField())
                        .build()));
        two.a().manager();
        two.a().sql("INSERT INTO " + table + " VALUES(1, 10, '[\"new\"]', 'one\ntwo\nthree\n', 'title')");
        two.server().faults().when((method, path) -> method.equals("POST"), Fault.loseAnswer());
        two.a().sync();
        two.server().faults().clear();
        two.server().rows(table).update("1", theirs);
        two.a().sql("UPDATE " + table + " SET " + mine);
    }

    private static final Map<String, Object> THEIRS =
            Map.of("stock", 8, "tags", List.of("new", "red"), "note", "ONE\ntwo\nthree\n");
    private static final String MINE = "stock = 7, tags = '[]', note = 'one\ntwo\nTHREE\n'";

    @ParameterizedTest
    @ValueSource(strings = {"named", "owned"})
    void where_the_record_tells_whose_it_is_both_changes_are_joined(String table) {
        loseAnswerAndEdit(table, THEIRS, MINE);
        two.sync(two.a());
        two.agree();
        assertThat(two.server().rows(table).count()).isEqualTo(1);
        assertThat(two.a().query("SELECT stock, tags, note, title FROM " + table))
                .containsExactly(
                        Map.of("stock", 5, "tags", "[\"red\"]", "note", "ONE\ntwo\nTHREE\n", "title", "title"));
        assertThat(two.a().manager().conflicts().count()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"named", "owned"})
    void a_row_that_was_not_edited_here_since_takes_what_others_made_of_it(String table) {
        loseAnswerAndEdit(table, THEIRS, "title = title");
        two.sync(two.a());
        two.agree();
        assertThat(two.a().query("SELECT stock, tags FROM " + table))
                .containsExactly(Map.of("stock", 8, "tags", "[\"new\",\"red\"]"));
    }

    @Test
    void a_column_without_a_merger_is_a_conflict_with_what_was_sent_as_its_base() {
        loseAnswerAndEdit("named", Map.of("title", "theirs"), "title = 'mine'");
        two.sync(two.a());
        two.agree();
        assertThat(two.a()
                        .query("SELECT conflict_type, conflicting_fields FROM syncline_conflicts"
                                + " WHERE base_data LIKE '%\"title\":\"title\"%'"))
                .containsExactly(Map.of(
                        "conflict_type", ConflictType.UPDATE_UPDATE.name(), "conflicting_fields", "[\"title\"]"));
    }

    @Test
    void where_nothing_tells_whose_it_is_nothing_is_added_up_and_a_person_is_asked() {
        loseAnswerAndEdit("nameless", THEIRS, MINE);
        two.sync(two.a());
        assertThat(TwoDevices.onlyConflict(two.a()).conflictType()).isEqualTo(ConflictType.CREATE_EXISTS);
        assertThat(two.a().value("SELECT stock FROM nameless")).isEqualTo(7);
    }
}
