package dev.syncline.conflict;

import dev.syncline.internal.json.JsonValue;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One conflict: the local, remote and base version of one record, what kind of conflict it is, and how it was resolved if it
 * was. Nothing that lost is forgotten; all three versions stay.
 *
 * <p>A version is a map from the host's column names to JSON values: null, {@link Boolean}, {@link Long}, {@link
 * java.math.BigInteger} beyond 64 bits, {@link java.math.BigDecimal} for numbers with a fraction, {@link String}, {@link List}
 * and {@link Map} of such. Versions are copied deeply and brought into that form; binary floating point is refused. Built with
 * {@link #builder}, changed by copying with {@link #toBuilder}. An immutable value.
 *
 * @param id the conflict's own id
 * @param operationId the operation that met it; null if it was met while pulling or the operation is gone
 * @param entityType the entity of the record
 * @param entityId the record's local id
 * @param conflictType what the two sides did
 * @param localData the local version; null if the record is deleted here
 * @param remoteData the remote version; null if the record is deleted at the backend
 * @param baseData the last version that was equal on both sides; null if there is none
 * @param conflictingFields the fields that both sides changed to different values, sorted, each once
 * @param severity how much is at stake
 * @param detectedAt when it was found
 * @param resolvedAt when it was settled; null while it is open, as are the next two
 * @param resolutionStrategy how it was settled
 * @param resolvedBy who settled it
 * @param notes what a person or rule remarked; null if nothing
 */
public record Conflict(
        String id,
        @Nullable String operationId,
        String entityType,
        String entityId,
        ConflictType conflictType,
        @Nullable Map<String, @Nullable Object> localData,
        @Nullable Map<String, @Nullable Object> remoteData,
        @Nullable Map<String, @Nullable Object> baseData,
        List<String> conflictingFields,
        ConflictSeverity severity,
        Instant detectedAt,
        @Nullable Instant resolvedAt,
        @Nullable ResolutionStrategy resolutionStrategy,
        @Nullable ResolvedBy resolvedBy,
        @Nullable String notes) {

    /**
     * Copies the versions, sorts the fields and checks that the resolution is whole or absent. {@link #builder} reads better.
     *
     * @param id as above
     * @param operationId as above
     * @param entityType as above
     * @param entityId as above
     * @param conflictType as above
     * @param localData as above
     * @param remoteData as above
     * @param baseData as above
     * @param conflictingFields as above
     * @param severity as above
     * @param detectedAt as above
     * @param resolvedAt as above
     * @param resolutionStrategy as above
     * @param resolvedBy as above
     * @param notes as above
     * @throws IllegalArgumentException if time, strategy and resolver are given in part only, or a version holds something
     *     that is no JSON value
     */
    public Conflict {
        boolean resolved = resolvedAt != null;
        if ((resolutionStrategy != null) != resolved || (resolvedBy != null) != resolved) {
            throw new IllegalArgumentException("conflict " + id
                    + " is resolved in part: time, strategy and resolver belong together, all three or none");
        }
        localData = copy(localData);
        remoteData = copy(remoteData);
        baseData = copy(baseData);
        conflictingFields = conflictingFields.stream().distinct().sorted().toList();
    }

    /**
     * Starts a conflict.
     *
     * @param id the conflict's own id
     * @param entityType the entity of the record
     * @param entityId the record's local id
     * @return a builder that still needs type, severity and time
     */
    public static ConflictBuilder builder(String id, String entityType, String entityId) {
        return new ConflictBuilder(id, entityType, entityId);
    }

    /**
     * Starts a changed copy.
     *
     * @return a builder that holds everything this conflict holds
     */
    public ConflictBuilder toBuilder() {
        return new ConflictBuilder(this);
    }

    /**
     * Gives this conflict as settled.
     *
     * @param at when
     * @param strategy how
     * @param by who
     * @return a resolved copy
     * @throws IllegalStateException if this conflict is resolved already
     */
    public Conflict resolved(Instant at, ResolutionStrategy strategy, ResolvedBy by) {
        if (isResolved()) {
            throw new IllegalStateException("conflict " + id + " was resolved before; reopen it to resolve it anew");
        }
        return toBuilder().resolution(at, strategy, by).build();
    }

    /**
     * Gives this conflict as open, as when a resolution is undone.
     *
     * @return an unresolved copy
     */
    public Conflict reopened() {
        return toBuilder().unresolved().build();
    }

    /**
     * Says whether it was settled.
     *
     * @return false while it is open
     */
    public boolean isResolved() {
        return resolvedAt != null;
    }

    /**
     * Says whether a rule settled it.
     *
     * @return false also while it is open
     */
    public boolean wasAutoResolved() {
        return resolvedBy == ResolvedBy.AUTO;
    }

    /**
     * Says whether a person settled it.
     *
     * @return false also while it is open
     */
    public boolean wasManuallyResolved() {
        return resolvedBy == ResolvedBy.USER;
    }

    /**
     * Writes everything as JSON, exactly.
     *
     * @return a JSON object whose members are named like the columns of {@code syncline_conflicts}
     */
    public String toJson() {
        return ConflictJson.write(this);
    }

    /**
     * Reads what {@link #toJson} wrote.
     *
     * @param json the text
     * @return a conflict equal to the one that was written
     * @throws IllegalArgumentException if the text is no such JSON
     */
    public static Conflict fromJson(String json) {
        return ConflictJson.read(json);
    }

    /** Names the conflict and its fields without their values, so that logging one never shows what is in it. */
    @Override
    public String toString() {
        return "Conflict[" + id + " " + conflictType + " " + severity + " on " + entityType + "/" + entityId
                + ", fields="
                + conflictingFields + ", "
                + (isResolved() ? resolutionStrategy + " by " + resolvedBy + " at " + resolvedAt : "open") + "]";
    }

    private static @Nullable Map<String, @Nullable Object> copy(@Nullable Map<String, @Nullable Object> version) {
        return version == null ? null : JsonValue.copyOf(version);
    }
}
