package dev.syncline.internal.record;

import dev.syncline.backend.RemoteRecord;
import dev.syncline.conflict.ConflictType;
import dev.syncline.conflict.ResolutionStrategy;
import dev.syncline.conflict.ResolvedBy;
import dev.syncline.internal.capture.JournalRows;
import dev.syncline.internal.capture.RowImage;
import dev.syncline.internal.record.ConflictDetector.BothDeleted;
import dev.syncline.internal.record.ConflictDetector.Collided;
import dev.syncline.internal.record.ConflictDetector.Finding;
import dev.syncline.internal.record.ConflictDetector.Joined;
import dev.syncline.internal.record.ConflictResolver.Settled;
import dev.syncline.internal.store.SyncOperation;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides about rows that both sides changed, as they meet: joins disjoint edits, settles by rule, and parks what a person is to decide.
 * Lives within one unit of work.
 */
public final class ConflictHandler {
    private static final Logger log = LoggerFactory.getLogger(ConflictHandler.class);

    private final BoundTable table;
    private final ApplyContext context;
    private final JournalRows journal;
    private final RowSettler settler;
    private final OutcomeWriter writer;
    private final ApplyOutcome outcome;
    private final Emptiness known;
    private final ConflictDetector detector;
    private final ConflictJournal entries;
    private boolean foreign = true;

    /**
     * Makes a handler for one table.
     *
     * @param table the table
     * @param context what all tables share
     * @param journal its journal
     * @param settler brings rows to their outcome
     * @param writer brings them there with what they refer to
     * @param detector finds out what met
     * @param entries the journal of what met
     * @param outcome collects what happens
     * @param known what is empty in this unit
     */
    ConflictHandler(
            BoundTable table,
            ApplyContext context,
            JournalRows journal,
            RowSettler settler,
            OutcomeWriter writer,
            ConflictDetector detector,
            ConflictJournal entries,
            ApplyOutcome outcome,
            Emptiness known) {
        this.table = table;
        this.context = context;
        this.journal = journal;
        this.settler = settler;
        this.writer = writer;
        this.detector = detector;
        this.entries = entries;
        this.outcome = outcome;
        this.known = known;
    }

    /**
     * Says whether the records that are met from now on are known to be others'. One that may hold an unanswered change of this device
     * is not joined by what would add that change a second time.
     *
     * @param foreign whether they are
     */
    public void meetsForeign(boolean foreign) {
        this.foreign = foreign;
    }

    /**
     * Names the operation whose answer brings the records that are met from now on.
     *
     * @param operation the operation
     */
    public void answers(SyncOperation operation) {
        entries.answers(operation);
    }

    /**
     * Settles or parks a row that both sides may have moved.
     *
     * @param record the backend's record
     * @param row the row's names
     * @param base the version both last agreed on, if known
     * @param local the row here; null if it was deleted
     * @param remote the record as an image; null if it is a tombstone
     * @param editedAt the last local edit, in ms by this device's clock, if known
     * @return why the host's table refused the outcome; empty if the row is settled or parked
     * @throws SQLException if the unit is doomed
     */
    Optional<SQLException> meet(
            RemoteRecord record,
            RowIdentity row,
            @Nullable RowImage base,
            @Nullable RowImage local,
            @Nullable RowImage remote,
            @Nullable Long editedAt)
            throws SQLException {
        Finding finding = detector.detect(base, local, remote, times(editedAt, record), foreign);
        log.debug("Compared {}/{}: {}", table.spec().entity(), row.rowId(), name(finding));
        if (finding instanceof Joined joined) {
            return join(record, row, joined);
        }
        if (finding instanceof Collided collided) {
            return collide(record, row, collided.collision());
        }
        if (finding instanceof BothDeleted || remote == null) {
            outcome.agreed++;
            return settler.settleGone(row, local, null, record.version());
        }
        // Only the version moved: the deletion goes out against the new one.
        return settler.settle(row, null, null, remote, record.version());
    }

    /** Without what is in the rows. */
    private static String name(Finding finding) {
        return finding instanceof Collided collided
                ? collided.collision().type() + " in " + collided.collision().columns()
                : finding.getClass().getSimpleName();
    }

    private Optional<SQLException> collide(RemoteRecord record, RowIdentity row, Collision collision)
            throws SQLException {
        Optional<Settled> settled = ConflictResolver.auto(table.spec().conflictRules(), collision);
        if (settled.isEmpty()) {
            park(collision, record, row);
            return Optional.empty();
        }
        return writer.withParents(row, collision, settled.get(), (sides, to) -> settle(sides, row, record, to))
                .refused();
    }

    private WriteTimes times(@Nullable Long editedAt, RemoteRecord record) {
        Instant edited =
                editedAt == null ? null : Instant.ofEpochMilli(editedAt).plus(context.clockOffset());
        return new WriteTimes(
                edited, record.changedAt(), context.clock().instant().plus(context.clockOffset()));
    }

    private void park(Collision collision, RemoteRecord record, RowIdentity row) throws SQLException {
        if (!journal.isPending(row.key())) {
            // An edit that no trigger saw has no place in the journal yet; without one the conflict would look settled.
            journal.put(row.key(), collision.remote());
        }
        known.journaled();
        known.parked();
        entries.open(collision, row, record);
    }

    /**
     * Puts an unsent row to the rules whose parent is gone at the backend: it goes, or returns to what the backend has of it, or
     * stays and takes its parent along.
     *
     * @param record what the backend has of the row
     * @param row the row's names
     * @param base the version both last agreed on; null if the backend never had the row
     * @param local the row here
     * @param editedAt its last edit, in ms by this device's clock, if known
     * @return whether it is settled
     * @throws SQLException if the unit is doomed
     */
    boolean orphaned(
            RemoteRecord record, RowIdentity row, @Nullable RowImage base, RowImage local, @Nullable Long editedAt)
            throws SQLException {
        Collision collision = detector.compare(base, local, base, times(editedAt, record), foreign)
                .as(ConflictType.UPDATE_DELETE);
        return settledOrParked(
                collision, row, record, ConflictResolver.auto(table.spec().conflictRules(), collision));
    }

    /**
     * Puts a deletion to the rules that the backend refuses because of what refers to the row there. It cannot hold, whatever
     * the strategy, so the row comes back unless a person is to be asked.
     *
     * @param record what the backend has of the row
     * @param row the row's names
     * @param base the row as it was deleted
     * @param editedAt when it was deleted, in ms by this device's clock, if known
     * @return whether it is settled
     * @throws SQLException if the unit is doomed
     */
    boolean undeletable(RemoteRecord record, RowIdentity row, RowImage base, @Nullable Long editedAt)
            throws SQLException {
        Collision collision = detector.compare(base, null, base, times(editedAt, record), foreign);
        Optional<Settled> settled = ConflictResolver.auto(table.spec().conflictRules(), collision)
                .map(rule -> new Settled(ResolutionStrategy.REMOTE_WINS, base));
        return settledOrParked(collision, row, record, settled);
    }

    /** What the host's table does not let happen is for a person as well. */
    private boolean settledOrParked(
            Collision collision, RowIdentity row, RemoteRecord record, Optional<Settled> settled) throws SQLException {
        if (settled.isPresent() && settle(collision, row, record, settled.get()).isEmpty()) {
            return true;
        }
        park(collision, record, row);
        return false;
    }

    /** Both sides changed, in different columns or alike, or a merger joined them: nobody loses anything, so it is no conflict. */
    private Optional<SQLException> join(RemoteRecord record, RowIdentity row, Joined joined) throws SQLException {
        Collision sides = joined.sides();
        RowImage remote = Objects.requireNonNull(sides.remote());
        Optional<SQLException> refused = settler.settle(row, sides.local(), joined.row(), remote, record.version());
        if (refused.isPresent()) {
            return refused;
        }
        Comparison comparison = sides.comparison();
        boolean bothGave = !comparison.local().isEmpty() && !comparison.remote().isEmpty();
        if (bothGave
                && (!comparison.local().equals(comparison.remote())
                        || !sides.merged().isEmpty())) {
            outcome.merged++;
            String rule = sides.merged().isEmpty()
                    ? "disjoint edits, joined"
                    : "joined, " + ConflictResolver.mergers(table.spec().conflictRules(), sides);
            entries.note(sides, row, ResolutionStrategy.MERGE, ResolvedBy.AUTO, rule, joined.row());
        } else {
            outcome.agreed++;
        }
        return Optional.empty();
    }

    private Optional<SQLException> settle(Collision collision, RowIdentity row, RemoteRecord record, Settled settled)
            throws SQLException {
        Optional<SQLException> refused = writer.write(collision, row, record, settled);
        if (refused.isEmpty()) {
            String rule = ConflictResolver.reason(table.spec().conflictRules(), collision);
            entries.settled(collision, row, settled, rule);
        }
        return refused;
    }

    /** Asks a person about a version that stands beside the one that this device holds. */
    void offer(Collision collision, RemoteRecord record, RowIdentity row) throws SQLException {
        park(collision, record, row);
    }

    /** Puts three versions next to each other of which no times are asked. */
    Collision compare(@Nullable RowImage base, @Nullable RowImage local, @Nullable RowImage remote) {
        return detector.compare(base, local, remote, WriteTimes.unknown(context.clock()), true);
    }

    /**
     * Puts the sides of a parked row next to each other as they are now.
     *
     * @param base the version both last agreed on, if known
     * @param local the row here; null if it was deleted
     * @param remote the record as an image; null if it is a tombstone
     * @param record the record
     * @param editedAt the last local edit, in ms by this device's clock, if known
     * @param foreign whether the remote side is known to be another's
     * @return the sides
     */
    Collision sides(
            @Nullable RowImage base,
            @Nullable RowImage local,
            @Nullable RowImage remote,
            RemoteRecord record,
            @Nullable Long editedAt,
            boolean foreign) {
        return detector.compare(base, local, remote, times(editedAt, record), foreign);
    }

    /**
     * Gives the journal of what met.
     *
     * @return the journal
     */
    ConflictJournal entries() {
        return entries;
    }
}
