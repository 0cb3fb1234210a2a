package dev.syncline.testing.server;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The writing statements, prepared once; used by one request at a time, inside its transaction. */
final class Writer {

    private final Connection connection;
    private final PreparedStatement one;
    private final PreparedStatement insert;
    private final PreparedStatement replace;
    private final PreparedStatement effect;
    private final PreparedStatement answered;
    private final PreparedStatement remember;
    private final PreparedStatement forget;
    private final Map<String, Long> nextIds = new HashMap<>();
    private final @Nullable Consumer<Change> history;
    private long lastSeq = -1;

    Writer(Connection connection, @Nullable Consumer<Change> history) throws SQLException {
        this.connection = connection;
        this.history = history;
        one = connection.prepareStatement("SELECT " + Reader.COLUMNS + " FROM feed_row WHERE entity = ? AND id = ?");
        insert = connection.prepareStatement("INSERT INTO feed_row(" + Reader.COLUMNS + ") VALUES (?,?,?,?,?,?,?)");
        replace = connection.prepareStatement(
                "UPDATE feed_row SET seq = ?, version = ?, deleted = ?, changed_at = ?, doc = ? WHERE seq = ?");
        effect = connection.prepareStatement("INSERT INTO effect VALUES (?,?,?,?)");
        answered = connection.prepareStatement(
                "SELECT print, status, etag, location, body FROM answered WHERE key = ? AND at >= ?");
        remember = connection.prepareStatement("INSERT OR REPLACE INTO answered VALUES (?,?,?,?,?,?,?)");
        forget = connection.prepareStatement("DELETE FROM answered WHERE at < ?");
    }

    /** A row's new state, and the key under which it came about, if there was one. */
    record Change(Row row, @Nullable String key) {}

    /** An answer that was given under a key, with the print of the operation it was given to. */
    record Remembered(byte[] print, Answer answer) {}

    @Nullable
    Row row(String entity, String id) throws SQLException {
        return Reader.find(one, entity, id);
    }

    long nextSeq() throws SQLException {
        if (lastSeq < 0) {
            lastSeq = number("SELECT coalesce(max(seq), 0) FROM feed_row");
        }
        return ++lastSeq;
    }

    long nextId(String entity) throws SQLException {
        Long next = nextIds.get(entity);
        if (next == null) {
            try (PreparedStatement max = connection.prepareStatement(
                    "SELECT coalesce(max(CAST(id AS INTEGER)), 0) + 1 FROM feed_row WHERE entity = ?")) {
                max.setString(1, entity);
                try (ResultSet result = max.executeQuery()) {
                    next = result.getLong(1);
                }
            }
        }
        nextIds.put(entity, next + 1);
        return next;
    }

    /** After a rollback the numbers handed out since the last commit are free again. */
    void forgetCounters() {
        nextIds.clear();
        lastSeq = -1;
    }

    /** Stores the row's new state in place of the old one, if there was one. */
    void save(@Nullable Row old, Row row, @Nullable String key) throws SQLException {
        if (old == null) {
            insert.setString(1, row.entity());
            insert.setString(2, row.id());
            insert.setLong(3, row.seq());
            insert.setLong(4, row.version());
            insert.setInt(5, row.deleted() ? 1 : 0);
            insert.setString(6, row.changedAt());
            insert.setString(7, row.doc());
            insert.executeUpdate();
        } else {
            replace.setLong(1, row.seq());
            replace.setLong(2, row.version());
            replace.setInt(3, row.deleted() ? 1 : 0);
            replace.setString(4, row.changedAt());
            replace.setString(5, row.doc());
            replace.setLong(6, old.seq());
            replace.executeUpdate();
        }
        if (key != null) {
            effect.setString(1, key);
            effect.setString(2, row.entity());
            effect.setString(3, row.id());
            effect.setLong(4, row.version());
            effect.executeUpdate();
        }
        if (history != null) {
            history.accept(new Change(row, key));
        }
    }

    /** Takes a row out without a trace. */
    void lose(String entity, String id) throws SQLException {
        try (PreparedStatement delete =
                connection.prepareStatement("DELETE FROM feed_row WHERE entity = ? AND id = ?")) {
            delete.setString(1, entity);
            delete.setString(2, id);
            delete.executeUpdate();
        }
    }

    @Nullable
    Remembered answered(String key, long notBefore) throws SQLException {
        answered.setString(1, key);
        answered.setLong(2, notBefore);
        try (ResultSet result = answered.executeQuery()) {
            if (!result.next()) {
                return null;
            }
            Map<String, String> headers = new HashMap<>();
            if (result.getString(3) != null) {
                headers.put("ETag", result.getString(3));
            }
            if (result.getString(4) != null) {
                headers.put("Location", result.getString(4));
            }
            return new Remembered(
                    result.getBytes(1), Answer.json(result.getInt(2), result.getBytes(5), Map.copyOf(headers)));
        }
    }

    void remember(String key, byte[] print, Answer answer, long at) throws SQLException {
        remember.setString(1, key);
        remember.setBytes(2, print);
        remember.setInt(3, answer.status());
        remember.setString(4, answer.headers().get("ETag"));
        remember.setString(5, answer.headers().get("Location"));
        remember.setBytes(6, answer.body());
        remember.setLong(7, at);
        remember.executeUpdate();
    }

    void forgetAnsweredBefore(long time) throws SQLException {
        forget.setLong(1, time);
        forget.executeUpdate();
    }

    /** Ids of live rows, other than {@code exceptId}, that hold the value in the field. */
    List<String> holders(String entity, String field, Object value, String exceptId) throws SQLException {
        List<String> ids = new ArrayList<>();
        try (PreparedStatement search = connection.prepareStatement("SELECT id FROM feed_row WHERE entity = ? AND "
                + fieldOf(field) + " = ? AND deleted = 0 AND id <> ?")) {
            search.setString(1, entity);
            search.setObject(2, value);
            search.setString(3, exceptId);
            try (ResultSet result = search.executeQuery()) {
                while (result.next()) {
                    ids.add(result.getString(1));
                }
            }
        }
        return ids;
    }

    /** The SQL for a field of a row; {@link EntityRules} lets only plain names get here. */
    static String fieldOf(String field) {
        return "json_extract(doc, '$." + field + "')";
    }

    private long number(String sql) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql);
                ResultSet result = statement.executeQuery()) {
            return result.getLong(1);
        }
    }
}
