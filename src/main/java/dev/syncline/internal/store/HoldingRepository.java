package dev.syncline.internal.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
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
        return handle.createQuery("SELECT id, record, reason, detail, held_at FROM syncline_holding WHERE t = :t"
                        + " ORDER BY held_at, id")
                .bind("t", table)
                .map((rs, ctx) -> held(rs))
                .list();
    }

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
                        "SELECT id, record, reason, detail, held_at FROM syncline_holding WHERE t = :t AND id = :id")
                .bind("t", table)
                .bind("id", id)
                .map((rs, ctx) -> held(rs))
                .findOne();
    }

    private static Held held(ResultSet rs) throws SQLException {
        return new Held(rs.getString(1), rs.getString(2), Reason.of(rs.getString(3)), rs.getString(4), rs.getLong(5));
    }

    /**
     * Lets a record that had to be held again count as held since then.
     *
     * @param handle the unit's handle
     * @param table the table's number
     * @param before the record as it was held before
     */
    public static void keepAge(Handle handle, int table, Held before) {
        handle.createUpdate("UPDATE syncline_holding SET held_at = :since WHERE t = :t AND id = :id")
                .bind("since", before.since())
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
        /** The host's table cannot hold it as it is. */
        UNSTORABLE;

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
     */
    public record Held(String id, String record, Reason reason, String detail, long since) {}
}
