package dev.syncline.progress;

import dev.syncline.conflict.ConflictSeverity;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What was found to contradict itself. Of each kind and table at most a thousand issues are told.
 *
 * @param issues the issues, table by table
 */
public record ConsistencyReport(List<ConsistencyIssue> issues) {

    /**
     * Copies the list, so that nobody can change it.
     *
     * @param issues as above
     */
    public ConsistencyReport {
        issues = List.copyOf(issues);
    }

    /**
     * Tells whether all is well.
     *
     * @return whether nothing was found
     */
    public boolean isConsistent() {
        return issues.isEmpty();
    }

    /**
     * Counts by kind.
     *
     * @return how many issues there are of each kind that was found
     */
    public Map<ConsistencyIssue.Type, Long> byType() {
        Map<ConsistencyIssue.Type, Long> counts = new TreeMap<>();
        issues.forEach(issue -> counts.merge(issue.type(), 1L, Long::sum));
        return counts;
    }

    /**
     * Counts by severity.
     *
     * @return how many issues there are of each severity that was found
     */
    public Map<ConflictSeverity, Long> bySeverity() {
        Map<ConflictSeverity, Long> counts = new TreeMap<>();
        issues.forEach(issue -> counts.merge(issue.severity(), 1L, Long::sum));
        return counts;
    }
}
