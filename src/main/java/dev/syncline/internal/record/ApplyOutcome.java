package dev.syncline.internal.record;

import dev.syncline.conflict.Conflict;
import dev.syncline.internal.store.RunRepository.Fault;
import java.util.ArrayList;
import java.util.List;

/**
 * What happened to the records of one unit of work; published only after its commit. Not thread-safe; confined to the unit.
 */
public final class ApplyOutcome {
    /** Rows inserted or overwritten. */
    public int written;
    /** Rows deleted. */
    public int deleted;
    /** Records that told nothing new. */
    public int skipped;
    /** Rows in which both sides' edits were joined without a conflict. */
    public int merged;
    /** Records that wait for something. */
    public int held;
    /** Held records that wait no longer. */
    public int released;
    /** Rows whose pending operation ended because both sides agreed. */
    public int agreed;

    private final List<Conflict> conflicts = new ArrayList<>();
    private final List<Conflict> closed = new ArrayList<>();
    private final List<Fault> faults = new ArrayList<>();

    /**
     * Gives the conflicts found, resolved by rule or not, as stored.
     *
     * @return the list, to be added to
     */
    public List<Conflict> conflicts() {
        return conflicts;
    }

    /**
     * Gives the conflicts that were open before and are resolved now, as stored.
     *
     * @return the list, to be added to
     */
    public List<Conflict> closed() {
        return closed;
    }

    /**
     * Gives what could not be applied.
     *
     * @return the list, to be added to
     */
    public List<Fault> faults() {
        return faults;
    }

    /**
     * Tells whether anything was written to the host's tables.
     *
     * @return true if the host may see a difference
     */
    public boolean changedRows() {
        return written + deleted + merged > 0;
    }
}
