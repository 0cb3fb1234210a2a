package dev.syncline.backend;

import java.time.Duration;

/**
 * What a backend can do. The engine makes up for what is missing where it can, so a capability is declared only if the
 * server really has it.
 *
 * @param delta whether a cursor taken at the end of one walk yields only later changes
 * @param tombstones whether deletions are told in a delta
 * @param conditionalWrites whether a write with {@link OutgoingChange#baseVersion()} is refused when the record has moved on
 * @param idempotencyKeys whether a repeated write under the same key is answered like the first and applied once
 * @param keyRetention how long the backend remembers such a key; meaningless without {@code idempotencyKeys}
 * @param partialUpdates whether an update may carry only the changed fields
 * @param batch the largest number of changes that one request takes; 1 if there is no batch endpoint
 * @param search whether {@link RemoteBackend#find} finds records by the values of their fields, at once after they were written
 * @param versions how two versions of one record compare
 * @param stablePaging whether a record that is there during a whole walk is on one of its pages, whatever is changed meanwhile; not
 *     so where pages are counted off. If not, the engine makes sure before it takes a record for gone that no page told of
 * @param tombstoneRetention how long a delta tells of a deletion; a cursor or walk that is older is not gone on with. {@link #FOR_EVER}
 *     if always, or if the backend itself refuses cursors that are too old
 * @param idList whether {@link RemoteBackend#fetchIds} lists the ids of all records; made use of where there are no {@code tombstones}
 * @param bulkRead the largest number of records that {@link RemoteBackend#fetchAll} is asked for at once; 1 if it is not offered
 * @param atomicBatch the largest number of changes that {@link RemoteBackend#pushTogether} applies all or none of; 1 if it is not
 *     offered. Needs {@code conditionalWrites} and {@code idempotencyKeys}
 */
public record Capabilities(
        boolean delta,
        boolean tombstones,
        boolean conditionalWrites,
        boolean idempotencyKeys,
        Duration keyRetention,
        boolean partialUpdates,
        int batch,
        boolean search,
        VersionKind versions,
        boolean stablePaging,
        Duration tombstoneRetention,
        boolean idList,
        int bulkRead,
        int atomicBatch) {

    /** Longer than any device stays away. */
    public static final Duration FOR_EVER = Duration.ofDays(36_500);

    /**
     * Checks the numbers.
     *
     * @param delta as above
     * @param tombstones as above
     * @param conditionalWrites as above
     * @param idempotencyKeys as above
     * @param keyRetention as above; not negative
     * @param partialUpdates as above
     * @param batch as above; at least 1
     * @param search as above
     * @param versions as above
     * @param stablePaging as above
     * @param tombstoneRetention as above; positive
     * @param idList as above
     * @param bulkRead as above; at least 1
     * @param atomicBatch as above; at least 1
     * @throws IllegalArgumentException if {@code batch}, {@code keyRetention}, {@code tombstoneRetention}, {@code bulkRead} or {@code
     *     atomicBatch} is out of range, or {@code atomicBatch} lacks what it needs
     */
    public Capabilities {
        if (batch < 1) {
            throw new IllegalArgumentException("batch is " + batch + ", but a request takes at least one change");
        }
        if (bulkRead < 1) {
            throw new IllegalArgumentException("bulkRead is " + bulkRead + ", but a read is for at least one record");
        }
        if (atomicBatch < 1) {
            throw new IllegalArgumentException("atomicBatch is " + atomicBatch + ", but must be at least 1");
        }
        if (atomicBatch > 1 && !(conditionalWrites && idempotencyKeys)) {
            throw new IllegalArgumentException("changes that take effect together need conditionalWrites and"
                    + " idempotencyKeys: else one of them is read before it is sent, or applied twice");
        }
        if (keyRetention.isNegative()) {
            throw new IllegalArgumentException("keyRetention is " + keyRetention + ", but must not be negative");
        }
        if (tombstoneRetention.isNegative() || tombstoneRetention.isZero()) {
            throw new IllegalArgumentException(
                    "tombstoneRetention is " + tombstoneRetention + ", but must be positive");
        }
    }

    /**
     * Describes a backend of which each record is read by itself.
     *
     * @param delta as above
     * @param tombstones as above
     * @param conditionalWrites as above
     * @param idempotencyKeys as above
     * @param keyRetention as above; not negative
     * @param partialUpdates as above
     * @param batch as above; at least 1
     * @param search as above
     * @param versions as above
     * @param stablePaging as above
     * @param tombstoneRetention as above; positive
     * @param idList as above
     * @throws IllegalArgumentException if {@code batch}, {@code keyRetention} or {@code tombstoneRetention} is out of range
     */
    public Capabilities(
            boolean delta,
            boolean tombstones,
            boolean conditionalWrites,
            boolean idempotencyKeys,
            Duration keyRetention,
            boolean partialUpdates,
            int batch,
            boolean search,
            VersionKind versions,
            boolean stablePaging,
            Duration tombstoneRetention,
            boolean idList) {
        this(
                delta,
                tombstones,
                conditionalWrites,
                idempotencyKeys,
                keyRetention,
                partialUpdates,
                batch,
                search,
                versions,
                stablePaging,
                tombstoneRetention,
                idList,
                1,
                1);
    }

    /**
     * Gives the same capabilities with reads of several records in one call.
     *
     * @param most the largest number of records that one read is for; at least 1
     * @return a changed copy
     * @throws IllegalArgumentException if {@code most} is less than 1
     */
    public Capabilities withBulkRead(int most) {
        return new Capabilities(
                delta,
                tombstones,
                conditionalWrites,
                idempotencyKeys,
                keyRetention,
                partialUpdates,
                batch,
                search,
                versions,
                stablePaging,
                tombstoneRetention,
                idList,
                most,
                atomicBatch);
    }

    /**
     * Gives the same capabilities with batches of which all or nothing takes effect.
     *
     * @param most the largest number of changes in one of them; at least 1
     * @return a changed copy
     * @throws IllegalArgumentException if {@code most} is less than 1, or more without conditional writes and idempotency keys
     */
    public Capabilities withAtomicBatch(int most) {
        return new Capabilities(
                delta,
                tombstones,
                conditionalWrites,
                idempotencyKeys,
                keyRetention,
                partialUpdates,
                batch,
                search,
                versions,
                stablePaging,
                tombstoneRetention,
                idList,
                bulkRead,
                most);
    }

    /**
     * Describes a backend that always tells of deletions, or refuses cursors that are too old, and that lists no ids.
     *
     * @param delta as above
     * @param tombstones as above
     * @param conditionalWrites as above
     * @param idempotencyKeys as above
     * @param keyRetention as above; not negative
     * @param partialUpdates as above
     * @param batch as above; at least 1
     * @param search as above
     * @param versions as above
     * @param stablePaging as above
     * @throws IllegalArgumentException if {@code batch} or {@code keyRetention} is out of range
     */
    public Capabilities(
            boolean delta,
            boolean tombstones,
            boolean conditionalWrites,
            boolean idempotencyKeys,
            Duration keyRetention,
            boolean partialUpdates,
            int batch,
            boolean search,
            VersionKind versions,
            boolean stablePaging) {
        this(
                delta,
                tombstones,
                conditionalWrites,
                idempotencyKeys,
                keyRetention,
                partialUpdates,
                batch,
                search,
                versions,
                stablePaging,
                FOR_EVER,
                false);
    }

    /**
     * Describes a backend whose pages may shift under a walk.
     *
     * @param delta as above
     * @param tombstones as above
     * @param conditionalWrites as above
     * @param idempotencyKeys as above
     * @param keyRetention as above; not negative
     * @param partialUpdates as above
     * @param batch as above; at least 1
     * @param search as above
     * @param versions as above
     * @throws IllegalArgumentException if {@code batch} or {@code keyRetention} is out of range
     */
    public Capabilities(
            boolean delta,
            boolean tombstones,
            boolean conditionalWrites,
            boolean idempotencyKeys,
            Duration keyRetention,
            boolean partialUpdates,
            int batch,
            boolean search,
            VersionKind versions) {
        this(
                delta,
                tombstones,
                conditionalWrites,
                idempotencyKeys,
                keyRetention,
                partialUpdates,
                batch,
                search,
                versions,
                false);
    }
}
