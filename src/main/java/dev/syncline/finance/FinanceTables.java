package dev.syncline.finance;

import dev.syncline.config.BalanceRule;
import dev.syncline.config.IdAssignment;
import dev.syncline.config.SyncConfigBuilder;
import dev.syncline.config.SyncedTable;
import dev.syncline.config.SyncedTableBuilder;
import dev.syncline.conflict.ConflictSeverity;
import dev.syncline.conflict.Merger;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * The six tables. Each method gives a builder on which everything is said, so that a host changes what it wants differently, its validator
 * for example, and adds columns of its own; {@link #addTo} takes them as they are.
 *
 * <p>Keys are whole numbers that the backend assigns, money is decimal text, days are {@code yyyy-MM-dd}. A transaction of several splits is
 * several rows: each has its own id, and all but the first refer to the first one by {@code split_of}. Nothing here holds state.
 */
public final class FinanceTables {
    private static final String ACCOUNT = "account";
    private static final String TRANSACTION = "transaction";

    private FinanceTables() {}

    /**
     * Adds all six tables and the rule for the balances of accounts.
     *
     * @param config what is added to
     * @return the same
     */
    public static SyncConfigBuilder addTo(SyncConfigBuilder config) {
        all().forEach(config::table);
        return config.balance(balances());
    }

    /** {@return all six tables, in the order of their references} */
    public static List<SyncedTable> all() {
        return List.of(account(), category(), budget(), bill(), piggyBank(), transaction()).stream()
                .map(SyncedTableBuilder::build)
                .toList();
    }

    /** {@return what makes the tables in a file that has none of them, one statement each; a host may have tables with more columns instead} */
    public static List<String> schema() {
        try (InputStream resource = FinanceTables.class.getResourceAsStream("tables.sql")) {
            String text = new String(
                    Objects.requireNonNull(resource, "tables.sql is not in the library's jar")
                            .readAllBytes(),
                    StandardCharsets.UTF_8);
            return Arrays.stream(text.split(";\\s*"))
                    .filter(statement -> !statement.isBlank())
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("the schema could not be read from the library's jar", e);
        }
    }

    /** {@return how the balance of an account follows from its transactions in its own currency, exact to one hundredth} */
    public static BalanceRule balances() {
        return new BalanceRule(
                        ACCOUNT,
                        "current_balance",
                        "opening_balance",
                        TRANSACTION,
                        "amount",
                        "source_id",
                        "destination_id",
                        BalanceRule.CENT)
                .in(new BalanceRule.Currencies(
                        "currency_code", "currency_code", "foreign_amount", "foreign_currency_code"));
    }

    /** {@return accounts; {@code current_balance} is the backend's to compute} */
    public static SyncedTableBuilder account() {
        return table(ACCOUNT)
                .decimal("current_balance", "opening_balance", "virtual_balance")
                .bool("active")
                .derived("current_balance")
                .naturalKey("name", "type")
                .severity(
                        ConflictSeverity.HIGH,
                        "type",
                        "currency_code",
                        "iban",
                        "opening_balance",
                        "opening_balance_date",
                        "virtual_balance")
                .severity(ConflictSeverity.MEDIUM, "notes")
                .validator(new AccountValidator());
    }

    /** {@return categories; they change rarely} */
    public static SyncedTableBuilder category() {
        return table("category")
                .naturalKey("name")
                .severity(ConflictSeverity.MEDIUM, "notes")
                .rarelyChanges()
                .validator(new CategoryValidator());
    }

    /** {@return budgets; they change rarely} */
    public static SyncedTableBuilder budget() {
        return table("budget")
                .decimal("amount")
                .bool("active")
                .naturalKey("name")
                .severity(ConflictSeverity.HIGH, "amount", "currency_code", "period")
                .severity(ConflictSeverity.MEDIUM, "notes")
                .rarelyChanges()
                .validator(new BudgetValidator());
    }

    /** {@return bills; they change rarely} */
    public static SyncedTableBuilder bill() {
        return table("bill")
                .decimal("amount_min", "amount_max")
                .bool("active")
                .naturalKey("name")
                .severity(ConflictSeverity.HIGH, "amount_min", "amount_max", "currency_code", "date")
                .severity(ConflictSeverity.MEDIUM, "notes")
                .rarelyChanges()
                .validator(new BillValidator());
    }

    /** {@return piggy banks, each of an account} */
    public static SyncedTableBuilder piggyBank() {
        return table("piggy_bank")
                .references("account_id", ACCOUNT)
                .decimal("target_amount", "current_amount")
                .naturalKey("name")
                .severity(ConflictSeverity.HIGH, "account_id", "target_amount", "current_amount")
                .severity(ConflictSeverity.MEDIUM, "notes")
                .validator(new PiggyBankValidator());
    }

    /** {@return transactions, a row for each split} */
    public static SyncedTableBuilder transaction() {
        return table(TRANSACTION)
                .references("split_of", TRANSACTION)
                .references("source_id", ACCOUNT)
                .references("destination_id", ACCOUNT)
                .references("category_id", "category")
                .references("budget_id", "budget")
                .references("bill_id", "bill")
                .decimal("amount", "foreign_amount")
                .instant("date")
                .bool("reconciled")
                .json("tags")
                .merge(Merger.SET, "tags")
                .externalId("external_id")
                .severity(
                        ConflictSeverity.HIGH, "amount", "date", "type", "currency_code", "source_id", "destination_id")
                .severity(
                        ConflictSeverity.MEDIUM, "description", "category_id", "budget_id", "bill_id", "notes", "tags")
                .validator(new TransactionValidator());
    }

    private static SyncedTableBuilder table(String name) {
        return SyncedTable.named(name).key("id").ids(IdAssignment.SERVER);
    }
}
