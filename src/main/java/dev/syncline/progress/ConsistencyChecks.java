package dev.syncline.progress;

import io.reactivex.rxjava3.core.Single;

/**
 * Looks for what contradicts itself in a file: rows without an id at the backend, operations without a row, rows made twice, references
 * to nothing, balances that do not add up, times out of order, and damage of the file. Each look reads every synced table.
 *
 * <p>Safe for any thread; after the manager's close its methods throw {@link IllegalStateException}.
 */
public interface ConsistencyChecks {
    /**
     * Looks, and changes nothing. Of a damaged file nothing but the damage is told: what else is read from it proves nothing.
     *
     * @return what was found
     * @throws dev.syncline.exception.StorageException if the file cannot be read
     */
    ConsistencyReport detect();

    /**
     * Tells what {@link #repair()} would do, and changes nothing. Takes the write lock of the file while it looks.
     *
     * @return what was found, with what would be done about each
     * @throws dev.syncline.exception.StorageException if the file cannot be written
     */
    ConsistencyReport rehearse();

    /**
     * Mends what {@link #detect()} finds, as far as that loses no data, in one transaction. What it changes in the host's tables is sent
     * like the host's own changes. Mending again changes nothing more.
     *
     * @return what was found, with what was done about each; a damaged file is left as it is
     * @throws dev.syncline.exception.StorageException if the file cannot be written; nothing was changed
     */
    ConsistencyReport repair();

    /**
     * Compares what is known here of each table with what the backend tells of it in two figures, a count and a digest ({@code
     * RemoteBackend.summarize}). A run pulls first, and a table that differs is pulled once more before it is called different, so that
     * what others write meanwhile is no difference.
     *
     * @return what came of it. Starts when it is subscribed to, on the manager's threads; an error if the run did not get so far (a {@link
     *     dev.syncline.exception.SyncException}), or after the close
     */
    Single<BackendComparison> compare();
}
