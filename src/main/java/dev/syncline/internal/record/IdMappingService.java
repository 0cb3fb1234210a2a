package dev.syncline.internal.record;

import dev.syncline.internal.capture.Affinity;
import dev.syncline.internal.capture.JournalRows;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Translates ids and references between this device and the backend. Where the device assigns ids they are the same text;
 * where the backend does, {@code syncline_id_mapping} ties the two.
 *
 * <p>One instance lives within one unit of work, so what it has looked up is what the table says.
 */
public final class IdMappingService implements AutoCloseable {
    private static final Pattern INTEGER = Pattern.compile("0|-?[1-9][0-9]{0,18}");

    private final Connection connection;
    private @Nullable PreparedStatement toRemote;
    private @Nullable PreparedStatement toLocal;
    private @Nullable PreparedStatement insert;
    private @Nullable PreparedStatement delete;
    private final Map<String, Optional<Object>> localByRemote = new HashMap<>();

    /**
     * Makes a translator; each of its statements is prepared when it is first needed.
     *
     * @param connection the unit's connection
     */
    public IdMappingService(Connection connection) {
        this.connection = connection;
    }

    /**
     * Finds the remote id of a local row.
     *
     * @param table the row's table
     * @param key the row's local key
     * @return the id, or empty if the backend has not assigned one yet, to this row or to one that its key refers to
     * @throws SQLException if the mapping cannot be read
     */
    public Optional<String> remoteId(BoundTable table, @Nullable Object[] key) throws SQLException {
        if (table.serverIds()) {
            return mapped(table, key[0]);
        }
        if (table.parents().isEmpty()) {
            return table.keys().encode(key);
        }
        @Nullable Object[] remote = new @Nullable Object[key.length];
        for (int i = 0; i < key.length; i++) {
            BoundTable parent = table.parentOf(table.schema().key().get(i).name());
            if (parent == null || key[i] == null) {
                remote[i] = key[i];
                continue;
            }
            Optional<Object> reference = remoteReference(parent, key[i]);
            if (reference.isEmpty()) {
                return Optional.empty();
            }
            remote[i] = reference.get();
        }
        return table.keys().encode(remote);
    }

    /**
     * Finds the remote id of a local row by its own id; where the device assigns ids and no part of them refers to another row, that
     * is the same text.
     *
     * @param table the row's table
     * @param rowId the row's local id as text
     * @return as {@link #remoteId(BoundTable, Object[])}
     * @throws SQLException if the mapping cannot be read
     */
    public Optional<String> remoteId(BoundTable table, String rowId) throws SQLException {
        return table.serverIds() || !table.parents().isEmpty()
                ? remoteId(table, table.keys().decode(rowId).orElseThrow())
                : Optional.of(rowId);
    }

    /**
     * Finds the local key of a remote record.
     *
     * @param table the record's table
     * @param remoteId its remote id
     * @return the key; empty if the backend's id has no local key yet, or an id in it refers to a record unknown here, or no
     *     row of the table can have this id
     * @throws SQLException if the mapping cannot be read
     */
    public Optional<Object[]> localKey(BoundTable table, String remoteId) throws SQLException {
        if (table.serverIds()) {
            return localOf(table, remoteId).map(local -> new Object[] {local});
        }
        Optional<Object[]> decoded = table.keys().decode(remoteId);
        if (decoded.isEmpty() || table.parents().isEmpty()) {
            return decoded;
        }
        Object[] key = decoded.get();
        for (int i = 0; i < key.length; i++) {
            BoundTable parent = table.parentOf(table.schema().key().get(i).name());
            if (parent != null) {
                Optional<Object> local = localReference(parent, key[i]);
                if (local.isEmpty()) {
                    return Optional.empty();
                }
                key[i] = local.get();
            }
        }
        return Optional.of(key);
    }

    /**
     * Translates a reference for the wire.
     *
     * @param parent the table referred to
     * @param value the local key of the row referred to
     * @return a Long or String, or empty if that row has no remote id yet
     * @throws SQLException if the mapping cannot be read
     */
    public Optional<Object> remoteReference(BoundTable parent, Object value) throws SQLException {
        Optional<String> id = remoteId(parent, new Object[] {value});
        return id.map(text -> parent.schema().key().get(0).affinity() == Affinity.TEXT ? text : numberOrText(text));
    }

    /**
     * Translates a reference from the wire.
     *
     * @param parent the table referred to
     * @param json the id as it travelled: a number or text
     * @return the local key, or empty if the record referred to is unknown here
     * @throws SQLException if the mapping cannot be read
     */
    public Optional<Object> localReference(BoundTable parent, Object json) throws SQLException {
        return localKey(parent, json.toString()).map(key -> key[0]);
    }

    /**
     * Ties a local row to the id that the backend gave it.
     *
     * @param table the row's table, one with ids of the server
     * @param local the local key
     * @param remoteId the remote id
     * @throws SQLException if either is tied to something else already
     */
    public void map(BoundTable table, Object local, String remoteId) throws SQLException {
        Optional<String> known = mapped(table, local);
        if (known.filter(remoteId::equals).isPresent()) {
            return;
        }
        if (insert == null) {
            insert = connection.prepareStatement(
                    "INSERT INTO syncline_id_mapping(t, local_id, remote_id) VALUES(?, ?, ?)");
        }
        insert.setInt(1, table.id());
        insert.setObject(2, local);
        insert.setString(3, remoteId);
        insert.executeUpdate();
        localByRemote.put(cacheKey(table, remoteId), Optional.of(local));
    }

    /**
     * Chooses the local key of a record that is new here: its remote id if that number is free, else the next free one.
     *
     * @param table the record's table, one with ids of the server
     * @param remoteId its remote id
     * @param host the table's rows
     * @return a key that no row has and that is tied to no remote id
     * @throws SQLException if the table cannot be read
     */
    public long freeLocalKey(BoundTable table, String remoteId, HostTable host) throws SQLException {
        Object wanted = numberOrText(remoteId);
        if (wanted instanceof Long number
                && mapped(table, number).isEmpty()
                && !host.exists(new Object[] {number})
                && !isPending(table, number)) {
            return number;
        }
        long free = host.freeKey();
        try (PreparedStatement max =
                connection.prepareStatement("SELECT max(local_id) FROM syncline_id_mapping WHERE t = ?")) {
            max.setInt(1, table.id());
            try (ResultSet rows = max.executeQuery()) {
                return rows.next() ? Math.max(free, rows.getLong(1) + 1) : free;
            }
        }
    }

    private boolean isPending(BoundTable table, Object number) throws SQLException {
        try (JournalRows journal = table.journal().rows(connection)) {
            return journal.isPending(new Object[] {number});
        }
    }

    /**
     * Unties a local row whose record is gone.
     *
     * @param table the row's table
     * @param local the local key
     * @throws SQLException if the mapping cannot be written
     */
    public void unmap(BoundTable table, Object local) throws SQLException {
        if (delete == null) {
            delete = connection.prepareStatement("DELETE FROM syncline_id_mapping WHERE t = ? AND local_id = ?");
        }
        delete.setInt(1, table.id());
        delete.setObject(2, local);
        delete.executeUpdate();
        localByRemote.clear();
    }

    /** Forgets what was looked up, because the mapping was changed by other means. */
    void forget() {
        localByRemote.clear();
    }

    private Optional<String> mapped(BoundTable table, @Nullable Object local) throws SQLException {
        if (toRemote == null) {
            toRemote = connection.prepareStatement(
                    "SELECT remote_id FROM syncline_id_mapping WHERE t = ? AND local_id = ?");
        }
        toRemote.setInt(1, table.id());
        toRemote.setObject(2, local);
        try (ResultSet rows = toRemote.executeQuery()) {
            return rows.next() ? Optional.of(rows.getString(1)) : Optional.empty();
        }
    }

    private Optional<Object> localOf(BoundTable table, String remoteId) throws SQLException {
        String cached = cacheKey(table, remoteId);
        Optional<Object> known = localByRemote.get(cached);
        if (known != null) {
            return known;
        }
        if (toLocal == null) {
            toLocal = connection.prepareStatement(
                    "SELECT local_id FROM syncline_id_mapping WHERE t = ? AND remote_id = ?");
        }
        toLocal.setInt(1, table.id());
        toLocal.setString(2, remoteId);
        try (ResultSet rows = toLocal.executeQuery()) {
            Optional<Object> found = rows.next() ? Optional.of(rows.getLong(1)) : Optional.empty();
            if (found.isPresent()) {
                localByRemote.put(cached, found);
            }
            return found;
        }
    }

    private static String cacheKey(BoundTable table, String remoteId) {
        return table.id() + ":" + remoteId;
    }

    /** A number where it would come back as the same text, however many digits it has. */
    private static Object numberOrText(String id) {
        if (!INTEGER.matcher(id).matches()) {
            return id;
        }
        try {
            return Long.valueOf(id);
        } catch (NumberFormatException beyond64Bits) {
            return id;
        }
    }

    @Override
    public void close() throws SQLException {
        for (PreparedStatement statement : new @Nullable PreparedStatement[] {toRemote, toLocal, insert, delete}) {
            if (statement != null) {
                statement.close();
            }
        }
    }
}
