package dev.syncline.internal.queue;

import dev.syncline.backend.ChangeKind;
import dev.syncline.internal.capture.JournalRows;
import dev.syncline.internal.capture.PendingChange;
import dev.syncline.internal.capture.RowImage;
import dev.syncline.internal.capture.RowImageCodec;
import dev.syncline.internal.capture.UnreadableValueException;
import dev.syncline.internal.record.BoundTable;
import dev.syncline.internal.record.RowIdentity;
import dev.syncline.internal.record.RowReferences.Referred;
import dev.syncline.internal.store.ConflictRepository;
import dev.syncline.internal.store.OperationRepository;
import dev.syncline.internal.store.SyncOperation;
import dev.syncline.internal.store.Unit;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
    private final Omissions omissions;
    private final Map<String, Boolean> unsentParents = new HashMap<>();
    private final Map<String, List<PendingChange>> leftovers = new HashMap<>();
    private final Map<String, List<SyncOperation>> frozen = new HashMap<>();
    /** Tables with an unsent row of which nobody can tell what it refers to. */
    private final Set<BoundTable> unreadable = new HashSet<>();

    private final Set<String> createdHere = new HashSet<>();
    /** What lets go of its references with this claim; until the answer is there the backend has them. */
    private final List<PendingChange> parting = new ArrayList<>();

    Dependencies(Unit unit, BoundTable table, Omissions omissions) {
        this.unit = unit;
        this.table = table;
        this.omissions = omissions;
    }

    /** Notes that a change goes out with this claim; a row that refers to it waits for the answer. */
    void claimed(PendingChange change, ChangeKind kind) {
        if (kind == ChangeKind.CREATE) {
            table.keys().encode(change.key()).ifPresent(createdHere::add);
        }
    }

    /** Notes that a row which is to be deleted lets go of what it refers to first. */
    void parts(PendingChange change) {
        parting.add(change);
    }

    /** Whether a change must wait. */
    boolean block(PendingChange change, RowIdentity row, ChangeKind kind) throws SQLException {
        if (kind == ChangeKind.DELETE) {
            return !omissions.isSentAnyway(table, row.rowId()) && hasUnsentChildren(change.key());
        }
        RowImage now = change.now();
        if (now == null) {
            return false;
        }
        Set<String> unsent = unsentParents(change.key(), now);
        if (unsent.isEmpty()) {
            return false;
        }
        unsent.removeAll(leftOut(change, row, kind));
        return !unsent.isEmpty();
    }

    /** What a row is sent without: as the omissions say, and a new row without references to itself that has no id yet. */
    Set<String> leftOut(PendingChange change, RowIdentity row, ChangeKind kind) {
        Set<String> omitted = omissions.of(table, row.rowId());
        RowImage now = change.now();
        if (table.references().isEmpty()) {
            return omitted;
        }
        Set<String> columns = new HashSet<>(omitted);
        if (kind == ChangeKind.CREATE && now != null && table.serverIds()) {
            for (Referred reference : table.references().of(change.key(), now)) {
                boolean itself =
                        reference.parent() == table && reference.value().equals(change.key()[0]);
                if (itself && Omissions.isPossible(table, reference.column())) {
                    columns.add(reference.column());
                }
            }
        }
        return columns;
    }

    /** The columns through which a row refers to what the backend does not have yet. */
    private Set<String> unsentParents(@Nullable Object[] key, RowImage now) throws SQLException {
        Set<String> columns = new HashSet<>();
        for (Referred reference : table.references().of(key, now)) {
            if (isUnsent(reference.parent(), reference.value(), key)) {
                columns.add(reference.column());
            }
        }
        return columns;
    }

    /**
     * Whether a change would be sent as it was refused. A new row of a circle may have been refused without its references, and would
     * be sent like that again.
     */
    boolean isAsRefused(PendingChange change, SyncOperation refused) throws SQLException {
        RowImage now = change.now();
        String image = now == null ? null : RowImageCodec.toJson(now);
        if (now == null || refused.kind() != ChangeKind.CREATE || Objects.equals(refused.image(), image)) {
            return Objects.equals(refused.image(), image);
        }
        Set<String> unsent = unsentParents(change.key(), now);
        unsent.removeIf(column -> !Omissions.isPossible(table, column));
        return Objects.equals(refused.image(), RowImageCodec.toJson(Omissions.without(now, unsent)));
    }

    /** Whether a row refers to one that the backend does not have yet; that may be itself. */
    boolean isUnsent(BoundTable parent, Object value, @Nullable Object[] key) throws SQLException {
        Optional<RowIdentity> row = RowIdentity.of(parent, new Object[] {value}, null);
        if (row.isEmpty()) {
            return false;
        }
        if (omissions.isTogether(parent, row.get().rowId())) {
            return false;
        }
        if (parent == table) {
            boolean itself = key.length == 1 && value.equals(key[0]);
            if (itself && !table.serverIds()) {
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
            if (isReferredBy(child, unsent, key)
                    || (child.equals(table) && isReferredBy(child, parting, key))
                    || hasFrozenLeftover(child, key)) {
                return true;
            }
        }
        return false;
    }

    private boolean isReferredBy(BoundTable child, List<PendingChange> changes, @Nullable Object[] key) {
        for (PendingChange change : changes) {
            RowImage base = change.base();
            boolean itself = child.equals(table) && Arrays.equals(change.key(), key);
            if (base != null && !itself && child.references().lead(change.key(), base, table, key[0])) {
                return true;
            }
        }
        return false;
    }

    /** Whether the backend may have got the change that takes a child away or not is unknown until its answer is there. */
    private boolean hasFrozenLeftover(BoundTable child, @Nullable Object[] key) {
        for (SyncOperation frozen : frozenOf(child)) {
            if (frozen.base() != null
                    && !omissions.isTogether(child, frozen.rowId())
                    && child.references()
                            .lead(
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
