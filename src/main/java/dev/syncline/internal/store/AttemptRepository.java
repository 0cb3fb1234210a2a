package dev.syncline.internal.store;

import java.time.Clock;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.jdbi.v3.core.Handle;

/** What the table {@code syncline_queue} tells of operations on their way: how often they were tried, and when they are due again. */
public final class AttemptRepository {
    private final Clock clock;

    /**
     * Makes the repository.
     *
     * @param clock dates each attempt
     */
    public AttemptRepository(Clock clock) {
        this.clock = clock;
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
        return handle.createQuery("SELECT " + OperationRepository.COLUMNS
                        + " FROM syncline_queue WHERE t = :t AND status = 'processing'"
                        + " AND id NOT IN (SELECT operation FROM syncline_together WHERE operation IS NOT NULL)"
                        + " AND (next_attempt_at <= :now OR next_attempt_at > :now + :longest OR last_attempt_at > :now)"
                        + " ORDER BY id")
                .bind("t", table)
                .bind("now", clock.millis())
                .bind("longest", longest)
                .map((rs, ctx) -> OperationRepository.map(rs))
                .list();
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
}
