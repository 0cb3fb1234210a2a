package dev.syncline.internal.record;

import dev.syncline.backend.ChangeKind;
import dev.syncline.internal.capture.Journal;
import dev.syncline.internal.capture.JournalBases;
import dev.syncline.internal.capture.JournalRows;
import dev.syncline.internal.capture.RowImage;
import dev.syncline.internal.capture.RowImageCodec;
import dev.syncline.internal.record.NestedReference.Renaming;
import dev.syncline.internal.store.ConflictRepository;
import dev.syncline.internal.store.IdMappingRepository;
import dev.syncline.internal.store.OperationRepository;
import dev.syncline.internal.store.RowStateRepository;
import dev.syncline.internal.store.RowStateRepository.RowState;
import dev.syncline.internal.store.SyncOperation;
import dev.syncline.internal.store.SyncOperation.Status;
import dev.syncline.internal.store.Unit;
import dev.syncline.internal.store.UnmappedFieldRepository;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Tells a record that was deleted here from the row that SQLite, or the host, made since under the same number, where the backend
 * assigns ids. What is known of the record moves to a number below zero that no row has; there it is an ordinary pending deletion,
 * and the row that was made since is an ordinary new one. What refers to the record, at the backend or in a base, follows it.
 *
 * <p>Done in each unit before anything is looked at, since the host may take up a number at any time between two units.
 */
public final class KeyReuse {
    /** SQLite shows -1 in the place of a key that it has yet to choose. */
    private static final long HIGHEST_STAND_IN = -3;

    private final Unit unit;
    private final BoundTable table;

    private KeyReuse(Unit unit, BoundTable table) {
        this.unit = unit;
        this.table = table;
    }

    /**
     * Separates the reused numbers of a table and of those that it refers to.
     *
     * @param unit the unit
     * @param table the table
     * @throws SQLException if the library's tables cannot be written
     */
    public static void separate(Unit unit, BoundTable table) throws SQLException {
        new KeyReuse(unit, table).separate();
        for (BoundTable parent : table.references().tables()) {
            if (parent != table) {
                new KeyReuse(unit, parent).separate();
            }
        }
    }

    /**
     * Gives a record that comes back a number that its table can show: rows below zero are of no use to a host.
     *
     * @param unit the unit
     * @param table the record's table
     * @param host its rows
     * @param ids the unit's translation of ids
     * @param row the record's present names
     * @return its names from now on; the same if it has none that stand in for others
     * @throws SQLException if the library's tables cannot be written
     */
    static RowIdentity bringBack(Unit unit, BoundTable table, HostTable host, IdMappingService ids, RowIdentity row)
            throws SQLException {
        boolean standsIn = table.serverIds() && row.key()[0] instanceof Long number && number <= HIGHEST_STAND_IN;
        if (!standsIn || row.remoteId() == null) {
            return row;
        }
        Object[] key = {ids.freeLocalKey(table, row.remoteId(), host)};
        new KeyReuse(unit, table).move(Objects.requireNonNull(row.key()), key);
        ids.forget();
        return RowIdentity.of(table, key, row.remoteId()).orElseThrow();
    }

    private void separate() throws SQLException {
        Journal journal = table.journal();
        if (!table.serverIds() || journal.isEmpty(unit.connection())) {
            return;
        }
        List<Object[]> reused = new ArrayList<>(journal.reusedKeys(unit.connection()));
        try (HostTable host = new HostTable(unit.connection(), table)) {
            for (SyncOperation frozen : OperationRepository.list(unit.handle(), table.id(), Status.PROCESSING)) {
                Object[] key = table.keys().decode(frozen.rowId()).orElseThrow();
                boolean known = reused.stream().anyMatch(other -> Arrays.equals(other, key));
                if (frozen.kind() == ChangeKind.DELETE && !known && host.exists(key)) {
                    reused.add(key);
                }
            }
            for (Object[] key : reused) {
                move(key, new Object[] {standIn(host)});
            }
        }
    }

    private long standIn(HostTable host) throws SQLException {
        long lowest = Math.min(
                host.lowestKey(),
                Math.min(
                        IdMappingRepository.lowestLocal(unit.handle(), table.id()),
                        table.journal().lowestKey(unit.connection())));
        return Math.min(lowest - 1, HIGHEST_STAND_IN);
    }

    /** Everything that is known of the record moves; a row that has its number stays, and is new. */
    private void move(@Nullable Object[] from, Object[] to) throws SQLException {
        IdMappingRepository.move(unit.handle(), table.id(), Objects.requireNonNull(from[0]), to[0]);
        moveNames(table, from, to);
        for (BoundTable child : List.copyOf(table.children())) {
            for (Map.Entry<String, BoundTable> reference : child.parents().entrySet()) {
                if (reference.getValue() == table) {
                    follow(child, reference.getKey(), from[0], to[0]);
                }
            }
            followInside(child, Objects.requireNonNull(from[0]), to[0]);
        }
    }

    private void moveNames(BoundTable of, @Nullable Object[] from, Object[] to) throws SQLException {
        String fromId = of.keys().encode(from).orElseThrow();
        String toId = of.keys().encode(to).orElseThrow();
        try (JournalRows journal = of.journal().rows(unit.connection());
                HostTable host = new HostTable(unit.connection(), of);
                RowStateRepository states = new RowStateRepository(unit.connection(), of.id())) {
            Optional<RowState> state = states.find(of.keys().compact(fromId));
            Optional<JournalRows.Base> base = journal.base(from);
            Optional<RowImage> present = host.read(from);
            boolean frozen = OperationRepository.find(unit.handle(), of.id(), fromId)
                    .filter(o -> o.status() == Status.PROCESSING)
                    .isPresent();
            if (state.isEmpty() && !frozen) {
                return;
            }
            RowImage agreed = base.isPresent() ? base.get().image() : present.orElse(null);
            if (agreed != null) {
                journal.put(to, agreed);
            }
            journal.remove(from);
            if (present.isPresent()) {
                journal.put(from, null);
            }
            Long editedAt = base.map(JournalRows.Base::editedAt).orElse(null);
            if (editedAt != null) {
                journal.stamp(from, editedAt);
                journal.stamp(to, editedAt);
            }
            if (state.isPresent()) {
                states.save(of.keys().compact(toId), state.get().version());
                states.flush();
                new UnmappedFieldRepository(unit.connection(), of.id())
                        .move(of.keys().compact(fromId), of.keys().compact(toId));
                states.remove(of.keys().compact(fromId));
            }
        }
        OperationRepository.forget(unit.handle(), of.id(), fromId);
        OperationRepository.rename(unit.handle(), of.id(), fromId, toId);
        ConflictRepository.rename(unit.handle(), of.id(), fromId, toId);
    }

    /** What a child's base says of the old number is meant of the record; what its row says is meant of the new row. */
    private void follow(BoundTable child, String column, @Nullable Object from, Object to) throws SQLException {
        try (HostTable host = new HostTable(unit.connection(), child)) {
            List<Object[]> referring = host.keysReferring(List.of(column), Objects.requireNonNull(from));
            boolean inKey = child.columns().stream().noneMatch(c -> c.column().equals(column));
            if (inKey) {
                int part = child.keyIndex(column);
                List<Object[]> keys = new ArrayList<>(referring);
                child.journal().keysWith(unit.connection(), part, from).stream()
                        .filter(key -> referring.stream().noneMatch(other -> Arrays.equals(other, key)))
                        .forEach(keys::add);
                for (Object[] key : keys) {
                    Object[] moved = key.clone();
                    moved[part] = to;
                    moveNames(child, key, moved);
                }
                return;
            }
            child.journal().bases().replace(unit.connection(), column, Objects.requireNonNull(from), to);
            followUnseen(child, host, referring, image -> image.with(column, to));
        }
        followFrozen(
                child,
                image -> image.has(column) && RowImage.same(image.get(column), from) ? image.with(column, to) : image);
    }

    /** The same for references inside JSON. */
    private void followInside(BoundTable child, Object from, Object to) throws SQLException {
        Renaming renaming = (parent, key) -> parent == table && key.equals(from) ? to : null;
        List<NestedReference> nested = child.references().nested().stream()
                .filter(reference -> reference.parent() == table)
                .toList();
        if (nested.isEmpty()) {
            return;
        }
        JournalBases bases = child.journal().bases();
        for (NestedReference reference : nested) {
            for (String text : bases.texts(unit.connection(), reference.column())) {
                Object followed = Objects.requireNonNull(reference.renamed(text, renaming));
                if (!followed.equals(text)) {
                    bases.replace(unit.connection(), reference.column(), text, followed);
                }
            }
        }
        UnaryOperator<RowImage> follow = image -> child.references().renamed(image, renaming);
        try (HostTable host = new HostTable(unit.connection(), child)) {
            followUnseen(child, host, new NestedReferrers(unit.connection(), child).keys(table, from), follow);
        }
        followFrozen(child, follow);
    }

    /** A row that was not touched has no base yet; what it says was meant of the record all the same. */
    private void followUnseen(BoundTable child, HostTable host, List<Object[]> keys, UnaryOperator<RowImage> follow)
            throws SQLException {
        try (JournalRows journal = child.journal().rows(unit.connection());
                RowStateRepository states = new RowStateRepository(unit.connection(), child.id())) {
            for (Object[] key : keys) {
                RowIdentity row = RowIdentity.of(child, key, null).orElseThrow();
                boolean unseen = journal.base(key).isEmpty();
                Optional<RowImage> present = host.read(key);
                if (unseen && present.isPresent() && states.find(row.compact()).isPresent()) {
                    journal.put(key, follow.apply(present.get()));
                }
            }
        }
    }

    private void followFrozen(BoundTable child, UnaryOperator<RowImage> follow) {
        for (SyncOperation frozen : OperationRepository.list(unit.handle(), child.id(), Status.PROCESSING)) {
            OperationRepository.saveImages(
                    unit.handle(), frozen.id(), following(frozen.image(), follow), following(frozen.base(), follow));
        }
    }

    private static @Nullable String following(@Nullable String text, UnaryOperator<RowImage> follow) {
        return text == null ? null : RowImageCodec.toJson(follow.apply(RowImageCodec.fromJson(text)));
    }
}
