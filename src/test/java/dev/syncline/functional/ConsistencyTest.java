package dev.syncline.functional;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.syncline.config.BalanceRule;
import dev.syncline.config.SyncedTable;
import dev.syncline.progress.ConsistencyIssue;
import dev.syncline.progress.ConsistencyIssue.Outcome;
import dev.syncline.progress.ConsistencyIssue.Type;
import dev.syncline.progress.ConsistencyReport;
import dev.syncline.testing.Device;
import dev.syncline.testing.TwoDevices;
import dev.syncline.testing.server.Fault;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Contradictions that are planted into a file are found exactly, and mended without loss. Defends G1 and G8 where something else than
 * this library has written to its tables.
 */
class ConsistencyTest {
    private static final BalanceRule BALANCE =
            new BalanceRule("account", "balance", "opening", "payment", "amount", "source", "target", BalanceRule.CENT);

    @RegisterExtension
    final TwoDevices two = TwoDevices.with(
            rules -> rules.entity("account", account -> account.serverIds()),
            List.of(
                    SyncedTable.named("account")
                            .key("id")
                            .decimal("balance")
                            .decimal("opening")
                            .build(),
                    SyncedTable.named("payment")
                            .key("id")
                            .references("source", "account")
                            .references("target", "account")
                            .decimal("amount")
                            .build()),
            "CREATE TABLE account(id INTEGER PRIMARY KEY, name TEXT, balance TEXT, opening TEXT)",
            "CREATE TABLE payment(id TEXT PRIMARY KEY, source INTEGER REFERENCES account(id), target INTEGER REFERENCES"
                    + " account(id), amount TEXT, created_at TEXT, updated_at TEXT)");

    private Device a;

    @BeforeEach
    void shared() {
        a = two.a().with(builder -> builder.balance(BALANCE));
        a.sql("INSERT INTO account VALUES(1, 'a', '9.90', '10.00'), (2, 'b', '0.1', NULL)");
        a.sql("INSERT INTO payment VALUES('p', 1, 2, '0.10', '2026-03-01T10:00:00Z', '2026-03-01T10:00:00Z')");
        two.sync(a);
        two.sync(a);
        assertThat(a.manager().consistency().detect().issues()).isEmpty();
    }

    private List<Type> found() {
        return a.manager().consistency().detect().issues().stream()
                .map(ConsistencyIssue::type)
                .toList();
    }

    /** A host that does not let SQLite look after its references. */
    private void careless(String sql) {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + a.file());
                Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA foreign_keys = OFF");
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private void plantOneOfEach() {
        a.sql("DELETE FROM syncline_id_mapping WHERE local_id = 2");
        two.server().faults().when((method, path) -> method.equals("POST"), Fault.status(422));
        a.sql("INSERT INTO payment VALUES('refused', NULL, NULL, '0', NULL, NULL)");
        assertThat(a.sync().failed()).isEqualTo(1);
        two.server().faults().clear();
        a.sql("DELETE FROM payment WHERE id = 'refused'");
        a.sql(
                "INSERT INTO payment VALUES('same', NULL, NULL, '5', NULL, NULL), ('again', NULL, NULL, '5', NULL, NULL)");
        careless("INSERT INTO payment VALUES('lost', 99, NULL, '0', NULL, NULL)");
        a.sql("UPDATE account SET balance = '9.92' WHERE id = 1");
        a.sql("UPDATE payment SET updated_at = '2026-03-01T09:00:00Z' WHERE id = 'p'");
    }

    @Test
    void one_of_each_is_found_and_nothing_else_and_looking_changes_nothing() {
        plantOneOfEach();
        Map<String, String> before = stored();
        ConsistencyReport report = a.manager().consistency().detect();
        assertThat(report.byType())
                .containsOnly(
                        Map.entry(Type.MISSING_REMOTE_ID, 1L),
                        Map.entry(Type.ORPHAN_OPERATION, 1L),
                        Map.entry(Type.DUPLICATE_OPERATION, 1L),
                        Map.entry(Type.BROKEN_REFERENCE, 1L),
                        Map.entry(Type.BALANCE_MISMATCH, 1L),
                        Map.entry(Type.TIMESTAMP_ORDER, 1L));
        assertThat(report.isConsistent()).isFalse();
        assertThat(stored()).isEqualTo(before);
        careless("DELETE FROM payment WHERE id = 'lost'");
    }

    @Test
    void what_can_be_mended_is_and_mending_again_changes_nothing() {
        plantOneOfEach();
        long rows = (int) a.value("SELECT count(*) FROM payment");
        Map<String, String> before = stored();
        ConsistencyReport rehearsed = a.manager().consistency().rehearse();
        assertThat(stored()).as("a rehearsal changes nothing").isEqualTo(before);
        ConsistencyReport repaired = a.manager().consistency().repair();
        assertThat(repaired.issues()).hasSize(6).isEqualTo(rehearsed.issues());
        assertThat(repaired.issues())
                .filteredOn(issue -> issue.outcome() != Outcome.REPAIRED)
                .extracting(ConsistencyIssue::type)
                .containsExactly(Type.DUPLICATE_OPERATION);
        assertThat(a.value("SELECT count(*) FROM payment"))
                .as("no row is deleted")
                .isEqualTo((int) rows);
        assertThat(a.value("SELECT source FROM payment WHERE id = 'lost'")).isNull();
        assertThat(a.value("SELECT balance FROM account WHERE id = 1")).isEqualTo("9.90");
        assertThat(a.value("SELECT updated_at FROM payment WHERE id = 'p'")).isEqualTo("2026-03-01T10:00:00Z");

        assertThat(found()).containsExactly(Type.DUPLICATE_OPERATION);
        Map<String, String> after = stored();
        a.manager().consistency().repair();
        assertThat(stored()).isEqualTo(after);
        two.sync(a);
        assertThat(a.manager().pendingChanges()).isZero();
        assertThat(two.server().rows("account").all())
                .as("what has no id any more is sent once")
                .hasSize(3);
    }

    @Test
    void a_deletion_that_is_to_be_sent_is_no_contradiction() {
        a.sql("DELETE FROM payment");
        a.sql("UPDATE account SET balance = opening WHERE id = 1");
        a.sql("UPDATE account SET balance = '0' WHERE id = 2");
        assertThat(found()).isEmpty();
        a.manager().consistency().repair();
        two.sync(a);
        assertThat(two.server().rows("payment").count()).isZero();
    }

    @Test
    void a_reference_that_must_not_be_empty_is_left_and_told() {
        Device b = two.b();
        b.sql("DROP TABLE payment");
        b.sql("CREATE TABLE payment(id TEXT PRIMARY KEY, source INTEGER REFERENCES account(id), target INTEGER NOT NULL"
                + " REFERENCES account(id), amount TEXT, created_at TEXT, updated_at TEXT)");
        two.sync(b);
        a = b;
        careless("INSERT INTO payment VALUES('lost', NULL, 99, '0', NULL, NULL)");
        ConsistencyReport repaired = b.manager().consistency().repair();
        assertThat(repaired.issues()).hasSize(1);
        assertThat(repaired.issues().get(0).outcome()).isEqualTo(Outcome.LEFT);
        assertThat(b.value("SELECT target FROM payment WHERE id = 'lost'")).isEqualTo(99);
        careless("DELETE FROM payment WHERE id = 'lost'");
    }

    @Test
    void an_id_of_a_row_that_is_gone_is_removed() {
        a.sql("INSERT INTO syncline_id_mapping SELECT t, 77, 'remote 77' FROM syncline_id_mapping LIMIT 1");
        assertThat(found()).containsExactly(Type.BROKEN_REFERENCE);
        a.manager().consistency().repair();
        assertThat(found()).isEmpty();
    }

    @Test
    void tenths_add_up_exactly_and_less_than_the_tolerance_is_no_mismatch() {
        try (Connection connection = a.connect();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            for (int i = 0; i < 10_000; i++) {
                statement.addBatch("INSERT INTO payment VALUES('n" + i + "', 1, 2, '0.1', NULL, 'n" + i + "')");
            }
            statement.executeBatch();
            connection.commit();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        a.sql("UPDATE account SET balance = '-990.10' WHERE id = 1");
        a.sql("UPDATE account SET balance = '1000.11' WHERE id = 2");
        assertThat(found()).isEmpty();
        a.sql("UPDATE account SET balance = '1000.12' WHERE id = 2");
        assertThat(found()).containsExactly(Type.BALANCE_MISMATCH);
    }

    @Test
    void a_rule_about_a_table_that_is_not_synced_is_refused() {
        BalanceRule elsewhere =
                new BalanceRule("account", "balance", null, "x", "amount", null, null, BalanceRule.CENT);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> two.device("c")
                        .with(builder -> builder.balance(elsewhere))
                        .manager())
                .withMessageContaining("balance account.balance → x");
    }

    /** Everything in the file. */
    private Map<String, String> stored() {
        Map<String, String> all = new TreeMap<>();
        a.query("SELECT name FROM sqlite_master WHERE type = 'table'").forEach(table -> {
            String name = String.valueOf(table.get("name"));
            all.put(name, a.query("SELECT * FROM \"" + name + "\"").toString());
        });
        return all;
    }
}
