package dev.syncline.progress;

import io.reactivex.rxjava3.core.Flowable;
import java.sql.Connection;
import java.util.List;

/**
 * What stands in the file as a stream that goes on with it, whichever connection or process writes: what this library writes, and
 * what goes through a {@linkplain #follow followed} connection, is seen at once, other commits within a second. Looks are at least 100 ms apart for each stream and never pile up.
 *
 * <p>Safe for any thread. Each stream is cold, costs nothing without a subscriber, gives a slow one the newest, and ends when the manager
 * is closed. Queries run on a connection of their own that can only read, so that a long one holds up no run.
 */
public interface LiveQueries {
    /**
     * Follows a table.
     *
     * @param table a table of the file, synced or not
     * @return the table's name, at once and after each commit that may have changed the table: SQLite tells that a file was written, not
     *     which table of it. Never fails
     */
    Flowable<String> watch(String table);

    /**
     * Follows the rows of a query, all of which are held in memory: a bound belongs into the query.
     *
     * @param sql a query, with a question mark for each argument
     * @param arguments what the driver puts in their places
     * @param mapper makes a value of a row
     * @param <T> what it makes; compared with {@code equals}
     * @return the rows at once, and again after each commit that made them others. Fails if the first look does; a later one that cannot
     *     be made, since the file is busy or the mapper throws, is logged and left out
     */
    <T> Flowable<List<T>> watchQuery(String sql, List<?> arguments, RowMapper<? extends T> mapper);

    /**
     * Has the commits of a connection noticed at once, not within a second: by these streams, and by {@code syncOnChange}. To be called
     * once for each connection that the host writes with; it lasts until that is closed and costs a timer for each commit.
     *
     * @param connection an open connection of the SQLite driver's to the file, or a wrapper of one as a pool gives it
     * @throws IllegalArgumentException if it is none of that driver's, or closed
     */
    void follow(Connection connection);
}
