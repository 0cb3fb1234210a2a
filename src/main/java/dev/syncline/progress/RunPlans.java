package dev.syncline.progress;

import java.time.Duration;
import java.util.List;

/**
 * The runs that are to come. They are kept in the file, so that they outlive the process, and go on whenever the file is open.
 *
 * <p>Safe for any thread; after the manager's close its methods throw {@link IllegalStateException}.
 */
public interface RunPlans {
    /**
     * Plans runs at a distance. The plan takes the place of an earlier one of the same mode, and planning the same again changes nothing.
     * The first run comes at a moment drawn from the first period. Runs that were missed, since the process was not running, the machine
     * slept or the backend could not be reached, are made up by one. After a run that failed the distance doubles, up to six hours. What
     * the clock, its zone or daylight saving do leads to no burst of runs and to no end of them.
     *
     * @param period the time between two runs, at least one minute
     * @param mode how much is exchanged
     * @param unmetered whether a run waits for a link without costs, as {@code ConnectivityMonitor} tells it
     * @throws IllegalArgumentException if the period is shorter
     * @throws dev.syncline.exception.StorageException if the database cannot be written; nothing is planned
     */
    void plan(Duration period, SyncMode mode, boolean unmetered);

    /**
     * Tells which runs are to come.
     *
     * @return the plans, the earliest first
     * @throws dev.syncline.exception.StorageException if the database cannot be read
     */
    List<PlannedRun> planned();
}
