package dev.syncline.internal.record;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * When the two sides of a row were last written. Pure.
 *
 * @param edited when the row was last edited here, by the backend's clock; null if unknown
 * @param changed when it was changed there; null if unknown
 * @param now what the backend's clock says now, as far as it is known
 */
record WriteTimes(@Nullable Instant edited, @Nullable Instant changed, Instant now) {
    /** The offset of a backend that was not measured yet is off by so much at the most, if its clock is right at all. */
    private static final Duration CREDIBLE = Duration.ofDays(2);

    /** For sides of which no time is asked. */
    static WriteTimes unknown(Clock clock) {
        return new WriteTimes(null, null, clock.instant());
    }

    /**
     * Tells whether the local write is the later one. Equal or unknown times: the remote side is taken, so that two devices that
     * both ask reach the same answer. A time far in the future was told by a clock that was wrong; it is not later than one that
     * can be true, else it would win for ever.
     */
    boolean localIsLater() {
        if (edited == null || changed == null || isFarAhead(edited)) {
            return false;
        }
        return isFarAhead(changed) || edited.isAfter(changed);
    }

    private boolean isFarAhead(Instant time) {
        return time.isAfter(now.plus(CREDIBLE));
    }
}
