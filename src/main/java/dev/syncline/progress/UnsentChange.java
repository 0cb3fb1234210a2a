package dev.syncline.progress;

import dev.syncline.backend.ChangeKind;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A row that the backend does not have as it is here, and why. An immutable snapshot; the row may be sent at any moment.
 *
 * @param id names the change: {@code entity/rowId}; stays the same for as long as the row keeps its key
 * @param entity the entity's name at the backend
 * @param rowId the row's local key as text
 * @param kind what is to be done at the backend
 * @param state where the change stands
 * @param reason why it has not been sent, for a person and without values; null if it simply goes out with the next run
 * @param cure what would help; null if nothing is to be done
 * @param waitsFor the {@link #id()} of the change that must go first; null if it waits for none, or for several
 * @param attempts runs in which it failed although the backend served others
 * @param dueAt when it is tried again at the earliest; null for the next run
 * @param key the idempotency key it was sent under; null if it was not
 */
public record UnsentChange(
        String id,
        String entity,
        String rowId,
        ChangeKind kind,
        State state,
        @Nullable String reason,
        @Nullable String cure,
        @Nullable String waitsFor,
        int attempts,
        @Nullable Instant dueAt,
        @Nullable String key) {

    /** Where an unsent change stands. */
    public enum State {
        /** Goes out with the next run. */
        PENDING,

        /** Was sent, or may have been, and the answer is not known; sent again under the same key. Edits gather behind it. */
        IN_FLIGHT,

        /** Another change must go first; goes out by itself after it. */
        WAITING,

        /** Refused by the backend, or failed too often; not sent again before it is edited or armed again. */
        FAILED,

        /** The backend's version collides with it; a person decides. */
        CONFLICT
    }

    /** Names the change and its state without any value. */
    @Override
    public String toString() {
        return "UnsentChange[" + kind + " " + id + ", " + state + (reason == null ? "" : ": " + reason) + "]";
    }
}
