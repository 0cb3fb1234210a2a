package dev.syncline.conflict;

/**
 * A host's own rule for conflicts of one table; set by {@code SyncedTable.mergeRule}. It is asked in a run, of each conflict that it could
 * decide, before a strategy or a person is. It is asked again only when either side has changed.
 *
 * <p>It runs outside transactions and locks, on a thread of the manager's that does nothing else, and may take its time, read and write
 * the host's tables and use the manager. Its decision is carried out only if both sides are still those that it saw; if it throws, gives
 * a decision that does not fit the record, or takes longer than a run waits for it (10 s), the conflict stays open and everything else
 * goes on, and it is asked again with the next run. One rule is asked at a time, and a run asks for 30 s before it sends and 30 s
 * after; conflicts that did not get their turn are first with the next run.
 */
@FunctionalInterface
public interface MergeRule {
    /** Leaves every conflict to a person. */
    MergeRule ASK = conflict -> Decision.defer();

    /**
     * Decides.
     *
     * @param conflict the conflict with base and both sides
     * @return what shall become of it; {@link Decision#defer()} leaves it to a person
     * @throws Exception if it cannot tell; the conflict stays open
     */
    Decision decide(Conflict conflict) throws Exception;
}
