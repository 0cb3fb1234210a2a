package dev.syncline.table;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * How a value of the host's is made of a row, and which columns it writes. Spelled out, so that nothing looks into the host's classes:
 *
 * <pre>{@code
 * record Payment(String id, String payee, BigDecimal amount) {}
 *
 * RowMapping<Payment> mapping = RowMapping.reading(row ->
 *                 new Payment(row.text("id"), row.text("payee"), row.decimal("amount")))
 *         .writing("id", Payment::id)
 *         .writing("payee", Payment::payee)
 *         .writing("amount", Payment::amount);
 * }</pre>
 *
 * <p>Immutable; safe for any thread if its functions are. They are quick and have no other effect, since they may run while the file is
 * being read.
 *
 * @param <T> the host's type, compared with {@code equals}
 */
public final class RowMapping<T> {
    private final Function<? super TableRow, ? extends T> reader;
    private final Map<String, Function<? super T, ? extends @Nullable Object>> writers;

    private RowMapping(
            Function<? super TableRow, ? extends T> reader,
            Map<String, Function<? super T, ? extends @Nullable Object>> writers) {
        this.reader = reader;
        this.writers = Collections.unmodifiableMap(writers);
    }

    /**
     * Begins a mapping.
     *
     * @param reader makes a value of a row
     * @param <T> its type
     * @return a mapping that writes no column yet
     */
    public static <T> RowMapping<T> reading(Function<? super TableRow, ? extends T> reader) {
        return new RowMapping<>(Objects.requireNonNull(reader, "reader"), new LinkedHashMap<>());
    }

    /**
     * Adds a column that is written; those of the key have to be among them. Others keep what is in them, and begin with their default.
     *
     * @param column the column
     * @param value gives its value: null, a string, a whole number, {@code BigDecimal}, {@code BigInteger}, {@code Double}, {@code Float},
     *     {@code Boolean}, {@code Instant} or {@code byte[]}
     * @return a mapping with this column as well
     * @throws IllegalArgumentException if it is there already
     */
    public RowMapping<T> writing(String column, Function<? super T, ? extends @Nullable Object> value) {
        Map<String, Function<? super T, ? extends @Nullable Object>> more = new LinkedHashMap<>(writers);
        if (more.put(column, Objects.requireNonNull(value, "value")) != null) {
            throw new IllegalArgumentException("column " + column + " is written twice; leave one of the two out");
        }
        return new RowMapping<>(reader, more);
    }

    /**
     * Gives the columns that are written.
     *
     * @return their names in the order they were added
     */
    public List<String> columns() {
        return List.copyOf(writers.keySet());
    }

    /**
     * Makes a value.
     *
     * @param row a row
     * @return what the reader makes of it
     */
    public T read(TableRow row) {
        return reader.apply(row);
    }

    /**
     * Gives what a column is to hold.
     *
     * @param column one of {@link #columns()}
     * @param value the host's value
     * @return what the column's function gives
     * @throws IllegalArgumentException if the mapping does not write the column
     */
    public @Nullable Object write(String column, T value) {
        Function<? super T, ? extends @Nullable Object> writer = writers.get(column);
        if (writer == null) {
            throw new IllegalArgumentException("the mapping does not write column " + column);
        }
        return writer.apply(value);
    }
}
