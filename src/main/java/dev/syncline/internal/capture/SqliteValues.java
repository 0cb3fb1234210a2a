package dev.syncline.internal.capture;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * Values between JDBC and SQLite without loss. The driver replaces what it cannot decode or encode; here such a value is
 * refused by table and column instead.
 */
public final class SqliteValues {
    private SqliteValues() {}

    /**
     * Reads a value as null, {@link Long}, {@link Double}, {@link String} or {@code byte[]}.
     *
     * @param rows the row
     * @param index the column of the result, from 1
     * @param table the table, for the refusal
     * @param column the column, for the refusal
     * @return the value
     * @throws SQLException if it cannot be read
     * @throws UnreadableValueException if it is text that is not valid Unicode
     */
    public static @Nullable Object read(ResultSet rows, int index, String table, String column) throws SQLException {
        Object value = rows.getObject(index);
        if (value instanceof Integer number) {
            return number.longValue();
        }
        // The driver decodes malformed bytes to U+FFFD; only then is a strict look at the bytes worth its cost.
        if (value instanceof String text && text.indexOf('\uFFFD') >= 0) {
            return strict(rows.getBytes(index), table, column);
        }
        return value;
    }

    private static String strict(byte[] bytes, String table, String column) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new UnreadableValueException(table, column, e);
        }
    }

    /**
     * Binds a value so that SQLite stores exactly it, the column's affinity permitting.
     *
     * @param statement the statement
     * @param index the parameter, from 1
     * @param value null, {@link Long}, {@link Double}, {@link String} or {@code byte[]}
     * @param table the table, for the refusal
     * @param column the column, for the refusal
     * @throws SQLException if it cannot be bound
     * @throws CaptureException if SQLite or the driver would change it
     */
    public static void bind(PreparedStatement statement, int index, @Nullable Object value, String table, String column)
            throws SQLException {
        if (value instanceof String text && loneSurrogate(text)) {
            throw new CaptureException("A text for table " + table + ", column " + column
                    + " is not valid Unicode (a lone surrogate). It was not written, since it would be changed on the way;"
                    + " correct the text.");
        }
        if (value == null) {
            statement.setNull(index, java.sql.Types.NULL);
        } else {
            statement.setObject(index, checked(column, value));
        }
    }

    /** The value itself, if it is one that SQLite stores. */
    static @Nullable Object checked(String column, @Nullable Object value) {
        if (value == null || value instanceof Long || value instanceof String || value instanceof byte[]) {
            return value;
        }
        if (value instanceof Double number && !number.isNaN()) {
            return value;
        }
        throw new CaptureException("A value for column " + column + " is "
                + (value instanceof Double ? "NaN" : "of " + value.getClass())
                + ", which SQLite does not store. Nothing was written; use null, Long, Double, String or byte[].");
    }

    /**
     * Tells whether a text holds half a character, which the driver would store as a question mark.
     *
     * @param text the text
     * @return true if it cannot be stored as it is
     */
    public static boolean loneSurrogate(String text) {
        // Every value that is pulled passes here: a plain array is searched fast also by code that is not compiled yet.
        char[] chars = text.toCharArray();
        for (int i = 0; i < chars.length; i++) {
            char c = chars[i];
            if (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE) {
                boolean pair =
                        Character.isHighSurrogate(c) && i + 1 < chars.length && Character.isLowSurrogate(chars[i + 1]);
                if (!pair) {
                    return true;
                }
                i++;
            }
        }
        return false;
    }

    static String storageClass(@Nullable Object value) {
        if (value == null) {
            return "NULL";
        }
        if (value instanceof Long) {
            return "INTEGER";
        }
        if (value instanceof Double) {
            return "REAL";
        }
        return value instanceof String ? "TEXT" : "BLOB";
    }
}
