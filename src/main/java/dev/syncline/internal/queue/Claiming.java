package dev.syncline.internal.queue;

import dev.syncline.backend.ChangeKind;
import dev.syncline.exception.FieldFault;
import dev.syncline.internal.capture.JournalRows;
import dev.syncline.internal.capture.PendingChange;
import dev.syncline.internal.capture.UnreadableValueException;
import dev.syncline.internal.record.BoundTable;
import dev.syncline.internal.record.IdMappingService;
import dev.syncline.internal.record.KeyReuse;
import dev.syncline.internal.record.RowIdentity;
import dev.syncline.internal.store.ConflictRepository;
import dev.syncline.internal.store.HoldingRepository;
import dev.syncline.internal.store.LateFields;
import dev.syncline.internal.store.OperationRepository;
import dev.syncline.internal.store.QueuedRows;
import dev.syncline.internal.store.RowStateRepository;
import dev.syncline.internal.store.RowStateRepository.RowState;
import dev.syncline.internal.store.SyncOperation;
import dev.syncline.internal.store.SyncOperation.Status;
import dev.syncline.internal.store.TogetherRepository;
import dev.syncline.internal.store.Unit;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One claim within its unit: looks at what is pending, row by row, leaves what has to wait, and freezes the rest. Not thread-safe; close
 * it before the unit ends.
 */
final class Claiming implements AutoCloseable {
    /** Journal rows looked at in one unit for each operation wanted; the rest wait for something and are looked at again. */
    private static final int SCAN_FACTOR = 4;

    private static final int SMALLEST_CHUNK = 50;

    /** Stands where a row has no key that could have a state; no table has a key of no bytes. */
    private static final Object NO_KEY = new byte[0];

    private final Unit unit;
    private final BoundTable table;
    private final boolean deletes;
    private final PushWindow window;
    private final Omissions omissions;
    private final IdMappingService ids;
    private final RowStateRepository states;
    private final JournalRows journal;
    private final Dependencies dependencies;
    private final boolean noConflicts;
    /** A row that is replaced before all its fields were read would lose those that were not. */
    private final boolean rowsWait;

    private final boolean queueIsEmpty;
    /** Rows that go with others, or not at all. */
    private final Set<String> together;
    /** The operations of the rows that are looked at now. */
    private Map<String, SyncOperation> inQueue = Map.of();

    private final Freezing freezing;

    Claiming(Freezing.Means means, Unit unit, BoundTable table, boolean deletes, PushWindow window, Omissions omissions)
            throws SQLException {
        KeyReuse.separate(unit, table);
        this.window = window;
        this.omissions = omissions;
        this.unit = unit;
        this.table = table;
        this.deletes = deletes;
        ids = new IdMappingService(unit.connection());
        states = new RowStateRepository(unit.connection(), table.id());
        journal = table.journal().rows(unit.connection());
        dependencies = new Dependencies(unit, table, omissions);
        freezing = new Freezing(means, unit, table, window, omissions, journal, dependencies, ids);
        noConflicts = ConflictRepository.noneOpen(unit.handle(), table.id());
        rowsWait = !means.partialUpdates()
                && LateFields.find(unit.handle(), table.id()).isPresent();
        queueIsEmpty = OperationRepository.isEmpty(unit.handle(), table.id());
        together = TogetherRepository.waiting(unit.handle(), table.id());
    }

    /** Looks at these rows only, each of which the window lets go. */
    List<SyncOperation> run(List<String> rowIds) throws SQLException {
        inQueue = QueuedRows.find(unit.connection(), table.id(), rowIds);
        for (String rowId : rowIds) {
            Object[] key = table.keys().decode(rowId).orElseThrow();
            Optional<PendingChange> change = journal.find(key);
            Optional<RowIdentity> row = RowIdentity.of(table, key, null);
            if (change.isPresent() && row.isPresent()) {
                consider(
                        change.get(),
                        row,
                        states.find(List.of(row.get().compact())).get(0));
            }
        }
        return freezing.store();
    }

    SyncQueueManager.Claim run(long afterSeq, int limit) throws SQLException {
        long lastSeq = afterSeq;
        boolean more = true;
        int looked = 0;
        while (more && freezing.count() < limit && looked < limit * SCAN_FACTOR) {
            int chunk = Math.max(limit - freezing.count(), SMALLEST_CHUNK);
            List<PendingChange> pending = table.journal().pending(unit.connection(), lastSeq, chunk, this::leaveOut);
            more = pending.size() == chunk;
            List<Optional<RowIdentity>> rows = new ArrayList<>(pending.size());
            List<Object> compact = new ArrayList<>(pending.size());
            for (PendingChange change : pending) {
                Optional<RowIdentity> row = RowIdentity.of(table, change.key(), null);
                rows.add(row);
                compact.add(row.isPresent() ? row.get().compact() : NO_KEY);
            }
            List<Optional<RowState>> known = states.find(compact);
            inQueue = queueIsEmpty ? Map.of() : inQueue(rows);
            for (int i = 0; i < pending.size(); i++) {
                if (freezing.count() == limit) {
                    more = true;
                    break;
                }
                lastSeq = pending.get(i).seq();
                looked++;
                consider(pending.get(i), rows.get(i), known.get(i));
            }
        }
        return new SyncQueueManager.Claim(freezing.store(), freezing.faults(), lastSeq, more);
    }

    private Map<String, SyncOperation> inQueue(List<Optional<RowIdentity>> rows) throws SQLException {
        List<String> rowIds = new ArrayList<>(rows.size());
        rows.forEach(row -> row.ifPresent(identity -> rowIds.add(identity.rowId())));
        return QueuedRows.find(unit.connection(), table.id(), rowIds);
    }

    /** Deletions are claimed from the same journal, and one report of a row is enough. */
    private void leaveOut(Object @Nullable [] key, UnreadableValueException unreadable) {
        if (!deletes) {
            FieldFault field = new FieldFault(
                    unreadable.column(), "text that is not valid UTF-8", "store it as a BLOB, or correct the text");
            String row = key == null ? null : table.keys().encode(key).orElse(null);
            freezing.refuse(row, List.of(field), "it stays pending until it is corrected");
        }
    }

    private void consider(PendingChange change, Optional<RowIdentity> identity, Optional<RowState> state)
            throws SQLException {
        if (identity.isEmpty()) {
            freezing.refuse(
                    null,
                    List.of(),
                    "its key is null or of another type than its column. It stays pending;"
                            + " give it a key of the declared type");
            return;
        }
        RowIdentity row = identity.get();
        if (waits(row, change)) {
            return;
        }
        ChangeKind kind = kind(change, state.isPresent());
        if (change.kind() == ChangeKind.DELETE && state.isEmpty()) {
            // The backend never heard of the row: there is nothing to delete there.
            journal.remove(change.key());
            return;
        }
        if ((kind == ChangeKind.DELETE) != deletes || (kind == ChangeKind.UPDATE && rowsWait)) {
            return;
        }
        if (window.leavesAsLater(table, change, row.rowId()) || omissions.isClaimed(table, row.rowId())) {
            return;
        }
        String version = state.map(RowState::version).orElse(null);
        Set<String> without = dependencies.leftOut(change, row, kind);
        if (kind == ChangeKind.DELETE && !without.isEmpty()) {
            freezing.part(change, row, without, version);
            return;
        }
        if (dependencies.block(change, row, kind)) {
            return;
        }
        if (kind == ChangeKind.CREATE && isHeldRecordOf(change)) {
            return;
        }
        if (kind == ChangeKind.DELETE) {
            freezing.delete(change, row, version);
            return;
        }
        freezing.row(change, row, kind, Omissions.without(Objects.requireNonNull(change.now()), without), version);
    }

    /**
     * A row that was taken for the backend's by its number, and whose record waits, is no new one. If the record has gone
     * meanwhile, the number means nothing and the row is new after all.
     */
    private boolean isHeldRecordOf(PendingChange change) throws SQLException {
        if (!table.serverIds()) {
            return false;
        }
        Optional<String> remote = ids.remoteId(table, change.key());
        if (remote.isEmpty()) {
            return false;
        }
        boolean held =
                HoldingRepository.find(unit.handle(), table.id(), remote.get()).isPresent();
        if (!held) {
            ids.unmap(table, change.key()[0]);
        }
        return held;
    }

    /** The conflict of the row is open, its operation is on its way, or what was refused has not changed since. */
    private boolean waits(RowIdentity row, PendingChange change) throws SQLException {
        if (together.contains(row.rowId()) && !omissions.isTogether(table, row.rowId())) {
            return true;
        }
        if (window.leavesAsMoving(table, row.rowId())) {
            return true;
        }
        if (!noConflicts
                && ConflictRepository.openOf(unit.handle(), table.id(), row.rowId())
                        .isPresent()) {
            return true;
        }
        SyncOperation ahead = inQueue.get(row.rowId());
        if (ahead == null) {
            return false;
        }
        if (ahead.status() == Status.PROCESSING) {
            return true;
        }
        boolean sameAsRefused = dependencies.isAsRefused(change, ahead);
        if (!sameAsRefused) {
            OperationRepository.delete(unit.handle(), List.of(ahead.id()));
        }
        return sameAsRefused;
    }

    /** What the backend has to do follows from what it knows, not only from what happened here. */
    private static ChangeKind kind(PendingChange change, boolean known) {
        if (change.kind() == ChangeKind.DELETE) {
            return ChangeKind.DELETE;
        }
        return known ? ChangeKind.UPDATE : ChangeKind.CREATE;
    }

    @Override
    public void close() throws SQLException {
        dependencies.close();
        journal.close();
        states.close();
        ids.close();
    }
}
