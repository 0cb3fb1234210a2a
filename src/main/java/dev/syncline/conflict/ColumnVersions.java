package dev.syncline.conflict;

import dev.syncline.internal.json.JsonValue;
import org.jspecify.annotations.Nullable;

/**
 * The three versions of one column that both sides changed to different values, as a {@link ColumnRule} sees them. The values are in the
 * form of {@link Conflict#localData()}. An immutable value.
 *
 * @param entityType the entity of the record
 * @param entityId the record's local id
 * @param column the column
 * @param hasBase whether there is a version that both sides last agreed on; false where both created the record
 * @param base the column's value in that version; null if it was empty, or there is none
 * @param local the value here
 * @param remote the value at the backend
 */
public record ColumnVersions(
        String entityType,
        String entityId,
        String column,
        boolean hasBase,
        @Nullable Object base,
        @Nullable Object local,
        @Nullable Object remote) {

    /**
     * Copies the values.
     *
     * @param entityType as above
     * @param entityId as above
     * @param column as above
     * @param hasBase as above
     * @param base as above
     * @param local as above
     * @param remote as above
     * @throws IllegalArgumentException if a value is no JSON value
     */
    public ColumnVersions {
        base = JsonValue.copy(base);
        local = JsonValue.copy(local);
        remote = JsonValue.copy(remote);
    }

    /** Names the column without its values. */
    @Override
    public String toString() {
        return "ColumnVersions[" + column + " of " + entityType + "/" + entityId + "]";
    }
}
