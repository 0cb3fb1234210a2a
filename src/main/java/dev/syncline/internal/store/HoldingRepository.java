package dev.syncline.internal.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Handle;

/** The table {@code syncline_holding}: pulled records that cannot be applied yet, the newest of each id. */
public final class HoldingRepository {
    private final Clock clock;

    /**
     * Makes the repository.
     *
     * @param clock dates each record
     */
    public HoldingRepository(Clock clock) {
        this.clock = clock;
    }

    /**
     * Holds a record, in place of an older one of the same id. It counts as held for as long as any was.
     *
     * @param handle the unit's handle
     * @param table the table's number
     * @param id the remote id
     * @param record the record as text
     * @param reason why it waits
     * @param detail more for a person: the parent, the constraint; without values
     */
    public void hold(Handle handle, int table, String id, String record, Reason reason, String detail) {
        handle.createUpdate("INSERT OR REPLACE INTO syncline_holding(t, id, record, reason, detail, held_at)"
                        + " VALUES(:t, :id, :record, :reason, :detail, coalesce("
                        + "(SELECT held_at FROM syncline_holding WHERE t = :t AND id = :id), :now))")
                .bind("t", table)
                .bind("id", id)
                .bind("record", record)
                .bind("reason", reason.text())
                .bind("detail", detail)
                .bind("now", clock.millis())
                .execute();
    }

    /**
     * Lists what a table waits with.
     *
     * @param handle the unit's handle
     * @param table the table's number
     * @return the held records, oldest first
     */
    public static List<Held> list(Handle handle, int table) {
        return handle.createQuery("SELECT id, record, reason, detail, held_at, unmet FROM syncline_holding WHERE t = :t"
                        + " ORDER BY held_at, id")
                .bind("t", table)
                .map((rs, ctx) -> held(rs))
                .list();
    }

    /**
     * Lists some of what a table waits with, in the order of ids.
     *
     * @param handle the unit's handle
     * @param table the table's number
     * @param reasons why they wait
     * @param afterId where to go on: the last id of the page before; empty at first
     * @param limit how many at most
     * @return the held records
     */
    public static List<Held> page(Handle handle, int table, Set<Reason> reasons, String afterId, int limit) {
        return handle.createQuery("SELECT id, record, reason, detail, held_at, unmet FROM syncline_holding WHERE t = :t"
                        + " AND id > :after AND reason IN (<reasons>) ORDER BY id LIMIT :limit")
                .bind("t", table)
                .bind("after", afterId)
                .bindList("reasons", reasons.stream().map(Reason::text).toList())
                .bind("limit", limit)
                .map((rs, ctx) -> held(rs))
                .list();
    }

    /**
     * Tells whether a table waits for a reason.
     *
     * @param handle the unit's handle
     * @param table the table's number
     * @param reason the reason
     * @return true if a record is held for it
     */
    public static boolean isWaiting(Handle handle, int table, Reason reason) {
        return !page(handle, table, Set.of(reason), "", 1).isEmpty();
    }

    /**
     * Tells whether a table has begun to wait for a reason since a time.
     *
     * @param handle the unit's handle
     * @param table the table's number
     * @param reason the reason
     * @param since in ms since the epoch by this device's clock
     * @return true if a record is held for it that was first held then or later
     */
    public static boolean isWaitingSince(Handle handle, int table, Reason reason, long since) {
        return handle.createQuery("SELECT EXISTS(SELECT 1 FROM syncline_holding WHERE t = :t AND reason = :reason"
                        + " AND held_at >= :since)")
                .bind("t", table)
                .bind("reason", reason.text())
                .bind("since", since)
                .mapTo(Boolean.class)
                .one();
    }

    /**
     * Counts the records that wait for a reason.
     *
     * @param handle the unit's handle
     * @param table the table's number
     * @param reason why they wait
     * @return how many
     */
    public static long count(Handle handle, int table, Reason reason) {
        return handle.createQuery("SELECT count(*) FROM syncline_holding WHERE t = :t AND reason = :reason")
                .bind("t", table)
                .bind("reason", reason.text())
                .mapTo(Long.class)
                .one();
    }

    /**
     * Gives another reason to all that wait for one.
     *
     * @param handle the unit's handle
     * @param table the table's number
     * @param from why they wait
     * @param to why they wait from now on
     * @return how many that are
     */
    public static int change(Handle handle, int table, Reason from, Reason to) {
        return handle.createUpdate("UPDATE syncline_holding SET reason = :to WHERE t = :t AND reason = :from")
                .bind("to", to.text())
                .bind("t", table)
                .bind("from", from.text())
                .execute();
    }

    /**
     * Counts the records that wait for long.
     *
     * @param handle the unit's handle
     * @param table the table's number
     * @param reason why they wait
     * @param heldBefore in ms since the epoch
     * @return how many have waited since then, and since when the first of them
     */
    public static Late late(Handle handle, int table, Reason reason, long heldBefore) {
        return handle.createQuery("SELECT count(*), coalesce(min(held_at), 0) FROM syncline_holding"
                        + " WHERE t = :t AND reason = :reason AND held_at <= :before")
                .bind("t", table)
                .bind("reason", reason.text())
                .bind("before", heldBefore)
                .map((rs, ctx) -> new Late(rs.getLong(1), rs.getLong(2)))
                .one();
    }

    /**
     * Records that wait for long.
     *
     * @param count how many
     * @param since when the first of them was held, in ms since the epoch by this device's clock
     */
    public record Late(long count, long since) {}

    /**
     * Finds one held record.
     *
     * @param handle the unit's handle
     * @param table the table's number
     * @param id the remote id
     * @return the record, or empty if none is held
     */
    public static Optional<Held> find(Handle handle, int table, String id) {
        return handle.createQuery(
                        "SELECT id, record, reason, detail, held_at, unmet FROM syncline_holding WHERE t = :t AND id = :id")
                .bind("t", table)
                .bind("id", id)
                .map((rs, ctx) -> held(rs))
                .findOne();
    }

    private static Held held(ResultSet rs) throws SQLException {
        return new Held(
                rs.getString(1),
                rs.getString(2),
                Reason.of(rs.getString(3)),
                rs.getString(4),
                rs.getLong(5),
                rs.getBoolean(6));
    }

    /**
     * Lets a record that had to be held again count as held since then, and as told when it was told.
     *
     * @param handle the unit's handle
     * @param table the table's number
     * @param before the record as it was held before
     */
    public static void keepAge(Handle handle, int table, Held before) {
        handle.createUpdate("UPDATE syncline_holding SET held_at = :since, unmet = :unmet WHERE t = :t AND id = :id")
                .bind("since", before.since())
                .bind("unmet", before.unmet())
                .bind("t", table)
                .bind("id", before.id())
                .execute();
    }

    /**
     * Tells whether a table waits with nothing.
     *
     * @param handle the unit's handle
     * @param table the table's number
     * @return true if no record is held
     */
    public static boolean isEmpty(Handle handle, int table) {
        return !handle.createQuery("SELECT EXISTS(SELECT 1 FROM syncline_holding WHERE t = :t)")
                .bind("t", table)
                .mapTo(Boolean.class)
                .one();
    }

    /**
     * Lets a record go, because it was applied or overtaken.
     *
     * @param handle the unit's handle
     * @param table the table's number
     * @param id the remote id
     */
    public static void release(Handle handle, int table, String id) {
        handle.createUpdate("DELETE FROM syncline_holding WHERE t = :t AND id = :id")
                .bind("t", table)
                .bind("id", id)
                .execute();
    }

    /** Why a record waits. */
    public enum Reason {
        /** A row it refers to has not arrived. */
        PARENT,
        /** Another row holds a unique value that it brings. */
        UNIQUE,
        /** An operation on its row is on its way; the answer decides. */
        IN_FLIGHT,
        /** It is a deletion, and local rows still refer to its row. */
        CHILDREN,
        /** It is a deletion, one of more than may take rows from its table unasked. */
        MASS_DELETION,
        /** The host's table cannot hold it as it is. */
        UNSTORABLE,
        /** A constraint or trigger of the host's ends the whole transaction that writes it; tried again only when asked for. */
        QUARANTINED;

        String text() {
            return name().toLowerCase(Locale.ROOT);
        }

        static Reason of(String text) {
            return valueOf(text.toUpperCase(Locale.ROOT));
        }
    }

    /**
     * A record that waits.
     *
     * @param id the remote id
     * @param record the record as text
     * @param reason why it waits
     * @param detail more for a person
     * @param since when a record of this id was first held, in ms since the epoch by this device's clock
     * @param unmet whether the walk under way has not been told of it since it began
     */
    public record Held(String id, String record, Reason reason, String detail, long since, boolean unmet) {}
}
