package dev.syncline.internal.store;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jspecify.annotations.Nullable;

/** The table {@code syncline_idempotency_keys}: one row for each key that an operation was sent under. */
public final class IdempotencyRepository {

    private IdempotencyRepository() {}

    /**
     * A key and what became of it.
     *
     * @param operationId the operation's place in the queue
     * @param key the key
     * @param entity the entity's name at the backend
     * @param rowId the row's local id as text, when it was frozen
     * @param kind what the operation does
     * @param payloadHash tells one payload from another
     * @param state where it stands
     * @param sends how often it was begun to be sent
     * @param remoteId the record that the answer named; null without an answer
     * @param version the version that the answer told; null if it told none
     * @param answerDigest tells one answer from another; null without an answer
     * @param createdAt when it was stored, in ms since the epoch
     * @param finishedAt when it was answered, in ms since the epoch; null without an answer
     */
    public record StoredKey(
            long operationId,
            String key,
            String entity,
            String rowId,
            String kind,
            String payloadHash,
            State state,
            int sends,
            @Nullable String remoteId,
            @Nullable String version,
            @Nullable String answerDigest,
            long createdAt,
            @Nullable Long finishedAt) {}

    /** Where a key stands. */
    public enum State {
        /** It may have been sent, and there is no answer. */
        SENT("sent"),
        /** The backend has the change. */
        CONFIRMED("confirmed"),
        /** The backend refused the change or met another state. */
        REFUSED("refused");

        private final String text;

        State(String text) {
            this.text = text;
        }

        String text() {
            return text;
        }
    }

    /**
     * Stores the keys of operations before the first byte leaves, with one statement for all of them.
     *
     * @param handle the unit's handle, of a durable unit
     * @param payloadHashes by the place of an operation in the queue, what tells its payload from another: digits and letters only
     * @param sends how often each was begun to be sent
     * @param now ms since the epoch
     */
    public static void insert(Handle handle, Map<Long, String> payloadHashes, int sends, long now) {
        if (payloadHashes.isEmpty()) {
            return;
        }
        StringBuilder hashes = new StringBuilder(40 * payloadHashes.size());
        payloadHashes.forEach((id, hash) -> hashes.append(hashes.isEmpty() ? '{' : ',')
                .append('"')
                .append(id)
                .append("\":\"")
                .append(hash)
                .append('"'));
        handle.createUpdate(
                        "INSERT INTO syncline_idempotency_keys(operation_id, idempotency_key, entity_type, entity_id,"
                                + " operation, payload_hash, state, sends, created_at) SELECT q.id, q.idempotency_key,"
                                + " q.entity_type, q.entity_id, q.operation, h.value, 'sent', :sends, :now"
                                + " FROM json_each(:hashes) h CROSS JOIN syncline_queue q ON q.id = CAST(h.key AS INTEGER)")
                .bind("sends", sends)
                .bind("now", now)
                .bind("hashes", hashes.append('}').toString())
                .execute();
    }

    /**
     * What a key came to.
     *
     * @param operation the operation, with its key
     * @param state confirmed or refused
     * @param remoteId the record that the answer named; null if it named none
     * @param version the version that the answer told; null if it told none
     * @param digest tells one answer from another
     */
    public record Outcome(
            SyncOperation operation,
            State state,
            @Nullable String remoteId,
            @Nullable String version,
            String digest) {}

    /**
     * Stores what keys came to. Raw JDBC, since every answer passes here.
     *
     * @param handle the unit's handle
     * @param outcomes the outcomes
     * @param now ms since the epoch
     * @throws SQLException if the table cannot be written
     */
    public static void finish(Handle handle, List<Outcome> outcomes, long now) throws SQLException {
        try (PreparedStatement update = handle.getConnection()
                .prepareStatement("UPDATE syncline_idempotency_keys SET state = ?, remote_id = ?, version = ?,"
                        + " answer_digest = ?, finished_at = ? WHERE operation_id = ? AND idempotency_key = ?")) {
            for (Outcome outcome : outcomes) {
                update.setString(1, outcome.state().text());
                update.setString(2, outcome.remoteId());
                update.setString(3, outcome.version());
                update.setString(4, outcome.digest());
                update.setLong(5, now);
                update.setLong(6, outcome.operation().id());
                update.setString(7, outcome.operation().key());
                update.addBatch();
            }
            update.executeBatch();
        }
    }

    /**
     * Notes that operations are about to be sent once more, before they are.
     *
     * @param handle the unit's handle
     * @param operations the operations
     */
    public static void beginSend(Handle handle, List<SyncOperation> operations) {
        try (PreparedBatch batch = handle.prepareBatch("UPDATE syncline_idempotency_keys SET sends = sends + 1"
                + " WHERE operation_id = ? AND idempotency_key = ?")) {
            operations.forEach(operation -> batch.add(operation.id(), operation.key()));
            batch.execute();
        }
    }

    /**
     * Notes how sends failed. Equal failures in a row are counted as long as each send has one: where one came to nothing else, or
     * was cut short by the end of the process, a request may still be on its way, and the count says nothing any more.
     *
     * @param handle the unit's handle
     * @param failures by operation, what tells one failure of the backend's from another; empty where something else went wrong
     */
    public static void noteFailures(Handle handle, Map<SyncOperation, Optional<String>> failures) {
        try (PreparedBatch batch = handle.prepareBatch("UPDATE syncline_idempotency_keys SET failures = CASE WHEN"
                + " :digest IS NULL OR sends <> failures + 1 THEN -1 WHEN failures = 0 OR failure_digest = :digest THEN"
                + " failures + 1 ELSE 1 END, sends = CASE WHEN failures > 0 AND sends = failures + 1 AND failure_digest <>"
                + " :digest THEN 1 ELSE sends END, failure_digest = :digest WHERE operation_id = :id AND idempotency_key ="
                + " :key")) {
            failures.forEach((operation, digest) -> batch.bind("digest", digest.orElse(null))
                    .bind("id", operation.id())
                    .bind("key", operation.key())
                    .add());
            batch.execute();
        }
    }

    /**
     * Finds operations on their way whose key was answered with one and the same failure again and again.
     *
     * @param handle the unit's handle
     * @param table the table's number
     * @param times from how many failures in a row on
     * @return their ids
     */
    public static Set<Long> failing(Handle handle, int table, int times) {
        return handle.createQuery("SELECT q.id FROM syncline_queue q JOIN syncline_idempotency_keys k"
                        + " ON k.operation_id = q.id AND k.idempotency_key = q.idempotency_key"
                        + " WHERE q.t = :t AND q.status = 'processing' AND k.failures >= :times")
                .bind("t", table)
                .bind("times", times)
                .mapTo(Long.class)
                .set();
    }

    /**
     * Finds operations of which it is certain that no byte of them has left: they were frozen, and the process died before it began to
     * send them.
     *
     * @param handle the unit's handle
     * @param table the table's number
     * @return their ids
     */
    public static Set<Long> neverSent(Handle handle, int table) {
        return handle.createQuery(
                        "SELECT q.id FROM syncline_queue q JOIN syncline_idempotency_keys k ON k.operation_id = q.id"
                                + " WHERE q.t = :t AND q.status = 'processing' GROUP BY q.id HAVING max(k.sends) = 0")
                .bind("t", table)
                .mapTo(Long.class)
                .set();
    }

    /**
     * Forgets the keys of operations that were never sent.
     *
     * @param handle the unit's handle
     * @param operations the operations
     */
    public static void forget(Handle handle, List<SyncOperation> operations) {
        if (operations.isEmpty()) {
            return;
        }
        try (PreparedBatch batch = handle.prepareBatch(
                "DELETE FROM syncline_idempotency_keys WHERE operation_id = ? AND idempotency_key = ?")) {
            operations.forEach(operation -> batch.add(operation.id(), operation.key()));
            batch.execute();
        }
    }

    /**
     * Finds a key.
     *
     * @param handle the unit's handle
     * @param key the key
     * @return the key, or empty if it was never given or is forgotten
     */
    public static Optional<StoredKey> find(Handle handle, String key) {
        return handle.createQuery("SELECT * FROM syncline_idempotency_keys WHERE idempotency_key = :key")
                .bind("key", key)
                .map((rs, ctx) -> map(rs))
                .findFirst();
    }

    /**
     * Lists the keys of one row's operations.
     *
     * @param handle the unit's handle
     * @param entity the entity's name at the backend
     * @param rowId the row's local id as text
     * @return its keys, oldest first
     */
    public static List<StoredKey> ofRow(Handle handle, String entity, String rowId) {
        return handle.createQuery("SELECT * FROM syncline_idempotency_keys WHERE entity_type = :entity"
                        + " AND entity_id = :row ORDER BY operation_id, created_at")
                .bind("entity", entity)
                .bind("row", rowId)
                .map((rs, ctx) -> map(rs))
                .list();
    }

    /**
     * All keys together.
     *
     * @param sent how many have no answer
     * @param confirmed how many were confirmed
     * @param refused how many were refused
     * @param sentAgain how many were begun to be sent more than once
     * @param meanMillis the mean time to the answer, in ms; null if there was none
     */
    public record Totals(
            long sent,
            long confirmed,
            long refused,
            long sentAgain,
            @Nullable Long meanMillis) {}

    /**
     * Sums up all keys.
     *
     * @param handle the unit's handle
     * @return the sums
     */
    public static Totals totals(Handle handle) {
        return handle.createQuery("SELECT total(state = 'sent'), total(state = 'confirmed'), total(state = 'refused'),"
                        + " total(sends > 1), avg(finished_at - created_at) FROM syncline_idempotency_keys")
                .map((rs, ctx) -> {
                    double mean = rs.getDouble(5);
                    Long meanMillis = rs.wasNull() ? null : Math.round(mean);
                    return new Totals(rs.getLong(1), rs.getLong(2), rs.getLong(3), rs.getLong(4), meanMillis);
                })
                .one();
    }

    /**
     * Forgets keys that have served their time. One whose operation is in the queue stays, however old it is.
     *
     * @param handle the unit's handle
     * @param before those answered before this, in ms since the epoch, or given before it by operations that are gone
     * @return how many there were
     */
    public static int prune(Handle handle, long before) {
        return handle.createUpdate("DELETE FROM syncline_idempotency_keys WHERE finished_at < :before"
                        + " OR (finished_at IS NULL AND created_at < :before AND operation_id NOT IN"
                        + " (SELECT id FROM syncline_queue))")
                .bind("before", before)
                .execute();
    }

    private static StoredKey map(ResultSet rs) throws SQLException {
        long finished = rs.getLong("finished_at");
        Long finishedAt = rs.wasNull() ? null : finished;
        return new StoredKey(
                rs.getLong("operation_id"),
                rs.getString("idempotency_key"),
                rs.getString("entity_type"),
                rs.getString("entity_id"),
                rs.getString("operation"),
                rs.getString("payload_hash"),
                State.valueOf(rs.getString("state").toUpperCase(Locale.ROOT)),
                rs.getInt("sends"),
                rs.getString("remote_id"),
                rs.getString("version"),
                rs.getString("answer_digest"),
                rs.getLong("created_at"),
                finishedAt);
    }
}
