package dev.syncline.internal.store;

import dev.syncline.backend.ChangeKind;
import dev.syncline.internal.store.SyncOperation.Status;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jspecify.annotations.Nullable;

/** The table {@code syncline_queue}. At most one row for each synced row. */
public final class OperationRepository {
    private static final String COLUMNS =
            "id, t, entity_type, entity_id, operation, payload, image, base, base_version, edited_at,"
                    + " status, attempts, error_message, idempotency_key, next_attempt_at";

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
     * Stores operations in the order given.
     *
     * @param handle the unit's handle
     * @param operations the operations; their ids are assigned by the table
     */
    public void insert(Handle handle, List<SyncOperation> operations) {
        if (operations.isEmpty()) {
            return;
        }
        try (PreparedBatch batch =
                handle.prepareBatch("INSERT INTO syncline_queue(t, entity_type, entity_id, operation, payload, image,"
                        + " base, base_version, edited_at, status, attempts, error_message, idempotency_key,"
                        + " next_attempt_at, created_at) VALUES(:t, :entity, :row, :kind, :payload, :image, :base,"
                        + " :baseVersion, :editedAt, :status, :attempts, :error, :key, :next, :now)")) {
            long now = clock.millis();
            for (SyncOperation o : operations) {
                batch.bind("t", o.table())
                        .bind("entity", o.entity())
                        .bind("row", o.rowId())
                        .bind("kind", o.kind().name())
                        .bind("payload", o.payload())
                        .bind("image", o.image())
                        .bind("base", o.base())
                        .bind("baseVersion", o.baseVersion())
                        .bind("editedAt", o.editedAt())
                        .bind("status", o.status().text())
                        .bind("attempts", o.attempts())
                        .bind("error", o.error())
                        .bind("key", o.key())
                        .bind("next", o.nextAttemptAt())
                        .bind("now", now)
                        .add();
            }
            batch.execute();
        }
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
     * Gives the place of the operation that was stored last.
     *
     * @param handle the unit's handle
     * @return its id, which is greater than that of any before it; 0 if the queue is empty
     */
    public static long lastId(Handle handle) {
        return handle.createQuery("SELECT coalesce(max(id), 0) FROM syncline_queue")
                .mapTo(Long.class)
                .one();
    }

    /**
     * Lists the operations of one table that were stored behind a place and are on their way.
     *
     * @param handle the unit's handle
     * @param table the table's number
     * @param afterId the place
     * @return all of them, oldest first
     */
    public static List<SyncOperation> after(Handle handle, int table, long afterId) {
        return handle.createQuery("SELECT " + COLUMNS + " FROM syncline_queue WHERE id > :after AND t = :t"
                        + " AND status = 'processing' ORDER BY id")
                .bind("after", afterId)
                .bind("t", table)
                .map((rs, ctx) -> map(rs))
                .list();
    }

    /**
     * Finds operations by their places in the queue.
     *
     * @param handle the unit's handle
     * @param ids the operations
     * @return those that are in the queue
     */
    public static List<SyncOperation> byIds(Handle handle, List<Long> ids) {
        return handle.createQuery("SELECT " + COLUMNS
                        + " FROM syncline_queue WHERE id IN (SELECT value FROM json_each(:ids)) ORDER BY id")
                .bind("ids", ids.toString())
                .map((rs, ctx) -> map(rs))
                .list();
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
     * Lists frozen operations of all tables.
     *
     * @param handle the unit's handle
     * @param afterId go on behind this operation; 0 to begin
     * @param limit how many at most
     * @return operations that are on their way, oldest first
     */
    public static List<SyncOperation> frozen(Handle handle, long afterId, int limit) {
        return handle.createQuery("SELECT " + COLUMNS
                        + " FROM syncline_queue WHERE status = 'processing' AND id > :after ORDER BY id LIMIT :limit")
                .bind("after", afterId)
                .bind("limit", limit)
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
     * Notes that a send of an operation came to nothing.
     *
     * @param handle the unit's handle
     * @param id the operation
     * @param attempts attempts so far
     * @param nextAttemptAt when it is due again, ms since the epoch
     * @param error why, without values
     */
    public void retryLater(Handle handle, long id, int attempts, long nextAttemptAt, String error) {
        handle.createUpdate("UPDATE syncline_queue SET attempts = :attempts, next_attempt_at = :next, error_message ="
                        + " :error, last_attempt_at = :now WHERE id = :id")
                .bind("attempts", attempts)
                .bind("next", nextAttemptAt)
                .bind("error", error)
                .bind("now", clock.millis())
                .bind("id", id)
                .execute();
    }

    /**
     * Lists operations of one table that are on their way and may be sent again. A wait ends early if the clock was set back since it
     * began: nobody can tell how much of it has passed, and it might never end.
     *
     * @param handle the unit's handle
     * @param table the table's number
     * @param longest the longest wait that is ever given, in ms
     * @return all of them, oldest first
     */
    public List<SyncOperation> due(Handle handle, int table, long longest) {
        return handle.createQuery("SELECT " + COLUMNS + " FROM syncline_queue WHERE t = :t AND status = 'processing'"
                        + " AND (next_attempt_at <= :now OR next_attempt_at > :now + :longest OR last_attempt_at > :now)"
                        + " ORDER BY id")
                .bind("t", table)
                .bind("now", clock.millis())
                .bind("longest", longest)
                .map((rs, ctx) -> map(rs))
                .list();
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
        try (PreparedBatch batch = handle.prepareBatch("DELETE FROM syncline_queue WHERE id = :id")) {
            ids.forEach(id -> batch.bind("id", id).add());
            batch.execute();
        }
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
     * Finds frozen operations whose key the backend may have forgotten.
     *
     * @param handle the unit's handle
     * @param table the table's number
     * @param notBefore keys given before this time, in ms since the epoch, are too old
     * @param notAfter keys given after this time were so by a clock that was wrong, and may be of any age
     * @return their ids
     */
    public static Set<Long> withOldKeys(Handle handle, int table, long notBefore, long notAfter) {
        return handle.createQuery("SELECT id FROM syncline_queue WHERE t = :t AND status = 'processing'"
                        + " AND (created_at < :first OR created_at > :last)")
                .bind("t", table)
                .bind("first", notBefore)
                .bind("last", notAfter)
                .mapTo(Long.class)
                .set();
    }

    /**
     * Tells when the first operation that got no answer is due.
     *
     * @param handle the unit's handle
     * @return ms since the epoch, 0 for at once; empty if none is to be sent again by itself
     */
    public static OptionalLong earliestDue(Handle handle) {
        return handle.createQuery("SELECT min(next_attempt_at) FROM syncline_queue WHERE status = 'processing'"
                        + " AND attempts < :most")
                .bind("most", SyncOperation.MOST_ATTEMPTS)
                .map((rs, ctx) -> {
                    long due = rs.getLong(1);
                    return rs.wasNull() ? OptionalLong.empty() : OptionalLong.of(due);
                })
                .one();
    }

    /**
     * Gives an operation that is known not to have taken effect a new key.
     *
     * @param handle the unit's handle, of a durable unit
     * @param id the operation
     * @param key the key
     */
    public void rekey(Handle handle, long id, String key) {
        handle.createUpdate("UPDATE syncline_queue SET idempotency_key = :key, created_at = :now WHERE id = :id")
                .bind("key", key)
                .bind("now", clock.millis())
                .bind("id", id)
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

    /**
     * Replaces what an operation remembers of its row; what was sent stays as it is.
     *
     * @param handle the unit's handle
     * @param id the operation
     * @param image the row as it was frozen, as image text
     * @param base the base, as image text
     */
    public static void setImages(Handle handle, long id, @Nullable String image, @Nullable String base) {
        handle.createUpdate("UPDATE syncline_queue SET image = :image, base = :base WHERE id = :id")
                .bind("image", image)
                .bind("base", base)
                .bind("id", id)
                .execute();
    }

    private static SyncOperation map(ResultSet rs) throws SQLException {
        return new SyncOperation(
                rs.getLong("id"),
                rs.getInt("t"),
                rs.getString("entity_type"),
                rs.getString("entity_id"),
                ChangeKind.valueOf(rs.getString("operation")),
                rs.getString("payload"),
                rs.getString("image"),
                rs.getString("base"),
                rs.getString("base_version"),
                editedAt(rs),
                Status.of(rs.getString("status")),
                rs.getInt("attempts"),
                rs.getString("error_message"),
                rs.getString("idempotency_key"),
                rs.getLong("next_attempt_at"));
    }

    private static @Nullable Long editedAt(ResultSet rs) throws SQLException {
        long at = rs.getLong("edited_at");
        return rs.wasNull() ? null : at;
    }
}
