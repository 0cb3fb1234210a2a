package dev.syncline.functional;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.config.SyncOptions;
import dev.syncline.config.SyncedTable;
import dev.syncline.exception.ConsistencyException;
import dev.syncline.progress.SyncResult;
import dev.syncline.testing.SettableClock;
import dev.syncline.testing.TwoDevices;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Records that refer to each other in a circle arrive all at once, since none of them can be first; those that wait for one that
 * never comes are told of. The host's own foreign keys are on. Defends G4, G5, G8 and G12.
 */
class PulledCycleTest {
    @RegisterExtension
    final TwoDevices two = TwoDevices.with(
            rules -> rules.entity("person", person -> person.serverIds()),
            List.of(
                    SyncedTable.named("person")
                            .key("id")
                            .references("spouse_id", "person")
                            .build(),
                    SyncedTable.named("hand")
                            .key("id")
                            .references("glove", "glove")
                            .build(),
                    SyncedTable.named("glove")
                            .key("id")
                            .references("hand", "hand")
                            .build(),
                    SyncedTable.named("ring")
                            .key("owner_id", "place")
                            .references("owner_id", "person")
                            .build()),
            "CREATE TABLE person(id INTEGER PRIMARY KEY, spouse_id INTEGER REFERENCES person(id), name TEXT)",
            "CREATE TABLE hand(id TEXT PRIMARY KEY, glove TEXT NOT NULL REFERENCES glove(id), name TEXT CHECK(name <> 'left'))",
            "CREATE TABLE glove(id TEXT PRIMARY KEY, hand TEXT NOT NULL REFERENCES hand(id))",
            "CREATE TABLE ring(owner_id INTEGER REFERENCES person(id), place TEXT, stone TEXT, PRIMARY KEY(owner_id, place))");

    @Test
    void a_row_that_refers_to_itself() {
        String id = person("Narcissus");
        marry(id, id);
        two.agree();
        assertThat(two.b().value("SELECT spouse_id - id FROM person")).isEqualTo(0);
    }

    @Test
    void a_couple_a_ring_of_three_and_who_hangs_on_to_them() {
        String ada = person("Ada");
        String bob = person("Bob");
        String friend = person("a friend of Ada");
        marry(friend, ada);
        marry(ada, bob);
        marry(bob, ada);
        String[] three = {person("1"), person("2"), person("3")};
        for (int i = 0; i < 3; i++) {
            marry(three[i], three[(i + 1) % 3]);
        }
        two.server()
                .rows("ring")
                .create(ada + ",left", Map.of("owner_id", Long.valueOf(ada), "place", "left", "stone", "none"));
        two.agree();
        assertThat(two.b()
                        .value("SELECT group_concat(p.name || ' to ' || s.name, ', ') FROM"
                                + " (SELECT * FROM person ORDER BY name) p JOIN person s ON s.id = p.spouse_id"))
                .isEqualTo("1 to 2, 2 to 3, 3 to 1, Ada to Bob, Bob to Ada, a friend of Ada to Ada");
    }

    @Test
    void circles_beyond_the_end_of_a_page() {
        two.b()
                .with(settings -> settings.options(
                        SyncOptions.builder().pageSize(2).commitRows(2).build()));
        String[] ring = new String[9];
        Arrays.setAll(ring, i -> person("person " + i));
        for (int i = 0; i < ring.length; i++) {
            marry(ring[i], ring[(i + 4) % ring.length]);
        }
        two.agree();
        assertThat(two.b().rows("person")).hasSize(9);
    }

    @Test
    void rows_of_two_tables_neither_of_which_can_be_without_the_other() {
        two.server().rows("hand").create("l", Map.of("glove", "g", "name", "one"));
        two.server().rows("glove").create("g", Map.of("hand", "l"));
        two.agree();
        assertThat(two.b().value("SELECT name FROM hand JOIN glove ON glove.id = hand.glove"))
                .isEqualTo("one");
    }

    @Test
    void a_circle_that_one_row_cannot_join_waits_whole_while_others_come() {
        two.server().rows("hand").create("l", Map.of("glove", "g", "name", "left"));
        two.server().rows("glove").create("g", Map.of("hand", "l"));
        two.server().rows("hand").create("r", Map.of("glove", "h", "name", "right"));
        two.server().rows("glove").create("h", Map.of("hand", "r"));
        two.b().sync();
        assertThat(two.b().query("SELECT id FROM hand UNION ALL SELECT id FROM glove"))
                .extracting(row -> row.get("id"))
                .containsExactlyInAnyOrder("r", "h");
        two.server().rows("hand").update("l", Map.of("name", "mended"));
        two.agree();
        assertThat(two.b().rows("glove")).hasSize(2);
    }

    @Test
    void a_circle_that_needs_a_record_which_never_comes_is_told_of_after_an_hour() {
        SettableClock clock = new SettableClock(Clock.systemUTC().instant());
        two.b().with(settings -> settings.clock(clock));
        two.server().rows("hand").create("l", Map.of("glove", "g", "name", "one"));
        two.server().rows("glove").create("g", Map.of("hand", "nobody's"));
        two.sync(two.b());
        clock.advance(Duration.ofMinutes(59));
        two.sync(two.b());
        clock.advance(Duration.ofMinutes(1));
        SyncResult late = two.b().sync();
        assertThat(late.errors())
                .hasSize(2)
                .allSatisfy(error -> assertThat(error)
                        .asInstanceOf(
                                org.assertj.core.api.InstanceOfAssertFactories.throwable(ConsistencyException.class))
                        .hasMessageContaining("wait for records they refer to, the longest for 1 h"));
        assertThat(two.b().rows("hand")).isEmpty();
        two.server().rows("hand").create("nobody's", Map.of("glove", "g", "name", "another"));
        two.agree();
    }

    private String person(String name) {
        return two.server().rows("person").create(null, new HashMap<>(Map.of("name", name)));
    }

    private void marry(String id, String spouse) {
        two.server().rows("person").update(id, Map.of("spouse_id", Long.valueOf(spouse)));
    }
}
