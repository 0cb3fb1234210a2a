package dev.syncline.internal.queue;

import dev.syncline.config.BalanceRule;
import dev.syncline.conflict.ConflictSeverity;
import dev.syncline.exception.StorageException;
import dev.syncline.internal.capture.Identifiers;
import dev.syncline.internal.record.BoundTable;
import dev.syncline.internal.store.FileHealth;
import dev.syncline.internal.store.SqliteErrors;
import dev.syncline.internal.store.TransactionManager;
import dev.syncline.internal.store.Unit;
import dev.syncline.progress.ConsistencyIssue;
import dev.syncline.progress.ConsistencyIssue.Outcome;
import dev.syncline.progress.ConsistencyReport;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks for what contradicts itself in a file, and mends what can be mended without losing data. A look changes nothing; a repair is one
 * transaction, and its changes are captured like the host's own. Safe for any thread.
 */
public final class ConsistencyChecker {
    private static final Logger log = LoggerFactory.getLogger(ConsistencyChecker.class);

    private final List<BoundTable> tables;
    private final List<BalanceRule> balances;
    private final TransactionManager transactions;
    private final Clock clock;

    /**
     * Makes a checker.
     *
     * @param tables the synced tables
     * @param balances how balances follow from entries
     * @param transactions the file
     * @param clock tells what lies in the future
     */
    public ConsistencyChecker(
            List<BoundTable> tables, List<BalanceRule> balances, TransactionManager transactions, Clock clock) {
        this.tables = List.copyOf(tables);
        this.balances = List.copyOf(balances);
        this.transactions = transactions;
        this.clock = clock;
    }

    /**
     * Looks, and changes nothing.
     *
     * @return what was found
     */
    public ConsistencyReport detect() {
        List<ConsistencyIssue> damage = damage();
        // What is read from a damaged file says nothing about what the rows are.
        ConsistencyReport report = damage.isEmpty()
                ? transactions.read(unit -> new ConsistencyReport(
                        find(unit).stream().map(Finding::issue).toList()))
                : new ConsistencyReport(damage);
        report.issues()
                .forEach(issue ->
                        log.warn("Found {} {}/{}: {}", issue.type(), issue.entity(), issue.rowId(), issue.message()));
        return report;
    }

    /**
     * Mends what is found, in one transaction.
     *
     * @return what was done about each
     */
    public ConsistencyReport repair() {
        List<ConsistencyIssue> damage = damage();
        ConsistencyReport report = damage.isEmpty() ? transactions.write(this::mendAll) : new ConsistencyReport(damage);
        for (ConsistencyIssue issue : report.issues()) {
            if (issue.outcome() == Outcome.REPAIRED) {
                log.info("Repaired {} {}/{}: {}", issue.type(), issue.entity(), issue.rowId(), issue.message());
            } else {
                log.warn("Left {} {}/{}: {}", issue.type(), issue.entity(), issue.rowId(), issue.message());
            }
        }
        return report;
    }

    /**
     * Mends, and takes it back.
     *
     * @return what would be done about each
     */
    public ConsistencyReport rehearse() {
        List<ConsistencyIssue> damage = damage();
        return damage.isEmpty() ? transactions.rehearse(this::mendAll) : new ConsistencyReport(damage);
    }

    private ConsistencyReport mendAll(Unit unit) throws SQLException {
        List<ConsistencyIssue> issues = new ArrayList<>();
        for (Finding finding : find(unit)) {
            issues.add(mend(unit, finding));
        }
        return new ConsistencyReport(issues);
    }

    private static ConsistencyIssue mend(Unit unit, Finding finding) throws SQLException {
        Finding.Repair repair = finding.repair();
        if (repair == null) {
            return finding.left();
        }
        return unit.attempt(repair::run).isEmpty() ? finding.repaired() : finding.left();
    }

    private List<Finding> find(Unit unit) throws SQLException {
        List<Finding> found = new ArrayList<>();
        for (BoundTable table : tables) {
            found.addAll(new ReferenceCheck(unit, table).find());
            found.addAll(new OperationCheck(unit, table, clock).find());
            found.addAll(new TimestampCheck(unit, table, clock).find());
        }
        for (BalanceRule rule : balances) {
            found.addAll(new BalanceCheck(unit, rule, named(rule.table()), named(rule.entries())).find());
        }
        return found;
    }

    private BoundTable named(String name) {
        return tables.stream()
                .filter(table -> Identifiers.same(table.spec().name(), name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "a balance rule names table " + name + ", which is not synced; add it with table(…)"));
    }

    /** Damage can make even the look at it fail, at its end at the latest. */
    private List<ConsistencyIssue> damage() {
        List<String> problems;
        try {
            problems = transactions.read(FileHealth::problems);
        } catch (StorageException met) {
            if (!SqliteErrors.isDamage(met)) {
                throw met;
            }
            problems = List.of(String.valueOf(met.getMessage()));
        }
        return problems.stream()
                .map(problem -> new ConsistencyIssue(
                        ConsistencyIssue.Type.DAMAGED_FILE, ConflictSeverity.HIGH, null, null, problem, Outcome.LEFT))
                .toList();
    }
}
