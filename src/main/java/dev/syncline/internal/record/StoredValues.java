package dev.syncline.internal.record;

import dev.syncline.config.ValueType;
import dev.syncline.internal.capture.Affinity;
import dev.syncline.internal.capture.ColumnSchema;
import dev.syncline.internal.capture.SqliteValues;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Turns values of a host's own types into the ones that a column keeps as they are, or refuses them by column. */
public final class StoredValues {
    private final BoundTable table;

    /**
     * Prepares for a table.
     *
     * @param table the table
     */
    public StoredValues(BoundTable table) {
        this.table = table;
    }

    /**
     * Converts a value.
     *
     * @param column where it is to stand
     * @param value the host's value
     * @return null, Long, Double, String or byte[]
     * @throws IllegalArgumentException if the column would not keep it
     */
    public @Nullable Object of(ColumnSchema column, @Nullable Object value) {
        if (value == null || value instanceof byte[] || value instanceof Long) {
            return value;
        }
        if (value instanceof String text) {
            return text(column, text);
        }
        if (value instanceof Integer || value instanceof Short || value instanceof Byte) {
            return ((Number) value).longValue();
        }
        if (value instanceof Boolean truth) {
            return truth ? 1L : 0L;
        }
        if (value instanceof Double || value instanceof Float) {
            return real(column, (Number) value);
        }
        if (value instanceof BigDecimal || value instanceof BigInteger) {
            return number(column, value);
        }
        if (value instanceof Instant instant) {
            return instant(column, instant);
        }
        throw refuse(
                column,
                "a " + value.getClass().getName(),
                "let the mapping give text, a number, a Boolean, an Instant or bytes");
    }

    private String text(ColumnSchema column, String text) {
        if (SqliteValues.loneSurrogate(text)) {
            throw refuse(column, "text with half a character", "correct the text");
        }
        return text;
    }

    private Double real(ColumnSchema column, Number number) {
        if (table.spec().typeOf(column.name()) == ValueType.DECIMAL) {
            throw refuse(column, "a number of binary floating point for a column of exact ones", "use a BigDecimal");
        }
        if (!Double.isFinite(number.doubleValue())) {
            throw refuse(column, "no finite number", "store NULL in its place");
        }
        // By its digits: the float 0.1 is meant, not the double next to it.
        return Double.valueOf(number.toString());
    }

    private Object number(ColumnSchema column, Object value) {
        BigDecimal number = Decimals.of(value);
        if (number == null) {
            throw refuse(column, "a number of unreasonable size", "store it as text");
        }
        if (!NumericText.prefersNumbers(column.affinity())) {
            return number.toPlainString();
        }
        Object exact = column.affinity() == Affinity.REAL ? null : Decimals.whole(number);
        if (exact == null) {
            exact = Decimals.real(number);
        }
        if (exact == null) {
            throw refuse(column, "a number with more digits than the column can hold", "give the column TEXT affinity");
        }
        return exact;
    }

    private Object instant(ColumnSchema column, Instant instant) {
        if (!NumericText.prefersNumbers(column.affinity())) {
            return instant.toString();
        }
        Long millis = Instants.millis(instant);
        if (millis == null) {
            throw refuse(column, "a time finer than milliseconds", "truncate it, or give the column TEXT affinity");
        }
        return millis;
    }

    private IllegalArgumentException refuse(ColumnSchema column, String what, String cure) {
        return new IllegalArgumentException("column " + column.name() + " of table "
                + table.spec().name() + " was given " + what + "; nothing was written. To mend it, " + cure);
    }
}
