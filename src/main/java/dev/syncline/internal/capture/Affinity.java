package dev.syncline.internal.capture;

import java.util.Locale;

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
}
