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
 * @param applied records written to the host's table, deletions and records held since an earlier run included
 * @param skipped records that told nothing, because they were known already
 * @param merged rows in which edits of both sides were joined without a conflict
 * @param notModified reads that were saved: those that the backend answered with "as before" in place of what it told before, and
 *     those left out because the table, declared to change rarely, was read not long ago
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
        long skipped,
        long merged,
        long notModified) {

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
     * @param merged as above; not negative
     * @param notModified as above; not negative
     * @throws IllegalArgumentException if a count is negative, or operations have more outcomes than there were
     */
    public EntitySyncStats {
        long least = Math.min(creates, Math.min(updates, Math.min(deletes, Math.min(successful, failed))));
        if (Math.min(
                        least,
                        Math.min(
                                conflicts,
                                Math.min(fetched, Math.min(applied, Math.min(skipped, Math.min(merged, notModified))))))
                < 0) {
            throw new IllegalArgumentException("a count of entity " + entityType + " is negative");
        }
        if (successful + failed > creates + updates + deletes) {
            throw new IllegalArgumentException("entity " + entityType + " has more outcomes than operations");
        }
    }

    /**
     * Makes the numbers of a part in which no read was answered with "as before".
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
     * @param merged as above; not negative
     * @throws IllegalArgumentException if a count is negative, or operations have more outcomes than there were
     */
    public EntitySyncStats(
            String entityType,
            long creates,
            long updates,
            long deletes,
            long successful,
            long failed,
            long conflicts,
            long fetched,
            long applied,
            long skipped,
            long merged) {
        this(
                entityType,
                creates,
                updates,
                deletes,
                successful,
                failed,
                conflicts,
                fetched,
                applied,
                skipped,
                merged,
                0);
    }

    /**
     * Gives the numbers of an entity to which nothing happened.
     *
     * @param entityType the entity
     * @return zeros
     */
    public static EntitySyncStats none(String entityType) {
        return new EntitySyncStats(entityType, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
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
                skipped + other.skipped,
                merged + other.merged,
                notModified + other.notModified);
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
