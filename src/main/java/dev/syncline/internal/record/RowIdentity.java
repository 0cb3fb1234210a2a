package dev.syncline.internal.record;

import dev.syncline.backend.RemoteRecord;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The names of one row.
 *
 * @param key its local key values
 * @param rowId its local key as text, for queue and conflicts
 * @param compact its local key in the short form of the state table
 * @param remoteId its id at the backend; null if it has none yet
 */
@SuppressWarnings("ArrayRecordComponent") // key values as JDBC takes them; never compared
public record RowIdentity(
        @Nullable Object[] key,
        String rowId,
        Object compact,
        @Nullable String remoteId) {

    /** Stands for the remote id of a row that the backend never had, where a record must have one. */
    static final String NO_ID = "";

    /**
     * Names a row.
     *
     * @param table its table
     * @param key its local key values
     * @param remoteId its remote id, if it has one
     * @return the names, or empty if the key has no text form
     */
    public static Optional<RowIdentity> of(BoundTable table, @Nullable Object[] key, @Nullable String remoteId) {
        return table.keys()
                .encode(key)
                .map(id -> new RowIdentity(key, id, table.keys().compact(id), remoteId));
    }

    /**
     * Names a row of which the id is known.
     *
     * @param table its table
     * @param rowId its local id as text, as {@link #of} gave it
     * @param remoteId its remote id, if it has one
     * @return the names
     */
    public static RowIdentity named(BoundTable table, String rowId, @Nullable String remoteId) {
        @Nullable Object[] key = table.keys().decode(rowId).orElseThrow();
        return new RowIdentity(key, rowId, table.keys().compact(rowId), remoteId);
    }

    /**
     * Gives the key under which a deletion is remembered: by the remote id, since SQLite may give a local number again.
     *
     * @param table the table
     * @param remoteId the remote id
     * @return the compact key
     */
    public static Object tombstone(BoundTable table, String remoteId) {
        return table.serverIds() ? "r:" + remoteId : table.keys().compact(remoteId);
    }

    /**
     * Gives the key under which a deletion is remembered.
     *
     * @param table the table
     * @param record the record that is gone
     * @return the compact key
     */
    public static Object tombstone(BoundTable table, RemoteRecord record) {
        return tombstone(table, record.id());
    }
}
