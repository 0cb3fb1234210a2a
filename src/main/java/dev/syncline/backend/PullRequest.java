package dev.syncline.backend;

import org.jspecify.annotations.Nullable;

/**
 * Asks for one page.
 *
 * @param entity the entity's name at the backend
 * @param cursor where to go on, exactly as an earlier {@link PullPage#next()} gave it; null starts a walk over all records
 * @param limit the greatest number of records wanted; a backend may return fewer
 */
public record PullRequest(String entity, @Nullable String cursor, int limit) {

    /**
     * Checks the limit.
     *
     * @param entity as above
     * @param cursor as above
     * @param limit as above; at least 1
     * @throws IllegalArgumentException if {@code limit} is below 1
     */
    public PullRequest {
        if (limit < 1) {
            throw new IllegalArgumentException("limit is " + limit + ", but a page holds at least one record");
        }
    }
}
