package dev.syncline.conflict;

/**
 * A host's own way to join a column that both sides changed to different values; set by {@code SyncedTable.merge(rule, columns)}. It
 * stands where a {@link Merger} stands: the column is in dispute no more, and what is left of the conflict goes to the table's {@link
 * MergeRule} or its strategies. It is asked in a run, and again only when either side has changed.
 *
 * <p>Two devices come to the same whichever of them synchronizes first only if the rule is symmetric in local and remote.
 *
 * <p>It runs as a {@link MergeRule} does: outside transactions and locks, one at a time, on a thread that does nothing else. Its value
 * is taken only if both sides are still those that it saw; if it throws, gives what the column cannot hold, or takes longer than 10 s,
 * the whole conflict stays open and everything else goes on. It is not asked where the remote side may hold this device's own change
 * already; such a conflict waits for a person.
 */
@FunctionalInterface
public interface ColumnRule {
    /**
     * Decides.
     *
     * @param versions the column's value in the base and on both sides
     * @return the column's value; {@link ColumnDecision#undecided()} leaves it to what else is said of the table
     * @throws Exception if it cannot tell; the conflict stays open
     */
    ColumnDecision decide(ColumnVersions versions) throws Exception;
}
