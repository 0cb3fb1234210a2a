package dev.syncline.internal.record;

import dev.syncline.backend.RemoteRecord;
import dev.syncline.internal.capture.ColumnSchema;
import dev.syncline.internal.capture.JournalRows;
import dev.syncline.internal.capture.PendingChange;
import dev.syncline.internal.store.ConflictRepository;
import dev.syncline.internal.store.ConflictRepository.StoredConflict;
import dev.syncline.internal.store.OperationRepository;
import dev.syncline.internal.store.RowStateRepository;
import dev.syncline.internal.store.RowStateRepository.RowState;
import dev.syncline.internal.store.SyncOperation;
import dev.syncline.internal.store.TombstoneRepository;
import dev.syncline.internal.store.TombstoneRepository.Tombstone;
import dev.syncline.internal.store.Unit;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds out how rows of one table stand here. Lives within one unit of work.
 */
final class RowStandings {
    private final Unit unit;
    private final BoundTable table;
    private final HostTable host;
    private final JournalRows journal;
    private final RowStateRepository states;
    private final Emptiness known;
    private final boolean reconcile;
    private final @Nullable FirstWalk walk;

    /**
     * Makes a finder.
     *
     * @param unit the unit
     * @param session the table in it
     * @param reconcile whether rows may have changed without a trigger having seen it
     * @param walk the walk, if it is the first one over this table
     */
    RowStandings(Unit unit, TableSession session, boolean reconcile, @Nullable FirstWalk walk) {
        this.unit = unit;
        table = session.table();
        host = session.host();
        journal = session.journal();
        states = session.states();
        known = session.known();
        this.reconcile = reconcile;
        this.walk = walk;
    }

    /** Whether looking at a row needs what was gathered before to be written. */
    boolean needsWritten(RowIdentity row) throws SQLException {
        return !known.isSettled(row);
    }

    /** Whether an unknown record may be a create of this device whose answer was lost. */
    boolean mayBeOwnCreate() {
        return !known.noQueue() && OperationRepository.hasFrozenCreate(unit.handle(), table.id());
    }

    /** Says that a row is written whose record had no key yet and was not looked at: what comes of it next is no first sight. */
    void brought(RowIdentity row) {
        if (walk != null) {
            walk.isFirstSight(row.compact());
        }
    }

    /** The deletion that is known of a record, if any. */
    Optional<Tombstone> tombstone(RemoteRecord record) {
        return known.noTombstones()
                ? Optional.empty()
                : TombstoneRepository.find(unit.handle(), table.id(), RowIdentity.tombstone(table, record));
    }

    /** Forgets that a record was deleted, because it lives again. */
    void revive(RemoteRecord record) {
        if (!known.noTombstones() && !record.deleted()) {
            TombstoneRepository.remove(unit.handle(), table.id(), RowIdentity.tombstone(table, record));
        }
    }

    /** Reads together what is known of records that are about to be looked at; each of them is looked at once. */
    void expect(Collection<RemoteRecord> records) throws SQLException {
        boolean unseen = walk != null && known.nearlyNothing() && !reconcile;
        if (unseen || !keysAreIds() || records.size() < 2) {
            return;
        }
        List<Object> keys = new ArrayList<>(records.size());
        for (RemoteRecord record : records) {
            keys.add(table.keys().compact(record.id()));
        }
        states.expect(keys);
    }

    /** Whether a record's id is its row's key, with nothing to be translated. */
    private boolean keysAreIds() {
        boolean translated = table.serverIds();
        for (ColumnSchema part : table.schema().key()) {
            translated |= table.parentOf(part.name()) != null;
        }
        return !translated;
    }

    /** How the row of a record stands. */
    Standing of(RemoteRecord record, RowIdentity row) throws SQLException {
        boolean settled = known.isSettled(row);
        if (walk != null && walk.isFirstSight(row.compact()) && settled && known.noTombstones() && !reconcile) {
            return new Standing(LocalState.UNKNOWN, null, null, null);
        }
        Optional<RowState> state = states.find(row.compact());
        String version = state.map(RowState::version).orElse(null);
        if (!settled) {
            Standing held = unsettled(row, version);
            if (held != null) {
                return held;
            }
        }
        if (state.isPresent()) {
            boolean vanished = reconcile && !host.exists(row.key());
            return new Standing(vanished ? LocalState.VANISHED : LocalState.CLEAN, version, null, null);
        }
        Optional<Tombstone> tombstone = tombstone(record);
        if (tombstone.isPresent()) {
            return new Standing(LocalState.DELETED, tombstone.get().version(), null, null);
        }
        boolean untracked = reconcile && host.exists(row.key());
        return new Standing(untracked ? LocalState.UNTRACKED : LocalState.UNKNOWN, null, null, null);
    }

    /** How a row stands of which something is held; null if that has come to nothing. */
    private @Nullable Standing unsettled(RowIdentity row, @Nullable String version) throws SQLException {
        if (!known.noConflicts()) {
            Optional<StoredConflict> open = ConflictRepository.openOf(unit.handle(), table.id(), row.rowId());
            if (open.isPresent()) {
                return new Standing(LocalState.PARKED, version, null, open.get());
            }
        }
        if (!known.noQueue()) {
            Optional<SyncOperation> operation = OperationRepository.find(unit.handle(), table.id(), row.rowId());
            if (operation
                    .filter(o -> o.status() == SyncOperation.Status.PROCESSING)
                    .isPresent()) {
                return new Standing(LocalState.FROZEN, version, null, null);
            }
        }
        if (!known.noJournal()) {
            Optional<PendingChange> pending = journal.find(row.key());
            if (pending.isPresent()) {
                return new Standing(pendingState(pending.get()), version, pending.get(), null);
            }
            dropTouch(row);
        }
        return null;
    }

    /** A touch that came to nothing would keep an image that a record makes stale: what is edited later would not be seen. */
    void dropTouch(RowIdentity row) throws SQLException {
        if (!known.noJournal()) {
            journal.remove(row.key());
        }
    }

    private static LocalState pendingState(PendingChange pending) {
        return switch (pending.kind()) {
            case CREATE -> LocalState.PENDING_CREATE;
            case UPDATE -> LocalState.PENDING_UPDATE;
            case DELETE -> LocalState.PENDING_DELETE;
        };
    }

    /**
     * How a row stands.
     *
     * @param state its state
     * @param version the version of it that is known; null if none is
     * @param pending its unsent change, if it has one
     * @param conflict its open conflict, if it is parked
     */
    record Standing(
            LocalState state,
            @Nullable String version,
            @Nullable PendingChange pending,
            @Nullable StoredConflict conflict) {}
}
