package dev.syncline.internal.queue;

import dev.syncline.backend.ChangeKind;
import dev.syncline.internal.capture.JournalRows;
import dev.syncline.internal.capture.PendingChange;
import dev.syncline.internal.capture.RowImage;
import dev.syncline.internal.capture.RowImageCodec;
import dev.syncline.internal.capture.UnreadableValueException;
import dev.syncline.internal.record.BoundTable;
import dev.syncline.internal.record.RowIdentity;
import dev.syncline.internal.store.ConflictRepository;
import dev.syncline.internal.store.OperationRepository;
import dev.syncline.internal.store.SyncOperation;
import dev.syncline.internal.store.Unit;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Says which changes must wait for another unsent one: a row for the create of a row it refers to, a deletion for what the
 * backend still knows to refer to its row. Lives within one claim.
 */
final class Dependencies implements AutoCloseable {
    /** Beyond this many leftover changes of a child table its parents' deletions simply wait. */
    private static final int LEFTOVERS = 1000;

    private final Unit unit;
    private final BoundTable table;
    private final Map<String, Boolean> unsentParents = new HashMap<>();
    private final Map<String, List<PendingChange>> leftovers = new HashMap<>();
    private final Map<String, List<SyncOperation>> frozen = new HashMap<>();
    /** Tables with an unsent row of which nobody can tell what it refers to. */
    private final Set<BoundTable> unreadable = new HashSet<>();

    private final Set<String> createdHere = new HashSet<>();

    Dependencies(Unit unit, BoundTable table) {
        this.unit = unit;
        this.table = table;
    }

    /** Notes that a change goes out with this claim; a row that refers to it waits for the answer. */
    void claimed(PendingChange change, ChangeKind kind) {
        if (kind == ChangeKind.CREATE) {
            table.keys().encode(change.key()).ifPresent(createdHere::add);
        }
    }

    boolean block(PendingChange change, ChangeKind kind) throws SQLException {
        if (kind == ChangeKind.DELETE) {
            return hasUnsentChildren(change.key());
        }
        RowImage now = change.now();
        return now != null && hasUnsentParent(change.key(), now);
    }

    private boolean hasUnsentParent(@Nullable Object[] key, RowImage now) throws SQLException {
        for (Map.Entry<String, BoundTable> reference : table.parents().entrySet()) {
            Object value =
                    now.has(reference.getKey()) ? now.get(reference.getKey()) : key[table.keyIndex(reference.getKey())];
            if (value != null && isUnsent(reference.getValue(), value, key)) {
                return true;
            }
        }
        return false;
    }

    private boolean isUnsent(BoundTable parent, Object value, @Nullable Object[] key) throws SQLException {
        Optional<RowIdentity> row = RowIdentity.of(parent, new Object[] {value}, null);
        if (row.isEmpty()) {
            return false;
        }
        if (parent == table) {
            boolean itself = key.length == 1 && value.equals(key[0]);
            if (itself) {
                return false;
            }
            if (createdHere.contains(row.get().rowId())) {
                return true;
            }
        }
        String cached = parent.id() + ":" + row.get().rowId();
        Boolean known = unsentParents.get(cached);
        if (known == null) {
            known = isUnsentCreate(parent, row.get());
            unsentParents.put(cached, known);
        }
        return known;
    }

    private boolean isUnsentCreate(BoundTable parent, RowIdentity row) throws SQLException {
        return isPendingCreate(parent, row)
                || isInDispute(parent, row)
                || OperationRepository.find(unit.handle(), parent.id(), row.rowId())
                        .filter(o -> o.kind() == ChangeKind.CREATE && o.status() == SyncOperation.Status.PROCESSING)
                        .isPresent();
    }

    private boolean isPendingCreate(BoundTable parent, RowIdentity row) throws SQLException {
        try (JournalRows journal = parent.journal().rows(unit.connection())) {
            return journal.find(row.key())
                    .filter(p -> p.kind() == ChangeKind.CREATE)
                    .isPresent();
        } catch (UnreadableValueException e) {
            // It cannot be sent as it is, so what depends on it waits with it; the claim of its own table reports it.
            return true;
        }
    }

    /** Gone at the backend and edited here: until that is decided nothing can refer to it there. */
    private boolean isInDispute(BoundTable parent, RowIdentity row) {
        return ConflictRepository.openOf(unit.handle(), parent.id(), row.rowId())
                .filter(open -> open.conflict().remoteData() == null)
                .isPresent();
    }

    private boolean hasUnsentChildren(@Nullable Object[] key) throws SQLException {
        for (BoundTable child : table.children()) {
            List<PendingChange> unsent = leftoversOf(child);
            if (unsent.size() == LEFTOVERS || unreadable.contains(child)) {
                return true;
            }
            for (PendingChange change : unsent) {
                RowImage base = change.base();
                boolean itself = child.equals(table) && Arrays.equals(change.key(), key);
                if (base != null && !itself && child.refers(change.key(), base, table, key[0])) {
                    return true;
                }
            }
            if (hasFrozenLeftover(child, key)) {
                return true;
            }
        }
        return false;
    }

    /** Whether the backend may have got the change that takes a child away or not is unknown until its answer is there. */
    private boolean hasFrozenLeftover(BoundTable child, @Nullable Object[] key) {
        for (SyncOperation frozen : frozenOf(child)) {
            if (frozen.base() != null
                    && child.refers(
                            child.keys().decode(frozen.rowId()).orElseThrow(),
                            RowImageCodec.fromJson(frozen.base()),
                            table,
                            key[0])) {
                return true;
            }
        }
        return false;
    }

    private List<SyncOperation> frozenOf(BoundTable child) {
        return frozen.computeIfAbsent(
                child.spec().name(),
                name -> OperationRepository.list(unit.handle(), child.id(), SyncOperation.Status.PROCESSING));
    }

    private List<PendingChange> leftoversOf(BoundTable child) throws SQLException {
        List<PendingChange> known = leftovers.get(child.spec().name());
        if (known == null) {
            known = child.journal().pending(unit.connection(), 0, LEFTOVERS, (row, why) -> unreadable.add(child));
            leftovers.put(child.spec().name(), known);
        }
        return known;
    }

    @Override
    public void close() {
        unsentParents.clear();
    }
}
