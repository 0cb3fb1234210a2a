package dev.syncline.conflict;

import java.util.List;

/**
 * The conflicts that wait for a person. A parked row is not sent and not overwritten; everything else goes on. Safe for any
 * thread.
 */
public interface ConflictInbox {

    /**
     * Lists what waits.
     *
     * @return the open conflicts, oldest first
     * @throws dev.syncline.exception.StorageException if the database cannot be read
     */
    List<Conflict> open();

    /**
     * Counts what waits.
     *
     * @return the number of open conflicts
     * @throws dev.syncline.exception.StorageException if the database cannot be read
     */
    int count();

    /**
     * Settles a conflict: the row takes the outcome at once, and what the backend does not have is sent with the next run. The
     * row's present state counts, with edits made since the conflict was found.
     *
     * @param conflictId the conflict
     * @param strategy how; any but {@link ResolutionStrategy#MANUAL}
     * @return the conflict as it is now stored, resolved
     * @throws dev.syncline.exception.ConflictException if no conflict of this id is open
     * @throws dev.syncline.exception.StorageException if the host's table refuses the outcome; the conflict stays open
     * @throws dev.syncline.exception.ValidationException if a value of either side cannot be read or stored without loss; the
     *     conflict stays open
     * @throws IllegalArgumentException for {@code MANUAL}, which decides nothing
     */
    Conflict resolve(String conflictId, ResolutionStrategy strategy);
}
