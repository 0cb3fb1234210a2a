package dev.syncline.internal.store;

import java.time.Clock;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** The table {@code syncline_cursor}: how far each table has been read from the backend. */
public final class CursorRepository {
    private final Clock clock;

    /**
     * Makes the repository.
     *
     * @param clock dates each cursor
     */
    public CursorRepository(Clock clock) {
        this.clock = clock;
    }

    /**
     * Reads how far a table is.
     *
     * @param handle the unit's handle
     * @param table the table's number
     * @return its cursor; {@link PullCursor#START} if nothing was read yet
     */
    public static PullCursor find(Handle handle, int table) {
        return handle.createQuery("SELECT cursor, walking, validator FROM syncline_cursor WHERE t = :t")
                .bind("t", table)
                .map((rs, ctx) -> new PullCursor(rs.getString(1), rs.getBoolean(2), rs.getString(3)))
                .findOne()
                .orElse(PullCursor.START);
    }

    /**
     * Tells when it was stored how far a table is.
     *
     * @param handle the unit's handle
     * @param table the table's number
     * @return the time by this device's clock, or empty if nothing was stored yet
     */
    public static Optional<Instant> savedAt(Handle handle, int table) {
        return handle.createQuery("SELECT updated_at FROM syncline_cursor WHERE t = :t")
                .bind("t", table)
                .mapTo(Long.class)
                .findOne()
                .map(Instant::ofEpochMilli);
    }

    /**
     * Stores how far a table is; belongs into the unit that stores the records themselves.
     *
     * @param handle the unit's handle
     * @param table the table's number
     * @param cursor how far it is
     */
    public void save(Handle handle, int table, PullCursor cursor) {
        handle.createUpdate("INSERT OR REPLACE INTO syncline_cursor(t, cursor, walking, updated_at, validator)"
                        + " VALUES(:t, :cursor, :walking, :now, :validator)")
                .bind("t", table)
                .bind("cursor", cursor.position())
                .bind("walking", cursor.walking())
                .bind("now", clock.millis())
                .bind("validator", cursor.validator())
                .execute();
    }

    /**
     * Forgets every cursor, so that each table is read from the start.
     *
     * @param handle the unit's handle
     */
    public static void clear(Handle handle) {
        handle.execute("DELETE FROM syncline_cursor");
    }

    /**
     * How far a table has been read.
     *
     * @param position the backend's cursor; null to begin at the start
     * @param walking whether a walk over all records is under way
     * @param validator the backend's name for its answer at this position, all of which is stored; null if there is none
     */
    public record PullCursor(
            @Nullable String position,
            boolean walking,
            @Nullable String validator) {
        /** Nothing read yet. */
        public static final PullCursor START = new PullCursor(null, true);

        /**
         * Makes a cursor of whose answer nothing is known.
         *
         * @param position as above
         * @param walking as above
         */
        public PullCursor(@Nullable String position, boolean walking) {
            this(position, walking, null);
        }

        /**
         * Names the answer at this position.
         *
         * @param validator the backend's name for it; null if it gave none
         * @return a changed copy
         */
        public PullCursor named(@Nullable String validator) {
            return new PullCursor(position, walking, validator);
        }

        /**
         * Compares places.
         *
         * @param other another cursor
         * @return whether both are as far, whatever is known of the answer
         */
        public boolean isAt(PullCursor other) {
            return walking == other.walking && Objects.equals(position, other.position);
        }
    }
}
