package dev.syncline.internal.capture;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The values of one row by column name, exactly as SQLite holds them: null, {@link Long}, {@link Double}, {@link String} or
 * {@code byte[]}. Immutable, unless someone writes into an array it hands out. Column names ignore case, as SQLite does.
 */
public final class RowImage {
    private final ColumnNames names;
    private final @Nullable Object[] values;

    RowImage(ColumnNames names, @Nullable Object[] values) {
        this.names = names;
        this.values = values;
    }

    /**
     * An image of the given values.
     *
     * @param values value by column, in the order the image keeps
     * @return the image
     * @throws CaptureException if a value is of a class SQLite does not store, or NaN
     */
    public static RowImage of(Map<String, ? extends @Nullable Object> values) {
        @Nullable Object[] copy = new Object[values.size()];
        int i = 0;
        for (Map.Entry<String, ? extends @Nullable Object> entry : values.entrySet()) {
            copy[i++] = SqliteValues.checked(entry.getKey(), entry.getValue());
        }
        return new RowImage(new ColumnNames(List.copyOf(values.keySet())), copy);
    }

    /**
     * The columns in order.
     *
     * @return unmodifiable names
     */
    public List<String> columns() {
        return names.list();
    }

    /**
     * Whether the image holds the column.
     *
     * @param column the column
     * @return true if {@link #get} has an answer, null included
     */
    public boolean has(String column) {
        return names.index(column) >= 0;
    }

    /**
     * The value of a column.
     *
     * @param column the column
     * @return its value, null for SQL NULL
     * @throws CaptureException if the image does not hold the column
     */
    public @Nullable Object get(String column) {
        int index = names.index(column);
        if (index < 0) {
            throw new CaptureException("The row image holds no column " + column + ", only " + names.list()
                    + ". Nothing was read; the table was probably changed since the image was taken.");
        }
        return values[index];
    }

    /**
     * This image with one value replaced, or added at the end.
     *
     * @param column the column
     * @param value the value, null for SQL NULL
     * @return a new image
     * @throws CaptureException if the value is of a class SQLite does not store, or NaN
     */
    public RowImage with(String column, @Nullable Object value) {
        SqliteValues.checked(column, value);
        int index = names.index(column);
        if (index >= 0) {
            @Nullable Object[] copy = values.clone();
            copy[index] = value;
            return new RowImage(names, copy);
        }
        @Nullable Object[] copy = Arrays.copyOf(values, values.length + 1);
        copy[values.length] = value;
        return new RowImage(names.plus(column), copy);
    }

    /**
     * This image with some values replaced, or added at the end.
     *
     * @param columns the columns
     * @param replacements a value for each, null for SQL NULL
     * @param given which of them to take
     * @return a new image
     * @throws CaptureException if a value is of a class SQLite does not store, or NaN
     */
    public RowImage with(List<String> columns, @Nullable Object[] replacements, boolean[] given) {
        @Nullable Object[] copy = values.clone();
        RowImage image = new RowImage(names, copy);
        for (int i = 0; i < given.length; i++) {
            int index = given[i] ? names.index(columns.get(i)) : -1;
            if (index >= 0) {
                copy[index] = SqliteValues.checked(columns.get(i), replacements[i]);
            }
        }
        for (int i = 0; i < given.length; i++) {
            if (given[i] && names.index(columns.get(i)) < 0) {
                image = image.with(columns.get(i), replacements[i]);
            }
        }
        return image;
    }

    /**
     * Whether two values are the same to the last bit: class, double bits (0.0 is not -0.0), bytes.
     *
     * @param a one value, null for SQL NULL
     * @param b the other
     * @return true if they are
     */
    public static boolean same(@Nullable Object a, @Nullable Object b) {
        if (a instanceof byte[] left && b instanceof byte[] right) {
            return Arrays.equals(left, right);
        }
        // Double.equals compares bits, which is what is wanted here.
        return a == null ? b == null : a.equals(b);
    }

    /** {@inheritDoc} Equal images hold the same columns, in any order, with the same values to the last bit. */
    @Override
    public boolean equals(@Nullable Object other) {
        if (this == other) {
            return true;
        }
        if (!(other instanceof RowImage image) || image.values.length != values.length) {
            return false;
        }
        for (int i = 0; i < values.length; i++) {
            int index =
                    image.names == names ? i : image.names.index(names.list().get(i));
            if (index < 0 || !same(values[i], image.values[index])) {
                return false;
            }
        }
        return true;
    }

    @Override
    public int hashCode() {
        int hash = 0;
        for (int i = 0; i < values.length; i++) {
            Object value = values[i];
            int valueHash =
                    value instanceof byte[] bytes ? Arrays.hashCode(bytes) : value == null ? 0 : value.hashCode();
            hash += Identifiers.fold(names.list().get(i)).hashCode() ^ valueHash;
        }
        return hash;
    }

    /** {@inheritDoc} Shows columns and storage classes only, since values do not belong in a log. */
    @Override
    public String toString() {
        return names.list().stream()
                .map(column -> column + ' ' + SqliteValues.storageClass(get(column)))
                .collect(Collectors.joining(", ", "RowImage[", "]"));
    }

    @Nullable
    Object at(int index) {
        return values[index];
    }
}
