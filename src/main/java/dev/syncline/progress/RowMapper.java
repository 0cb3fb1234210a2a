package dev.syncline.progress;

import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * Makes a value of a row of a query.
 *
 * @param <T> the value's type
 */
@FunctionalInterface
public interface RowMapper<T> {
    /**
     * Reads the row that the result stands at.
     *
     * @param row the result; not to be moved or kept
     * @return the value
     * @throws SQLException if a column is not there or not readable as asked for
     */
    T map(ResultSet row) throws SQLException;
}
