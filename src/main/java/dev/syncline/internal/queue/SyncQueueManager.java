package dev.syncline.internal.queue;

import dev.syncline.backend.ChangeKind;
import dev.syncline.exception.FieldFault;
import dev.syncline.exception.ValidationException;
import dev.syncline.internal.capture.JournalRows;
import dev.syncline.internal.capture.PendingChange;
import dev.syncline.internal.capture.RowImage;
import dev.syncline.internal.capture.RowImageCodec;
import dev.syncline.internal.capture.UnreadableValueException;
import dev.syncline.internal.json.Json;
import dev.syncline.internal.record.BoundTable;
import dev.syncline.internal.record.IdMappingService;
import dev.syncline.internal.record.KeyReuse;
import dev.syncline.internal.record.RecordMapper;
import dev.syncline.internal.record.RowIdentity;
import dev.syncline.internal.record.UnmappedFields;
import dev.syncline.internal.record.UnstorableValueException;
import dev.syncline.internal.store.ConflictRepository;
import dev.syncline.internal.store.HoldingRepository;
import dev.syncline.internal.store.IdempotencyRepository;
import dev.syncline.internal.store.LateFields;
import dev.syncline.internal.store.OperationRepository;
import dev.syncline.internal.store.QueuedRows;
import dev.syncline.internal.store.RowStateRepository;
import dev.syncline.internal.store.RowStateRepository.RowState;
import dev.syncline.internal.store.RunRepository.Fault;
import dev.syncline.internal.store.SyncOperation;
import dev.syncline.internal.store.SyncOperation.Status;
import dev.syncline.internal.store.TransactionManager;
import dev.syncline.internal.store.Unit;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Claims pending changes: freezes what is to be sent, with its key, in one durable unit before the first byte leaves. From then
 * on later edits of the row gather behind the frozen operation, whose image is their base.
 */
public final class SyncQueueManager {
    /** Journal rows looked at in one unit for each operation wanted; the rest wait for something and are looked at again. */
    private static final int SCAN_FACTOR = 4;

    private static final int SMALLEST_CHUNK = 50;

    /** Stands where a row has no key that could have a state; no table has a key of no bytes. */
    private static final Object NO_KEY = new byte[0];

    private final TransactionManager transactions;
    private final OperationRepository operations;
    private final Clock clock;
    private final IdempotencyService keys;
    private final boolean partialUpdates;
    private final FrozenImages images;

    /**
     * Makes a manager.
     *
     * @param transactions units of work
     * @param clock dates operations
     * @param keys gives idempotency keys, unique over all devices
     * @param partialUpdates whether the backend takes updates of single fields
     * @param images takes what is frozen, for the answers to it
     */
    public SyncQueueManager(
            TransactionManager transactions,
            Clock clock,
            Supplier<String> keys,
            boolean partialUpdates,
            FrozenImages images) {
        this.transactions = transactions;
        this.operations = new OperationRepository(clock);
        this.clock = clock;
        this.keys = new IdempotencyService(keys, clock);
        this.partialUpdates = partialUpdates;
        this.images = images;
    }

    /**
     * Freezes changes of one table that depend on nothing unsent.
     *
     * @param table the table
     * @param afterSeq go on behind this place in the journal; 0 to begin
     * @param deletes whether to claim deletions; else creates and updates
     * @param limit how many at most
     * @param window what this run is about; the rest is left
     * @param omissions what rows are sent without
     * @return the frozen operations and where to go on
     */
    public Claim claim(
            BoundTable table, long afterSeq, boolean deletes, int limit, PushWindow window, Omissions omissions) {
        images.begin();
        if (!hasUnsent(table)) {
            return new Claim(List.of(), List.of(), afterSeq, false);
        }
        return transactions.writeDurably(unit -> {
            try (Claiming claiming = new Claiming(unit, table, deletes, window, omissions)) {
                return claiming.run(afterSeq, limit);
            }
        });
    }

    /**
     * Tells whether there may be something to claim.
     *
     * @param table the table
     * @return false if nothing of it is unsent
     */
    public boolean hasUnsent(BoundTable table) {
        return !transactions.read(unit -> table.journal().isEmpty(unit.connection()));
    }

    /**
     * Finds changes that wait for each other.
     *
     * @param tables the tables whose rows may refer to each other in a circle
     * @param omissions takes what to send rows without, so that each can go
     * @return the circles that cannot be broken
     */
    public List<Fault> findCycles(List<BoundTable> tables, Omissions omissions) {
        return tables.isEmpty()
                ? List.of()
                : transactions.read(unit -> new ReferenceCycles(unit, clock).find(tables, omissions));
    }

    /**
     * Puts operations that were never sent back into their journals, as if they had not been claimed.
     *
     * @param table their table
     * @param frozen the operations
     */
    public void thaw(BoundTable table, List<SyncOperation> frozen) {
        if (frozen.isEmpty()) {
            return;
        }
        transactions.perform(unit -> {
            KeyReuse.separate(unit, table);
            IdempotencyRepository.forget(unit.handle(), frozen);
            for (SyncOperation operation : frozen) {
                Optional<SyncOperation> present = OperationRepository.byId(unit.handle(), operation.id());
                if (present.isPresent()) {
                    thaw(unit, table, present.get());
                }
            }
        });
    }

    /**
     * Puts an operation back into its journal: the change takes its first base back and, with it, whatever was edited since.
     *
     * @param unit the unit; capture is silenced in it
     * @param table the operation's table
     * @param operation the frozen operation
     * @throws SQLException if a statement fails
     */
    public static void thaw(Unit unit, BoundTable table, SyncOperation operation) throws SQLException {
        @Nullable Object[] key = table.keys().decode(operation.rowId()).orElseThrow();
        RowImage base = operation.base() == null ? null : RowImageCodec.fromJson(operation.base());
        try (JournalRows journal = table.journal().rows(unit.connection())) {
            journal.put(key, base);
            if (operation.editedAt() != null) {
                journal.stamp(key, operation.editedAt());
            }
        }
        OperationRepository.delete(unit.handle(), List.of(operation.id()));
    }

    /**
     * What a claim gave.
     *
     * @param operations the frozen operations, in order of recording
     * @param faults changes that cannot be sent as they are
     * @param lastSeq where in the journal to go on
     * @param more whether the journal goes on behind that
     */
    public record Claim(List<SyncOperation> operations, List<Fault> faults, long lastSeq, boolean more) {}

    /** One claim within its unit. */
    private final class Claiming implements AutoCloseable {
        private final Unit unit;
        private final BoundTable table;
        private final boolean deletes;
        private final PushWindow window;
        private final Omissions omissions;
        private final IdMappingService ids;
        private final RecordMapper mapper;
        private final RowStateRepository states;
        private final UnmappedFields unmapped;
        private final JournalRows journal;
        private final Dependencies dependencies;
        private final boolean noConflicts;
        /** A row that is replaced before all its fields were read would lose those that were not. */
        private final boolean rowsWait;

        private final boolean queueIsEmpty;
        /** The operations of the rows that are looked at now. */
        private Map<String, SyncOperation> inQueue = Map.of();

        private final List<SyncOperation> claimed = new ArrayList<>();
        /** Where the journal holds what is claimed whole; gone with the claim. */
        private final List<Long> emptied = new ArrayList<>();

        private final List<Fault> faults = new ArrayList<>();

        Claiming(Unit unit, BoundTable table, boolean deletes, PushWindow window, Omissions omissions)
                throws SQLException {
            KeyReuse.separate(unit, table);
            this.window = window;
            this.omissions = omissions;
            this.unit = unit;
            this.table = table;
            this.deletes = deletes;
            ids = new IdMappingService(unit.connection());
            mapper = new RecordMapper(table, ids);
            states = new RowStateRepository(unit.connection(), table.id());
            unmapped = new UnmappedFields(unit.connection(), table, ids, !partialUpdates);
            journal = table.journal().rows(unit.connection());
            dependencies = new Dependencies(unit, table, omissions);
            noConflicts = ConflictRepository.noneOpen(unit.handle(), table.id());
            rowsWait = !partialUpdates
                    && LateFields.find(unit.handle(), table.id()).isPresent();
            queueIsEmpty = OperationRepository.isEmpty(unit.handle(), table.id());
        }

        Claim run(long afterSeq, int limit) throws SQLException {
            long lastSeq = afterSeq;
            boolean more = true;
            int looked = 0;
            while (more && claimed.size() < limit && looked < limit * SCAN_FACTOR) {
                int chunk = Math.max(limit - claimed.size(), SMALLEST_CHUNK);
                List<PendingChange> pending =
                        table.journal().pending(unit.connection(), lastSeq, chunk, this::leaveOut);
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
                    if (claimed.size() == limit) {
                        more = true;
                        break;
                    }
                    lastSeq = pending.get(i).seq();
                    looked++;
                    consider(pending.get(i), rows.get(i), known.get(i));
                }
            }
            table.journal().remove(unit.connection(), emptied);
            window.drawBack(unit.connection(), table);
            List<SyncOperation> stored = operations.insert(unit.handle(), claimed);
            keys.storeIdempotencyKeys(unit.handle(), stored);
            return new Claim(stored, faults, lastSeq, more);
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
                faults.add(fault(row, List.of(field), "it stays pending until it is corrected"));
            }
        }

        private void consider(PendingChange change, Optional<RowIdentity> identity, Optional<RowState> state)
                throws SQLException {
            if (identity.isEmpty()) {
                faults.add(fault(
                        null,
                        List.of(),
                        "its key is null or of another type than its column. It stays pending;"
                                + " give it a key of the declared type"));
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
                freezeParting(change, row, without, version);
                return;
            }
            if (dependencies.block(change, row, kind)) {
                return;
            }
            if (kind == ChangeKind.CREATE && isHeldRecordOf(change)) {
                return;
            }
            if (kind == ChangeKind.DELETE) {
                freeze(change, row, kind, null, null, version);
                window.claimed(table, row.rowId(), false);
                emptied.add(change.seq());
                return;
            }
            freezeRow(change, row, kind, Omissions.without(Objects.requireNonNull(change.now()), without), version);
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
            boolean held = HoldingRepository.find(unit.handle(), table.id(), remote.get())
                    .isPresent();
            if (!held) {
                ids.unmap(table, change.key()[0]);
            }
            return held;
        }

        /** The conflict of the row is open, its operation is on its way, or what was refused has not changed since. */
        private boolean waits(RowIdentity row, PendingChange change) throws SQLException {
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

        private void claimedInPart(RowIdentity row) {
            window.claimed(table, row.rowId(), true);
            omissions.claimed(table, row.rowId());
        }

        /** What else of the row differs from what is sent is behind it, as an edit made since would be. */
        private void keepRest(PendingChange change, RowImage sent) throws SQLException {
            journal.put(change.key(), sent);
            if (change.editedAt() != null) {
                journal.stamp(change.key(), change.editedAt());
            }
        }

        /** Before rows that refer to each other are deleted, one lets go of the others. */
        private void freezeParting(PendingChange change, RowIdentity row, Set<String> without, @Nullable String version)
                throws SQLException {
            RowImage base = Objects.requireNonNull(change.base());
            RowImage sent = Omissions.without(base, without);
            Optional<Map<String, @Nullable Object>> fields =
                    mapper.fields(change.key(), sent, partialUpdates ? base : null);
            if (fields.isPresent()) {
                unmapped.addTo(row, fields.get());
                claimed.add(operation(change, row, ChangeKind.UPDATE, Json.write(fields.get()), text(sent), version));
                dependencies.parts(change);
                claimedInPart(row);
                // The mark that tells a reused number from an edit stays with the row.
                keepRest(change, sent);
            }
        }

        private void freezeRow(
                PendingChange change, RowIdentity row, ChangeKind kind, RowImage now, @Nullable String version)
                throws SQLException {
            boolean whole = kind == ChangeKind.CREATE || !partialUpdates;
            try {
                boolean inPart = !now.equals(change.now());
                if (kind == ChangeKind.UPDATE && unchanged(change, now)) {
                    if (!inPart) {
                        // Only columns that stay on this device, or that others compute, were edited.
                        journal.remove(change.key());
                    }
                    return;
                }
                Optional<Map<String, @Nullable Object>> fields =
                        mapper.fields(change.key(), now, whole ? null : change.base());
                if (fields.isPresent()) {
                    if (kind == ChangeKind.CREATE && table.spec().externalId() != null) {
                        fields.get().put(table.spec().externalId(), keys.generateIdempotencyKey());
                    }
                    if (kind == ChangeKind.UPDATE) {
                        unmapped.addTo(row, fields.get());
                    }
                    freeze(change, row, kind, Json.write(fields.get()), images.write(row.rowId(), now), version);
                    if (inPart) {
                        claimedInPart(row);
                        journal.remove(change.key());
                        keepRest(change, now);
                    } else {
                        window.claimed(table, row.rowId(), false);
                        emptied.add(change.seq());
                    }
                }
            } catch (UnstorableValueException e) {
                FieldFault field = new FieldFault(e.column(), e.rule(), e.fix());
                faults.add(fault(row.rowId(), List.of(field), "it is failed until it is edited"));
                operations.insert(
                        unit.handle(),
                        List.of(operation(change, row, kind, null, text(now), version)
                                .refused(e.rule() + "\n" + e.fix())));
            }
        }

        private boolean unchanged(PendingChange change, RowImage now) {
            RowImage base = change.base();
            return base != null
                    && table.columns().stream()
                            .allMatch(c -> c.derived()
                                    || (base.has(c.column()) && c.same(base.get(c.column()), now.get(c.column()))));
        }

        private void freeze(
                PendingChange change,
                RowIdentity row,
                ChangeKind kind,
                @Nullable String payload,
                @Nullable String image,
                @Nullable String version) {
            claimed.add(operation(change, row, kind, payload, image, version));
            dependencies.claimed(change, kind);
        }

        private SyncOperation operation(
                PendingChange change,
                RowIdentity row,
                ChangeKind kind,
                @Nullable String payload,
                @Nullable String image,
                @Nullable String version) {
            return new SyncOperation(
                    0,
                    table.id(),
                    table.spec().entity(),
                    row.rowId(),
                    kind,
                    payload,
                    image,
                    text(change.base()),
                    version,
                    change.editedAt(),
                    Status.PROCESSING,
                    0,
                    null,
                    keys.generateIdempotencyKey(),
                    0);
        }

        private Fault fault(@Nullable String rowId, List<FieldFault> fields, String what) {
            return new Fault(
                    table.spec().entity(),
                    rowId,
                    new ValidationException(
                            "a row of " + table.spec().name() + " cannot be sent, " + what,
                            fields,
                            clock.instant(),
                            null));
        }

        private static @Nullable String text(@Nullable RowImage image) {
            return image == null ? null : RowImageCodec.toJson(image);
        }

        @Override
        public void close() throws SQLException {
            dependencies.close();
            journal.close();
            states.close();
            ids.close();
        }
    }
}
