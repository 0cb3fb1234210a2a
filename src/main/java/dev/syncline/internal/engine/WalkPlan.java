package dev.syncline.internal.engine;

import dev.syncline.config.SyncOptions;
import dev.syncline.internal.store.CursorRepository.PullCursor;
import dev.syncline.internal.store.WalkRepository.Walk;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** How a table is read: what changed, or all of it. Pure. */
enum WalkPlan {
    /** What changed since the cursor. */
    DELTA,
    /** All of it, from the start. */
    BEGIN,
    /** All of it, from the first page that was not stored; at least one was. */
    RESUME;

    /** Pages of a walk fit each other for so long; what was deleted behind an older one may have been forgotten by now. */
    private static final Duration OLDEST_WALK = Duration.ofDays(7);

    /**
     * Decides.
     *
     * @param cursor how far the table has been read
     * @param cursorAt when that was stored; null if it never was
     * @param walk its walk; null if there never was one
     * @param options how often everything is read, and how long deletions are remembered here
     * @param told how long the backend tells of deletions
     * @param now this device's clock; one that was set back makes a walk old, as one that went on does
     * @return what to read
     */
    static WalkPlan of(
            PullCursor cursor,
            @Nullable Instant cursorAt,
            @Nullable Walk walk,
            SyncOptions options,
            Duration told,
            Instant now) {
        if (cursor.walking()) {
            // What was noted before a first page that never came is not what the backend lists now: a row that was sent
            // meanwhile,
            // and is gone there again, would be met by no page and be missed by no sweep.
            return cursor.position() != null
                            && walk != null
                            && walk.phase().isReading()
                            && !isOlder(
                                    walk.startedAt(),
                                    shorter(told, shorter(options.tombstoneRetention(), OLDEST_WALK)),
                                    now)
                    ? RESUME
                    : BEGIN;
        }
        boolean forgotten = cursorAt == null || isOlder(cursorAt, told, now);
        if (cursor.position() == null || walk == null || forgotten) {
            return BEGIN;
        }
        // A sweep that never ends, because the backend never answers for some row, does not put off the next walk.
        Instant last = walk.phase().isSweeping() ? walk.startedAt() : walk.endedAt();
        return last == null || isOlder(last, options.fullSyncEvery(), now) ? BEGIN : DELTA;
    }

    private static Duration shorter(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }

    private static boolean isOlder(Instant then, Duration limit, Instant now) {
        return Duration.between(then, now).abs().compareTo(limit) > 0;
    }
}
