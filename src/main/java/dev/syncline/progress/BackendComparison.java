package dev.syncline.progress;

import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * What came of comparing the tables with the backend.
 *
 * @param compared the entities that were compared
 * @param leftOut the entities that were not: the backend tells no figures or failed to (which is logged), others write to it without a rest, or something of it is on its way, held,
 *     refused, in conflict or still being read, so that both sides may rightly differ
 * @param issues one {@link ConsistencyIssue.Type#BACKEND_DIFFERS} for each entity that differs
 */
public record BackendComparison(Set<String> compared, Set<String> leftOut, List<ConsistencyIssue> issues) {

    /**
     * Copies the collections, so that nobody can change them.
     *
     * @param compared as above
     * @param leftOut as above
     * @param issues as above
     */
    public BackendComparison {
        compared = Collections.unmodifiableSet(new TreeSet<>(compared));
        leftOut = Collections.unmodifiableSet(new TreeSet<>(leftOut));
        issues = List.copyOf(issues);
    }

    /** {@return whether every entity was compared and none differs} */
    public boolean agrees() {
        return leftOut.isEmpty() && issues.isEmpty();
    }
}
