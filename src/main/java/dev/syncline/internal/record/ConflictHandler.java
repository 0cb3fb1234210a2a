package dev.syncline.internal.record;

import dev.syncline.backend.RemoteRecord;
import dev.syncline.conflict.Conflict;
import dev.syncline.conflict.ConflictBuilder;
import dev.syncline.conflict.ConflictSeverity;
import dev.syncline.conflict.ConflictType;
import dev.syncline.conflict.ResolutionStrategy;
import dev.syncline.conflict.ResolvedBy;
import dev.syncline.internal.capture.JournalRows;
import dev.syncline.internal.capture.PendingChange;
import dev.syncline.internal.capture.RowImage;
import dev.syncline.internal.record.ConflictResolver.Settled;
import dev.syncline.internal.store.ConflictRepository;
import dev.syncline.internal.store.ConflictRepository.StoredConflict;
import dev.syncline.internal.store.Unit;
import java.sql.SQLException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries out what is decided about rows that both sides changed: joins disjoint edits, settles by rule, parks what a person is
 * to decide, and keeps every version in {@code syncline_conflicts}. Lives within one unit of work.
 */
public final class ConflictHandler {
    private static final Logger log = LoggerFactory.getLogger(ConflictHandler.class);

    private final Unit unit;
    private final BoundTable table;
    private final ApplyContext context;
    private final JournalRows journal;
    private final RowSettler settler;
    private final ApplyOutcome outcome;
    private final Emptiness known;

    /**
     * Makes a handler for one table.
     *
     * @param unit the unit; capture is silenced in it
     * @param table the table
     * @param context what all tables share
     * @param journal its journal
     * @param settler brings rows to their outcome
     * @param outcome collects what happens
     * @param known what is empty in this unit
     */
    ConflictHandler(
            Unit unit,
            BoundTable table,
            ApplyContext context,
            JournalRows journal,
            RowSettler settler,
            ApplyOutcome outcome,
            Emptiness known) {
        this.known = known;
        this.unit = unit;
        this.table = table;
        this.context = context;
        this.journal = journal;
        this.settler = settler;
        this.outcome = outcome;
    }

    /**
     * Settles or parks a row whose two sides differ.
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
        Comparison comparison = Comparison.of(table.columns(), base, local, remote);
        if (local != null && remote != null && comparison.colliding().isEmpty()) {
            return join(record, row, base, local, remote, comparison);
        }
        Collision collision = new Collision(
                type(base, local, remote), base, local, remote, comparison, atBackend(editedAt), record.changedAt());
        Conflict conflict = describe(collision, row).build();
        Optional<Settled> settled = ConflictResolver.auto(table.spec(), collision);
        if (settled.isEmpty()) {
            park(conflict, record, row, remote);
            return Optional.empty();
        }
        return withParents(row, settled.get().outcome(), () -> settle(conflict, collision, row, record, settled.get()));
    }

    /** A row that comes back takes along what it refers to, if that was deleted here and nobody but this device knows. */
    private Optional<SQLException> withParents(RowIdentity row, @Nullable RowImage kept, Settling settling)
            throws SQLException {
        Optional<SQLException> refused = settling.settle();
        if (refused.isEmpty() || kept == null) {
            return refused;
        }
        boolean parentsAreBack = new OrphanKeeper(unit, context, outcome).bringBackParents(table, row.key(), kept);
        // They may be of this very table.
        known.journaled();
        known.parked();
        return parentsAreBack ? settling.settle() : refused;
    }

    private void park(Conflict conflict, RemoteRecord record, RowIdentity row, @Nullable RowImage remote)
            throws SQLException {
        log.warn("Parked for a decision: {}", conflict);
        keepPending(row, remote);
        known.journaled();
        known.parked();
        store(conflict, record, null);
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
        Comparison comparison = Comparison.of(table.columns(), base, local, base);
        Collision collision = new Collision(
                ConflictType.UPDATE_DELETE, base, local, base, comparison, atBackend(editedAt), record.changedAt());
        return settledOrParked(collision, row, record, ConflictResolver.auto(table.spec(), collision));
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
        Comparison comparison = Comparison.of(table.columns(), base, null, base);
        Collision collision = new Collision(
                ConflictType.DELETE_UPDATE, base, null, base, comparison, atBackend(editedAt), record.changedAt());
        Optional<Settled> settled = ConflictResolver.auto(table.spec(), collision)
                .map(rule -> new Settled(ResolutionStrategy.REMOTE_WINS, base));
        return settledOrParked(collision, row, record, settled);
    }

    /** What the host's table does not let happen is for a person as well. */
    private boolean settledOrParked(
            Collision collision, RowIdentity row, RemoteRecord record, Optional<Settled> settled) throws SQLException {
        Conflict conflict = describe(collision, row).build();
        if (settled.isPresent()
                && settle(conflict, collision, row, record, settled.get()).isEmpty()) {
            return true;
        }
        park(conflict, record, row, collision.remote());
        return false;
    }

    private @Nullable Instant atBackend(@Nullable Long editedAt) {
        return editedAt == null ? null : Instant.ofEpochMilli(editedAt).plus(context.clockOffset());
    }

    /** An edit that no trigger saw has no place in the journal yet; without one the conflict would look settled. */
    private void keepPending(RowIdentity row, @Nullable RowImage remote) throws SQLException {
        if (!journal.isPending(row.key())) {
            journal.put(row.key(), remote);
        }
    }

    /** Both sides changed, in different columns or alike: nobody loses anything, so it is no conflict. */
    private Optional<SQLException> join(
            RemoteRecord record,
            RowIdentity row,
            @Nullable RowImage base,
            RowImage local,
            RowImage remote,
            Comparison comparison)
            throws SQLException {
        RowImage merged = comparison.merge(local, remote);
        Optional<SQLException> refused = settler.settle(row, local, merged, remote, record.version());
        if (refused.isPresent()) {
            return refused;
        }
        boolean bothGave = !comparison.local().isEmpty() && !comparison.remote().isEmpty();
        if (bothGave && !comparison.local().equals(comparison.remote())) {
            outcome.merged++;
            Collision joined = new Collision(ConflictType.UPDATE_UPDATE, base, local, remote, comparison, null, null);
            Conflict entry = describe(joined, row)
                    .severity(ConflictSeverity.LOW)
                    .resolution(context.clock().instant(), ResolutionStrategy.MERGE, ResolvedBy.AUTO)
                    .notes("disjoint edits, joined")
                    .build();
            ConflictRepository.insert(
                    unit.handle(), new StoredConflict(entry, table.id(), RecordText.write(record)), data(merged));
        } else {
            outcome.agreed++;
        }
        return Optional.empty();
    }

    /** An answer never opens a conflict, but what an edit made since hides of it is not lost either. */
    void journalHidden(
            RowIdentity row,
            RowImage sent,
            RowImage present,
            RowImage answer,
            Comparison comparison,
            RemoteRecord copy) {
        Collision hidden = new Collision(ConflictType.UPDATE_UPDATE, sent, present, answer, comparison, null, null);
        note(hidden, row, copy, ResolutionStrategy.LOCAL_WINS, "edited again before the answer came", present);
    }

    private void note(
            Collision collision,
            RowIdentity row,
            RemoteRecord record,
            ResolutionStrategy strategy,
            String why,
            RowImage agreed) {
        Conflict entry = describe(collision, row)
                .severity(ConflictSeverity.LOW)
                .resolution(context.clock().instant(), strategy, ResolvedBy.AUTO)
                .notes(why)
                .build();
        ConflictRepository.insert(
                unit.handle(), new StoredConflict(entry, table.id(), RecordText.write(record)), data(agreed));
    }

    private Optional<SQLException> settle(
            Conflict conflict, Collision collision, RowIdentity row, RemoteRecord record, Settled settled)
            throws SQLException {
        Optional<SQLException> refused = carryOut(collision, row, record, settled);
        if (refused.isEmpty()) {
            Conflict resolved = conflict.resolved(context.clock().instant(), settled.strategy(), ResolvedBy.AUTO);
            log.warn("Settled by rule: {}", resolved);
            store(resolved, record, settled.outcome());
        }
        return refused;
    }

    private Optional<SQLException> carryOut(Collision collision, RowIdentity row, RemoteRecord record, Settled settled)
            throws SQLException {
        RowImage kept = settled.outcome();
        Optional<SQLException> refused = collision.remote() == null
                ? settler.settleGone(row, collision.local(), kept, record.version())
                : settler.settle(row, collision.local(), kept, collision.remote(), record.version());
        if (refused.isEmpty() && kept != null) {
            new OrphanKeeper(unit, context, outcome).keepParents(table, row.key(), kept);
        }
        return refused;
    }

    /**
     * Settles a parked row as a person decided.
     *
     * @param stored the open conflict
     * @param row the row's names
     * @param collision the row's sides as they are now
     * @param record the backend's record
     * @param strategy the decision
     * @return the resolved conflict
     * @throws SQLException if the unit is doomed, or the host's table refused the outcome
     */
    public Conflict decide(
            StoredConflict stored,
            RowIdentity row,
            Collision collision,
            RemoteRecord record,
            ResolutionStrategy strategy)
            throws SQLException {
        Settled settled = ConflictResolver.settle(strategy, collision);
        Optional<SQLException> refused =
                withParents(row, settled.outcome(), () -> carryOut(collision, row, record, settled));
        if (refused.isPresent()) {
            throw refused.get();
        }
        return close(stored, collision, strategy, ResolvedBy.USER, settled.outcome());
    }

    /**
     * Closes a conflict whose local side has gone by itself: the row was edited back, so the backend's version holds.
     *
     * @param stored the open conflict
     * @param row the row's names
     * @param collision the row's sides as they are now
     * @param record the backend's record
     * @return why the host's table refused the backend's version; empty if the conflict is closed
     * @throws SQLException if the unit is doomed
     */
    public Optional<SQLException> closeOvertaken(
            StoredConflict stored, RowIdentity row, Collision collision, RemoteRecord record) throws SQLException {
        Settled settled = new Settled(ResolutionStrategy.REMOTE_WINS, collision.remote());
        Optional<SQLException> refused = carryOut(collision, row, record, settled);
        if (refused.isEmpty()) {
            close(stored, collision, ResolutionStrategy.REMOTE_WINS, ResolvedBy.AUTO, collision.remote());
        }
        return refused;
    }

    /**
     * Gives an unsent change up because the host says so. What is dropped is kept like the side of a conflict that lost.
     *
     * @param row the row's names
     * @param change the change
     * @param version the version that the change was made on, if known
     * @return why the host's table refused what the row was before; empty if the change is gone
     * @throws SQLException if the unit is doomed
     */
    public Optional<SQLException> discard(RowIdentity row, PendingChange change, Optional<String> version)
            throws SQLException {
        RowImage base = change.base();
        RowImage local = change.now();
        Optional<SQLException> refused = settler.giveUp(row, local, base);
        if (refused.isPresent()) {
            return refused;
        }
        Comparison comparison = Comparison.of(table.columns(), base, local, base);
        Collision dropped = new Collision(type(base, local, base), base, local, base, comparison, null, null);
        Conflict entry = describe(dropped, row)
                .severity(ConflictSeverity.LOW)
                .resolution(context.clock().instant(), ResolutionStrategy.REMOTE_WINS, ResolvedBy.USER)
                .notes("discarded before it was sent")
                .build();
        // Nothing more was told of the record than what the base holds.
        RemoteRecord record = RemoteRecord.tombstone(RowIdentity.NO_ID, version.orElse(null));
        ConflictRepository.insert(
                unit.handle(), new StoredConflict(entry, table.id(), RecordText.write(record)), data(base));
        return refused;
    }

    private Conflict close(
            StoredConflict stored,
            Collision collision,
            ResolutionStrategy strategy,
            ResolvedBy by,
            @Nullable RowImage agreed) {
        Conflict resolved = stored.conflict().toBuilder()
                .local(data(collision.local()))
                .resolution(context.clock().instant(), strategy, by)
                .build();
        ConflictRepository.resolve(unit.handle(), resolved, data(agreed));
        log.info("Resolved: {}", resolved);
        outcome.conflicts().add(resolved);
        return resolved;
    }

    /**
     * Puts a record in the place of an open conflict's remote side.
     *
     * @param stored the open conflict
     * @param remote the record as an image; null if it is a tombstone
     * @param record the record
     */
    void refresh(StoredConflict stored, @Nullable RowImage remote, RemoteRecord record) {
        ConflictRepository.refresh(unit.handle(), stored.conflict().id(), data(remote), RecordText.write(record));
    }

    private void store(Conflict conflict, RemoteRecord record, @Nullable RowImage agreed) {
        ConflictRepository.insert(
                unit.handle(), new StoredConflict(conflict, table.id(), RecordText.write(record)), data(agreed));
        outcome.conflicts().add(conflict);
    }

    private ConflictBuilder describe(Collision collision, RowIdentity row) {
        return Conflict.builder(context.ids().get(), table.spec().entity(), row.rowId())
                .type(collision.type())
                .local(data(collision.local()))
                .remote(data(collision.remote()))
                .base(data(collision.base()))
                .fields(collision.columns())
                .severity(collision.severity(table.spec()))
                .detectedAt(context.clock().instant());
    }

    private static ConflictType type(@Nullable RowImage base, @Nullable RowImage local, @Nullable RowImage remote) {
        if (remote == null) {
            return ConflictType.UPDATE_DELETE;
        }
        if (local == null) {
            return ConflictType.DELETE_UPDATE;
        }
        return base == null ? ConflictType.CREATE_EXISTS : ConflictType.UPDATE_UPDATE;
    }

    /** A version as hosts see it: by column, in JSON values; a value that has no such form is shown by its storage class. */
    private @Nullable Map<String, @Nullable Object> data(@Nullable RowImage image) {
        if (image == null) {
            return null;
        }
        Map<String, @Nullable Object> data = new LinkedHashMap<>();
        for (ColumnMapping column : table.columns()) {
            if (image.has(column.column())) {
                data.put(column.column(), column.describe(image.get(column.column())));
            }
        }
        return data;
    }

    /** One way to bring a row to its outcome. */
    private interface Settling {
        Optional<SQLException> settle() throws SQLException;
    }
}
