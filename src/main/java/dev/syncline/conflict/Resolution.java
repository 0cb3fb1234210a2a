package dev.syncline.conflict;

import dev.syncline.internal.json.JsonValue;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What came of trying to resolve one conflict. On failure the conflict is still open and the local data untouched. An immutable
 * value, made by {@link #succeeded} and {@link #failed}.
 *
 * @param conflict the conflict as it is stored now: resolved on success, open on failure
 * @param strategy the strategy that was tried
 * @param resolvedData the version that both sides now have; null if the record is deleted on both, and on failure
 * @param success whether the conflict is settled
 * @param errorMessage why it is not, without record values; null on success
 * @param at when it was tried
 */
public record Resolution(
        Conflict conflict,
        ResolutionStrategy strategy,
        @Nullable Map<String, @Nullable Object> resolvedData,
        boolean success,
        @Nullable String errorMessage,
        Instant at) {

    /**
     * Copies the data and checks that outcome and message agree.
     *
     * @param conflict as above
     * @param strategy as above
     * @param resolvedData as above
     * @param success as above
     * @param errorMessage as above
     * @param at as above
     * @throws IllegalArgumentException if a success has a message or an open conflict, or a failure has no message, data or a
     *     resolved conflict
     */
    public Resolution {
        if (success != (errorMessage == null)) {
            throw new IllegalArgumentException("a failed resolution has a message, a successful one has none");
        }
        if (success != conflict.isResolved()) {
            throw new IllegalArgumentException("conflict " + conflict.id() + " is "
                    + (success ? "still open after a successful resolution" : "resolved after a failed one"));
        }
        if (!success && resolvedData != null) {
            throw new IllegalArgumentException("a failed resolution has no data");
        }
        resolvedData = resolvedData == null ? null : JsonValue.copyOf(resolvedData);
    }

    /**
     * Reports a settled conflict.
     *
     * @param conflict the resolved conflict
     * @param strategy the strategy that was applied
     * @param resolvedData the version that both sides now have; null if the record is deleted
     * @param at when
     * @return a success
     */
    public static Resolution succeeded(
            Conflict conflict,
            ResolutionStrategy strategy,
            @Nullable Map<String, @Nullable Object> resolvedData,
            Instant at) {
        return new Resolution(conflict, strategy, resolvedData, true, null, at);
    }

    /**
     * Reports a conflict that could not be settled.
     *
     * @param conflict the conflict, still open
     * @param strategy the strategy that was tried
     * @param errorMessage why it did not work, without record values
     * @param at when
     * @return a failure
     */
    public static Resolution failed(Conflict conflict, ResolutionStrategy strategy, String errorMessage, Instant at) {
        return new Resolution(conflict, strategy, null, false, errorMessage, at);
    }

    /** Names the fields of the resolved data without their values. */
    @Override
    public String toString() {
        return "Resolution[" + conflict.id() + " by " + strategy
                + (success
                        ? " succeeded, fields=" + (resolvedData == null ? "none" : resolvedData.keySet())
                        : " failed")
                + (errorMessage == null ? "" : ": " + errorMessage) + " at " + at + "]";
    }
}
