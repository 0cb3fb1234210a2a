package dev.syncline.progress;

/**
 * What one run did to one entity, in both directions. An immutable value; parts are added up with {@link #plus}.
 *
 * @param entityType the entity
 * @param creates creates taken from the queue
 * @param updates updates taken from the queue
 * @param deletes deletes taken from the queue
 * @param successful of these operations, those the backend accepted
 * @param failed of these operations, those that failed
 * @param conflicts conflicts found, while sending or pulling
 * @param fetched records read from the backend
 * @param applied of these records, those written to the host's table, deletions included
 * @param skipped of these records, those that were known already
 */
public record EntitySyncStats(
        String entityType,
        long creates,
        long updates,
        long deletes,
        long successful,
        long failed,
        long conflicts,
        long fetched,
        long applied,
        long skipped) {

    /**
     * Checks that the counts fit each other.
     *
     * @param entityType as above
     * @param creates as above; not negative
     * @param updates as above; not negative
     * @param deletes as above; not negative
     * @param successful as above; not negative
     * @param failed as above; not negative
     * @param conflicts as above; not negative
     * @param fetched as above; not negative
     * @param applied as above; not negative
     * @param skipped as above; not negative
     * @throws IllegalArgumentException if a count is negative, or a part is greater than its whole
     */
    public EntitySyncStats {
        long least = Math.min(creates, Math.min(updates, Math.min(deletes, Math.min(successful, failed))));
        if (Math.min(least, Math.min(conflicts, Math.min(fetched, Math.min(applied, skipped)))) < 0) {
            throw new IllegalArgumentException("a count of entity " + entityType + " is negative");
        }
        if (successful + failed > creates + updates + deletes) {
            throw new IllegalArgumentException("entity " + entityType + " has more outcomes than operations");
        }
        if (applied + skipped > fetched) {
            throw new IllegalArgumentException("entity " + entityType + " has more records applied than fetched");
        }
    }

    /**
     * Gives the numbers of an entity to which nothing happened.
     *
     * @param entityType the entity
     * @return zeros
     */
    public static EntitySyncStats none(String entityType) {
        return new EntitySyncStats(entityType, 0, 0, 0, 0, 0, 0, 0, 0, 0);
    }

    /**
     * Adds the numbers of another part of the run.
     *
     * @param other numbers of the same entity
     * @return the sums
     * @throws IllegalArgumentException if the other is of another entity
     */
    public EntitySyncStats plus(EntitySyncStats other) {
        if (!entityType.equals(other.entityType)) {
            throw new IllegalArgumentException(
                    "numbers of " + other.entityType + " cannot be added to those of " + entityType);
        }
        return new EntitySyncStats(
                entityType,
                creates + other.creates,
                updates + other.updates,
                deletes + other.deletes,
                successful + other.successful,
                failed + other.failed,
                conflicts + other.conflicts,
                fetched + other.fetched,
                applied + other.applied,
                skipped + other.skipped);
    }

    /**
     * Counts the operations.
     *
     * @return creates, updates and deletes
     */
    public long total() {
        return creates + updates + deletes;
    }

    /**
     * Gives the share of operations that the backend accepted.
     *
     * @return 0 to 1; 1 if there were none
     */
    public double successRate() {
        return total() == 0 ? 1.0 : (double) successful / total();
    }
}
