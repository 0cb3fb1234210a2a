package dev.syncline.progress;

import java.util.List;

/**
 * What came of a reload that was to give up what was unsent. An immutable value.
 *
 * @param result the run's result
 * @param discarded the changes that were given up, as they stood; empty if the run did not come to that, and then all of them are still
 *     there. What they held is kept in {@code syncline_conflicts}
 */
public record ReloadResult(SyncResult result, List<UnsentChange> discarded) {

    /**
     * Makes the list one of its own.
     *
     * @param result as above
     * @param discarded as above
     */
    public ReloadResult {
        discarded = List.copyOf(discarded);
    }
}
