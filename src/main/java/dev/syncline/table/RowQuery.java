package dev.syncline.table;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which rows of a table, in which order: {@code RowQuery.all().where("payee", "Baker").orderBy("due_at").page(0, 50)}. What it cannot say is
 * for SQL, see {@link dev.syncline.progress.LiveQueries#watchQuery}. An immutable value.
 *
 * @param conditions what columns have to hold; a null value asks for NULL
 * @param order what comes first, before the key, which always comes last
 * @param first how many rows are skipped
 * @param most how many rows are given at most
 */
public record RowQuery(Map<String, @Nullable Object> conditions, List<Order> order, long first, long most) {
    private static final RowQuery ALL = new RowQuery(Map.of(), List.of(), 0, Long.MAX_VALUE);

    /**
     * Copies the collections.
     *
     * @param conditions what columns have to hold; a null value asks for NULL
     * @param order what comes first, before the key, which always comes last
     * @param first how many rows are skipped
     * @param most how many rows are given at most
     * @throws IllegalArgumentException if a number is negative
     */
    public RowQuery {
        if (first < 0 || most < 0) {
            throw new IllegalArgumentException(
                    "a page begins at " + first + " and has " + most + " rows; neither may be less than 0");
        }
        conditions = Collections.unmodifiableMap(new LinkedHashMap<>(conditions));
        order = List.copyOf(order);
    }

    /** {@return every row, in the order of the key} */
    public static RowQuery all() {
        return ALL;
    }

    /**
     * Asks for rows with a value in a column. Columns declared {@code decimal} are compared by number, to 15 digits, others as they are
     * stored.
     *
     * @param column the column
     * @param value the value, of a type that {@link RowMapping#writing} takes; null asks for NULL
     * @return the query with this condition too, in place of an earlier one for the column
     */
    public RowQuery where(String column, @Nullable Object value) {
        Map<String, @Nullable Object> more = new LinkedHashMap<>(conditions);
        more.put(column, value);
        return new RowQuery(more, order, first, most);
    }

    /**
     * Orders by a column, after those named before. Columns declared {@code decimal} are ordered by number, others as SQLite does.
     *
     * @param column the column, NULL and the least value first
     * @return the query in this order
     */
    public RowQuery orderBy(String column) {
        return then(new Order(column, false));
    }

    /**
     * Orders by a column backwards, else as {@link #orderBy}.
     *
     * @param column the column, the greatest value first
     * @return the query in this order
     */
    public RowQuery orderByDescending(String column) {
        return then(new Order(column, true));
    }

    private RowQuery then(Order next) {
        List<Order> more = new ArrayList<>(order);
        more.add(next);
        return new RowQuery(conditions, more, first, most);
    }

    /**
     * Asks for a page of the rows. Rows that are written between two pages shift what follows.
     *
     * @param number the page, from 0
     * @param size how many rows a page has
     * @return the query for this page
     * @throws IllegalArgumentException if a number is negative
     */
    public RowQuery page(long number, int size) {
        return new RowQuery(conditions, order, Math.multiplyExact(number, (long) size), size);
    }

    /**
     * One column to order by.
     *
     * @param column the column
     * @param descending whether the greatest value comes first
     */
    public record Order(String column, boolean descending) {}
}
