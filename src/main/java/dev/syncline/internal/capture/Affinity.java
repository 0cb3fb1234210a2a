package dev.syncline.internal.capture;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** SQLite's type affinity of a column: which storage class a value is turned into when it is stored. */
public enum Affinity {
    /** Whole numbers, and text that looks like one, are stored as integers. */
    INTEGER,
    /** Numbers are stored as text. */
    TEXT,
    /** Nothing is converted. */
    BLOB,
    /** Whole numbers are stored as floating point. */
    REAL,
    /** Like {@link #INTEGER}, for every other declared type. */
    NUMERIC;

    /**
     * The affinity SQLite derives from a declared type.
     *
     * @param declaredType the type as written in CREATE TABLE, empty if none was written
     * @param strict whether the table is STRICT, where {@code ANY} converts nothing
     * @return the affinity
     */
    public static Affinity of(String declaredType, boolean strict) {
        String type = declaredType.toUpperCase(Locale.ROOT);
        if (type.isEmpty() || (strict && type.equals("ANY"))) {
            return BLOB;
        }
        if (type.contains("INT")) {
            return INTEGER;
        }
        if (type.contains("CHAR") || type.contains("CLOB") || type.contains("TEXT")) {
            return TEXT;
        }
        if (type.contains("BLOB")) {
            return BLOB;
        }
        if (type.contains("REAL") || type.contains("FLOA") || type.contains("DOUB")) {
            return REAL;
        }
        return NUMERIC;
    }

    /**
     * A number as a column of this affinity holds it, so that it can be compared with what the column has. Text is left alone.
     *
     * @param value null, {@link Long}, {@link Double}, {@link String} or {@code byte[]}
     * @return the value, or the same number in the other storage class
     */
    @Nullable
    Object stored(@Nullable Object value) {
        if (value instanceof Long number) {
            return this == REAL ? (Object) number.doubleValue() : this == TEXT ? number.toString() : number;
        }
        if (value instanceof Double number) {
            long whole = number.longValue();
            boolean exact = whole == number && whole != Long.MIN_VALUE && whole != Long.MAX_VALUE;
            if (exact && (this == INTEGER || this == NUMERIC)) {
                return whole;
            }
            // SQLite keeps a whole REAL as an integer on disk, which has no negative zero.
            return exact && this == REAL ? (Object) (double) whole : number;
        }
        return value;
    }
}
