package dev.syncline.config;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * Says how a stored balance follows from entries, for the consistency check: the opening value, plus the amounts of entries that name
 * the row as their target, minus those of entries that name it as their source. Amounts are computed as exact decimals.
 *
 * @param table the synced table that holds the balance; its key is one column
 * @param balance the column of the balance
 * @param opening the column of the opening value; null for zero
 * @param entries the synced table of the entries
 * @param amount the column of their amounts
 * @param source the column with the key of the row that an entry takes from; null if entries only add
 * @param target the column with the key of the row that an entry adds to; null if entries only take
 * @param tolerance how far the two may lie apart; {@link #CENT} is usual
 */
public record BalanceRule(
        String table,
        String balance,
        @Nullable String opening,
        String entries,
        String amount,
        @Nullable String source,
        @Nullable String target,
        BigDecimal tolerance) {

    /** One hundredth. */
    public static final BigDecimal CENT = new BigDecimal("0.01");
}
