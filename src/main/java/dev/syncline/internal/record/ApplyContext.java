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
 */
public record ApplyContext(VersionKind versions, Clock clock, Supplier<String> ids, Duration clockOffset) {

    /**
     * Follows the backend's clock.
     *
     * @param offset how far it is ahead
     * @return a changed copy
     */
    public ApplyContext withClockOffset(Duration offset) {
        return new ApplyContext(versions, clock, ids, offset);
    }
}
