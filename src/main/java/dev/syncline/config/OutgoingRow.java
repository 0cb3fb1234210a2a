package dev.syncline.config;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A row as a {@link RecordValidator} sees it: its own values as they would be sent, and what else is in the file now. Valid during the call
 * that it was handed to.
 */
public interface OutgoingRow {

    /** {@return the name of its table in the file} */
    String table();

    /**
     * Gives a value.
     *
     * @param column a column of the table
     * @return the value as SQLite holds it: {@code Long}, {@code Double}, {@code String}, {@code byte[]}, or null
     * @throws IllegalArgumentException if the table has no such column, or it is computed by SQLite itself
     */
    @Nullable
    Object get(String column);

    /** {@return the time now, by the configured clock} */
    Instant now();

    /**
     * Tells whether another row of the same table holds some values, for names that may be there once only.
     *
     * @param values column to value, compared as SQLite does; a null matches no row
     * @return true if there is one beside this row
     * @throws IllegalArgumentException if the table has no such column, or no column is given
     */
    boolean hasTwin(Map<String, ? extends @Nullable Object> values);

    /**
     * Tells whether a synced table has a row.
     *
     * @param table a synced table whose key is one column
     * @param key the key
     * @return true if it has
     * @throws IllegalArgumentException if there is no such table, or its key has several columns
     */
    boolean exists(String table, Object key);
}
