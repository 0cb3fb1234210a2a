package dev.syncline.testing.server;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The reading statements on one connection, prepared once. */
final class Reader implements AutoCloseable {

    static final String COLUMNS = "entity, id, seq, version, deleted, changed_at, doc";

    private final Connection connection;
    private final PreparedStatement page;
    private final PreparedStatement top;
    private final PreparedStatement one;
    private final PreparedStatement since;
    private final PreparedStatement live;
    private final PreparedStatement changed;

    Reader(Connection connection) throws SQLException {
        this.connection = connection;
        // Tombstones older than the walk's start are nothing to somebody who has no rows yet.
        page = connection.prepareStatement("SELECT seq, doc FROM feed_row"
                + " WHERE entity = ? AND seq > ? AND seq <= ? AND (deleted = 0 OR seq > ?) ORDER BY seq LIMIT ?");
        top = connection.prepareStatement("SELECT coalesce(max(seq), 0) FROM feed_row WHERE entity = ?");
        one = connection.prepareStatement("SELECT " + COLUMNS + " FROM feed_row WHERE entity = ? AND id = ?");
        since = connection.prepareStatement(
                "SELECT coalesce(min(seq), 0) FROM feed_row WHERE entity = ? AND changed_at >= ?");
        live = connection.prepareStatement("SELECT count(*) FROM feed_row WHERE entity = ? AND deleted = 0");
        changed = connection.prepareStatement("SELECT count(*) FROM feed_row WHERE entity = ? AND seq > ?");
    }

    /** The place of the entity's newest change; 0 if it has none. */
    long top(String entity) throws SQLException {
        top.setString(1, entity);
        return number(top);
    }

    /** The place right before the first change at or after the time; the top if there is none. */
    long before(String entity, String time, long top) throws SQLException {
        since.setString(1, entity);
        since.setString(2, time);
        long first = number(since);
        return first == 0 ? top : first - 1;
    }

    long liveRows(String entity) throws SQLException {
        live.setString(1, entity);
        return number(live);
    }

    long changedRows(String entity, long after) throws SQLException {
        changed.setString(1, entity);
        changed.setLong(2, after);
        return number(changed);
    }

    /** Runs the page query; the caller reads seq and doc from the result and closes it. */
    ResultSet page(String entity, long after, long upTo, long tombstonesAfter, int limit) throws SQLException {
        page.setString(1, entity);
        page.setLong(2, after);
        page.setLong(3, upTo);
        page.setLong(4, tombstonesAfter);
        page.setInt(5, limit);
        return page.executeQuery();
    }

    @Nullable
    Row row(String entity, String id) throws SQLException {
        return find(one, entity, id);
    }

    List<Row> rows(String entity) throws SQLException {
        List<Row> rows = new ArrayList<>();
        try (PreparedStatement all = connection.prepareStatement(
                "SELECT " + COLUMNS + " FROM feed_row WHERE entity = ? AND deleted = 0 ORDER BY id")) {
            all.setString(1, entity);
            try (ResultSet result = all.executeQuery()) {
                while (result.next()) {
                    rows.add(read(result));
                }
            }
        }
        return rows;
    }

    /** The stamp of the newest change of all; empty if there is none. */
    String newestStamp() throws SQLException {
        try (PreparedStatement newest =
                        connection.prepareStatement("SELECT changed_at FROM feed_row ORDER BY seq DESC LIMIT 1");
                ResultSet result = newest.executeQuery()) {
            return result.next() ? result.getString(1) : "";
        }
    }

    int effects(String key) throws SQLException {
        try (PreparedStatement count = connection.prepareStatement("SELECT count(*) FROM effect WHERE key = ?")) {
            count.setString(1, key);
            return (int) number(count);
        }
    }

    List<String> keysAppliedTwice() throws SQLException {
        List<String> keys = new ArrayList<>();
        try (PreparedStatement twice =
                        connection.prepareStatement("SELECT key FROM effect GROUP BY key HAVING count(*) > 1");
                ResultSet result = twice.executeQuery()) {
            while (result.next()) {
                keys.add(result.getString(1));
            }
        }
        return keys;
    }

    static @Nullable Row find(PreparedStatement statement, String entity, String id) throws SQLException {
        statement.setString(1, entity);
        statement.setString(2, id);
        try (ResultSet result = statement.executeQuery()) {
            return result.next() ? read(result) : null;
        }
    }

    private static Row read(ResultSet result) throws SQLException {
        return new Row(
                result.getString(1),
                result.getString(2),
                result.getLong(3),
                result.getLong(4),
                result.getInt(5) == 1,
                result.getString(6),
                result.getString(7));
    }

    private static long number(PreparedStatement statement) throws SQLException {
        try (ResultSet result = statement.executeQuery()) {
            return result.getLong(1);
        }
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
