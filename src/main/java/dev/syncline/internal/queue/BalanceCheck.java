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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

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
        Map<String, BigDecimal> sums = sums();
        CheckedRows rows = new CheckedRows(unit, table);
        List<String> columns =
                rule.opening() == null ? List.of(rule.balance()) : List.of(rule.balance(), rule.opening());
        rows.each("1", columns, row -> {
            Optional<BigDecimal> stored = decimal(row.values().get(0));
            BigDecimal opening = rule.opening() == null
                    ? BigDecimal.ZERO
                    : decimal(row.values().get(1)).orElse(BigDecimal.ZERO);
            BigDecimal computed = opening.add(sums.getOrDefault(String.valueOf(row.key()[0]), BigDecimal.ZERO));
            boolean wrong =
                    stored.isPresent() && stored.get().subtract(computed).abs().compareTo(rule.tolerance()) > 0;
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

    private Map<String, BigDecimal> sums() throws SQLException {
        Map<String, BigDecimal> sums = new HashMap<>();
        List<String> columns = new ArrayList<>(List.of(rule.amount()));
        if (rule.source() != null) {
            columns.add(rule.source());
        }
        if (rule.target() != null) {
            columns.add(rule.target());
        }
        new CheckedRows(unit, entries).each("1", columns, entry -> {
            BigDecimal amount = decimal(entry.values().get(0)).orElse(BigDecimal.ZERO);
            int next = 1;
            if (rule.source() != null) {
                add(sums, entry.values().get(next++), amount.negate());
            }
            if (rule.target() != null) {
                add(sums, entry.values().get(next), amount);
            }
        });
        return sums;
    }

    private static void add(Map<String, BigDecimal> sums, @Nullable Object key, BigDecimal amount) {
        if (key != null) {
            sums.merge(String.valueOf(key), amount, BigDecimal::add);
        }
    }

    /** A value that is no number is another matter than a wrong sum. */
    private static Optional<BigDecimal> decimal(@Nullable Object value) {
        try {
            return value == null ? Optional.empty() : Optional.of(new BigDecimal(value.toString()));
        } catch (NumberFormatException noNumber) {
            return Optional.empty();
        }
    }
}
