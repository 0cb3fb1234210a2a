package dev.syncline.conflict;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Puts a {@link Conflict} together, new or as a changed copy. Not thread-safe; may be used again after {@link #build}. */
public final class ConflictBuilder {

    private final String id;
    private final String entityType;
    private final String entityId;
    private @Nullable String operationId;
    private @Nullable ConflictType conflictType;
    private @Nullable Map<String, @Nullable Object> localData;
    private @Nullable Map<String, @Nullable Object> remoteData;
    private @Nullable Map<String, @Nullable Object> baseData;
    private List<String> conflictingFields = List.of();
    private @Nullable ConflictSeverity severity;
    private @Nullable Instant detectedAt;
    private @Nullable Instant resolvedAt;
    private @Nullable ResolutionStrategy resolutionStrategy;
    private @Nullable ResolvedBy resolvedBy;
    private @Nullable String notes;

    ConflictBuilder(String id, String entityType, String entityId) {
        this.id = id;
        this.entityType = entityType;
        this.entityId = entityId;
    }

    ConflictBuilder(Conflict conflict) {
        this(conflict.id(), conflict.entityType(), conflict.entityId());
        operationId = conflict.operationId();
        conflictType = conflict.conflictType();
        localData = conflict.localData();
        remoteData = conflict.remoteData();
        baseData = conflict.baseData();
        conflictingFields = conflict.conflictingFields();
        severity = conflict.severity();
        detectedAt = conflict.detectedAt();
        resolvedAt = conflict.resolvedAt();
        resolutionStrategy = conflict.resolutionStrategy();
        resolvedBy = conflict.resolvedBy();
        notes = conflict.notes();
    }

    /**
     * Sets the operation that met the conflict.
     *
     * @param operation its id; null if none, which is the default
     * @return this
     */
    public ConflictBuilder operationId(@Nullable String operation) {
        operationId = operation;
        return this;
    }

    /**
     * Sets what the two sides did.
     *
     * @param type the type; required
     * @return this
     */
    public ConflictBuilder type(ConflictType type) {
        conflictType = type;
        return this;
    }

    /**
     * Sets the local version.
     *
     * @param version column names and values; null if deleted, which is the default
     * @return this
     */
    public ConflictBuilder local(@Nullable Map<String, @Nullable Object> version) {
        localData = version;
        return this;
    }

    /**
     * Sets the remote version.
     *
     * @param version column names and values; null if deleted, which is the default
     * @return this
     */
    public ConflictBuilder remote(@Nullable Map<String, @Nullable Object> version) {
        remoteData = version;
        return this;
    }

    /**
     * Sets the last version that was equal on both sides.
     *
     * @param version column names and values; null if there is none, which is the default
     * @return this
     */
    public ConflictBuilder base(@Nullable Map<String, @Nullable Object> version) {
        baseData = version;
        return this;
    }

    /**
     * Sets the fields that both sides changed to different values.
     *
     * @param fields their names in any order; none by default
     * @return this
     */
    public ConflictBuilder fields(Collection<String> fields) {
        conflictingFields = List.copyOf(fields);
        return this;
    }

    /**
     * Sets how much is at stake.
     *
     * @param gravity the severity; required
     * @return this
     */
    public ConflictBuilder severity(ConflictSeverity gravity) {
        severity = gravity;
        return this;
    }

    /**
     * Sets when the conflict was found.
     *
     * @param at the time by the configured clock; required
     * @return this
     */
    public ConflictBuilder detectedAt(Instant at) {
        detectedAt = at;
        return this;
    }

    /**
     * Sets how the conflict was settled.
     *
     * @param at when
     * @param strategy how
     * @param by who
     * @return this
     */
    public ConflictBuilder resolution(Instant at, ResolutionStrategy strategy, ResolvedBy by) {
        resolvedAt = at;
        resolutionStrategy = strategy;
        resolvedBy = by;
        return this;
    }

    /**
     * Takes the resolution back; the default.
     *
     * @return this
     */
    public ConflictBuilder unresolved() {
        resolvedAt = null;
        resolutionStrategy = null;
        resolvedBy = null;
        return this;
    }

    /**
     * Sets what a person or rule remarked.
     *
     * @param remark the text; null if nothing, which is the default
     * @return this
     */
    public ConflictBuilder notes(@Nullable String remark) {
        notes = remark;
        return this;
    }

    /**
     * Makes the conflict.
     *
     * @return an immutable value
     * @throws NullPointerException if type, severity or time of detection is missing
     * @throws IllegalArgumentException if a version holds something that is no JSON value
     */
    public Conflict build() {
        return new Conflict(
                id,
                operationId,
                entityType,
                entityId,
                Objects.requireNonNull(conflictType, "type"),
                localData,
                remoteData,
                baseData,
                conflictingFields,
                Objects.requireNonNull(severity, "severity"),
                Objects.requireNonNull(detectedAt, "detectedAt"),
                resolvedAt,
                resolutionStrategy,
                resolvedBy,
                notes);
    }
}
