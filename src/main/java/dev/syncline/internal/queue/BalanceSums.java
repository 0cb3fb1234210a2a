package dev.syncline.internal.queue;

import dev.syncline.config.BalanceRule;
import java.math.BigDecimal;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the entries of a {@link BalanceRule} add up to, by the row they belong to and in its currency. */
final class BalanceSums {
    private final BalanceRule rule;
    private final Map<String, BigDecimal> sums = new HashMap<>();
    private final Map<String, String> currencies = new HashMap<>();
    /** Rows with an entry of which nobody can tell what it is in their currency. */
    private final Set<String> unclear = new HashSet<>();

    private BalanceSums(BalanceRule rule) {
        this.rule = rule;
    }

    static BalanceSums of(BalanceRule rule, CheckedRows rows, CheckedRows entries) throws SQLException {
        BalanceSums sums = new BalanceSums(rule);
        BalanceRule.Currencies named = rule.currencies();
        List<String> columns = new ArrayList<>(List.of(rule.amount()));
        if (named != null) {
            rows.each("1", List.of(named.ofRow()), row -> {
                if (row.values().get(0) instanceof String currency && !currency.isEmpty()) {
                    sums.currencies.put(String.valueOf(row.key()[0]), currency);
                }
            });
            columns.addAll(List.of(named.ofEntry(), named.foreignAmount(), named.ofForeign()));
        }
        int sides = columns.size();
        if (rule.source() != null) {
            columns.add(rule.source());
        }
        if (rule.target() != null) {
            columns.add(rule.target());
        }
        entries.each("1", columns, entry -> {
            int next = sides;
            if (rule.source() != null) {
                sums.add(entry.values(), entry.values().get(next++), true);
            }
            if (rule.target() != null) {
                sums.add(entry.values(), entry.values().get(next), false);
            }
        });
        return sums;
    }

    private void add(List<@Nullable Object> entry, @Nullable Object row, boolean takes) {
        if (row == null) {
            return;
        }
        String key = String.valueOf(row);
        Optional<Object> amount = amount(entry, currencies.get(key));
        if (amount.isEmpty()) {
            unclear.add(key);
            return;
        }
        BigDecimal value = decimal(amount.get()).orElse(BigDecimal.ZERO);
        sums.merge(key, takes ? value.negate() : value, BigDecimal::add);
    }

    private Optional<Object> amount(List<@Nullable Object> entry, @Nullable String currency) {
        Object plain = entry.get(0) == null ? BigDecimal.ZERO : entry.get(0);
        if (rule.currencies() == null || currency == null || entry.get(1) == null || currency.equals(entry.get(1))) {
            return Optional.of(plain);
        }
        return currency.equals(entry.get(3)) ? Optional.ofNullable(entry.get(2)) : Optional.empty();
    }

    BigDecimal of(String key) {
        return sums.getOrDefault(key, BigDecimal.ZERO);
    }

    boolean isCertain(String key) {
        return !unclear.contains(key);
    }

    /** A value that is no number is another matter than a wrong sum. */
    static Optional<BigDecimal> decimal(@Nullable Object value) {
        try {
            return value == null ? Optional.empty() : Optional.of(new BigDecimal(value.toString()));
        } catch (NumberFormatException noNumber) {
            return Optional.empty();
        }
    }
}
