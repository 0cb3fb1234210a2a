package dev.syncline.finance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.exception.ValidationException;
import dev.syncline.progress.ConsistencyIssue;
import dev.syncline.progress.UnsentChange;
import dev.syncline.testing.TwoDevices;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The six tables over a backend that knows nothing of finance. Defends G1 (what breaks a rule stays visible), G5 (two devices come to the
 * same), G6 (a conflict in an amount is a person's) and G8 (references of every kind hold).
 */
class FinanceTablesTest {
    @RegisterExtension
    final TwoDevices two = TwoDevices.with(
            rules -> {
                for (String entity : List.of("account", "category", "budget", "bill", "piggy_bank", "transaction")) {
                    rules = rules.entity(entity, entry -> entry.serverIds());
                }
                return rules;
            },
            FinanceTables.all(),
            FinanceTables.schema().toArray(String[]::new));

    @Test
    void entries_of_every_kind_reach_the_other_device_with_what_they_refer_to() {
        seed();
        agree();
        assertThat(two.b()
                        .query("SELECT t.description, s.name AS source, c.name AS category, b.name AS bill, t.amount,"
                                + " f.description AS first FROM \"transaction\" t JOIN account s ON s.id = t.source_id"
                                + " JOIN category c ON c.id = t.category_id JOIN bill b ON b.id = t.bill_id"
                                + " JOIN \"transaction\" f ON f.id = t.split_of"))
                .containsExactly(Map.of(
                        "description",
                        "wine",
                        "source",
                        "giro",
                        "category",
                        "food",
                        "bill",
                        "rent",
                        "amount",
                        "0.10",
                        "first",
                        "bread"));
        assertThat(two.b().value("SELECT a.name FROM piggy_bank p JOIN account a ON a.id = p.account_id"))
                .isEqualTo("giro");
    }

    @Test
    void a_typed_call_tells_what_became_of_its_entry() {
        FinanceSync finance = FinanceSync.of(two.a().manager());
        two.a()
                .sql(
                        "INSERT INTO account(id, name, type, currency_code) VALUES(1, 'giro', 'asset', 'EUR'), (2, '', 'asset', 'EUR')");
        assertThat(finance.syncAccount(1).blockingGet().isSent()).isTrue();
        EntryOutcome refused = finance.syncAccount(2).blockingGet();
        assertThat(refused.isSent()).isFalse();
        assertThat(refused.unsent().state()).isEqualTo(UnsentChange.State.FAILED);
        assertThat(refused.unsent().reason()).contains("name");
        seedRest();
        assertThat(finance.syncCategory(1).blockingGet().isSent()).isTrue();
        assertThat(finance.syncBudget(1).blockingGet().isSent()).isTrue();
        assertThat(finance.syncBill(1).blockingGet().isSent()).isTrue();
        assertThat(finance.syncPiggyBank(1).blockingGet().isSent()).isTrue();
        assertThat(finance.syncTransaction(1).blockingGet().isSent()).isTrue();
        two.a().sql("UPDATE account SET name = 'cash' WHERE id = 2");
        assertThat(finance.syncAccount(2).blockingGet().isSent()).isTrue();
        assertThat(two.server().rows("account").all()).hasSize(2);
    }

    @Test
    void a_second_account_of_a_name_is_not_sent() {
        seed();
        two.sync(two.a());
        two.a().sql("INSERT INTO account(name, type, currency_code) VALUES('giro', 'asset', 'EUR')");
        assertThat(two.a().sync().errors()).singleElement().isInstanceOf(ValidationException.class);
        assertThat(two.server().rows("account").all()).hasSize(1);
        two.a().sql("UPDATE account SET type = 'expense' WHERE id <> 1");
        agree();
    }

    @Test
    void an_amount_that_both_changed_waits_for_a_person_and_tags_are_joined() {
        seed();
        agree();
        two.a().sql("UPDATE \"transaction\" SET amount = '2.00' WHERE description = 'bread'");
        two.b().sql("UPDATE \"transaction\" SET amount = '3.00' WHERE description = 'bread'");
        two.a().sql("UPDATE \"transaction\" SET tags = '[\"a\"]' WHERE description = 'wine'");
        two.b().sql("UPDATE \"transaction\" SET tags = '[\"b\"]' WHERE description = 'wine'");
        two.a().sync();
        two.b().sync();
        assertThat(TwoDevices.onlyConflict(two.b()).conflictingFields()).containsExactly("amount");
        TwoDevices.decide(two.b(), dev.syncline.conflict.ResolutionStrategy.LOCAL_WINS);
        agree();
        assertThat(two.a().value("SELECT amount FROM \"transaction\" WHERE description = 'bread'"))
                .isEqualTo("3.00");
        assertThat(String.valueOf(two.a().value("SELECT tags FROM \"transaction\" WHERE description = 'wine'")))
                .contains("a", "b");
    }

    @Test
    void a_balance_that_does_not_follow_from_the_transactions_is_found_to_the_cent() {
        two.a().with(config -> config.balance(FinanceTables.balances()));
        two.a().manager();
        two.a()
                .sql("INSERT INTO account(id, name, type, currency_code, opening_balance, opening_balance_date,"
                        + " current_balance) VALUES(1, 'giro', 'asset', 'EUR', '1.00', '2020-01-01', '0.70')");
        two.a()
                .sql("INSERT INTO \"transaction\"(type, date, amount, description, source_id) VALUES"
                        + "('withdrawal', '2024-01-02', '0.1', 'x', 1), ('withdrawal', '2024-01-02', '0.2', 'y', 1)");
        two.a().sync();
        two.a().sync();
        assertThat(two.a().manager().consistency().detect().issues()).isEmpty();
        two.a().sql("UPDATE \"transaction\" SET amount = '0.22' WHERE description = 'y'");
        assertThat(two.a().manager().consistency().detect().issues())
                .extracting(ConsistencyIssue::type)
                .contains(ConsistencyIssue.Type.BALANCE_MISMATCH);
    }

    @Test
    void a_balance_counts_what_is_in_the_currency_of_the_account_and_says_nothing_where_that_is_not_told() {
        two.a().with(config -> config.balance(FinanceTables.balances()));
        two.a().manager();
        two.a()
                .sql("INSERT INTO account(id, name, type, currency_code, current_balance) VALUES"
                        + "(1, 'giro', 'asset', 'EUR', '-10.00'), (2, 'dollars', 'asset', 'USD', '11.00'),"
                        + "(3, 'francs', 'asset', 'CHF', '0')");
        two.a()
                .sql("INSERT INTO \"transaction\"(type, date, amount, currency_code, foreign_amount,"
                        + " foreign_currency_code, description, source_id, destination_id) VALUES"
                        + "('transfer', '2024-01-02', '10', 'EUR', '11', 'USD', 'x', 1, 2)");
        two.a().sync();
        two.a().sync();
        assertThat(two.a().manager().consistency().detect().issues()).isEmpty();
        two.a()
                .sql("INSERT INTO \"transaction\"(type, date, amount, currency_code, description, destination_id)"
                        + " VALUES('deposit', '2024-01-02', '1', 'EUR', 'into francs', 3)");
        two.a().sync();
        assertThat(two.a().manager().consistency().detect().issues()).isEmpty();
        two.a().sql("UPDATE account SET current_balance = '10.00' WHERE id = 2");
        assertThat(two.a().manager().consistency().detect().issues())
                .extracting(ConsistencyIssue::type)
                .containsExactly(ConsistencyIssue.Type.BALANCE_MISMATCH);
    }

    /** As the extension's, but for the balance: nobody computes it at this server. */
    private void agree() {
        for (int round = 0; round < 3; round++) {
            two.sync(two.a());
            two.sync(two.b());
        }
        assertThat(two.a().manager().pendingChanges() + two.b().manager().pendingChanges())
                .isZero();
        FinanceTables.all().forEach(table -> {
            assertThat(two.b().rows(table.name())).isEqualTo(two.a().rows(table.name()));
            assertThat(two.server().rows(table.name()).all())
                    .hasSize(two.a().rows(table.name()).size());
        });
    }

    private void seed() {
        two.a().manager();
        two.a().sql("INSERT INTO account(id, name, type, currency_code) VALUES(1, 'giro', 'asset', 'EUR')");
        seedRest();
    }

    private void seedRest() {
        two.a().sql("INSERT INTO category(id, name) VALUES(1, 'food')");
        two.a().sql("INSERT INTO budget(id, name, amount, period) VALUES(1, 'house', '100', 'monthly')");
        two.a()
                .sql("INSERT INTO bill(id, name, amount_min, amount_max, date, repeat_freq)"
                        + " VALUES(1, 'rent', '1', '2', '2024-01-01', 'monthly')");
        two.a().sql("INSERT INTO piggy_bank(id, name, account_id, target_amount) VALUES(1, 'bike', 1, '500')");
        two.a()
                .sql(
                        "INSERT INTO \"transaction\"(id, split_of, type, date, amount, description, source_id, category_id,"
                                + " bill_id) VALUES(1, NULL, 'withdrawal', '2024-01-02', '1.20', 'bread', 1, 1, 1),"
                                + " (2, 1, 'withdrawal', '2024-01-02', '0.10', 'wine', 1, 1, 1)");
    }
}
