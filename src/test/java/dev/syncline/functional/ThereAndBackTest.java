package dev.syncline.functional;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.config.SyncedTable;
import dev.syncline.progress.SyncResult;
import dev.syncline.testing.Device;
import dev.syncline.testing.server.Fault;
import dev.syncline.testing.server.ReferenceServer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole road of a record between two devices and a real server. Defends G1, G2, G3, G5 and G8. */
class ThereAndBackTest {
    private static final List<SyncedTable> TABLES = List.of(
            SyncedTable.named("account").key("id").decimal("balance").build(),
            SyncedTable.named("payment")
                    .key("id")
                    .references("account_id", "account")
                    .decimal("amount")
                    .build());
    private static final String[] SCHEMA = {
        "CREATE TABLE account(id INTEGER PRIMARY KEY, name TEXT NOT NULL, balance TEXT)",
        "CREATE TABLE payment(id TEXT PRIMARY KEY, account_id INTEGER REFERENCES account(id), amount TEXT, note TEXT)"
    };

    @TempDir
    Path folder;

    private ReferenceServer server;
    private Device a;
    private Device b;

    @BeforeEach
    void start() {
        server = ReferenceServer.on(folder.resolve("server.db"))
                .entity("account", rules -> rules.serverIds())
                .start();
        a = new Device(folder.resolve("a.db"), server.url(), TABLES, SCHEMA);
        b = new Device(folder.resolve("b.db"), server.url(), TABLES, SCHEMA);
    }

    @AfterEach
    void stop() {
        a.close();
        b.close();
        server.close();
        assertThat(server.keysAppliedTwice()).isEmpty();
    }

    private void sync(Device device) {
        SyncResult result = device.sync();
        assertThat(result.errors()).isEmpty();
        assertThat(result.success()).isTrue();
        assertThat(device.manager().pendingChanges()).isZero();
    }

    @Test
    void a_row_made_on_one_device_reaches_the_other() {
        a.sql("INSERT INTO account VALUES(1, 'Ada', '10.50')");
        a.sql("INSERT INTO payment VALUES('p1', 1, '3.20', NULL)");
        sync(a);
        sync(b);
        assertThat(b.rows("account")).isEqualTo(a.rows("account"));
        assertThat(b.rows("payment")).isEqualTo(a.rows("payment"));
        sync(a);
        sync(b);
        assertThat(server.rows("payment").count()).isEqualTo(1);
    }

    @Test
    void edits_after_the_first_sync_travel_both_ways() {
        a.manager();
        a.sql("INSERT INTO account VALUES(1, 'Ada', '10.50')");
        sync(a);
        sync(b);
        b.sql("UPDATE account SET balance = '11.00' WHERE id = 1");
        sync(b);
        a.sql("UPDATE account SET name = 'Ada L.' WHERE id = 1");
        sync(a);
        sync(b);
        assertThat(a.rows("account")).isEqualTo(b.rows("account"));
        assertThat(a.value("SELECT name || balance FROM account")).isEqualTo("Ada L.11.00");
    }

    @Test
    void rows_made_offline_under_the_same_number_stay_two() {
        a.manager();
        b.manager();
        a.sql("INSERT INTO account VALUES(1, 'Ada', '1')");
        a.sql("INSERT INTO payment VALUES('pa', 1, '1', NULL)");
        b.sql("INSERT INTO account VALUES(1, 'Bob', '2')");
        b.sql("INSERT INTO payment VALUES('pb', 1, '2', NULL)");
        sync(a);
        sync(b);
        sync(a);
        assertThat(server.rows("account").count()).isEqualTo(2);
        String owner = "SELECT name FROM account a JOIN payment p ON p.account_id = a.id WHERE p.id = ?";
        for (Device device : List.of(a, b)) {
            assertThat(device.value(owner, "pa")).isEqualTo("Ada");
            assertThat(device.value(owner, "pb")).isEqualTo("Bob");
        }
    }

    @Test
    void a_deletion_travels_with_its_children_first() {
        a.sql("INSERT INTO account VALUES(1, 'Ada', '1')");
        a.sql("INSERT INTO payment VALUES('p1', 1, '1', NULL)");
        sync(a);
        sync(b);
        b.sql("DELETE FROM payment");
        b.sql("DELETE FROM account");
        sync(b);
        sync(a);
        assertThat(a.rows("account")).isEmpty();
        assertThat(a.rows("payment")).isEmpty();
        sync(b);
        assertThat(b.rows("account")).isEmpty();
    }

    @Test
    void disjoint_edits_of_one_row_are_joined() {
        a.sql("INSERT INTO account VALUES(1, 'Ada', '1')");
        sync(a);
        sync(b);
        a.sql("UPDATE account SET name = 'Ada L.'");
        b.sql("UPDATE account SET balance = '2'");
        sync(a);
        SyncResult result = b.sync();
        assertThat(result.conflictsDetected()).isZero();
        assertThat(result.byEntity().get("account").merged()).isEqualTo(1);
        sync(a);
        assertThat(a.value("SELECT name || balance FROM account")).isEqualTo("Ada L.2");
        assertThat(b.rows("account")).isEqualTo(a.rows("account"));
    }

    @Test
    void an_answer_that_was_lost_is_asked_for_again_and_applied_once() {
        a.manager();
        a.sql("INSERT INTO account VALUES(1, 'Ada', '1')");
        server.faults().when((method, path) -> method.equals("POST"), new Fault.LoseAnswer());
        SyncResult cut = a.sync();
        assertThat(cut.success()).isFalse();
        assertThat(a.manager().pendingChanges()).isEqualTo(1);
        server.faults().clear();
        sync(a);
        sync(b);
        assertThat(server.rows("account").count()).isEqualTo(1);
        assertThat(b.rows("account")).hasSize(1);
    }

    @Test
    void an_edit_behind_a_frozen_operation_is_sent_after_it() {
        a.manager();
        a.sql("INSERT INTO account VALUES(1, 'Ada', '1')");
        server.faults().when((method, path) -> method.equals("POST"), new Fault.LoseAnswer());
        a.sync();
        a.sql("UPDATE account SET balance = '5'");
        server.faults().clear();
        sync(a);
        assertThat(server.rows("account").all().get(0).get("balance").asText()).isEqualTo("5");
        assertThat(a.value("SELECT balance FROM account")).isEqualTo("5");
    }

    @Test
    void a_manager_opened_again_goes_on_where_the_last_one_ended() {
        a.sql("INSERT INTO account VALUES(1, 'Ada', '1')");
        sync(a);
        a.close();
        a.sql("UPDATE account SET balance = '7'");
        a.sql("INSERT INTO account(name, balance) VALUES('Bob', '8')");
        assertThat(a.manager().pendingChanges()).isEqualTo(2);
        sync(a);
        sync(b);
        assertThat(b.rows("account").values())
                .extracting(row -> Map.of("n", row.get("name"), "b", row.get("balance")))
                .containsExactlyInAnyOrder(Map.of("n", "Ada", "b", "7"), Map.of("n", "Bob", "b", "8"));
    }
}
