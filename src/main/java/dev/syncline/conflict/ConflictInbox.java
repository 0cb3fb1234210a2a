package dev.syncline.conflict;

import io.reactivex.rxjava3.core.Flowable;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The conflicts that wait for a person, and the journal of those that were decided. A parked row is not sent and not overwritten;
 * everything else goes on. Safe for any thread.
 *
 * <p>Every method throws {@link dev.syncline.exception.StorageException} if the database cannot be read or written, in which case
 * nothing was changed.
 */
public interface ConflictInbox {

    /**
     * Lists what waits, each with both sides as they are now.
     *
     * @return the open conflicts, oldest first
     */
    default List<Conflict> open() {
        return open(ConflictFilter.ALL);
    }

    /**
     * Lists some of what waits, each with both sides as they are now.
     *
     * @param wanted which
     * @return the open conflicts, oldest first
     */
    List<Conflict> open(ConflictFilter wanted);

    /**
     * Counts what waits.
     *
     * @return the number of open conflicts
     */
    default int count() {
        return count(ConflictFilter.ALL);
    }

    /**
     * Counts some of what waits.
     *
     * @param wanted which
     * @return the number of open conflicts
     */
    int count(ConflictFilter wanted);

    /**
     * Finds a conflict, open or decided.
     *
     * @param conflictId the conflict
     * @return the conflict, or empty if there is none of this id any more
     */
    Optional<Conflict> find(String conflictId);

    /**
     * Follows what waits: the present list at once, then each new one after a conflict was found, decided or moved on by a run.
     *
     * @param wanted which
     * @return a stream that never fails and ends when the manager is closed; a slow subscriber gets the newest list. Delivered as
     *     the manager's other streams are
     */
    Flowable<List<Conflict>> watch(ConflictFilter wanted);

    /**
     * Shows what a decision would make of a row, and changes nothing.
     *
     * @param conflictId the conflict
     * @param decision the decision
     * @return the row, column by column, as it would be on both sides; empty if it would be deleted
     * @throws dev.syncline.exception.ConflictException if no conflict of this id is open
     * @throws dev.syncline.exception.ValidationException as {@link #resolve(String, Decision)} would
     * @throws IllegalArgumentException for {@link Decision#defer()}
     * @throws IllegalStateException as {@link #resolve(String, Decision)} would, and inside a transaction of the manager's
     */
    Optional<Map<String, @Nullable Object>> preview(String conflictId, Decision decision);

    /**
     * Settles a conflict by a strategy; {@link #resolve(String, Decision)} says more.
     *
     * @param conflictId the conflict
     * @param strategy how; any but {@link ResolutionStrategy#MANUAL}
     * @return the conflict as it is now stored, resolved
     * @throws dev.syncline.exception.ConflictException if no conflict of this id is open
     * @throws dev.syncline.exception.ValidationException if a value of either side cannot be read or stored without loss; the
     *     conflict stays open
     * @throws IllegalArgumentException for {@code MANUAL}, which decides nothing
     * @throws IllegalStateException as {@link #resolve(String, Decision)}
     */
    default Conflict resolve(String conflictId, ResolutionStrategy strategy) {
        return resolve(conflictId, Decision.by(strategy));
    }

    /**
     * Settles a conflict: the row takes the outcome at once, and what the backend does not have is sent with the next run. The
     * row's present state counts, with edits made since the conflict was found. A host's table that refuses the outcome leaves the
     * conflict open, with a {@link dev.syncline.exception.StorageException}.
     *
     * @param conflictId the conflict
     * @param decision how
     * @return the conflict as it is now stored, resolved
     * @throws dev.syncline.exception.ConflictException if no conflict of this id is open
     * @throws dev.syncline.exception.ValidationException if a column in dispute is left out, a column is unknown, a value cannot be read
     *     or stored without loss, or what would be sent breaks a rule of the table's validator; the conflict stays open
     * @throws IllegalArgumentException for {@link Decision#defer()}
     * @throws IllegalStateException if the outcome would take a reference of the backend's version to a record that is not here: synchronize,
     *     then decide, or let this side win; or, for a table with a validator, inside a transaction of the manager's; the conflict stays
     *     open
     */
    Conflict resolve(String conflictId, Decision decision);

    /**
     * Settles open conflicts by the rules of their tables: low ones, and medium ones that were found within the last 24 hours.
     *
     * @return as {@link #autoResolve(Duration)}
     */
    default Map<String, Resolution> autoResolve() {
        return autoResolve(Duration.ofHours(24));
    }

    /**
     * Settles open conflicts by the rules of their tables, whatever the tables settle without asking: low ones, and medium ones that
     * were found not longer ago than a time. Grave ones, and those whose rule says {@link ResolutionStrategy#MANUAL}, stay open. One that
     * fails keeps no other from being settled.
     *
     * @param window how long ago a medium one may have been found at the most, inclusive
     * @return what came of each that was tried, by its id
     */
    Map<String, Resolution> autoResolve(Duration window);

    /**
     * Lists what was decided, by rule or by a person, with base, both sides, outcome, rule and time: the journal. What was joined without
     * a conflict is in it, too.
     *
     * @param wanted which
     * @return the decisions, oldest first; the rule is in {@link Conflict#notes()}
     */
    List<Resolution> decided(ConflictFilter wanted);

    /**
     * Takes back what a rule decided: the columns in which the side that lost had other values get these, as far as they still
     * hold what was decided, and a row that was deleted comes back, or the reverse. This is an edit like any other of this device, and is
     * sent with the next run.
     *
     * @param conflictId the conflict, or the entry of {@link #decided}
     * @return the conflict as it is now stored
     * @throws dev.syncline.exception.ConflictException if the journal has no such decision of a rule, it was taken back before, or
     *     the row has moved on so that nothing of it is left
     */
    Conflict undo(String conflictId);

    /**
     * Counts all conflicts that the file knows. What was joined without a conflict does not count.
     *
     * @return a snapshot
     */
    ConflictStatistics statistics();

    /**
     * Forgets what was decided longer ago than a time; what is open stays. By themselves runs that store something forget what is older than
     * {@code SyncOptions.decisionsKept}, some at a time.
     *
     * @param age how long ago
     * @return how many entries are gone
     */
    int forget(Duration age);

    /**
     * Forgets one entry of the journal, whenever it was decided; what is open stays. It cannot be taken back any more after that.
     *
     * @param conflictId the conflict, or the entry of {@link #decided}
     * @return whether it is gone; false if the journal has no such entry, or the conflict is open
     */
    boolean forget(String conflictId);
}
