package dev.syncline.conflict;

import org.jspecify.annotations.Nullable;

/**
 * Says which conflicts are wanted: {@code ConflictFilter.ALL.entity("payment").severity(ConflictSeverity.HIGH)}. An immutable value.
 *
 * @param entityType only those of this entity; null for all, as in the following
 * @param entityId only those of the record with this local id
 * @param severity only those of this severity
 * @param type only those of this type
 * @param operationId only those that this operation met, as in {@link Conflict#operationId()}
 */
public record ConflictFilter(
        @Nullable String entityType,
        @Nullable String entityId,
        @Nullable ConflictSeverity severity,
        @Nullable ConflictType type,
        @Nullable String operationId) {
    /** All conflicts. */
    public static final ConflictFilter ALL = new ConflictFilter(null, null, null, null, null);

    /**
     * Narrows it to an entity.
     *
     * @param name the entity
     * @return a changed copy
     */
    public ConflictFilter entity(String name) {
        return new ConflictFilter(name, entityId, severity, type, operationId);
    }

    /**
     * Narrows it to a record.
     *
     * @param id its local id, as in {@link Conflict#entityId()}
     * @return a changed copy
     */
    public ConflictFilter record(String id) {
        return new ConflictFilter(entityType, id, severity, type, operationId);
    }

    /**
     * Narrows it to a severity.
     *
     * @param wanted the severity
     * @return a changed copy
     */
    public ConflictFilter severity(ConflictSeverity wanted) {
        return new ConflictFilter(entityType, entityId, wanted, type, operationId);
    }

    /**
     * Narrows it to a type.
     *
     * @param wanted the type
     * @return a changed copy
     */
    public ConflictFilter type(ConflictType wanted) {
        return new ConflictFilter(entityType, entityId, severity, wanted, operationId);
    }

    /**
     * Narrows it to what one operation met.
     *
     * @param id the operation, as in {@link Conflict#operationId()}
     * @return a changed copy
     */
    public ConflictFilter operation(String id) {
        return new ConflictFilter(entityType, entityId, severity, type, id);
    }
}
