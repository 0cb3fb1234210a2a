package dev.syncline.functional;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.config.SyncedTable;
import dev.syncline.conflict.Conflict;
import dev.syncline.conflict.ConflictType;
import dev.syncline.conflict.ResolutionStrategy;
import dev.syncline.progress.SyncResult;
import dev.syncline.testing.Device;
import dev.syncline.testing.SettableClock;
import dev.syncline.testing.TwoDevices;
import dev.syncline.testing.server.Fault;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The whole way, from plain SQL on one device to a row on another, as a day in the field goes: through outages, restarts and collisions. */
class SyncIntegrationTest {
    @RegisterExtension
    final TwoDevices two = TwoDevices.with(
            rules -> rules.entity("client", client -> client.serverIds()),
            List.of(
                    SyncedTable.named("client").key("id").build(),
                    SyncedTable.named("visit")
                            .key("id")
                            .references("client_id", "client")
                            .strategy(ResolutionStrategy.MANUAL)
                            .build()),
            "CREATE TABLE client(id INTEGER PRIMARY KEY, name TEXT)",
            "CREATE TABLE visit(id TEXT PRIMARY KEY, client_id INTEGER REFERENCES client(id), note TEXT)");

    private void clientsWithVisits(int count) {
        IntStream.rangeClosed(1, count).forEach(i -> {
            two.a().sql("INSERT INTO client VALUES(?, ?)", i, "client " + i);
            two.a().sql("INSERT INTO visit VALUES(?, ?, 'first')", "v" + i, i);
        });
    }

    private final SettableClock clock = new SettableClock(Instant.parse("2026-03-01T12:00:00Z"));

    @BeforeEach
    void sameTime() {
        List.of(two.a(), two.b()).forEach(device -> device.with(builder -> builder.clock(clock)));
        two.serverClock().set(clock.instant());
    }

    /** Another start of the app some hours later: whatever waits is due, and the circuit breaker remembers nothing. */
    private void restarted(Device device) {
        device.close();
        clock.advance(Duration.ofHours(3));
        two.serverClock().set(clock.instant());
        device.manager();
    }

    @Test
    void hundreds_of_operations_arrive_once_with_their_references() {
        clientsWithVisits(80);
        SyncResult created = two.sync(two.a());
        assertThat(created.successful()).isEqualTo(160);
        two.a().sql("UPDATE visit SET note = 'second' WHERE client_id % 2 = 0");
        two.a().sql("DELETE FROM visit WHERE client_id % 5 = 0");
        two.a().sql("DELETE FROM client WHERE id % 5 = 0");
        two.agree();
        assertThat(two.server().rows("client").count()).isEqualTo(64);
        assertThat(two.b().value("SELECT count(*) FROM visit JOIN client ON client.id = client_id"))
                .isEqualTo(64);
        assertThat(two.server().keysAppliedTwice()).isEmpty();
    }

    @Test
    void a_network_that_goes_in_the_middle_costs_nothing_but_time() {
        clientsWithVisits(60);
        Random random = new Random(7);
        two.server().faults().when((method, path) -> random.nextInt(3) == 0, Fault.loseAnswer());
        for (int run = 0; run < 5; run++) {
            two.a().sync();
        }
        two.server().faults().cut(true);
        assertThat(two.a().sync().success()).isFalse();
        two.server().faults().cut(false);
        two.server().faults().clear();
        restarted(two.a());
        two.agree();
        assertThat(two.server().rows("client").count()).isEqualTo(60);
        assertThat(two.server().rows("visit").count()).isEqualTo(60);
        assertThat(two.server().keysAppliedTwice()).isEmpty();
    }

    @Test
    void both_sides_change_the_same_and_a_person_decides() {
        two.shared("INSERT INTO client VALUES(1, 'shop')");
        two.shared("INSERT INTO visit VALUES('v', 1, 'plan')");
        two.a().sql("UPDATE visit SET note = 'theirs'");
        two.b().sql("UPDATE visit SET note = 'mine'");
        two.b().sql("UPDATE client SET name = 'shop at the corner'");
        two.sync(two.a());
        two.sync(two.b());
        Conflict conflict = TwoDevices.onlyConflict(two.b());
        assertThat(conflict.conflictType()).isEqualTo(ConflictType.UPDATE_UPDATE);
        assertThat(conflict.baseData()).containsEntry("note", "plan");
        assertThat(two.server().rows("client").all())
                .singleElement()
                .satisfies(row -> assertThat(row.path("name").asText()).isEqualTo("shop at the corner"));
        TwoDevices.decide(two.b(), ResolutionStrategy.LOCAL_WINS);
        two.agree();
        assertThat(two.a().value("SELECT note FROM visit")).isEqualTo("mine");
    }

    @Test
    void edits_of_a_long_time_offline_meet_those_of_the_others() {
        clientsWithVisits(20);
        two.agree();
        two.server().faults().cut(true);
        for (int day = 0; day < 40; day++) {
            int client = day % 20 + 1;
            two.b().sql("UPDATE visit SET note = ? WHERE client_id = ?", "day " + day, client);
            two.b().sql("INSERT INTO client VALUES(?, ?)", 100 + day, "met on day " + day);
            assertThat(two.b().sync().success()).isFalse();
        }
        two.server().faults().cut(false);
        restarted(two.b());
        two.a().sql("UPDATE client SET name = name || '!'");
        two.sync(two.a());
        two.agree();
        assertThat(two.a().value("SELECT count(*) FROM client WHERE name LIKE 'met on day%'"))
                .isEqualTo(40);
        assertThat(two.b().value("SELECT note FROM visit WHERE client_id = 20")).isEqualTo("day 39");
        assertThat(two.b().value("SELECT count(*) FROM client WHERE name LIKE '%!'"))
                .isEqualTo(20);
    }

    @Test
    void an_app_that_ends_amid_a_run_goes_on_with_it_when_it_starts_again() throws Exception {
        clientsWithVisits(30);
        two.syncMeanwhile(
                two.a(),
                (method, path) -> method.equals("POST"),
                () -> two.a().sql("UPDATE visit SET note = 'edited'"));
        two.server().faults().when((method, path) -> !method.equals("GET"), Fault.loseAnswer());
        two.a().sync();
        two.server().faults().clear();
        restarted(two.a());
        two.agree();
        assertThat(two.b().value("SELECT count(*) FROM visit WHERE note = 'edited'"))
                .isEqualTo(30);
        assertThat(two.server().keysAppliedTwice()).isEmpty();
        assertThat(two.server()
                        .rows("visit")
                        .find("v1")
                        .orElseThrow()
                        .path("note")
                        .asText())
                .isEqualTo("edited");
    }
}
