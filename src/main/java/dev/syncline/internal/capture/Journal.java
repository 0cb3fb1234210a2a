package dev.syncline.internal.capture;

import static dev.syncline.internal.capture.Identifiers.quote;

import dev.syncline.internal.store.NumberedRows;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The journal of one captured table: the rows the host may have changed, each with its base. A row is <em>pending</em> if it
 * differs from its base now; rows that came back to it, or were never changed after all, are swept.
 *
 * <p>Valid until the table's schema changes; get a new one from {@link ChangeCapture#journal} then. Immutable and safe for use by
 * any thread; every method works on the caller's connection, inside the caller's transaction. Key values are given in the declared
 * order, as {@link RowImage} holds values.
 */
public final class Journal {
    private static final Logger log = LoggerFactory.getLogger(Journal.class);

    private final JournalLayout layout;
    private final JournalSql sql;
    private final JournalCodec codec;

    Journal(JournalLayout layout) {
        this.layout = layout;
        this.sql = new JournalSql(layout);
        this.codec = new JournalCodec(layout);
    }

    /**
     * The host table this journal belongs to.
     *
     * @return the table as it was when the journal was opened
     */
    public TableSchema schema() {
        return layout.schema();
    }

    /**
     * The number of the table in {@code syncline_table}: the same for ever, whatever the host calls the table.
     *
     * @return the number
     */
    public long tableId() {
        return layout.id();
    }

    /**
     * Pending changes in the order in which their rows were first touched.
     *
     * @param connection the connection
     * @param afterSeq only changes behind this {@link PendingChange#seq}; 0 for the first
     * @param limit the most to return
     * @param unreadable hears of each row that is left out, since a value of it cannot be read without loss
     * @return fewer than {@code limit} only if there are no more
     * @throws SQLException if a statement fails
     */
    public List<PendingChange> pending(Connection connection, long afterSeq, int limit, LeftOut unreadable)
            throws SQLException {
        List<PendingChange> changes = new ArrayList<>();
        long after = afterSeq;
        try (PreparedStatement query = connection.prepareStatement(sql.pending)) {
            boolean more = true;
            while (more && changes.size() < limit) {
                int wanted = limit - changes.size();
                query.setLong(1, after);
                query.setInt(2, wanted);
                int seen = 0;
                try (ResultSet rows = query.executeQuery()) {
                    while (rows.next()) {
                        seen++;
                        after = rows.getLong(1);
                        try {
                            codec.read(rows).ifPresent(changes::add);
                        } catch (UnreadableValueException e) {
                            unreadable.row(codec.keyOrNull(rows, 2), e);
                        }
                    }
                }
                more = seen == wanted;
            }
        }
        return changes;
    }

    /** Hears of rows that are left out. */
    @FunctionalInterface
    public interface LeftOut {
        /**
         * A row is left out.
         *
         * @param key its key; null if that is what cannot be read
         * @param why the value that cannot be read without loss
         */
        void row(Object @Nullable [] key, UnreadableValueException why);
    }

    /**
     * Opens the journal for looking at single rows and changing them.
     *
     * @param connection the connection
     * @return the rows; to be closed by the caller
     */
    public JournalRows rows(Connection connection) {
        return new JournalRows(connection, sql, codec, layout.schema().key().size());
    }

    /**
     * Removes rows that equal their host row, a chunk at a time. Sweep before {@link CaptureMute#on}: what is applied to a row behind
     * a leftover base would look like an edit of the host.
     *
     * @param connection the connection
     * @param afterSeq where to go on: the answer of the last call; 0 at first
     * @param limit the most journal rows to look at
     * @return what was done
     * @throws SQLException if a statement fails
     */
    public Sweep sweep(Connection connection, long afterSeq, int limit) throws SQLException {
        List<Long> equal = new ArrayList<>();
        int verdict = 6 + layout.schema().key().size() + 2 * layout.image().size();
        int seen = 0;
        long last = afterSeq;
        try (PreparedStatement query = connection.prepareStatement(sql.judged)) {
            query.setLong(1, afterSeq);
            query.setInt(2, limit);
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    seen++;
                    last = rows.getLong(1);
                    boolean differs = rows.getBoolean(verdict);
                    if (rows.wasNull() ? codec.read(rows).isEmpty() : !differs) {
                        equal.add(last);
                    }
                }
            }
        }
        remove(connection, equal);
        return new Sweep(equal.size(), last, seen == limit);
    }

    /**
     * Finds those of many rows that are not as the journal last left them. One statement for each thousand.
     *
     * @param connection the connection
     * @param keys the keys of rows that were there and not in the journal
     * @return the places, in the list, of the keys whose rows have been touched since, or are gone
     * @throws SQLException if a statement fails
     */
    public Set<Integer> touched(Connection connection, List<Object[]> keys) throws SQLException {
        Set<Integer> touched = new HashSet<>();
        for (int from = 0; from < keys.size(); from += NumberedRows.MOST) {
            int count = Math.min(NumberedRows.MOST, keys.size() - from);
            String rows = NumberedRows.values(count, layout.schema().key().size());
            try (PreparedStatement query = connection.prepareStatement("SELECT w.column1 FROM " + rows + sql.touched)) {
                int parameter = 1;
                for (int i = 0; i < count; i++) {
                    parameter = codec.bindKey(query, parameter, keys.get(from + i));
                }
                try (ResultSet found = query.executeQuery()) {
                    while (found.next()) {
                        touched.add(from + found.getInt(1));
                    }
                }
            }
        }
        return touched;
    }

    /**
     * Forgets rows: what they are now counts as their base.
     *
     * @param connection the connection
     * @param places the {@link PendingChange#seq} of each
     * @throws SQLException if a statement fails
     */
    public void remove(Connection connection, List<Long> places) throws SQLException {
        if (places.isEmpty()) {
            return;
        }
        try (PreparedStatement delete = connection.prepareStatement(
                "DELETE FROM main." + layout.journal() + " WHERE seq IN (SELECT value FROM json_each(?))")) {
            delete.setString(1, places.toString());
            delete.executeUpdate();
        }
    }

    /**
     * What a chunk of sweeping did.
     *
     * @param removed how many rows it removed
     * @param lastSeq where the next chunk goes on
     * @param more whether there may be more
     */
    public record Sweep(int removed, long lastSeq, boolean more) {}

    /**
     * Finds keys under which a row was deleted and another one made since.
     *
     * @param connection the connection
     * @return the keys of rows that differ from what was deleted; a row made anew as it was counts as never deleted
     * @throws SQLException if a statement fails
     */
    public List<Object[]> reusedKeys(Connection connection) throws SQLException {
        List<Object[]> candidates = keys(connection, sql.reused, List.of());
        List<Object[]> found = new ArrayList<>();
        try (JournalRows rows = rows(connection)) {
            for (Object[] key : candidates) {
                // A row that cannot be compared counts as pending, and is reported where it is claimed.
                if (rows.isPending(key)) {
                    found.add(key);
                }
            }
        }
        return found;
    }

    /**
     * Finds the rows in the journal by a part of their key.
     *
     * @param connection the connection
     * @param part the place of the key column, from 0
     * @param value its value
     * @return the keys
     * @throws SQLException if a statement fails
     */
    public List<Object[]> keysWith(Connection connection, int part, Object value) throws SQLException {
        String byPart = "SELECT " + layout.keyColumns() + " FROM main." + layout.journal() + " WHERE k" + part + " = ?";
        return keys(connection, byPart, List.of(value));
    }

    private List<Object[]> keys(Connection connection, String query, List<Object> parameters) throws SQLException {
        List<Object[]> found = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(query)) {
            for (int i = 0; i < parameters.size(); i++) {
                statement.setObject(i + 1, parameters.get(i));
            }
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    found.add(codec.readKey(rows, 1));
                }
            }
        }
        return found;
    }

    /**
     * Gives access to the bases by column.
     *
     * @return the bases
     */
    public JournalBases bases() {
        return new JournalBases(layout);
    }

    /**
     * Gives the lowest key of a table whose key is one number.
     *
     * @param connection the connection
     * @return the lowest number in the journal; 0 if it is empty
     * @throws SQLException if a statement fails
     */
    public long lowestKey(Connection connection) throws SQLException {
        return number(connection, "SELECT coalesce(min(k0), 0) FROM main." + layout.journal());
    }

    /**
     * How many rows are pending. Reads the whole journal.
     *
     * @param connection the connection
     * @return the number
     * @throws SQLException if a statement fails
     */
    public long count(Connection connection) throws SQLException {
        long differing = number(connection, sql.count);
        if (sql.unsure != null) {
            try (PreparedStatement query = connection.prepareStatement(sql.unsure);
                    ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    differing += codec.read(rows).isPresent() ? 1 : 0;
                }
            }
        }
        return differing;
    }

    /**
     * Whether the journal is empty, so that no row can be pending. Cheap.
     *
     * @param connection the connection
     * @return true if it holds no row, swept or not
     * @throws SQLException if a statement fails
     */
    public boolean isEmpty(Connection connection) throws SQLException {
        return number(connection, "SELECT NOT EXISTS(SELECT 1 FROM main." + layout.journal() + ")") == 1;
    }

    /**
     * The place of the row that was touched last, of those up to a place.
     *
     * @param connection the connection
     * @param upTo the last place to look at
     * @return its seq; 0 if no row stands there
     * @throws SQLException if a statement fails
     */
    public long lastSeq(Connection connection, long upTo) throws SQLException {
        return number(
                connection, "SELECT coalesce(max(seq), 0) FROM main." + layout.journal() + " WHERE seq <= " + upTo);
    }

    /**
     * How many rows have a NULL in their key, which a TEXT PRIMARY KEY allows. They cannot be told apart and are not captured.
     *
     * @param connection the connection
     * @return the number
     * @throws SQLException if a statement fails
     */
    public long rowsWithoutKey(Connection connection) throws SQLException {
        return number(
                connection,
                "SELECT count(*) FROM " + table() + " WHERE "
                        + layout.keys(i -> layout.key(i).quoted() + " IS NULL", " OR "));
    }

    /**
     * Lists the host's rows, a chunk at a time, in key order, each with what the journal holds of it.
     *
     * @param connection the connection
     * @param afterKey where to go on: the last key of the last call; null at first
     * @param limit the most rows to look at
     * @return the rows; empty once all were seen. A row whose key cannot be read without loss is left out
     * @throws SQLException if a statement fails
     */
    public List<HostRow> hostRows(Connection connection, Object @Nullable [] afterKey, int limit) throws SQLException {
        String order = layout.keys(
                i -> "h." + layout.key(i).quoted() + " COLLATE "
                        + quote(layout.schema().keyCollations().get(i)),
                ", ");
        String whole = layout.keys(i -> "h." + layout.key(i).quoted() + " IS NOT NULL", " AND ");
        String from = afterKey == null ? "" : " AND (" + order + ") > (" + layout.keys(i -> "?", ", ") + ")";
        List<HostRow> found = new ArrayList<>();
        try (PreparedStatement query = connection.prepareStatement(
                "SELECT " + layout.keys(i -> "h." + layout.key(i).quoted(), ", ") + ", j.p FROM " + table()
                        + " h LEFT JOIN main." + layout.journal() + " j ON "
                        + layout.keys(i -> "j.k" + i + " = h." + layout.key(i).quoted() + " COLLATE BINARY", " AND ")
                        + " WHERE " + whole + from + " ORDER BY " + order + " LIMIT " + limit)) {
            if (afterKey != null) {
                codec.bindKey(query, 1, afterKey);
            }
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    int width = layout.schema().key().size();
                    boolean existed = rows.getBoolean(width + 1);
                    boolean journaled = !rows.wasNull();
                    Object[] key = codec.keyOrNull(rows, 1);
                    if (key == null) {
                        log.warn("A row of {} is left out of the sync until its key is corrected", table());
                    } else {
                        found.add(new HostRow(key, journaled, journaled && existed));
                    }
                }
            }
        }
        return found;
    }

    /**
     * A row of the host's table.
     *
     * @param key its key
     * @param journaled whether the journal holds it
     * @param existed whether the journal holds a version that it had before
     */
    @SuppressWarnings("ArrayRecordComponent") // key values as JDBC takes them; never compared
    public record HostRow(Object[] key, boolean journaled, boolean existed) {}

    private String table() {
        return "main." + quote(layout.schema().name());
    }

    private static long number(Connection connection, String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            rows.next();
            return rows.getLong(1);
        }
    }
}
