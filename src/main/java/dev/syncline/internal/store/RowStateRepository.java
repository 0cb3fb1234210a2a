package dev.syncline.internal.store;

import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The table {@code syncline_row_state}: the version under which the backend last told each row. Raw JDBC, since every pulled
 * record passes here; keys are compact (a number, 16 bytes of a UUID, or text). Whoever stores a version has heard of the row, so
 * a walk that is under way counts it as met.
 *
 * <p>One instance serves one table within one unit; closing it flushes nothing, {@link #flush()} and {@link #flushMeetings()} do.
 */
public final class RowStateRepository implements AutoCloseable {
    private final int table;
    private final Connection connection;
    private @Nullable PreparedStatement find;
    private @Nullable PreparedStatement save;
    private @Nullable PreparedStatement remove;
    private @Nullable PreparedStatement meet;
    private @Nullable Boolean walking;
    /** What {@link #expect} read, by key; what is stored or removed since is not in it. */
    private Map<Object, Optional<RowState>> expected = Map.of();

    private boolean unflushed;
    private boolean unflushedMeetings;

    /**
     * Opens the states of one table; each statement is prepared when it is first needed.
     *
     * @param connection the unit's connection
     * @param table the table's number
     */
    public RowStateRepository(Connection connection, int table) {
        this.connection = connection;
        this.table = table;
    }

    /**
     * Tells whether a table has any state, that is, whether anything was ever synced.
     *
     * @param connection the unit's connection
     * @param table the table's number
     * @return true if there is none
     * @throws SQLException if the table cannot be read
     */
    public static boolean isEmpty(Connection connection, int table) throws SQLException {
        try (PreparedStatement any =
                connection.prepareStatement("SELECT 1 FROM syncline_row_state WHERE t = ? LIMIT 1")) {
            any.setInt(1, table);
            try (ResultSet rows = any.executeQuery()) {
                return !rows.next();
            }
        }
    }

    /**
     * Counts the rows of a table that were synced.
     *
     * @param connection the unit's connection
     * @param table the table's number
     * @return how many
     * @throws SQLException if the table cannot be read
     */
    public static long count(Connection connection, int table) throws SQLException {
        try (PreparedStatement all =
                connection.prepareStatement("SELECT count(*) FROM syncline_row_state WHERE t = ?")) {
            all.setInt(1, table);
            try (ResultSet rows = all.executeQuery()) {
                return rows.getLong(1);
            }
        }
    }

    /**
     * Reads a row's version.
     *
     * @param key the compact key
     * @return the state, or empty if the row was never synced
     * @throws SQLException if the table cannot be read
     */
    public Optional<RowState> find(Object key) throws SQLException {
        Optional<RowState> read = expected.isEmpty() ? null : expected.get(comparable(key));
        if (read != null) {
            return read;
        }
        if (find == null) {
            find = connection.prepareStatement("SELECT v FROM syncline_row_state WHERE t = ? AND k = ?");
        }
        find.setInt(1, table);
        find.setObject(2, key);
        try (ResultSet rows = find.executeQuery()) {
            return rows.next() ? Optional.of(new RowState(rows.getString(1))) : Optional.empty();
        }
    }

    /**
     * Reads the versions of many rows with one statement for each thousand.
     *
     * @param keys the compact keys
     * @return the state of each in the same order, or empty where a row was never synced
     * @throws SQLException if the table cannot be read
     */
    public List<Optional<RowState>> find(List<Object> keys) throws SQLException {
        List<Optional<RowState>> found = new ArrayList<>(Collections.nCopies(keys.size(), Optional.empty()));
        for (int from = 0; from < keys.size(); from += NumberedRows.MOST) {
            int count = Math.min(NumberedRows.MOST, keys.size() - from);
            try (PreparedStatement query = connection.prepareStatement("SELECT w.column1, s.v FROM "
                    + NumberedRows.values(count, 1)
                    + " w CROSS JOIN syncline_row_state s ON s.t = ? AND s.k = w.column2")) {
                for (int i = 0; i < count; i++) {
                    query.setObject(i + 1, keys.get(from + i));
                }
                query.setInt(count + 1, table);
                try (ResultSet rows = query.executeQuery()) {
                    while (rows.next()) {
                        found.set(from + rows.getInt(1), Optional.of(new RowState(rows.getString(2))));
                    }
                }
            }
        }
        return found;
    }

    /**
     * Reads the versions of rows that are about to be asked for one by one, together: that is several times as fast.
     *
     * @param keys the compact keys; those of an earlier call are forgotten
     * @throws SQLException if the table cannot be read
     */
    public void expect(List<Object> keys) throws SQLException {
        List<Optional<RowState>> found = find(keys);
        expected = new HashMap<>(2 * keys.size());
        for (int i = 0; i < keys.size(); i++) {
            expected.put(comparable(keys.get(i)), found.get(i));
        }
    }

    private static Object comparable(Object key) {
        return key instanceof byte[] bytes ? ByteBuffer.wrap(bytes) : key;
    }

    private void forgetExpected(Object key) {
        if (!expected.isEmpty()) {
            expected.remove(comparable(key));
        }
    }

    /**
     * Stores a row's version with the next {@link #flush()}.
     *
     * @param key the compact key
     * @param version the version; null if the backend tells none
     * @throws SQLException if the value cannot be bound
     */
    public void save(Object key, @Nullable String version) throws SQLException {
        meet(key);
        forgetExpected(key);
        if (save == null) {
            save = connection.prepareStatement("INSERT OR REPLACE INTO syncline_row_state(t, k, v) VALUES(?, ?, ?)");
        }
        save.setInt(1, table);
        save.setObject(2, key);
        save.setObject(3, compact(version));
        save.addBatch();
        unflushed = true;
    }

    /**
     * Notes with the next {@link #flushMeetings()} that the backend has told of a row, so that no walk under way takes it for gone.
     *
     * @param key the compact key
     * @throws SQLException if the value cannot be bound
     */
    public void meet(Object key) throws SQLException {
        if (walking == null) {
            walking = !UnmetRows.some(connection, table, 1).isEmpty();
        }
        if (!walking) {
            return;
        }
        if (meet == null) {
            meet = connection.prepareStatement("DELETE FROM syncline_unmet WHERE t = ? AND k = ?");
        }
        meet.setInt(1, table);
        meet.setObject(2, key);
        meet.addBatch();
        unflushedMeetings = true;
    }

    /** Notes no meeting from now on: what is applied was told before, so it is no word about what a walk under way meets. */
    public void heardBefore() {
        walking = false;
    }

    /**
     * Writes what was saved.
     *
     * @throws SQLException if the table cannot be written
     */
    public void flush() throws SQLException {
        if (unflushed && save != null) {
            save.executeBatch();
            unflushed = false;
        }
    }

    /**
     * Writes which rows were met. Not part of {@link #flush()}, which may happen behind a savepoint: that the host's table
     * refused what the backend told is no reason to take it for untold.
     *
     * @throws SQLException if the table cannot be written
     */
    public void flushMeetings() throws SQLException {
        if (meet != null && unflushedMeetings) {
            meet.executeBatch();
            unflushedMeetings = false;
        }
    }

    /**
     * Drops what was saved and not written, because its rows were refused. That the backend told of them stays noted.
     *
     * @throws SQLException if the statement is closed
     */
    public void clear() throws SQLException {
        if (save != null) {
            save.clearBatch();
        }
        unflushed = false;
    }

    /**
     * Forgets the versions of all rows of a table. That they were synced stays known.
     *
     * @param connection the unit's connection
     * @param table the table's number
     * @throws SQLException if the table cannot be written
     */
    public static void forgetVersions(Connection connection, int table) throws SQLException {
        try (PreparedStatement update =
                connection.prepareStatement("UPDATE syncline_row_state SET v = NULL WHERE t = ?")) {
            update.setInt(1, table);
            update.executeUpdate();
        }
    }

    /**
     * Forgets a row, and what was kept beside its state.
     *
     * @param key the compact key
     * @throws SQLException if the table cannot be written
     */
    public void remove(Object key) throws SQLException {
        flush();
        forgetExpected(key);
        if (remove == null) {
            remove = connection.prepareStatement("DELETE FROM syncline_row_state WHERE t = ? AND k = ?");
        }
        remove.setInt(1, table);
        remove.setObject(2, key);
        remove.executeUpdate();
        new UnmappedFieldRepository(connection, table).remove(key);
    }

    /** Short versions are numbers most of the time, and an integer takes a third of the bytes of its text. */
    private static @Nullable Object compact(@Nullable String version) {
        if (version == null || version.isEmpty() || version.length() > 18) {
            return version;
        }
        for (int i = 0; i < version.length(); i++) {
            char c = version.charAt(i);
            if (c < '0' || c > '9' || (c == '0' && i == 0 && version.length() > 1)) {
                return version;
            }
        }
        return Long.parseLong(version);
    }

    @Override
    public void close() throws SQLException {
        for (PreparedStatement statement : new @Nullable PreparedStatement[] {find, save, remove, meet}) {
            if (statement != null) {
                statement.close();
            }
        }
    }

    /**
     * What is known of a row that was synced.
     *
     * @param version its version at the backend; null if the backend tells none
     */
    public record RowState(@Nullable String version) {}
}
