package dev.syncline.internal.record;

import dev.syncline.backend.RemoteRecord;
import dev.syncline.conflict.Conflict;
import dev.syncline.conflict.ConflictType;
import dev.syncline.conflict.ResolutionStrategy;
import dev.syncline.conflict.ResolvedBy;
import dev.syncline.internal.capture.PendingChange;
import dev.syncline.internal.capture.RowImage;
import dev.syncline.internal.record.ConflictResolver.Settled;
import dev.syncline.internal.store.ConflictRepository.StoredConflict;
import java.sql.SQLException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Ends what waits for a decision: as was decided, because nothing is left to dispute, or by giving up. Lives within one unit of work. */
public final class ConflictClosing {
    private static final Logger log = LoggerFactory.getLogger(ConflictClosing.class);

    private final BoundTable table;
    private final ApplyContext context;
    private final RowSettler settler;
    private final OutcomeWriter writer;
    private final ConflictDetector detector;
    private final ConflictJournal entries;

    ConflictClosing(
            BoundTable table,
            ApplyContext context,
            RowSettler settler,
            OutcomeWriter writer,
            ConflictDetector detector,
            ConflictJournal entries) {
        this.table = table;
        this.context = context;
        this.settler = settler;
        this.writer = writer;
        this.detector = detector;
        this.entries = entries;
    }

    /**
     * Settles a parked row as was decided.
     *
     * @param stored the open conflict
     * @param row the row's names
     * @param sides the row's sides as they are now
     * @param record the backend's record
     * @param settled the decision
     * @param by who decided
     * @param why what the journal says of it, if anything
     * @return the resolved conflict
     * @throws SQLException if the unit is doomed, or the host's table refused the outcome
     */
    Conflict decide(
            StoredConflict stored,
            RowIdentity row,
            Collision sides,
            RemoteRecord record,
            Settled settled,
            ResolvedBy by,
            @Nullable String why)
            throws SQLException {
        WithParents.Attempt attempt =
                writer.withParents(row, sides, settled, (now, outcome) -> writer.write(now, row, record, outcome));
        if (attempt.refused().isPresent()) {
            throw attempt.refused().get();
        }
        return entries.close(
                stored,
                attempt.collision(),
                settled.strategy(),
                by,
                why,
                attempt.settled().outcome());
    }

    /**
     * Closes a conflict whose local side has gone by itself: the row was edited back, so the backend's version holds.
     *
     * @param stored the open conflict
     * @param row the row's names
     * @param sides the row's sides as they are now
     * @param record the backend's record
     * @return why the host's table refused the backend's version; empty if the conflict is closed
     * @throws SQLException if the unit is doomed
     */
    Optional<SQLException> closeOvertaken(StoredConflict stored, RowIdentity row, Collision sides, RemoteRecord record)
            throws SQLException {
        Settled settled = new Settled(ResolutionStrategy.REMOTE_WINS, sides.remote());
        Optional<SQLException> refused = writer.write(sides, row, record, settled);
        if (refused.isEmpty()) {
            String why = "both sides came to the same";
            entries.close(stored, sides, settled.strategy(), ResolvedBy.AUTO, why, sides.remote());
        }
        return refused;
    }

    /**
     * Closes a conflict of which nothing is in dispute any more, because a side was edited or moved on: what both did is joined, or the
     * deletion holds. One that is open for another reason than its sides, such as a parent that is gone, stays open.
     *
     * @param stored the open conflict
     * @param row the row's names
     * @param sides the row's sides as they are now
     * @param record the backend's record as it is now
     * @return whether it is closed; it is not if something is in dispute, or the host's table refuses what would come of it
     * @throws SQLException if the unit is doomed
     */
    boolean closeUndisputed(StoredConflict stored, RowIdentity row, Collision sides, RemoteRecord record)
            throws SQLException {
        Optional<Settled> settled = undisputed(stored, sides, record);
        if (settled.isEmpty()) {
            return false;
        }
        Optional<SQLException> refused = writer.write(sides, row, record, settled.get());
        if (refused.isPresent()) {
            log.info(
                    "Nothing is in dispute any more in conflict {}, but its table refuses the outcome; it stays open",
                    stored.conflict().id(),
                    refused.get());
            return false;
        }
        ResolutionStrategy strategy = settled.get().strategy();
        boolean same = table.sameRow(sides.local(), sides.remote());
        String why = same ? "both sides came to the same" : "nothing is in dispute any more";
        entries.close(
                stored, sides, strategy, ResolvedBy.AUTO, why, settled.get().outcome());
        return true;
    }

    private Optional<Settled> undisputed(StoredConflict stored, Collision sides, RemoteRecord record) {
        RowImage local = sides.local();
        RowImage remote = sides.remote();
        if (table.sameRow(local, remote)) {
            return Optional.of(new Settled(ResolutionStrategy.REMOTE_WINS, remote));
        }
        boolean moved = !RecordText.write(record).equals(stored.remoteRecord());
        ConflictType met = stored.conflict().conflictType();
        // What the journal holds of a row that was edited unseen is the backend's version, which says nothing of the
        // edit.
        boolean editedUnseen = stored.conflict().baseData() == null && sides.base() != null;
        boolean baseless = editedUnseen || (sides.base() == null && !sides.hasBothRows());
        if (!sides.certain() || !sides.columns().isEmpty() || baseless) {
            return Optional.empty();
        }
        if (local != null && remote != null) {
            boolean bySides = moved || met == ConflictType.UPDATE_UPDATE || met == ConflictType.CREATE_EXISTS;
            RowImage joined = sides.comparison().merge(local, remote, sides.merged());
            return bySides ? Optional.of(new Settled(ResolutionStrategy.MERGE, joined)) : Optional.empty();
        }
        if (remote == null) {
            return Optional.of(new Settled(ResolutionStrategy.REMOTE_WINS, null));
        }
        // A row that was in question because its parent is gone has been deleted here as well since.
        boolean letGo = met == ConflictType.UPDATE_DELETE && stored.conflict().localData() != null;
        // A deletion that the backend has refused stays with whoever is to decide about it until the backend moves.
        return moved || letGo ? Optional.of(new Settled(ResolutionStrategy.LOCAL_WINS, null)) : Optional.empty();
    }

    /**
     * Gives an unsent change up because the host says so. What is dropped is kept like the side of a conflict that lost.
     *
     * @param row the row's names
     * @param change the change
     * @return why the host's table refused what the row was before; empty if the change is gone
     * @throws SQLException if the unit is doomed
     */
    public Optional<SQLException> discard(RowIdentity row, PendingChange change) throws SQLException {
        RowImage base = change.base();
        Optional<SQLException> refused = settler.giveUp(row, change.now(), base);
        if (refused.isPresent()) {
            return refused;
        }
        Collision dropped = detector.compare(base, change.now(), base, WriteTimes.unknown(context.clock()), true);
        String why = "discarded before it was sent";
        entries.note(dropped, row, ResolutionStrategy.REMOTE_WINS, ResolvedBy.USER, why, base);
        return refused;
    }
}
