package dev.syncline.internal.record;

import dev.syncline.backend.RemoteRecord;
import dev.syncline.internal.capture.JournalRows;
import dev.syncline.internal.capture.PendingChange;
import dev.syncline.internal.capture.RowImage;
import dev.syncline.internal.record.RowReferences.Referred;
import dev.syncline.internal.store.ConflictRepository;
import dev.syncline.internal.store.HoldingRepository;
import dev.syncline.internal.store.HoldingRepository.Held;
import dev.syncline.internal.store.HoldingRepository.Reason;
import dev.syncline.internal.store.OperationRepository;
import dev.syncline.internal.store.SyncOperation;
import dev.syncline.internal.store.Unit;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Settles what a deletion on one side and a reference on the other leave behind. A row that is unsent here and refers to one that
 * is gone at the backend is put to the rules as a conflict of its own; if it stays, what it refers to becomes new again. A
 * deletion that the backend refuses, because a record waiting here refers to its row, is put to the rules likewise, and so is one
 * that keeps a row from coming back that was deleted with it.
 *
 * <p>Lives within one unit of work in which capture is silenced.
 */
public final class OrphanKeeper {
    private static final RemoteRecord NEVER_THERE = RemoteRecord.tombstone(RowIdentity.NO_ID, null);

    private final Unit unit;
    private final ApplyContext context;
    private final ApplyOutcome outcome;

    /**
     * Makes a keeper.
     *
     * @param unit the unit
     * @param context what all tables share
     * @param outcome collects what happens
     */
    public OrphanKeeper(Unit unit, ApplyContext context, ApplyOutcome outcome) {
        this.unit = unit;
        this.context = context;
        this.outcome = outcome;
    }

    /**
     * Puts every unsent row of a table that refers to a deleted parent to the rules.
     *
     * @param parent the parent's table
     * @param child the table of the rows
     * @param waiting the parent's tombstone, which waits for its children
     * @return whether anything was settled, so that waiting records may have become free
     * @throws SQLException if the unit is doomed
     */
    public boolean parentIsGone(BoundTable parent, BoundTable child, Held waiting) throws SQLException {
        boolean progress = false;
        try (RecordApplier door = new RecordApplier(unit, child, context, false, outcome)) {
            Optional<Object[]> key = door.session().ids().localKey(parent, waiting.id());
            if (key.isEmpty()) {
                return false;
            }
            for (Object[] orphan :
                    orphans(door.session().host(), child, parent, Objects.requireNonNull(key.get()[0]))) {
                boolean waits = HoldingRepository.find(unit.handle(), parent.id(), waiting.id())
                        .isPresent();
                progress |= waits && meet(door, child, orphan);
            }
        }
        return progress;
    }

    private List<Object[]> orphans(HostTable rows, BoundTable child, BoundTable parent, Object key)
            throws SQLException {
        List<String> columns = child.parents().entrySet().stream()
                .filter(reference -> reference.getValue() == parent)
                .map(Map.Entry::getKey)
                .toList();
        List<Object[]> found =
                columns.isEmpty() ? new ArrayList<>() : new ArrayList<>(rows.keysReferring(columns, key));
        found.addAll(new NestedReferrers(unit.connection(), child).keys(parent, key));
        return found;
    }

    /** A row that was never sent has no other side; one that came from elsewhere is there as it was before. */
    private boolean meet(RecordApplier door, BoundTable child, Object[] key) throws SQLException {
        Optional<PendingChange> pending = door.session().journal().find(key);
        RowImage local = door.session().host().read(key).orElse(null);
        if (pending.isEmpty() || local == null) {
            return false;
        }
        RowImage base = pending.get().base();
        String remoteId =
                base == null ? null : door.session().ids().remoteId(child, key).orElse(null);
        RowIdentity row = RowIdentity.of(child, key, remoteId).orElseThrow();
        if (isBusy(child, row)) {
            return false;
        }
        RemoteRecord there = base == null ? NEVER_THERE : asItWas(door, row, base);
        return there != null
                && door.session()
                        .conflicts()
                        .orphaned(there, row, base, local, pending.get().editedAt());
    }

    private boolean isBusy(BoundTable table, RowIdentity row) {
        return ConflictRepository.openOf(unit.handle(), table.id(), row.rowId()).isPresent()
                || OperationRepository.find(unit.handle(), table.id(), row.rowId())
                        .filter(o -> o.status() == SyncOperation.Status.PROCESSING)
                        .isPresent();
    }

    private static @Nullable RemoteRecord asItWas(RecordApplier door, RowIdentity row, RowImage base)
            throws SQLException {
        Optional<Map<String, @Nullable Object>> fields = door.session().mapper().fields(row.key(), base, null);
        return fields.isEmpty() || row.remoteId() == null
                ? null
                : new RemoteRecord(
                        row.remoteId(), door.session().versionOf(row.rowId()).orElse(null), false, fields.get(), null);
    }

    /**
     * Makes the parents of a row that stays new again, where the backend has deleted them.
     *
     * @param table the row's table
     * @param key its key
     * @param row the row
     * @throws SQLException if the unit is doomed
     */
    void keepParents(BoundTable table, @Nullable Object[] key, RowImage row) throws SQLException {
        for (Referred reference : table.references().of(key, row)) {
            keepParent(reference.parent(), new Object[] {reference.value()});
        }
    }

    private void keepParent(BoundTable parent, Object[] key) throws SQLException {
        if (HoldingRepository.isEmpty(unit.handle(), parent.id())) {
            return;
        }
        try (RecordApplier door = new RecordApplier(unit, parent, context, false, outcome)) {
            Optional<String> remoteId = door.session().ids().remoteId(parent, key);
            Optional<Held> waiting = remoteId.flatMap(id -> HoldingRepository.find(unit.handle(), parent.id(), id))
                    .filter(held -> held.reason() == Reason.CHILDREN);
            Optional<RowImage> present = door.session().host().read(key);
            RowIdentity row = RowIdentity.of(parent, key, remoteId.orElse(null)).orElseThrow();
            if (waiting.isEmpty() || present.isEmpty() || isBusy(parent, row)) {
                return;
            }
            RemoteRecord tombstone = RecordText.read(waiting.get().record());
            door.session().settler().settleGone(row, present.get(), present.get(), tombstone.version());
            HoldingRepository.release(unit.handle(), parent.id(), waiting.get().id());
            keepParents(parent, key, present.get());
        }
    }

    /**
     * Puts a deletion that the backend refused to the rules, if a record that waits here refers to its row.
     *
     * @param child the table of the record
     * @param parent the table that it refers to
     * @param waiting the record, which waits for its parent
     * @return whether anything was settled
     * @throws SQLException if the unit is doomed
     */
    public boolean childWaits(BoundTable child, BoundTable parent, Held waiting) throws SQLException {
        KeyReuse.separate(unit, child);
        RemoteRecord record = RecordText.read(waiting.record());
        try (IdMappingService ids = new IdMappingService(unit.connection())) {
            boolean restored = false;
            for (RecordReferences.Named reference : RecordReferences.of(child, record)) {
                Optional<Object> value =
                        reference.parent() == parent ? ids.localReference(parent, reference.id()) : Optional.empty();
                restored |= value.isPresent() && isRefused(parent, value.get()) && restore(parent, value.get());
            }
            return restored;
        }
    }

    /**
     * Puts the unsent deletions of what a row refers to, and of what that refers to, to the rules, so that the row can come back.
     *
     * @param table the row's table
     * @param key its key
     * @param row the row
     * @param numbers takes the numbers of those that came back under another one
     * @return whether there were any, and all that they deleted is here again
     * @throws SQLException if the unit is doomed
     */
    boolean bringBackParents(BoundTable table, @Nullable Object[] key, RowImage row, WithParents.Numbers numbers)
            throws SQLException {
        Set<Deleted> deleted = new LinkedHashSet<>();
        addDeletedParents(table, key, row, new HashSet<>(), deleted);
        boolean allAreBack = !deleted.isEmpty();
        for (Deleted parent : deleted) {
            Optional<String> remoteId = remoteId(parent);
            allAreBack &= restore(parent.table(), parent.key());
            if (remoteId.isPresent()) {
                localKey(parent.table(), remoteId.get())
                        .ifPresent(to -> numbers.note(parent.table(), parent.key(), to));
            }
        }
        return allAreBack;
    }

    private Optional<String> remoteId(Deleted row) throws SQLException {
        try (IdMappingService ids = new IdMappingService(unit.connection())) {
            return ids.remoteId(row.table(), new Object[] {row.key()});
        }
    }

    private Optional<Object> localKey(BoundTable table, String remoteId) throws SQLException {
        try (IdMappingService ids = new IdMappingService(unit.connection())) {
            return ids.localKey(table, remoteId).map(key -> Objects.requireNonNull(key[0]));
        }
    }

    /** Those that others refer to come before these. */
    private void addDeletedParents(
            BoundTable table, @Nullable Object[] key, RowImage row, Set<Deleted> seen, Set<Deleted> found)
            throws SQLException {
        for (Referred reference : table.references().of(key, row)) {
            RowImage base = deleted(reference.parent(), reference.value());
            Deleted parent = new Deleted(reference.parent(), reference.value());
            if (base != null && seen.add(parent)) {
                addDeletedParents(parent.table(), new Object[] {parent.key()}, base, seen, found);
                found.add(parent);
            }
        }
    }

    /** What a row was whose deletion is unsent; null if it is here, or not known here at all. */
    private @Nullable RowImage deleted(BoundTable table, Object key) throws SQLException {
        try (JournalRows journal = table.journal().rows(unit.connection())) {
            return journal.find(new Object[] {key})
                    .filter(pending -> pending.now() == null)
                    .map(PendingChange::base)
                    .orElse(null);
        }
    }

    private boolean isRefused(BoundTable table, Object key) {
        return table.keys()
                .encode(new Object[] {key})
                .flatMap(id -> OperationRepository.find(unit.handle(), table.id(), id))
                .filter(o -> o.status() == SyncOperation.Status.FAILED)
                .isPresent();
    }

    private boolean restore(BoundTable parent, Object value) throws SQLException {
        Object[] key = {value};
        Optional<PendingChange> pending;
        try (JournalRows journal = parent.journal().rows(unit.connection())) {
            pending = journal.find(key);
        }
        RowImage base = pending.isEmpty() ? null : pending.get().base();
        if (base == null || pending.get().now() != null) {
            return false;
        }
        try (RecordApplier door = new RecordApplier(unit, parent, context, false, outcome)) {
            RowIdentity row = RowIdentity.of(
                            parent,
                            key,
                            door.session().ids().remoteId(parent, key).orElse(null))
                    .orElseThrow();
            RemoteRecord there = asItWas(door, row, base);
            return there != null
                    && !isBusy(parent, row)
                    && door.session()
                            .conflicts()
                            .undeletable(there, row, base, pending.get().editedAt());
        }
    }

    /** A row that is not here any more, which the backend does not know yet. */
    private record Deleted(BoundTable table, Object key) {}
}
