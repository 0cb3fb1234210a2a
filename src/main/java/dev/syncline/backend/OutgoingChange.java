package dev.syncline.backend;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One change on its way to the backend. It was stored before it is sent, so every repetition carries the same values.
 *
 * @param entity the entity's name at the backend
 * @param kind what is done
 * @param id the remote id; null for a create whose id the backend assigns
 * @param fields the fields to send, JSON values as in {@link RemoteRecord}: all of them for a create, the changed ones for
 *     an update where {@link Capabilities#partialUpdates()}, else all; none for a delete
 * @param baseVersion the version that the change was made on; null if none is known (always for a create)
 * @param key the idempotency key: letters, digits and hyphens, at most 64, the same for every repetition of this change and
 *     for no other
 */
public record OutgoingChange(
        String entity,
        ChangeKind kind,
        @Nullable String id,
        Map<String, @Nullable Object> fields,
        @Nullable String baseVersion,
        String key) {

    /** Names the change without its values, so that logging one never shows what is in it. */
    @Override
    public String toString() {
        return "OutgoingChange[" + kind + " " + entity + " id=" + id + ", baseVersion=" + baseVersion + ", key=" + key
                + ", fields=" + fields.keySet() + "]";
    }
}
