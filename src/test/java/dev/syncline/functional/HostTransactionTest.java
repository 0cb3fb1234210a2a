package dev.syncline.functional;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.syncline.backend.rest.RestBackend;
import dev.syncline.config.SyncedTable;
import dev.syncline.conflict.ConflictSeverity;
import dev.syncline.conflict.ResolutionStrategy;
import dev.syncline.exception.StorageException;
import dev.syncline.progress.TransactionManager.Work;
import dev.syncline.progress.UnsentChange;
import dev.syncline.progress.UnsentChange.State;
import dev.syncline.progress.WriteUnit;
import dev.syncline.progress.WriteUnit.Delivery;
import dev.syncline.testing.Device;
import dev.syncline.testing.TwoDevices;
import dev.syncline.testing.server.EntityRules.ParentDelete;
import dev.syncline.testing.server.Fault;
import dev.syncline.testing.server.RequestJournal.Entry;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What one transaction of the host's writes is stored whole, and reaches the backend whole where that can apply it so. Defends G1, G2, G3
 * and G8.
 */
class HostTransactionTest {
    @RegisterExtension
    final TwoDevices two = TwoDevices.with(
            rules -> rules.entity("account", entity -> {})
                    .entity(
                            "payment",
                            entity -> entity.references("account_id", "account", ParentDelete.REFUSE)
                                    .required("amount")),
            List.of(
                    SyncedTable.named("account")
                            .key("id")
                            .severity(ConflictSeverity.HIGH, "balance")
                            .build(),
                    SyncedTable.named("payment")
                            .key("id")
                            .references("account_id", "account")
                            .build()),
            "CREATE TABLE account(id TEXT PRIMARY KEY, balance INTEGER)",
            "CREATE TABLE payment(id TEXT PRIMARY KEY, account_id TEXT REFERENCES account(id), amount INTEGER)");

    private Device device;

    @BeforeEach
    void a_backend_that_takes_units() {
        device = two.a();
        withUnits();
        two.shared("INSERT INTO account VALUES('a', 100), ('b', 100)");
        two.server().journal().clear();
    }

    private void withUnits() {
        device.with(RestBackend.at(two.server().url()).atomicBatches().build());
        device.manager();
    }

    private WriteUnit write(String... statements) {
        return device.manager().transactions().write(sql(statements));
    }

    private static Work sql(String... statements) {
        return connection -> {
            for (String statement : statements) {
                execute(connection, statement);
            }
        };
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private WriteUnit transfer() {
        return write(
                "UPDATE account SET balance = balance - 10 WHERE id = 'a'",
                "UPDATE account SET balance = balance + 10 WHERE id = 'b'",
                "INSERT INTO payment VALUES('p', 'b', 10)");
    }

    private List<Entry> sends() {
        return two.server().journal().entries().stream()
                .filter(entry -> !entry.method().equals("GET"))
                .toList();
    }

    private long balance(String id) {
        return two.server()
                .rows("account")
                .find(id)
                .orElseThrow()
                .path("balance")
                .asLong();
    }

    @Test
    void a_unit_goes_out_as_one_batch() {
        WriteUnit unit = transfer();
        assertThat(unit).isEqualTo(new WriteUnit(3, Delivery.TOGETHER));
        two.sync(device);
        assertThat(sends())
                .singleElement()
                .satisfies(sent -> assertThat(sent.path()).isEqualTo("/v1/_batch"));
        assertThat(balance("a") + balance("b")).isEqualTo(200);
        assertThat(two.server().rows("payment").count()).isEqualTo(1);
        two.agree();
    }

    @Test
    void if_one_change_is_refused_none_takes_effect_until_it_is_corrected() {
        write("UPDATE account SET balance = 90 WHERE id = 'a'", "INSERT INTO payment VALUES('p', 'a', NULL)");
        assertThat(device.sync().success()).isFalse();
        assertThat(balance("a")).isEqualTo(100);
        assertThat(device.manager().operations(o -> o.state() == State.FAILED))
                .extracting(UnsentChange::id)
                .containsExactly("payment/p");
        device.sync();
        assertThat(balance("a")).isEqualTo(100);
        assertThat(device.manager().pendingChanges()).isEqualTo(2);
        device.sql("UPDATE payment SET amount = 10");
        two.sync(device);
        assertThat(balance("a")).isEqualTo(90);
        two.agree();
    }

    @Test
    void if_one_change_meets_a_conflict_the_others_wait_for_the_decision() {
        transfer();
        two.b().sql("UPDATE account SET balance = 7 WHERE id = 'a'");
        two.sync(two.b());
        two.server().journal().clear();
        device.sync();
        assertThat(device.manager().conflicts().open()).hasSize(1);
        assertThat(sends()).isEmpty();
        assertThat(balance("b")).isEqualTo(100);
        assertThat(two.server().rows("payment").count()).isZero();
        TwoDevices.decide(device, ResolutionStrategy.LOCAL_WINS);
        two.sync(device);
        assertThat(balance("b")).isEqualTo(110);
        assertThat(balance("a")).isEqualTo(90);
        two.agree();
    }

    @Test
    void a_conflict_that_only_the_backend_sees_takes_nothing_of_the_unit() throws Exception {
        transfer();
        two.syncMeanwhile(device, (method, path) -> path.startsWith("/v1/payment") && method.equals("GET"), () -> {
            two.b().sql("UPDATE account SET balance = 7 WHERE id = 'a'");
            two.sync(two.b());
        });
        assertThat(balance("a")).isEqualTo(7);
        assertThat(balance("b")).isEqualTo(100);
        TwoDevices.decide(device, ResolutionStrategy.REMOTE_WINS);
        two.sync(device);
        assertThat(balance("b")).isEqualTo(110);
        two.agree();
    }

    @Test
    void a_lost_answer_is_asked_for_again_with_the_same_batch_and_takes_effect_once() {
        transfer();
        two.server().faults().when((method, path) -> path.endsWith("_batch"), Fault.loseAnswer());
        assertThat(device.sync().success()).isFalse();
        two.server().faults().clear();
        device.close();
        withUnits();
        two.server().journal().clear();
        two.sync(device);
        assertThat(sends())
                .singleElement()
                .satisfies(sent -> assertThat(sent.path()).isEqualTo("/v1/_batch"));
        assertThat(two.server().rows("account").version("a")).isEqualTo(2);
        two.agree();
    }

    @Test
    void units_that_share_a_row_are_one_and_what_was_pending_before_comes_along() {
        device.sql("UPDATE account SET balance = 50 WHERE id = 'a'");
        assertThat(write("UPDATE account SET balance = 40 WHERE id = 'a'", "INSERT INTO payment VALUES('p', 'a', 10)"))
                .isEqualTo(new WriteUnit(2, Delivery.TOGETHER));
        assertThat(write("UPDATE payment SET amount = 11", "UPDATE account SET balance = 111 WHERE id = 'b'"))
                .isEqualTo(new WriteUnit(2, Delivery.TOGETHER));
        device.sql("INSERT INTO account VALUES('c', 1)");
        two.sync(device);
        assertThat(sends()).hasSize(2);
        two.agree();
    }

    @Test
    void children_are_deleted_before_their_parent_and_made_after_it_in_one_batch() {
        write("INSERT INTO account VALUES('c', 1)", "INSERT INTO payment VALUES('p', 'c', 1)");
        two.sync(device);
        assertThat(sends()).hasSize(1);
        write("DELETE FROM payment", "DELETE FROM account WHERE id = 'c'", "INSERT INTO payment VALUES('q', 'a', 2)");
        two.sync(device);
        assertThat(sends()).hasSize(2);
        two.agree();
    }

    @Test
    void an_edit_made_while_the_unit_is_on_the_wire_is_sent_behind_it() throws Exception {
        transfer();
        two.syncMeanwhile(
                device,
                (method, path) -> path.endsWith("_batch"),
                () -> device.sql("UPDATE account SET balance = 1 WHERE id = 'a'"));
        two.sync(device);
        assertThat(balance("a")).isEqualTo(1);
        assertThat(balance("b")).isEqualTo(110);
        two.agree();
    }

    @Test
    void what_fails_is_rolled_back_whole_and_a_unit_inside_a_unit_by_itself() {
        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> write("UPDATE account SET balance = 0", "INSERT INTO account VALUES('a', 1)"));
        assertThatIllegalStateException()
                .isThrownBy(() -> device.manager().transactions().write(connection -> {
                    execute(connection, "UPDATE account SET balance = 0");
                    throw new IllegalStateException("the host's own");
                }))
                .withMessage("the host's own");
        assertThat(device.manager().pendingChanges()).isZero();
        WriteUnit outer = device.manager().transactions().write(connection -> {
            execute(connection, "UPDATE account SET balance = 99 WHERE id = 'a'");
            assertThat(write("UPDATE account SET balance = 98 WHERE id = 'b'").delivery())
                    .isEqualTo(Delivery.WITH_OUTER);
            assertThatExceptionOfType(StorageException.class)
                    .isThrownBy(() -> write("UPDATE account SET balance = 0", "INSERT INTO account VALUES('a', 1)"));
        });
        assertThat(outer).isEqualTo(new WriteUnit(2, Delivery.TOGETHER));
        assertThat(device.query("SELECT balance FROM account ORDER BY id"))
                .isEqualTo(List.of(Map.of("balance", 99), Map.of("balance", 98)));
        assertThat(write("SELECT 1").delivery()).isEqualTo(Delivery.NOTHING);
        two.agree();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void where_the_backend_cannot_the_changes_go_in_order(boolean says) {
        device.close();
        device.with(
                says
                        ? RestBackend.at(two.server().url())
                                .batch("_batch", 2)
                                .atomicBatches()
                                .build()
                        : RestBackend.at(two.server().url()).noBatch().build());
        assertThat(transfer()).isEqualTo(new WriteUnit(3, Delivery.IN_ORDER));
        two.sync(device);
        two.agree();
    }

    @Test
    void a_backend_that_turns_out_not_to_take_units_gets_them_in_order() {
        assertThat(transfer().delivery()).isEqualTo(Delivery.TOGETHER);
        two.server().faults().whenBody((path, body) -> body.contains("\"atomic\""), Fault.status(400));
        two.sync(device);
        assertThat(balance("a") + balance("b")).isEqualTo(200);
        two.agree();
    }
}
