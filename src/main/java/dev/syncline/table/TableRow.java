package dev.syncline.table;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * One row as it stands in the file, for a {@link RowMapping} to make a value of. Columns are named as in SQL, in any case of letters.
 * Each method throws {@link IllegalArgumentException} if the table has no such column, and {@link IllegalStateException}, naming the
 * column but no value, if what it holds is NULL or nothing of the kind asked for.
 *
 * <p>An immutable snapshot, safe for any thread.
 */
public interface TableRow {
    /**
     * Reads text; a number is given as its digits.
     *
     * @param column the column
     * @return the text
     */
    String text(String column);

    /**
     * Reads a whole number.
     *
     * @param column the column
     * @return the number
     */
    long integer(String column);

    /**
     * Reads a number of binary floating point. Not for money, see {@link #decimal}.
     *
     * @param column the column
     * @return the nearest number
     */
    double real(String column);

    /**
     * Reads an exact number.
     *
     * @param column the column
     * @return the number with as many decimals as are stored
     */
    BigDecimal decimal(String column);

    /**
     * Reads a point in time from ISO 8601 text, which is UTC unless it names a zone, or milliseconds since 1970.
     *
     * @param column the column
     * @return the instant
     */
    Instant instant(String column);

    /**
     * Reads a truth value from 0 or 1.
     *
     * @param column the column
     * @return whether it is 1
     */
    boolean flag(String column);

    /**
     * Reads bytes.
     *
     * @param column the column
     * @return a copy of them
     */
    byte[] bytes(String column);

    /**
     * Tells whether a column is empty.
     *
     * @param column the column
     * @return whether it holds NULL
     */
    boolean isNull(String column);

    /**
     * Reads a column that may be empty: {@code row.orNull(TableRow::text, "note")}.
     *
     * @param reader one of the methods above
     * @param column the column
     * @param <V> what the reader gives
     * @return the value, or null if the column holds NULL
     */
    default <V> @Nullable V orNull(BiFunction<? super TableRow, ? super String, ? extends V> reader, String column) {
        return isNull(column) ? null : reader.apply(this, column);
    }
}
