package dev.syncline.functional;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.backend.firefly.FireflyIii;
import dev.syncline.exception.AuthenticationException;
import dev.syncline.exception.FieldFault;
import dev.syncline.exception.ValidationException;
import dev.syncline.finance.FinanceSync;
import dev.syncline.finance.FinanceTables;
import dev.syncline.progress.SyncMode;
import dev.syncline.progress.SyncResult;
import dev.syncline.testing.Device;
import dev.syncline.testing.FlakyProxy;
import dev.syncline.testing.firefly.FireflyServer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two devices and a server with the habits of Firefly III. Defends G1 and G2 (one transaction for each row, whatever answer is lost), G5
 * (devices and server come to the same), G7 (what was deleted does not return), G8 (references and splits hold) and G12 (what the
 * server refuses holds back nothing else).
 */
class FireflyIiiIT {
    private static final String SPLITS =
            "SELECT t.description, t.amount, t.type, a.name AS source, b.name AS destination,"
                    + " c.name AS category, f.description AS first FROM \"transaction\" t LEFT JOIN account a ON a.id = t.source_id"
                    + " LEFT JOIN account b ON b.id = t.destination_id LEFT JOIN category c ON c.id = t.category_id"
                    + " LEFT JOIN \"transaction\" f ON f.id = t.split_of ORDER BY t.description";

    @TempDir
    private Path folder;

    private final FireflyServer server = new FireflyServer();
    private Device a;
    private Device b;

    @BeforeEach
    void start() {
        a = device("a", server.url());
        b = device("b", server.url());
    }

    private Device device(String name, String url) {
        return new Device(
                        folder.resolve(name + ".db"),
                        url,
                        FinanceTables.all(),
                        FinanceTables.schema().toArray(String[]::new))
                .with(FireflyIii.at(url, () -> "secret"))
                .with(config -> config.balance(FinanceTables.balances()));
    }

    @AfterEach
    void stop() {
        a.close();
        b.close();
        server.close();
    }

    private static SyncResult ok(Device device) {
        SyncResult result = device.manager().synchronize(SyncMode.FULL).blockingGet();
        assertThat(result.errors()).isEmpty();
        assertThat(result.success()).isTrue();
        return result;
    }

    /** Both equal the server, and nothing is unsent. */
    private void agree() {
        for (Device device : List.of(a, b, a, b)) {
            ok(device);
        }
        assertThat(a.manager().pendingChanges() + b.manager().pendingChanges()).isZero();
        assertThat(b.query(SPLITS))
                .isEqualTo(a.query(SPLITS))
                .hasSize(server.splits().size());
        Map<String, String> kinds = Map.of(
                "account", "accounts",
                "category", "categories",
                "budget", "budgets",
                "bill", "bills",
                "piggy_bank", "piggy-banks");
        kinds.forEach((table, kind) -> {
            List<?> names = a.query("SELECT name FROM " + table + " ORDER BY name");
            assertThat(b.query("SELECT name FROM " + table + " ORDER BY name")).isEqualTo(names);
            assertThat(server.rows(kind).values().stream()
                            .map(row -> Map.of("name", row.get("name")))
                            .sorted(java.util.Comparator.comparing(Map::toString))
                            .toList())
                    .isEqualTo(names);
        });
        for (Device device : List.of(a, b)) {
            assertThat(device.manager().consistency().detect().issues()).isEmpty();
            assertThat(device.query("PRAGMA foreign_key_check")).isEmpty();
        }
    }

    private void seed() {
        a.manager();
        a.sql("INSERT INTO account(id, name, type, currency_code, opening_balance, opening_balance_date) VALUES"
                + "(1, 'giro', 'asset', 'EUR', '100', '2020-01-01'), (2, 'shop', 'expense', NULL, NULL, NULL)");
        a.sql("INSERT INTO category(id, name) VALUES(1, 'food'), (2, 'fun')");
        a.sql(
                "INSERT INTO budget(id, name, amount, currency_code, period) VALUES(1, 'house', '100', 'EUR', 'monthly')");
        a.sql("INSERT INTO bill(id, name, amount_min, amount_max, currency_code, date, repeat_freq)"
                + " VALUES(1, 'rent', '1', '2', 'EUR', '2024-01-01', 'monthly')");
        a.sql("INSERT INTO piggy_bank(id, name, account_id, target_amount) VALUES(1, 'bike', 1, '500')");
        a.sql("INSERT INTO \"transaction\"(id, split_of, type, date, amount, description, source_id, destination_id,"
                + " category_id, budget_id, bill_id, tags) VALUES"
                + "(1, NULL, 'withdrawal', '2024-01-02', '1.20', 'bread', 1, 2, 1, 1, 1, '[\"x\"]'),"
                + "(2, 1, 'withdrawal', '2024-01-02', '0.10', 'wine', 1, 2, 2, NULL, NULL, '[]'),"
                + "(3, NULL, 'withdrawal', '2024-01-03', '7', 'book', 1, 2, NULL, NULL, NULL, '[]')");
    }

    @Test
    void two_devices_and_the_server_come_to_the_same() {
        seed();
        agree();
        assertThat(server.rows("transactions")).hasSize(2);
        assertThat(b.query("SELECT name, amount, period FROM budget"))
                .containsExactly(Map.of("name", "house", "amount", "100", "period", "monthly"));
        assertThat(a.value("SELECT current_balance FROM account WHERE name = 'giro'"))
                .isEqualTo("91.70");
        a.sql("UPDATE \"transaction\" SET amount = '2.20' WHERE description = 'bread'");
        b.sql("UPDATE \"transaction\" SET notes = 'red' WHERE description = 'wine'");
        b.sql("UPDATE account SET name = 'current' WHERE name = 'giro'");
        b.sql("DELETE FROM \"transaction\" WHERE description = 'book'");
        agree();
        assertThat(a.value("SELECT current_balance FROM account WHERE name = 'current'"))
                .isEqualTo("97.70");
        assertThat(a.value("SELECT notes FROM \"transaction\" WHERE description = 'wine'"))
                .isEqualTo("red");
    }

    @Test
    void a_change_to_one_split_leaves_the_others_and_each_keeps_its_id() {
        seed();
        agree();
        List<Object> ids = server.splits().stream()
                .map(split -> split.get("transaction_journal_id"))
                .toList();
        a.sql("UPDATE \"transaction\" SET amount = '0.20' WHERE description = 'wine'");
        Object row = a.value("SELECT id FROM \"transaction\" WHERE description = 'wine'");
        assertThat(FinanceSync.of(a.manager())
                        .syncTransaction(((Number) row).longValue())
                        .blockingGet()
                        .isSent())
                .isTrue();
        assertThat(server.splits().stream()
                        .map(split -> split.get("transaction_journal_id"))
                        .toList())
                .isEqualTo(ids);
        agree();
        a.sql("DELETE FROM \"transaction\" WHERE description = 'wine'");
        agree();
        assertThat(server.splits())
                .extracting(split -> split.get("description"))
                .containsExactlyInAnyOrder("bread", "book");
    }

    @Test
    void what_the_server_deletes_goes_with_what_hangs_on_it() {
        seed();
        agree();
        long shop = server.rows("accounts").entrySet().stream()
                .filter(row -> "shop".equals(row.getValue().get("name")))
                .findFirst()
                .orElseThrow()
                .getKey();
        server.delete("accounts", shop);
        server.delete(
                "categories", server.rows("categories").keySet().iterator().next());
        agree();
        assertThat(a.query("SELECT * FROM \"transaction\"")).isEmpty();
        a.sql("DELETE FROM account");
        agree();
        assertThat(server.rows("piggy-banks")).isEmpty();
    }

    @Test
    void a_create_whose_answer_is_lost_makes_one_transaction_and_one_account() {
        a.manager();
        a.sql("INSERT INTO account(id, name, type, currency_code) VALUES(1, 'giro', 'asset', 'EUR')");
        server.loseAnswerTo("POST");
        a.sync();
        ok(a);
        a.sql("INSERT INTO \"transaction\"(type, date, amount, description, source_id)"
                + " VALUES('withdrawal', '2024-01-02', '5', 'twice?', 1)");
        server.loseAnswerTo("POST");
        a.sync();
        a.sql("INSERT INTO \"transaction\"(split_of, type, date, amount, description, source_id)"
                + " SELECT id, 'withdrawal', '2024-01-02', '6', 'second', 1 FROM \"transaction\"");
        ok(a);
        a.sql("UPDATE \"transaction\" SET amount = '6.5' WHERE description = 'second'");
        server.loseAnswerTo("PUT");
        a.sync();
        agree();
        assertThat(server.rows("accounts")).hasSize(1);
        assertThat(server.rows("transactions")).hasSize(1);
        assertThat(server.splits()).hasSize(2);
    }

    @Test
    void a_missing_record_that_looks_like_refused_credentials_is_gone_if_they_hold() {
        server.missingLooksForbidden();
        seed();
        agree();
        long book = server.rows("transactions").entrySet().stream()
                .filter(row -> row.getValue().toString().contains("description=book"))
                .findFirst()
                .orElseThrow()
                .getKey();
        server.delete("transactions", book);
        agree();
        assertThat(a.query("SELECT description FROM \"transaction\" ORDER BY description"))
                .containsExactly(Map.of("description", "bread"), Map.of("description", "wine"));
        server.token("another");
        assertThat(a.sync().errors()).first().isInstanceOf(AuthenticationException.class);
        assertThat(a.query("SELECT description FROM \"transaction\"")).hasSize(2);
        server.token("secret");
        agree();
    }

    @Test
    void what_the_server_refuses_names_the_field_and_holds_back_nothing_else() {
        seed();
        agree();
        server.create("categories", Map.of("name", "secret plan"));
        b.manager();
        b.sql("UPDATE category SET name = 'secret plan' WHERE name = 'food'");
        b.sql("UPDATE category SET notes = 'n' WHERE name = 'fun'");
        SyncResult result = b.sync();
        assertThat(result.errors())
                .singleElement()
                .isInstanceOfSatisfying(
                        ValidationException.class,
                        e -> assertThat(e.faults())
                                .extracting(FieldFault::field)
                                .containsExactly("name"));
        b.sql("UPDATE category SET name = 'eating' WHERE name = 'secret plan' AND id IN (SELECT category_id FROM"
                + " \"transaction\")");
        agree();
    }

    @Test
    void faults_on_the_way_double_and_lose_nothing() {
        try (FlakyProxy first = new FlakyProxy(server.url(), 7);
                FlakyProxy second = new FlakyProxy(server.url(), 8)) {
            a = device("flaky-a", first.url());
            b = device("flaky-b", second.url());
            seed();
            first.faults(15);
            second.faults(15);
            for (int round = 0; round < 4; round++) {
                a.sync();
                b.sync();
                a.sql(
                        "INSERT INTO \"transaction\"(type, date, amount, description, source_id, destination_id)"
                                + " SELECT 'withdrawal', '2024-02-02', '1', ?, s.id, d.id FROM account s, account d"
                                + " WHERE s.name = 'giro' AND d.name = 'shop'",
                        "a" + round);
                b.sql(
                        "INSERT INTO \"transaction\"(type, date, amount, description, source_id, destination_id)"
                                + " SELECT 'withdrawal', '2024-02-02', '1', ?, s.id, d.id FROM account s, account d"
                                + " WHERE s.name = 'giro' AND d.name = 'shop'",
                        "b" + round);
                a.sql("UPDATE \"transaction\" SET notes = ? WHERE description = 'wine'", "note " + round);
            }
            first.faults(0);
            second.faults(0);
            for (int round = 0; round < 4; round++) {
                a.manager().retryFailed();
                b.manager().retryFailed();
                a.sync();
                b.sync();
            }
            agree();
            assertThat(a.query("SELECT description FROM \"transaction\" GROUP BY description HAVING count(*) > 1"))
                    .isEmpty();
            assertThat(a.query("SELECT * FROM \"transaction\"")).hasSizeGreaterThanOrEqualTo(3 + 4);
        }
    }
}
