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
 * @param currencies where entries and rows name their currencies; null if all are in one
 */
public record BalanceRule(
        String table,
        String balance,
        @Nullable String opening,
        String entries,
        String amount,
        @Nullable String source,
        @Nullable String target,
        BigDecimal tolerance,
        @Nullable Currencies currencies) {

    /** One hundredth. */
    public static final BigDecimal CENT = new BigDecimal("0.01");

    /**
     * Makes a rule for rows and entries of one currency.
     *
     * @param table as above
     * @param balance as above
     * @param opening as above
     * @param entries as above
     * @param amount as above
     * @param source as above
     * @param target as above
     * @param tolerance as above
     */
    public BalanceRule(
            String table,
            String balance,
            @Nullable String opening,
            String entries,
            String amount,
            @Nullable String source,
            @Nullable String target,
            BigDecimal tolerance) {
        this(table, balance, opening, entries, amount, source, target, tolerance, null);
    }

    /**
     * Gives the same rule for rows and entries of several currencies. Of an entry the amount counts whose currency is that of the row; a
     * row with an entry in neither of them cannot be verified and is left alone. Where a currency is not named, it is taken for the
     * other's.
     *
     * @param named where they are named
     * @return a changed copy
     */
    public BalanceRule in(Currencies named) {
        return new BalanceRule(table, balance, opening, entries, amount, source, target, tolerance, named);
    }

    /**
     * Columns about currencies.
     *
     * @param ofRow the column of a row with the currency of its balance
     * @param ofEntry the column of an entry with the currency of its amount
     * @param foreignAmount the column of an entry with the same amount in another currency
     * @param ofForeign the column of an entry with that other currency
     */
    public record Currencies(String ofRow, String ofEntry, String foreignAmount, String ofForeign) {}
}
