package dev.syncline.backend;

import dev.syncline.exception.SyncException;
import org.jspecify.annotations.Nullable;

/** What the backend made of one change: a definite outcome. Anything less definite is a thrown {@link SyncException}. */
public sealed interface PushResult {

    /**
     * The change is in the backend; for a delete also when the record was gone already.
     *
     * @param id the remote id; for a create with a backend-assigned id the new one
     * @param version the version after the change, if the answer told it
     * @param copy the whole record after the change, if the answer held it; null for a delete
     */
    record Accepted(
            String id, @Nullable String version, @Nullable RemoteRecord copy) implements PushResult {}

    /**
     * The backend holds another state than the change was made on: a failed precondition, a create of something that exists,
     * or an update of something that is gone.
     *
     * @param remote the backend's present state, a tombstone if it is gone; null if the answer did not tell it, in which
     *     case the engine reads it
     */
    record Conflicted(@Nullable RemoteRecord remote) implements PushResult {}

    /**
     * The backend refuses the change for good as it stands; trying again unchanged cannot help.
     *
     * @param reason why, for a person: a {@code ValidationException} with field and rule if the backend named them, else a
     *     {@code ClientException}
     */
    record Rejected(SyncException reason) implements PushResult {}

    /**
     * This change of a batch could not be served now; it may be sent again under the same key.
     *
     * @param cause what kind of failure it was
     */
    record Unserved(SyncException cause) implements PushResult {}
}
