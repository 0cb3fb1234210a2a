package dev.syncline.internal.store;

import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** The table {@code syncline_reading}: when the backend was last asked for what not every run asks for. */
public final class ReadingRepository {
    private final Clock clock;

    /**
     * Makes the repository.
     *
     * @param clock dates readings
     */
    public ReadingRepository(Clock clock) {
        this.clock = clock;
    }

    /**
     * Tells when the list of a table's ids was last compared with its rows.
     *
     * @param handle the unit's handle
     * @param table the table's number
     * @return the time by this device's clock, or empty if that was never done
     */
    public static Optional<Instant> idsAt(Handle handle, int table) {
        return handle.createQuery("SELECT ids_at FROM syncline_reading WHERE t = :t AND ids_at IS NOT NULL")
                .bind("t", table)
                .mapTo(Long.class)
                .findOne()
                .map(Instant::ofEpochMilli);
    }

    /**
     * Tells when a table was last read to its end, as far as that is noted.
     *
     * @param handle the unit's handle
     * @param table the table's number
     * @return the time by this device's clock at which that reading began, or empty if none is noted
     */
    public static Optional<Instant> readAt(Handle handle, int table) {
        return handle.createQuery("SELECT read_at FROM syncline_reading WHERE t = :t AND read_at IS NOT NULL")
                .bind("t", table)
                .mapTo(Long.class)
                .findOne()
                .map(Instant::ofEpochMilli);
    }

    /**
     * Notes that a table was read to its end.
     *
     * @param handle the unit's handle
     * @param table the table's number
     * @param begun when the reading began
     */
    public static void noteRead(Handle handle, int table, Instant begun) {
        handle.createUpdate("INSERT OR REPLACE INTO syncline_reading(t, read_at, ids_at)"
                        + " VALUES(:t, :begun, (SELECT ids_at FROM syncline_reading WHERE t = :t))")
                .bind("t", table)
                .bind("begun", begun.toEpochMilli())
                .execute();
    }

    /**
     * Forgets when a table was read, so that it counts as never read.
     *
     * @param handle the unit's handle
     * @param table the table's number
     */
    public static void forgetRead(Handle handle, int table) {
        handle.createUpdate("UPDATE syncline_reading SET read_at = NULL WHERE t = :t")
                .bind("t", table)
                .execute();
    }

    /**
     * Notes that the list of a table's ids was compared with its rows just now.
     *
     * @param handle the unit's handle
     * @param table the table's number
     */
    public void noteIds(Handle handle, int table) {
        handle.createUpdate("INSERT OR REPLACE INTO syncline_reading(t, read_at, ids_at)"
                        + " VALUES(:t, (SELECT read_at FROM syncline_reading WHERE t = :t), :now)")
                .bind("t", table)
                .bind("now", clock.millis())
                .execute();
    }
}
