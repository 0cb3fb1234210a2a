package dev.syncline.internal.store;

import dev.syncline.backend.ChangeKind;
import dev.syncline.internal.store.SyncOperation.Status;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.StringJoiner;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** The table {@code syncline_queue}. At most one row for each synced row. */
public final class OperationRepository {
    static final String COLUMNS =
            "id, t, entity_type, entity_id, operation, payload, image, base, base_version, edited_at,"
                    + " status, attempts, error_message, idempotency_key, next_attempt_at";
    private static final String INSERT = "INSERT INTO syncline_queue(" + COLUMNS
            + ", created_at) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

    private final Clock clock;

    /**
     * Makes the repository.
     *
     * @param clock dates each row
     */
    public OperationRepository(Clock clock) {
        this.clock = clock;
    }

    /**
     * Stores operations in the order given. Raw JDBC, since everything that is sent passes here.
     *
     * @param handle the unit's handle
     * @param operations the operations
     * @return the same with the ids they got, which are greater than any before
     * @throws SQLException if one is refused
     */
    public List<SyncOperation> insert(Handle handle, List<SyncOperation> operations) throws SQLException {
        if (operations.isEmpty()) {
            return List.of();
        }
        List<SyncOperation> stored = new ArrayList<>(operations.size());
        try (PreparedStatement insert = handle.getConnection().prepareStatement(INSERT)) {
            long id = lastId(handle);
            long now = clock.millis();
            for (SyncOperation operation : operations) {
                SyncOperation o = operation.withId(++id);
                bind(insert, o);
                insert.setLong(16, now);
                insert.addBatch();
                stored.add(o);
            }
            insert.executeBatch();
        }
        return stored;
    }

    private static void bind(PreparedStatement insert, SyncOperation o) throws SQLException {
        insert.setLong(1, o.id());
        insert.setInt(2, o.table());
        insert.setString(3, o.entity());
        insert.setString(4, o.rowId());
        insert.setString(5, o.kind().name());
        insert.setString(6, o.payload());
        insert.setString(7, o.image());
        insert.setString(8, o.base());
        insert.setString(9, o.baseVersion());
        insert.setObject(10, o.editedAt());
        insert.setString(11, o.status().text());
        insert.setInt(12, o.attempts());
        insert.setString(13, o.error());
        insert.setString(14, o.key());
        insert.setLong(15, o.nextAttemptAt());
    }

    /** The greatest id that was ever given, also to an operation that has left the queue. */
    private static long lastId(Handle handle) {
        return handle.createQuery("SELECT coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'syncline_queue'), 0)")
                .mapTo(Long.class)
                .one();
    }

    /**
     * Replaces the images of an operation, because the host's table has other columns now.
     *
     * @param handle the unit's handle
     * @param id the operation
     * @param image the row as it was frozen; null for none
     * @param base the row's base; null for none
     */
    public static void saveImages(Handle handle, long id, @Nullable String image, @Nullable String base) {
        handle.createUpdate("UPDATE syncline_queue SET image = :image, base = :base WHERE id = :id")
                .bind("image", image)
                .bind("base", base)
                .bind("id", id)
                .execute();
    }

    /**
     * Finds the operation of one row.
     *
     * @param handle the unit's handle
     * @param table the table's number
     * @param rowId the row's local id as text
     * @return the row of the queue, whatever its status
     */
    public static Optional<SyncOperation> find(Handle handle, int table, String rowId) {
        return handle.createQuery("SELECT " + COLUMNS + " FROM syncline_queue WHERE t = :t AND entity_id = :row")
                .bind("t", table)
                .bind("row", rowId)
                .map((rs, ctx) -> map(rs))
                .findOne();
    }

    /**
     * Finds operations as they stand in the queue now. Raw JDBC, since every answer passes here.
     *
     * @param handle the unit's handle
     * @param before the operations as they were when they were sent
     * @return by id, those that are in the queue; what never changes in flight is taken from what was given
     * @throws SQLException if the queue cannot be read
     */
    public static Map<Long, SyncOperation> current(Handle handle, List<SyncOperation> before) throws SQLException {
        Map<Long, SyncOperation> sent = new HashMap<>();
        StringJoiner ids = new StringJoiner(",", "[", "]");
        for (SyncOperation operation : before) {
            sent.put(operation.id(), operation);
            ids.add(Long.toString(operation.id()));
        }
        Map<Long, SyncOperation> current = new HashMap<>();
        try (PreparedStatement query = handle.getConnection()
                .prepareStatement("SELECT q.id, q.entity_id, q.image, q.base, q.status, q.attempts"
                        + " FROM json_each(?) e CROSS JOIN syncline_queue q ON q.id = e.value")) {
            query.setString(1, ids.toString());
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    SyncOperation o = Objects.requireNonNull(sent.get(row.getLong(1)));
                    current.put(
                            o.id(),
                            o.now(
                                    row.getString(2),
                                    row.getString(3),
                                    row.getString(4),
                                    Status.of(row.getString(5)),
                                    row.getInt(6)));
                }
            }
        }
        return current;
    }

    /**
     * Lists operations of one table.
     *
     * @param handle the unit's handle
     * @param table the table's number
     * @param status the status wanted
     * @return all of them, oldest first
     */
    public static List<SyncOperation> list(Handle handle, int table, Status status) {
        return handle.createQuery(
                        "SELECT " + COLUMNS + " FROM syncline_queue WHERE t = :t AND status = :status ORDER BY id")
                .bind("t", table)
                .bind("status", status.text())
                .map((rs, ctx) -> map(rs))
                .list();
    }

    /**
     * Tells whether a table has any row in the queue; then its rows must be looked up one by one.
     *
     * @param handle the unit's handle
     * @param table the table's number
     * @return true if there is none
     */
    public static boolean isEmpty(Handle handle, int table) {
        return !handle.createQuery("SELECT EXISTS(SELECT 1 FROM syncline_queue WHERE t = :t)")
                .bind("t", table)
                .mapTo(Boolean.class)
                .one();
    }

    /**
     * Tells whether a table has no change that was refused.
     *
     * @param handle the unit's handle
     * @param table the table's number
     * @return true if there is none
     */
    public static boolean noneRefused(Handle handle, int table) {
        return !handle.createQuery("SELECT EXISTS(SELECT 1 FROM syncline_queue WHERE t = :t AND status = 'failed')")
                .bind("t", table)
                .mapTo(Boolean.class)
                .one();
    }

    /**
     * Tells whether a create of a table is on its way.
     *
     * @param handle the unit's handle
     * @param table the table's number
     * @return true if there is one; its outcome may be unknown
     */
    public static boolean hasFrozenCreate(Handle handle, int table) {
        return handle.createQuery("SELECT EXISTS(SELECT 1 FROM syncline_queue WHERE t = :t AND status = 'processing'"
                        + " AND operation = 'CREATE' AND attempts < :most)")
                .bind("t", table)
                .bind("most", SyncOperation.MOST_ATTEMPTS)
                .mapTo(Boolean.class)
                .one();
    }

    /**
     * Counts operations.
     *
     * @param handle the unit's handle
     * @param status the status wanted
     * @return how many there are over all tables
     */
    public static long count(Handle handle, Status status) {
        return handle.createQuery("SELECT count(*) FROM syncline_queue WHERE status = :status")
                .bind("status", status.text())
                .mapTo(Long.class)
                .one();
    }

    /**
     * Takes operations out of the queue.
     *
     * @param handle the unit's handle
     * @param ids the operations
     */
    public static void delete(Handle handle, List<Long> ids) {
        if (ids.isEmpty()) {
            return;
        }
        handle.createUpdate("DELETE FROM syncline_queue WHERE id IN (SELECT value FROM json_each(:ids))")
                .bind("ids", ids.toString())
                .execute();
    }

    /**
     * Forgets what was refused of a row, so that it is sent again.
     *
     * @param handle the unit's handle
     * @param table the table's number
     * @param rowId the row's local id as text
     */
    public static void forget(Handle handle, int table, String rowId) {
        handle.createUpdate("DELETE FROM syncline_queue WHERE t = :t AND entity_id = :row AND status = 'failed'")
                .bind("t", table)
                .bind("row", rowId)
                .execute();
    }

    /**
     * Lets everything that failed be sent again: what was refused as a new claim, what is of unknown outcome under its old key.
     *
     * @param handle the unit's handle
     * @return how many operations there were
     */
    public static int armFailed(Handle handle) {
        int refused = handle.execute("DELETE FROM syncline_queue WHERE status = 'failed'");
        return refused
                + handle.createUpdate("UPDATE syncline_queue SET attempts = 0, next_attempt_at = 0"
                                + " WHERE status = 'processing' AND attempts >= :most")
                        .bind("most", SyncOperation.MOST_ATTEMPTS)
                        .execute();
    }

    /**
     * Finds an operation by its place in the queue, whatever its row is called by now.
     *
     * @param handle the unit's handle
     * @param id the operation
     * @return the operation, or empty if it has left the queue
     */
    public static Optional<SyncOperation> byId(Handle handle, long id) {
        return handle.createQuery("SELECT " + COLUMNS + " FROM syncline_queue WHERE id = :id")
                .bind("id", id)
                .map((rs, ctx) -> map(rs))
                .findOne();
    }

    /**
     * Gives the row of an operation on its way another local id.
     *
     * @param handle the unit's handle
     * @param table the table's number
     * @param from the row's local id as text
     * @param to its new local id
     */
    public static void rename(Handle handle, int table, String from, String to) {
        handle.createUpdate("UPDATE syncline_queue SET entity_id = :to WHERE t = :t AND entity_id = :from")
                .bind("to", to)
                .bind("t", table)
                .bind("from", from)
                .execute();
    }

    /** By place, in the order of {@link #COLUMNS}: by name, the driver would search for each column of each row. */
    static SyncOperation map(ResultSet rs) throws SQLException {
        return new SyncOperation(
                rs.getLong(1),
                rs.getInt(2),
                rs.getString(3),
                rs.getString(4),
                ChangeKind.valueOf(rs.getString(5)),
                rs.getString(6),
                rs.getString(7),
                rs.getString(8),
                rs.getString(9),
                editedAt(rs),
                Status.of(rs.getString(11)),
                rs.getInt(12),
                rs.getString(13),
                rs.getString(14),
                rs.getLong(15));
    }

    private static @Nullable Long editedAt(ResultSet rs) throws SQLException {
        long at = rs.getLong(10);
        return rs.wasNull() ? null : at;
    }
}
