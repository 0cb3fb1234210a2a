package dev.syncline.internal.record;

import java.util.HashSet;
import java.util.Set;

/**
 * How many rows of one table the backend may take within a day before somebody is asked. Pure.
 *
 * @param rows so many in any case
 * @param share such a part of the table, from 0 to 1
 * @param weighed the numbers of the tables whose waiting deletions were counted in this run and found to be within the limit
 */
public record DeletionLimit(int rows, double share, Set<Integer> weighed) {

    /**
     * Copies the set.
     *
     * @param rows as above
     * @param share as above
     * @param weighed as above
     */
    public DeletionLimit {
        weighed = Set.copyOf(weighed);
    }

    /**
     * Weighs deletions.
     *
     * @param waiting how many rows would go
     * @param recent how many went within the last day
     * @param present how many there are, those that would go included
     * @return true if they may go
     */
    public boolean admits(long waiting, long recent, long present) {
        long before = present + recent;
        return waiting + recent <= Math.max(rows, (long) Math.floor(share * before));
    }

    /**
     * Notes that what waits of a table was weighed.
     *
     * @param table the table's number
     * @return a changed copy
     */
    public DeletionLimit withWeighed(int table) {
        Set<Integer> more = new HashSet<>(weighed);
        more.add(table);
        return new DeletionLimit(rows, share, more);
    }
}
