package dev.syncline.internal.record;

import dev.syncline.backend.VersionKind;
import java.time.Clock;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * What the doors of all tables share during a run.
 *
 * @param versions how versions of the backend compare
 * @param clock dates what is stored
 * @param ids gives ids to conflicts
 * @param clockOffset how far the backend's clock is ahead of this device's
 * @param deletions how many rows the backend may take unasked
 * @param wholeRows whether the backend takes whole rows only, so that an update carries fields that are unknown here, too
 */
public record ApplyContext(
        VersionKind versions,
        Clock clock,
        Supplier<String> ids,
        Duration clockOffset,
        DeletionLimit deletions,
        boolean wholeRows) {

    /**
     * Follows the backend's clock.
     *
     * @param offset how far it is ahead
     * @return a changed copy
     */
    public ApplyContext withClockOffset(Duration offset) {
        return new ApplyContext(versions, clock, ids, offset, deletions, wholeRows);
    }

    /**
     * Lets what waits of a table go, since it was weighed.
     *
     * @param table the table's number
     * @return a changed copy
     */
    public ApplyContext withWeighed(int table) {
        return new ApplyContext(versions, clock, ids, clockOffset, deletions.withWeighed(table), wholeRows);
    }
}
