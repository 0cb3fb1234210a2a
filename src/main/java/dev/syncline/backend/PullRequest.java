package dev.syncline.backend;

import org.jspecify.annotations.Nullable;

/**
 * Asks for one page.
 *
 * @param entity the entity's name at the backend
 * @param cursor where to go on, exactly as an earlier {@link PullPage#next()} gave it; null starts a walk over all records
 * @param limit the greatest number of records wanted; a backend may return fewer
 * @param validator what an earlier answer to this same request was named, see {@link PullPage#validator()}; all that it told is
 *     stored, so a backend may answer {@link PullPage#unchanged}. Null if there is none
 */
public record PullRequest(
        String entity,
        @Nullable String cursor,
        int limit,
        @Nullable String validator) {

    /**
     * Checks the limit.
     *
     * @param entity as above
     * @param cursor as above
     * @param limit as above; at least 1
     * @param validator as above
     * @throws IllegalArgumentException if {@code limit} is below 1
     */
    public PullRequest {
        if (limit < 1) {
            throw new IllegalArgumentException("limit is " + limit + ", but a page holds at least one record");
        }
    }

    /**
     * Asks for one page in any case.
     *
     * @param entity as above
     * @param cursor as above
     * @param limit as above; at least 1
     * @throws IllegalArgumentException if {@code limit} is below 1
     */
    public PullRequest(String entity, @Nullable String cursor, int limit) {
        this(entity, cursor, limit, null);
    }
}
