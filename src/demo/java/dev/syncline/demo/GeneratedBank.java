package dev.syncline.demo;

import dev.syncline.config.SyncedTable;
import dev.syncline.conflict.Conflict;
import dev.syncline.conflict.ConflictSeverity;
import dev.syncline.conflict.ResolutionStrategy;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.IntStream;

/** The bank that is made up, with an application of its own on each device. */
final class GeneratedBank implements Scenario {

    private final Path fileA;
    private final Path fileB;
    private final BankGenerator bank;
    private final BankDay day;

    GeneratedBank(DemoFolder folder, BankGenerator bank) {
        fileA = folder.file("device-a.db");
        fileB = folder.file("device-b.db");
        this.bank = bank;
        day = new BankDay(bank);
    }

    @Override
    public String title() {
        return "a generated bank, " + Screen.count(bank.accounts(), "account") + " and "
                + Screen.count(bank.payments(), "payment") + ", seed " + bank.seed();
    }

    @Override
    public List<String> prepare() throws SQLException {
        try (BankApp a = BankApp.open(fileA);
                BankApp b = BankApp.open(fileB)) {
            a.once("open the bank", () -> {
                for (String city : BankGenerator.CITIES) {
                    a.addBranch(city + " branch", city);
                }
                for (String category : BankGenerator.CATEGORIES) {
                    a.addCategory(category);
                }
                List<Long> branches = a.branches();
                List<Long> categories = a.categories();
                a.openAccounts(IntStream.range(0, bank.accounts()).mapToObj(n -> bank.account(n, branches))::iterator);
                a.pay(IntStream.range(0, bank.payments()).mapToObj(n -> bank.payment(n, categories))::iterator);
            });
            return List.of("A: " + Screen.count(a.rows(), "row") + " in 4 tables; B: " + Screen.count(b.rows(), "row"));
        }
    }

    @Override
    public List<SyncedTable> tables() {
        return List.of(
                SyncedTable.named("branch").key("id").build(),
                SyncedTable.named("category")
                        .key("id")
                        .strategy(ResolutionStrategy.REMOTE_WINS)
                        .build(),
                SyncedTable.named("account")
                        .key("id")
                        .references("branch_id", "branch")
                        .decimal("balance", "credit_limit")
                        .instant("opened_at")
                        .severity(ConflictSeverity.HIGH, "balance")
                        .strategy(ResolutionStrategy.MERGE)
                        .strategy(ResolutionStrategy.MANUAL, "credit_limit")
                        .build(),
                SyncedTable.named("payment")
                        .key("id")
                        .references("account_id", "account")
                        .references("category_id", "category")
                        .decimal("amount")
                        .instant("due_at")
                        .column("due_at")
                        .as("dueAt")
                        .json("tags")
                        .bool("paid")
                        .severity(ConflictSeverity.HIGH, "amount", "account_id")
                        .severity(ConflictSeverity.MEDIUM, "note", "tags")
                        .strategy(ResolutionStrategy.MERGE)
                        .build());
    }

    @Override
    public List<String> workOffline() throws SQLException {
        try (BankApp a = BankApp.open(fileA);
                BankApp b = BankApp.open(fileB)) {
            a.once("work offline", () -> day.atDeviceA(a));
            b.once("work offline", () -> day.atDeviceB(b));
        }
        return List.of(
                Screen.count(day.each(), "payment") + " each: different fields, same field, same value, edit against"
                        + " deletion, both deleted, one side only",
                "both open a branch, a category, accounts and payments; both take the same next number");
    }

    @Override
    public ResolutionStrategy decide(Conflict conflict) {
        return conflict.entityId().hashCode() % 2 == 0 ? ResolutionStrategy.LOCAL_WINS : ResolutionStrategy.REMOTE_WINS;
    }

    @Override
    public List<Check> checks() throws SQLException {
        try (BankApp a = BankApp.open(fileA);
                BankApp b = BankApp.open(fileB)) {
            return List.of(
                    new Check(
                            "edits of different fields: " + day.joined(a) + " of " + day.each() + " rows have both",
                            day.joined(a) == day.each() && day.joined(b) == day.each()),
                    new Check(
                            "branches numbered alike offline are two, each with its own accounts",
                            day.branchesKeptApart(a) && day.branchesKeptApart(b)));
        }
    }
}
