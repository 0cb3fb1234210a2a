package dev.syncline.internal.capture;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The rows of one journal, looked at and changed one by one within a unit of work. Each statement is prepared when it is first
 * needed and then kept, because preparing one takes SQLite longer than running it.
 *
 * <p>Not thread-safe; close it before the unit ends.
 */
public final class JournalRows implements AutoCloseable {
    private final Connection connection;
    private final JournalSql sql;
    private final JournalCodec codec;
    private final int keyWidth;
    private @Nullable PreparedStatement find;
    private @Nullable PreparedStatement replaceBase;
    private @Nullable PreparedStatement insert;
    private @Nullable PreparedStatement stamp;
    private @Nullable PreparedStatement remove;

    JournalRows(Connection connection, JournalSql sql, JournalCodec codec, int keyWidth) {
        this.connection = connection;
        this.sql = sql;
        this.codec = codec;
        this.keyWidth = keyWidth;
    }

    /**
     * Finds the pending change of a row.
     *
     * @param key the key
     * @return the change; empty if the row equals its base or is not in the journal
     * @throws SQLException if a statement fails
     * @throws UnreadableValueException if a value cannot be read without loss
     */
    public Optional<PendingChange> find(Object[] key) throws SQLException {
        try (ResultSet rows = look(key)) {
            return rows.next() ? codec.read(rows) : Optional.empty();
        }
    }

    /**
     * Lists the keys of rows in the journal, pending or not.
     *
     * @param most how many at the most
     * @return the keys; empty if one of them cannot be read without loss
     * @throws SQLException if a statement fails
     */
    public Optional<List<Object[]>> keys(int most) throws SQLException {
        List<Object[]> found = new ArrayList<>();
        try (PreparedStatement query = connection.prepareStatement(sql.keys)) {
            query.setInt(1, most);
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    Object[] key = codec.keyOrNull(rows, 1);
                    if (key == null) {
                        return Optional.empty();
                    }
                    found.add(key);
                }
            }
        }
        return Optional.of(found);
    }

    /**
     * Whether a row differs from its base.
     *
     * @param key the key
     * @return true if {@link #find} has a change, or has one that cannot be read
     * @throws SQLException if a statement fails
     */
    public boolean isPending(Object[] key) throws SQLException {
        try {
            return find(key).isPresent();
        } catch (UnreadableValueException e) {
            // What cannot be compared must not look settled.
            return true;
        }
    }

    /**
     * Gives the base of a row, whether it is pending or not.
     *
     * @param key the key
     * @return the base; empty if the row is not in the journal
     * @throws SQLException if a statement fails
     * @throws CaptureException if a value cannot be read without loss
     */
    public Optional<Base> base(Object[] key) throws SQLException {
        try (ResultSet rows = look(key)) {
            if (!rows.next()) {
                return Optional.empty();
            }
            int at = 2 + keyWidth;
            boolean existed = rows.getBoolean(at);
            long time = rows.getLong(at + 1);
            Long editedAt = rows.wasNull() ? null : time;
            return Optional.of(new Base(existed ? codec.readImage(rows, at + 4) : null, editedAt));
        }
    }

    /**
     * What the journal holds of a row.
     *
     * @param image the base; null if the row did not exist
     * @param editedAt when the row was last edited, in ms by this device's clock, if recorded
     */
    public record Base(@Nullable RowImage image, @Nullable Long editedAt) {}

    private ResultSet look(Object[] key) throws SQLException {
        if (find == null) {
            find = connection.prepareStatement(sql.find);
        }
        codec.bindKey(find, 1, key);
        return find.executeQuery();
    }

    /**
     * Sets the base of a row, replacing one that is there. Its place in the order, edit time and delete mark stay. Numbers are
     * turned into the storage class the host's column has; everything else has to be as the column holds it.
     *
     * @param key the key
     * @param base the row as it was; null if it did not exist
     * @throws SQLException if a statement fails
     * @throws CaptureException if the base lacks a column of the table or holds a value that cannot be stored without loss
     */
    public void put(Object[] key, @Nullable RowImage base) throws SQLException {
        if (replaceBase == null) {
            replaceBase = connection.prepareStatement(sql.replaceBase);
        }
        codec.bindKey(replaceBase, 1 + codec.bindImage(replaceBase, 1, base), key);
        if (replaceBase.executeUpdate() > 0) {
            return;
        }
        if (insert == null) {
            insert = connection.prepareStatement(sql.insert);
        }
        codec.bindImage(insert, codec.bindKey(insert, 1, key), base);
        insert.executeUpdate();
    }

    /**
     * Gives a row in the journal the time of its last edit, unless it was edited since it got its place there.
     *
     * @param key the key
     * @param editedAt the time in ms by this device's clock
     * @throws SQLException if a statement fails
     */
    public void stamp(Object[] key, long editedAt) throws SQLException {
        if (stamp == null) {
            stamp = connection.prepareStatement(sql.stamp);
        }
        stamp.setLong(1, editedAt);
        codec.bindKey(stamp, 2, key);
        stamp.executeUpdate();
    }

    /**
     * Forgets a row: what it is now counts as its base.
     *
     * @param key the key
     * @throws SQLException if a statement fails
     */
    public void remove(Object[] key) throws SQLException {
        if (remove == null) {
            remove = connection.prepareStatement(sql.remove);
        }
        codec.bindKey(remove, 1, key);
        remove.executeUpdate();
    }

    /** Releases the statements. */
    @Override
    public void close() throws SQLException {
        PreparedStatement[] kept = {find, replaceBase, insert, stamp, remove};
        for (PreparedStatement statement : kept) {
            if (statement != null) {
                statement.close();
            }
        }
    }
}
