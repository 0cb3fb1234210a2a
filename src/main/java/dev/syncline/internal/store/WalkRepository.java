package dev.syncline.internal.store;

import java.time.Clock;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** The table {@code syncline_walk}: the walk over each whole table that is under way, and when the last one ended. */
public final class WalkRepository {
    private final Clock clock;

    /**
     * Makes the repository.
     *
     * @param clock dates beginnings and ends
     */
    public WalkRepository(Clock clock) {
        this.clock = clock;
    }

    /**
     * Finds the walk of a table.
     *
     * @param handle the unit's handle
     * @param table the table's number
     * @return the walk, or empty if there never was one
     */
    public static Optional<Walk> find(Handle handle, int table) {
        return handle.createQuery("SELECT phase, started_at, ended_at FROM syncline_walk WHERE t = :t")
                .bind("t", table)
                .map((rs, ctx) -> {
                    Instant started = Instant.ofEpochMilli(rs.getLong(2));
                    long millis = rs.getLong(3);
                    // Of the last column read, so before any other is.
                    Instant ended = rs.wasNull() ? null : Instant.ofEpochMilli(millis);
                    return new Walk(Phase.of(rs.getString(1)), started, ended);
                })
                .findOne();
    }

    /**
     * Tells whether a table has ever been read from end to end.
     *
     * @param handle the unit's handle
     * @param table the table's number
     * @return true if a walk has ended
     */
    public static boolean hasEnded(Handle handle, int table) {
        return find(handle, table).map(Walk::endedAt).isPresent();
    }

    /**
     * Tells whether there is something to sweep in a table: its walk has read all pages, or one that has ended left rows or records of
     * which nobody could tell yet whether they are gone.
     *
     * @param handle the unit's handle
     * @param table the table's number
     * @return false as well if pages are still being read
     */
    public static boolean isSweepDue(Handle handle, int table) {
        return handle.createQuery("SELECT phase IN (:sweeping, :surely) OR (phase = :done AND ("
                        + "EXISTS(SELECT 1 FROM syncline_unmet WHERE t = :t)"
                        + " OR EXISTS(SELECT 1 FROM syncline_holding WHERE t = :t AND unmet = 1)))"
                        + " FROM syncline_walk WHERE t = :t")
                .bind("sweeping", Phase.SWEEPING.text())
                .bind("surely", Phase.SWEEPING_SURELY.text())
                .bind("done", Phase.DONE.text())
                .bind("t", table)
                .mapTo(Boolean.class)
                .findOne()
                .orElse(false);
    }

    /**
     * Begins a walk in place of one that may be under way.
     *
     * @param handle the unit's handle
     * @param table the table's number
     * @param phase where it begins
     */
    public void begin(Handle handle, int table, Phase phase) {
        handle.createUpdate("INSERT OR REPLACE INTO syncline_walk(t, phase, started_at, ended_at)"
                        + " VALUES(:t, :phase, :now, (SELECT ended_at FROM syncline_walk WHERE t = :t))")
                .bind("t", table)
                .bind("phase", phase.text())
                .bind("now", clock.millis())
                .execute();
    }

    /**
     * Goes on to another part of the walk.
     *
     * @param handle the unit's handle
     * @param table the table's number
     * @param phase the part
     */
    public static void enter(Handle handle, int table, Phase phase) {
        handle.createUpdate("UPDATE syncline_walk SET phase = :phase WHERE t = :t")
                .bind("phase", phase.text())
                .bind("t", table)
                .execute();
    }

    /**
     * Ends the walk.
     *
     * @param handle the unit's handle
     * @param table the table's number
     */
    public void end(Handle handle, int table) {
        handle.createUpdate("UPDATE syncline_walk SET phase = :phase, ended_at = :now WHERE t = :t")
                .bind("phase", Phase.DONE.text())
                .bind("now", clock.millis())
                .bind("t", table)
                .execute();
    }

    /** The parts of a walk, in their order. */
    public enum Phase {
        /** The rows that are known are noted as not met yet. */
        NOTING,
        /** Pages are read. */
        READING,
        /** What was not met is to be removed, once it is sure that it is gone. */
        SWEEPING,
        /** Pages are read once more, since so much was not met that asking for each row would take longer. */
        READING_AGAIN,
        /** What was not met in two readings is to be removed. */
        SWEEPING_SURELY,
        /** Nothing is under way but that ids are listed: what is noted as not met is only what the list has not told of yet. */
        LISTING,
        /** Nothing is under way. */
        DONE;

        /**
         * Tells whether pages are read.
         *
         * @return true for both readings
         */
        public boolean isReading() {
            return this == READING || this == READING_AGAIN;
        }

        /**
         * Tells whether rows are removed.
         *
         * @return true for both sweeps
         */
        public boolean isSweeping() {
            return this == SWEEPING || this == SWEEPING_SURELY;
        }

        String text() {
            return name().toLowerCase(Locale.ROOT);
        }

        static Phase of(String text) {
            return valueOf(text.toUpperCase(Locale.ROOT));
        }
    }

    /**
     * A walk over a whole table.
     *
     * @param phase which part of it is under way
     * @param startedAt when it began, by this device's clock
     * @param endedAt when the last one ended, by this device's clock; null if none has
     */
    public record Walk(
            Phase phase, Instant startedAt, @Nullable Instant endedAt) {}
}
