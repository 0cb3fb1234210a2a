package dev.syncline.exception;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.Level;

/**
 * Local data contradicts itself, or would after what was asked: a broken reference, more deletions than allowed. Not
 * retryable; nothing was changed, and the message says what a person can do.
 */
public final class ConsistencyException extends SyncException {

    private static final long serialVersionUID = 1L;

    private final String issue;

    @SuppressWarnings("serial") // List.copyOf, which is serializable
    private final List<String> affectedIds;

    /**
     * Describes a contradiction.
     *
     * @param message what contradicts what, without record values
     * @param issue the kind of issue, such as {@code BROKEN_REFERENCE}
     * @param affectedIds ids of the records it is about
     * @param at when, by the configured clock
     * @param cause what the database threw; null if nothing
     */
    public ConsistencyException(
            String message, String issue, Collection<String> affectedIds, Instant at, @Nullable Throwable cause) {
        this(message, issue, affectedIds, at, cause, Map.of());
    }

    /**
     * Describes a contradiction, with context.
     *
     * @param message what contradicts what, without record values
     * @param issue the kind of issue, such as {@code BROKEN_REFERENCE}
     * @param affectedIds ids of the records it is about
     * @param at when, by the configured clock
     * @param cause what the database threw; null if nothing
     * @param context where it happened, for logs
     */
    public ConsistencyException(
            String message,
            String issue,
            Collection<String> affectedIds,
            Instant at,
            @Nullable Throwable cause,
            Map<String, String> context) {
        super(
                message,
                at,
                cause,
                new Facts()
                        .with("issue", issue)
                        .with("affected", affectedIds.size())
                        .and(context));
        this.issue = issue;
        this.affectedIds = List.copyOf(affectedIds);
    }

    /**
     * Tells the kind of issue.
     *
     * @return its name
     */
    public String issue() {
        return issue;
    }

    /**
     * Names the records it is about.
     *
     * @return their ids, unmodifiable
     */
    public List<String> affectedIds() {
        return affectedIds;
    }

    @Override
    public boolean isRetryable() {
        return false;
    }

    @Override
    Level level() {
        return Level.ERROR;
    }
}
