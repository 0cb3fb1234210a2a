package dev.syncline.functional;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.backend.rest.RestBackend;
import dev.syncline.config.SyncedTable;
import dev.syncline.testing.Device;
import dev.syncline.testing.RecordingBackend;
import dev.syncline.testing.server.Fault;
import dev.syncline.testing.server.ReferenceServer;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** In which order a run calls the backend: the examples of {@code docs/SYNC_ALGORITHM.md}. Defends G2, G3 and G8. */
class CallOrderTest {

    @TempDir
    Path folder;

    private ReferenceServer server;
    private RecordingBackend backend;
    private Device device;

    @BeforeEach
    void start() {
        server = ReferenceServer.on(folder.resolve("server.db")).start();
        backend = new RecordingBackend(RestBackend.at(server.url()).build());
        device = new Device(
                        folder.resolve("a.db"),
                        server.url(),
                        List.of(
                                SyncedTable.named("payment")
                                        .key("id")
                                        .references("account_id", "account")
                                        .build(),
                                SyncedTable.named("account").key("id").build()),
                        "CREATE TABLE account(id TEXT PRIMARY KEY, name TEXT)",
                        "CREATE TABLE payment(id TEXT PRIMARY KEY, account_id TEXT, amount TEXT)",
                        "INSERT INTO account VALUES('a1', 'Ada')",
                        "INSERT INTO payment VALUES('p1', 'a1', '10')")
                .with(backend);
        assertThat(device.sync().success()).isTrue();
        backend.taken();
    }

    @AfterEach
    void stop() {
        device.close();
        server.close();
    }

    @Test
    void parents_are_sent_before_children_and_deletions_last() {
        device.sql("INSERT INTO payment VALUES('p2', 'a2', '20')");
        device.sql("DELETE FROM payment WHERE id = 'p1'");
        device.sql("INSERT INTO account VALUES('a2', 'Bob')");
        device.sql("UPDATE account SET name = 'Ada L.' WHERE id = 'a1'");

        device.sync();

        assertThat(backend.taken())
                .containsExactly(
                        "page of account",
                        "page of payment",
                        "batch of CREATE account a2, UPDATE account a1",
                        "CREATE payment p2",
                        "DELETE payment p1");
    }

    @Test
    void a_child_leaves_its_parent_before_the_parent_goes() {
        device.sql("DELETE FROM account WHERE id = 'a1'");
        device.sql("INSERT INTO account VALUES('a2', 'Bob')");
        device.sql("UPDATE payment SET account_id = 'a2' WHERE id = 'p1'");

        device.sync();

        assertThat(backend.taken())
                .containsExactly(
                        "page of account",
                        "page of payment",
                        "CREATE account a2",
                        "UPDATE payment p1",
                        "DELETE account a1");
    }

    @Test
    void what_was_sent_without_an_answer_is_settled_first_and_later_edits_follow_the_pull() {
        device.sql("INSERT INTO payment VALUES('p3', 'a1', '30')");
        server.faults().when((method, path) -> method.equals("POST"), Fault.loseAnswer());
        assertThat(device.sync().success()).isFalse();
        server.faults().clear();
        device.sql("UPDATE payment SET amount = '31' WHERE id = 'p3'");
        backend.taken();

        device.sync();

        assertThat(backend.taken())
                .containsExactly("CREATE payment p3", "page of account", "page of payment", "UPDATE payment p3");
        assertThat(server.keysAppliedTwice()).isEmpty();
        assertThat(device.manager().pendingChanges()).isZero();
    }
}
