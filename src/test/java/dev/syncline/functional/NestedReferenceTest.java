package dev.syncline.functional;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.config.SyncOptions;
import dev.syncline.config.SyncedTable;
import dev.syncline.conflict.ConflictType;
import dev.syncline.conflict.ResolutionStrategy;
import dev.syncline.exception.ValidationException;
import dev.syncline.progress.UnsentChange;
import dev.syncline.testing.Device;
import dev.syncline.testing.TwoDevices;
import dev.syncline.testing.server.Fault;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * References inside JSON: each device knows the rows under its own numbers and the backend under others, and the same number means
 * another thing in another table. Defends G1, G5, G8 and G12.
 */
class NestedReferenceTest {
    @RegisterExtension
    final TwoDevices two = TwoDevices.with(
            rules -> rules.entity("person", person -> person.serverIds())
                    .entity("song", song -> song.serverIds())
                    .entity("band", band -> band.serverIds()),
            List.of(
                    SyncedTable.named("band")
                            .key("id")
                            .json("lineup", "rivals")
                            .references("lineup", "$.leader", "person")
                            .references("lineup", "$.members[*].person", "person")
                            .references("lineup", "$.songs[*]", "song")
                            .references("lineup", "$.hall", "hall")
                            .references("rivals", "$[*]", "band")
                            .build(),
                    SyncedTable.named("person").key("id").build(),
                    SyncedTable.named("song").key("id").build(),
                    SyncedTable.named("hall").key("id").naturalKey("name").build()),
            "CREATE TABLE person(id INTEGER PRIMARY KEY, name TEXT)",
            "CREATE TABLE song(id INTEGER PRIMARY KEY, name TEXT)",
            "CREATE TABLE hall(id TEXT PRIMARY KEY, name TEXT)",
            "CREATE TABLE band(id INTEGER PRIMARY KEY, name TEXT, lineup TEXT, rivals TEXT)");

    @BeforeEach
    void open() {
        // What is made from now on is new to the backend.
        two.a().manager();
        two.b().manager();
    }

    @Test
    void each_side_has_its_own_numbers_for_the_same_rows() {
        two.server().rows("person").create(null, Map.of("name", "nobody of theirs"));
        two.b().sql("INSERT INTO person VALUES(40, 'also nobody')");
        two.b().sql("INSERT INTO song VALUES(1, 'silence')");
        two.sync(two.b());
        two.a()
                .sql("INSERT INTO band VALUES(1, 'trio', '{\"leader\": 2, \"members\": [{\"person\": 1, \"plays\": 1},"
                        + " {\"person\": 2}, {\"plays\": 3}], \"songs\": [1, 2], \"founded\": 1}', NULL)");
        two.a().sql("INSERT INTO person VALUES(1, 'Ada'), (2, 'Bob')");
        two.a().sql("INSERT INTO song VALUES(1, 'first'), (2, 'second')");
        settle();
        assertThat(bandsOf(two.a()))
                .containsExactly("trio: leader Bob, member Ada, member Bob, song first, song second");
        assertThat(bandsOf(two.b())).isEqualTo(bandsOf(two.a()));
        assertThat(server("band", "trio"))
                .isEqualTo("{\"leader\":4,\"members\":[{\"person\":3,\"plays\":1},"
                        + "{\"person\":4},{\"plays\":3}],\"songs\":[2,3],\"founded\":1}");
        assertThat(two.a().value("SELECT lineup FROM band")).asString().contains("\"leader\":2", "\"songs\":[1,2]");
        two.b().sql("UPDATE band SET lineup = replace(lineup, '\"plays\":1', '\"plays\":8')");
        settle();
        assertThat(two.a().value("SELECT lineup FROM band")).asString().contains("\"person\":1,\"plays\":8");
        assertThat(bandsOf(two.b())).isEqualTo(bandsOf(two.a()));
    }

    @Test
    void numbers_written_as_text_are_the_same_numbers() {
        two.a().sql("INSERT INTO person VALUES(8, 'Ada')");
        two.a().sql("INSERT INTO band VALUES(1, 'solo', '{\"leader\": \"8\"}', NULL)");
        settle();
        assertThat(server("band", "solo")).isEqualTo("{\"leader\":1}");
        assertThat(bandsOf(two.a())).containsExactly("solo: leader Ada");
        assertThat(bandsOf(two.b())).containsExactly("solo: leader Ada");
    }

    @Test
    void a_row_waits_for_what_its_json_refers_to_and_says_so() {
        two.a().close();
        two.a().with(two.oneByOne());
        two.a().sql("INSERT INTO band VALUES(1, 'solo', '{\"members\": [{\"person\": 1}]}', NULL)");
        two.a().sql("INSERT INTO person VALUES(1, 'Ada')");
        two.server()
                .faults()
                .when((method, path) -> method.equals("POST") && path.contains("person"), Fault.status(422));
        two.a().sync();
        assertThat(two.server().rows("band").count()).isZero();
        assertThat(two.a().manager().operations().stream()
                        .filter(change -> change.entity().equals("band"))
                        .map(UnsentChange::reason))
                .singleElement()
                .asString()
                .contains("waits for person/1");
        two.server().faults().clear();
        two.a().manager().retryFailed();
        settle();
        assertThat(bandsOf(two.b())).containsExactly("solo: member Ada");
    }

    @Test
    void rows_that_refer_to_each_other_and_to_themselves() {
        two.a()
                .sql(
                        "INSERT INTO band VALUES(1, 'one', NULL, '[2]'), (2, 'two', NULL, '[3, 1]'), (3, 'three', NULL, '[3]')");
        settle();
        assertThat(rivalsOf(two.a())).containsExactly("one-two", "three-three", "two-one", "two-three");
        assertThat(rivalsOf(two.b())).isEqualTo(rivalsOf(two.a()));
    }

    @Test
    void records_wait_for_those_that_their_json_refers_to_across_pages() {
        two.b().close();
        two.b()
                .with(settings -> settings.options(SyncOptions.builder()
                        .pageSize(2)
                        .commitRows(2)
                        .followUps(false)
                        .build()));
        List<String> rivals = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            rivals.add(two.server().rows("band").create(null, Map.of("name", "band " + i)));
        }
        for (int i = 0; i < 7; i++) {
            two.server()
                    .rows("band")
                    .update(rivals.get(i), Map.of("rivals", List.of(Long.valueOf(rivals.get((i + 3) % 7)))));
        }
        two.sync(two.b());
        assertThat(rivalsOf(two.b()))
                .containsExactly(
                        "band 0-band 3",
                        "band 1-band 4",
                        "band 2-band 5",
                        "band 3-band 6",
                        "band 4-band 0",
                        "band 5-band 1",
                        "band 6-band 2");
    }

    @Test
    void a_record_whose_json_names_what_never_comes_is_not_shown() {
        two.server().rows("band").create(null, Map.of("name", "ghosts", "lineup", Map.of("leader", 77)));
        two.server().rows("band").create(null, Map.of("name", "homeless", "lineup", Map.of("hall", "nowhere")));
        two.server().rows("band").create(null, Map.of("name", "real", "lineup", Map.of("founded", 77)));
        two.sync(two.b());
        assertThat(two.b().value("SELECT group_concat(name) FROM band")).isEqualTo("real");
        two.server().rows("hall").create("nowhere", Map.of("name", "Nowhere"));
        two.sync(two.b());
        assertThat(bandsOf(two.b())).containsExactly("homeless: hall Nowhere", "real: ");
    }

    @Test
    void a_deletion_elsewhere_waits_until_no_json_refers_to_the_row() {
        two.shared("INSERT INTO person VALUES(1, 'Ada')");
        two.shared("INSERT INTO band VALUES(1, 'solo', '{\"leader\": 1}', NULL)");
        two.server().rows("person").delete("1");
        two.sync(two.b());
        assertThat(bandsOf(two.b())).containsExactly("solo: leader Ada");
        two.server().rows("band").update("1", Map.of("lineup", Map.of()));
        two.sync(two.b());
        assertThat(two.b().rows("person")).isEmpty();
        settle();
    }

    @Test
    void an_unsent_row_whose_json_refers_to_what_was_deleted_elsewhere_is_put_to_the_rules() {
        two.shared("INSERT INTO person VALUES(1, 'Ada')");
        two.server().rows("person").delete("1");
        two.a().sql("INSERT INTO band VALUES(1, 'solo', '{\"leader\": 1}', NULL)");
        two.a().sync();
        assertThat(two.a().query("SELECT conflict_type FROM syncline_conflicts"))
                .extracting(row -> row.get("conflict_type"))
                .contains(ConflictType.UPDATE_DELETE.name());
        two.a()
                .manager()
                .conflicts()
                .open()
                .forEach(open -> two.a().manager().conflicts().resolve(open.id(), ResolutionStrategy.LOCAL_WINS));
        settle();
        assertThat(bandsOf(two.b())).containsExactly("solo: leader Ada");
    }

    @Test
    void a_deletion_here_goes_after_the_edit_that_lets_go_of_the_row() {
        two.shared("INSERT INTO person VALUES(1, 'Ada')");
        two.shared("INSERT INTO band VALUES(1, 'solo', '{\"leader\": 1}', NULL)");
        two.a().close();
        two.a().with(two.oneByOne());
        two.a().sql("DELETE FROM person");
        two.a().sql("UPDATE band SET lineup = '{}'");
        two.server().faults().when((method, path) -> path.contains("/band/"), Fault.status(503));
        two.a().sync();
        assertThat(two.server().rows("person").count()).isEqualTo(1);
        two.server().faults().clear();
        settle();
        assertThat(two.server().rows("person").count()).isZero();
    }

    @Test
    void json_that_referred_to_a_deleted_record_does_not_refer_to_the_row_that_has_its_number_now() {
        two.shared("INSERT INTO person VALUES(1, 'old')");
        two.shared(
                "INSERT INTO band VALUES(1, 'solo', '{\"leader\": 1}', NULL), (2, 'duo', '{\"members\": [{\"person\": 1}]}', NULL)");
        two.a().sql("UPDATE band SET name = 'solo again' WHERE id = 1");
        two.a().sql("DELETE FROM person");
        two.a().sql("INSERT INTO person VALUES(1, 'new')");
        settle();
        // What the host has left in its rows is meant of the row that is there now.
        assertThat(bandsOf(two.a())).containsExactly("duo: member new", "solo again: leader new");
        assertThat(bandsOf(two.b())).isEqualTo(bandsOf(two.a()));
    }

    @Test
    void json_follows_a_row_that_takes_the_id_of_its_namesake() {
        two.server().rows("hall").create("theirs", Map.of("name", "Main Hall"));
        two.a().sql("INSERT INTO hall VALUES('mine', 'Main Hall')");
        two.a().sql("INSERT INTO band VALUES(1, 'house band', '{\"hall\": \"mine\"}', NULL)");
        settle();
        assertThat(two.a().value("SELECT lineup FROM band")).isEqualTo("{\"hall\":\"theirs\"}");
        assertThat(bandsOf(two.b())).containsExactly("house band: hall Main Hall");
        assertThat(two.server().rows("hall").count()).isEqualTo(1);
    }

    @Test
    void what_can_be_no_key_is_refused_here_and_put_aside_from_there() {
        two.a()
                .sql(
                        "INSERT INTO band VALUES(1, 'broken', '{\"leader\": [1]}', NULL), (2, 'fine', '{\"leader\": null}', NULL)");
        assertThat(two.a().sync().errors()).singleElement().isInstanceOf(ValidationException.class);
        assertThat(two.server().rows("band").count()).isEqualTo(1);
        two.server().rows("band").create(null, new HashMap<>(Map.of("name", "odd", "lineup", Map.of("leader", true))));
        assertThat(two.b().sync().errors()).hasSize(1);
        assertThat(two.b().value("SELECT group_concat(name) FROM band")).isEqualTo("fine");
    }

    @Test
    void the_consistency_check_finds_keys_inside_json_that_lead_nowhere() {
        two.shared("INSERT INTO person VALUES(1, 'Ada')");
        two.shared("INSERT INTO band VALUES(1, 'solo', '{\"leader\": 1, \"founded\": 5}', NULL)");
        assertThat(two.a().manager().consistency().detect().issues()).isEmpty();
        two.a().sql("DELETE FROM person");
        assertThat(two.a().manager().consistency().detect().issues())
                .singleElement()
                .satisfies(issue -> assertThat(String.valueOf(issue)).contains("JSON of column lineup", "person"));
    }

    private void settle() {
        for (int round = 0; round < 3; round++) {
            two.sync(two.a());
            two.sync(two.b());
        }
        assertThat(two.a().manager().pendingChanges()).isZero();
        assertThat(two.b().manager().pendingChanges()).isZero();
    }

    private String server(String entity, String name) {
        return two.server().rows(entity).all().stream()
                .filter(row -> row.path("name").asText().equals(name))
                .map(row -> row.path("lineup").toString())
                .findFirst()
                .orElseThrow();
    }

    /** Each band with the names of what its lineup refers to. */
    private static List<String> bandsOf(Device device) {
        return names(
                device,
                "SELECT b.name || ': ' || coalesce((SELECT group_concat(t, ', ') FROM ("
                        + " SELECT 'leader ' || p.name AS t FROM person p WHERE p.id = b.lineup ->> '$.leader'"
                        + " UNION ALL SELECT 'member ' || p.name FROM json_each(b.lineup, '$.members') m"
                        + " JOIN person p ON p.id = m.value ->> '$.person'"
                        + " UNION ALL SELECT 'song ' || s.name FROM json_each(b.lineup, '$.songs') l"
                        + " JOIN song s ON s.id = l.value"
                        + " UNION ALL SELECT 'hall ' || h.name FROM hall h WHERE h.id = b.lineup ->> '$.hall')), '')"
                        + " FROM band b ORDER BY b.name");
    }

    private static List<String> rivalsOf(Device device) {
        return names(
                device,
                "SELECT b.name || '-' || r.name FROM band b, json_each(b.rivals) e JOIN band r ON r.id = e.value"
                        + " ORDER BY 1");
    }

    private static List<String> names(Device device, String sql) {
        return device.query(sql).stream()
                .map(row -> String.valueOf(row.values().iterator().next()))
                .toList();
    }
}
