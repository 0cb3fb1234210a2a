package dev.syncline.internal.queue;

import dev.syncline.config.BalanceRule;
import dev.syncline.conflict.ConflictSeverity;
import dev.syncline.internal.record.BoundTable;
import dev.syncline.internal.store.Unit;
import dev.syncline.internal.store.WalkRepository;
import dev.syncline.progress.ConsistencyIssue;
import java.math.BigDecimal;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Compares stored balances with what the entries add up to, in exact decimals. Lives within one unit. */
final class BalanceCheck {
    private final Unit unit;
    private final BalanceRule rule;
    private final BoundTable table;
    private final BoundTable entries;

    BalanceCheck(Unit unit, BalanceRule rule, BoundTable table, BoundTable entries) {
        this.unit = unit;
        this.rule = rule;
        this.table = table;
        this.entries = entries;
    }

    /** A history that is not wholly here proves nothing. */
    List<Finding> find() throws SQLException {
        List<Finding> found = new ArrayList<>();
        if (!WalkRepository.hasEnded(unit.handle(), entries.id())) {
            return found;
        }
        BalanceSums sums = BalanceSums.of(rule, new CheckedRows(unit, table), new CheckedRows(unit, entries));
        CheckedRows rows = new CheckedRows(unit, table);
        List<String> columns =
                rule.opening() == null ? List.of(rule.balance()) : List.of(rule.balance(), rule.opening());
        rows.each("1", columns, row -> {
            String key = String.valueOf(row.key()[0]);
            Optional<BigDecimal> stored = BalanceSums.decimal(row.values().get(0));
            BigDecimal opening = rule.opening() == null
                    ? BigDecimal.ZERO
                    : BalanceSums.decimal(row.values().get(1)).orElse(BigDecimal.ZERO);
            BigDecimal computed = opening.add(sums.of(key));
            boolean wrong = stored.isPresent()
                    && sums.isCertain(key)
                    && stored.get().subtract(computed).abs().compareTo(rule.tolerance()) > 0;
            if (wrong && found.size() < CheckedRows.MOST) {
                found.add(Finding.of(
                        ConsistencyIssue.Type.BALANCE_MISMATCH,
                        ConflictSeverity.HIGH,
                        table,
                        table.keys().encode(row.key()).orElse(null),
                        "column " + rule.balance() + " is not what the rows of " + rule.entries() + " add up to",
                        () -> rows.set(row.key(), rule.balance(), computed.toPlainString())));
            }
        });
        return found;
    }
}
