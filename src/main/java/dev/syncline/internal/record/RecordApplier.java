package dev.syncline.internal.record;

import dev.syncline.backend.RemoteRecord;
import dev.syncline.backend.VersionKind;
import dev.syncline.exception.ConsistencyException;
import dev.syncline.exception.FieldFault;
import dev.syncline.exception.SyncException;
import dev.syncline.exception.ValidationException;
import dev.syncline.internal.capture.PendingChange;
import dev.syncline.internal.capture.RowImage;
import dev.syncline.internal.store.ConflictRepository;
import dev.syncline.internal.store.ConflictRepository.StoredConflict;
import dev.syncline.internal.store.HoldingRepository;
import dev.syncline.internal.store.HoldingRepository.Reason;
import dev.syncline.internal.store.OperationRepository;
import dev.syncline.internal.store.RowStateRepository;
import dev.syncline.internal.store.RowStateRepository.RowState;
import dev.syncline.internal.store.RunRepository.Fault;
import dev.syncline.internal.store.SqliteErrors;
import dev.syncline.internal.store.SyncOperation;
import dev.syncline.internal.store.TombstoneRepository;
import dev.syncline.internal.store.Unit;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The one door through which remote data enters a host table: finds the row, {@linkplain PullDecision decides}, acts. Lives
 * within one unit of work in which capture is silenced; what it did is published after the commit.
 */
public final class RecordApplier implements AutoCloseable {
    private final Unit unit;
    private final BoundTable table;
    private final VersionKind versions;
    private final ApplyOutcome outcome;
    private final HoldingRepository holding;
    private final Clock clock;
    private final HostTable host;
    private final IdMappingService ids;
    private final RecordMapper mapper;
    private final ParentCheck parents;
    private final RowStateRepository states;
    private final RowSettler settler;
    private final ConflictHandler conflicts;
    private final boolean queueIsEmpty;
    private final boolean journalIsEmpty;
    private final boolean noConflicts;
    private final boolean noTombstones;
    private final boolean nothingHeld;
    private final boolean reconcile;
    private final List<Batched> batch = new ArrayList<>();

    /**
     * Prepares the door of one table.
     *
     * @param unit the unit; capture is silenced in it
     * @param table the table
     * @param context what all tables share
     * @param reconcile whether to look for local edits that no trigger saw
     * @param outcome collects what happens
     * @throws SQLException if the library's tables cannot be read
     */
    public RecordApplier(Unit unit, BoundTable table, ApplyContext context, boolean reconcile, ApplyOutcome outcome)
            throws SQLException {
        this.unit = unit;
        this.table = table;
        this.versions = context.versions();
        this.reconcile = reconcile;
        this.outcome = outcome;
        holding = new HoldingRepository(context.clock());
        clock = context.clock();
        TombstoneRepository tombstones = new TombstoneRepository(context.clock());
        host = new HostTable(unit.connection(), table);
        ids = new IdMappingService(unit.connection());
        mapper = new RecordMapper(table, ids);
        parents = new ParentCheck(unit.connection(), table);
        states = new RowStateRepository(unit.connection(), table.id());
        settler = new RowSettler(unit, table, host, ids, states, tombstones);
        conflicts = new ConflictHandler(unit, table, context, settler, outcome);
        // Asked once: while these are empty, a record costs one look-up of its state and one write.
        queueIsEmpty = OperationRepository.isEmpty(unit.handle(), table.id());
        journalIsEmpty = table.journal().isEmpty(unit.connection());
        noConflicts = ConflictRepository.noneOpen(unit.handle(), table.id());
        noTombstones = TombstoneRepository.isEmpty(unit.handle(), table.id());
        nothingHeld = HoldingRepository.isEmpty(unit.handle(), table.id());
    }

    /**
     * Applies one record, or holds it.
     *
     * @param record the record
     * @throws SQLException if the unit is doomed
     */
    public void apply(RemoteRecord record) throws SQLException {
        Optional<Object[]> known = ids.localKey(table, record.id());
        if (known.isEmpty()) {
            applyUnknown(record);
            return;
        }
        Optional<RowIdentity> row = RowIdentity.of(table, known.get(), record.id());
        if (row.isEmpty()) {
            hold(record, Reason.UNSTORABLE, "no row of this table can have its id");
            return;
        }
        apply(record, row.get());
    }

    /** A record whose id has no local key: of a table with ids of the server, or with an unknown parent in its key. */
    private void applyUnknown(RemoteRecord record) throws SQLException {
        boolean gone = !noTombstones && isStale(record);
        if (record.deleted() || gone) {
            outcome.skipped++;
            return;
        }
        if (!table.serverIds()) {
            boolean parentIsUnknown = table.keys().decode(record.id()).isPresent();
            hold(
                    record,
                    parentIsUnknown ? Reason.PARENT : Reason.UNSTORABLE,
                    parentIsUnknown
                            ? "its key refers to a record unknown here"
                            : "no row of this table can have its id");
            return;
        }
        if (!queueIsEmpty && OperationRepository.hasFrozenCreate(unit.handle(), table.id())) {
            // It may be our own create, whose answer was lost; the settled create will tell.
            hold(record, Reason.IN_FLIGHT, "a create of this table has an unknown outcome");
            return;
        }
        RowIdentity row = RowIdentity.of(table, new Object[] {ids.freeLocalKey(table, record.id(), host)}, record.id())
                .orElseThrow();
        write(record, row);
    }

    private boolean isStale(RemoteRecord record) {
        return TombstoneRepository.find(unit.handle(), table.id(), RowIdentity.tombstone(table, record))
                .map(t -> RemoteChange.of(versions, t.version(), record.version(), record.deleted()))
                .filter(change -> change != RemoteChange.NEWER)
                .isPresent();
    }

    private void apply(RemoteRecord record, RowIdentity row) throws SQLException {
        Standing standing = standing(record, row);
        RemoteChange change = RemoteChange.of(versions, standing.version, record.version(), record.deleted());
        switch (PullDecision.decide(standing.state, change)) {
            case SKIP -> outcome.skipped++;
            case WRITE -> {
                if (reconcile && standing.state == LocalState.CLEAN) {
                    compare(record, row, standing);
                } else {
                    write(record, row);
                }
            }
            case DELETE -> delete(record, row);
            case COMPARE -> compare(record, row, standing);
            case RECONCILE -> reconcile(record, row, standing);
            case AGREE_DELETED -> {
                flush();
                settler.settleGone(row, null, null, record.version());
                outcome.agreed++;
            }
            case KEEP_ASIDE -> hold(record, Reason.IN_FLIGHT, "an operation on its row is on its way");
            case REFRESH_CONFLICT -> refresh(Objects.requireNonNull(standing.conflict), record, row);
        }
    }

    private Standing standing(RemoteRecord record, RowIdentity row) throws SQLException {
        if (!batch.isEmpty() && (!journalIsEmpty || !queueIsEmpty)) {
            flush();
        }
        Optional<RowState> state = states.find(row.compact());
        String version = state.map(RowState::version).orElse(null);
        if (!noConflicts) {
            Optional<StoredConflict> open = ConflictRepository.openOf(unit.handle(), table.id(), row.rowId());
            if (open.isPresent()) {
                return new Standing(LocalState.PARKED, version, null, open.get());
            }
        }
        if (!queueIsEmpty) {
            Optional<SyncOperation> operation = OperationRepository.find(unit.handle(), table.id(), row.rowId());
            if (operation
                    .filter(o -> o.status() == SyncOperation.Status.PROCESSING)
                    .isPresent()) {
                return new Standing(LocalState.FROZEN, version, null, null);
            }
        }
        if (!journalIsEmpty) {
            Optional<PendingChange> pending = table.journal().find(unit.connection(), row.key());
            if (pending.isPresent()) {
                LocalState kind = switch (pending.get().kind()) {
                    case CREATE -> LocalState.PENDING_CREATE;
                    case UPDATE -> LocalState.PENDING_UPDATE;
                    case DELETE -> LocalState.PENDING_DELETE;
                };
                return new Standing(kind, version, pending.get(), null);
            }
            // A touch that came to nothing would keep an image that this record makes stale.
            table.journal().remove(unit.connection(), row.key());
        }
        if (state.isPresent()) {
            boolean vanished = reconcile && !host.exists(row.key());
            return new Standing(vanished ? LocalState.VANISHED : LocalState.CLEAN, version, null, null);
        }
        if (!noTombstones) {
            var tombstone = TombstoneRepository.find(unit.handle(), table.id(), RowIdentity.tombstone(table, record));
            if (tombstone.isPresent()) {
                return new Standing(LocalState.DELETED, tombstone.get().version(), null, null);
            }
        }
        boolean untracked = reconcile && host.exists(row.key());
        return new Standing(untracked ? LocalState.UNTRACKED : LocalState.UNKNOWN, null, null, null);
    }

    private void write(RemoteRecord record, RowIdentity row) throws SQLException {
        Optional<RecordMapper.Incoming> incoming = incoming(record);
        if (incoming.isEmpty()) {
            return;
        }
        if (parents.refersToOwnTable()) {
            flush();
        }
        Optional<String> missing = parents.missing(row.key(), incoming.get());
        if (missing.isPresent()) {
            hold(record, Reason.PARENT, "it refers to a row of " + missing.get() + " that is not here");
            return;
        }
        if (table.serverIds()) {
            ids.map(table, Objects.requireNonNull(row.key()[0]), record.id());
        }
        host.addToBatch(row.key(), incoming.get());
        batch.add(new Batched(record, row, incoming.get()));
        states.save(row.compact(), record.version());
    }

    /** The values a record brings, or empty if it had to be held. */
    private Optional<RecordMapper.Incoming> incoming(RemoteRecord record) throws SQLException {
        try {
            RecordMapper.Incoming incoming = mapper.incoming(record);
            if (incoming.missingParent() == null) {
                return Optional.of(incoming);
            }
            hold(record, Reason.PARENT, "its column " + incoming.missingParent() + " refers to a record unknown here");
        } catch (UnstorableValueException e) {
            hold(record, Reason.UNSTORABLE, e.rule());
            FieldFault fault = new FieldFault(e.column(), e.rule(), e.fix());
            fault(
                    record,
                    new ValidationException(
                            "a record of " + table.spec().entity() + " was put aside: its table cannot hold it",
                            List.of(fault),
                            clock.instant(),
                            e));
        }
        return Optional.empty();
    }

    /**
     * Writes what was gathered. If the host's table refuses one of the rows, all are written one by one and only that one is
     * held.
     *
     * @throws SQLException if the unit is doomed
     */
    public void flush() throws SQLException {
        if (batch.isEmpty()) {
            states.flush();
            return;
        }
        List<Batched> gathered = List.copyOf(batch);
        batch.clear();
        Optional<SQLException> refused = unit.attempt(() -> {
            host.flush();
            states.flush();
        });
        if (refused.isEmpty()) {
            outcome.written += gathered.size();
            gathered.forEach(one -> letGo(one.record));
            return;
        }
        states.clear();
        for (Batched one : gathered) {
            Optional<SQLException> why = unit.attempt(() -> {
                host.write(one.row.key(), one.incoming);
                states.save(one.row.compact(), one.record.version());
                states.flush();
            });
            if (why.isEmpty()) {
                outcome.written++;
                letGo(one.record);
            } else {
                states.clear();
                refuse(one.record, one.row, why.get());
            }
        }
    }

    private void refuse(RemoteRecord record, RowIdentity row, SQLException why) throws SQLException {
        if (table.serverIds() && !host.exists(row.key())) {
            ids.unmap(table, Objects.requireNonNull(row.key()[0]));
        }
        boolean unique = SqliteErrors.isUniqueTaken(why);
        String reason = unique
                ? "another row holds a unique value that it brings"
                : "the table refuses it: " + why.getMessage();
        hold(record, unique ? Reason.UNIQUE : Reason.UNSTORABLE, reason);
        fault(
                record,
                new ConsistencyException(
                        "a record of " + table.spec().entity() + " was put aside, " + reason
                                + ". It is tried again after each pull; correct the row or the constraint",
                        "UNSTORABLE_RECORD",
                        List.of(record.id()),
                        clock.instant(),
                        why));
    }

    private void delete(RemoteRecord record, RowIdentity row) throws SQLException {
        flush();
        if (table.hasChildren()) {
            // Its children's deletions come with later pages; until then they would dangle or be taken along.
            hold(record, Reason.CHILDREN, "deletions of parents wait for those of their children");
            return;
        }
        deleteNow(record, row);
    }

    /**
     * Deletes the row of a tombstone whose children are gone.
     *
     * @param record the tombstone
     * @throws SQLException if the unit is doomed
     */
    public void deleteParent(RemoteRecord record) throws SQLException {
        Optional<Object[]> key = ids.localKey(table, record.id());
        Optional<RowIdentity> row = key.flatMap(k -> RowIdentity.of(table, k, record.id()));
        if (row.isEmpty()) {
            letGo(record);
            return;
        }
        Standing standing = standing(record, row.get());
        RemoteChange change = RemoteChange.of(versions, standing.version, record.version(), true);
        if (PullDecision.decide(standing.state, change) != PullDecision.DELETE) {
            letGo(record);
            apply(record, row.get());
        } else if (table.isReferred(unit.connection(), row.get().key())) {
            hold(record, Reason.CHILDREN, "rows here still refer to it");
        } else {
            deleteNow(record, row.get());
        }
    }

    private void deleteNow(RemoteRecord record, RowIdentity row) throws SQLException {
        RowImage present = host.read(row.key()).orElse(null);
        Optional<SQLException> refused = settler.settleGone(row, present, null, record.version());
        if (refused.isPresent()) {
            hold(
                    record,
                    Reason.CHILDREN,
                    "the table refuses the deletion: " + refused.get().getMessage());
        } else {
            outcome.deleted++;
            letGo(record);
        }
    }

    private void compare(RemoteRecord record, RowIdentity row, Standing standing) throws SQLException {
        flush();
        Optional<RowImage> present = host.read(row.key());
        Optional<RecordMapper.Incoming> incoming = incoming(record);
        if (incoming.isEmpty()) {
            return;
        }
        RowImage remote = mapper.over(present.orElse(null), incoming.get());
        boolean same = present.isPresent()
                && table.columns().stream()
                        .allMatch(c -> c.derived() || c.same(present.get().get(c.column()), remote.get(c.column())));
        boolean seenVersion = record.version() != null && record.version().equals(standing.version);
        if (same) {
            outcome.skipped++;
            if (!seenVersion) {
                states.save(row.compact(), record.version());
                states.flush();
            }
        } else if (reconcile && seenVersion) {
            // The backend did not move, so the difference is an edit of this device that no trigger saw.
            table.journal().put(unit.connection(), row.key(), remote);
        } else {
            reconcile(record, row, standing);
        }
    }

    private void refresh(StoredConflict conflict, RemoteRecord record, RowIdentity row) throws SQLException {
        flush();
        RowImage remote = null;
        if (!record.deleted()) {
            Optional<RecordMapper.Incoming> incoming = incoming(record);
            if (incoming.isEmpty()) {
                return;
            }
            remote = mapper.over(host.read(row.key()).orElse(null), incoming.get());
        }
        conflicts.refresh(conflict, remote, record);
        letGo(record);
    }

    private void reconcile(RemoteRecord record, RowIdentity row, Standing standing) throws SQLException {
        flush();
        RowImage local = host.read(row.key()).orElse(null);
        PendingChange pending = standing.pending;
        RowImage base = pending == null ? null : pending.base();
        RowImage remote = null;
        if (!record.deleted()) {
            Optional<RecordMapper.Incoming> incoming = incoming(record);
            if (incoming.isEmpty()) {
                return;
            }
            remote = mapper.over(base == null ? local : base, incoming.get());
        }
        meet(record, row, base, local, remote, pending == null ? null : pending.editedAt());
    }

    /**
     * Settles a row whose two sides differ: joins disjoint edits, or hands the collision to the rules.
     *
     * @param record the backend's record
     * @param row the row's names
     * @param base the version both last agreed on, if known
     * @param local the row here; null if it was deleted
     * @param remote the record as an image; null if it is a tombstone
     * @param editedAt the last local edit, in ms by this device's clock, if known
     * @throws SQLException if the unit is doomed
     */
    void meet(
            RemoteRecord record,
            RowIdentity row,
            @Nullable RowImage base,
            @Nullable RowImage local,
            @Nullable RowImage remote,
            @Nullable Long editedAt)
            throws SQLException {
        Optional<SQLException> refused = Optional.empty();
        if (local == null && remote == null) {
            refused = settler.settleGone(row, null, null, record.version());
            outcome.agreed++;
        } else if (local == null && remote != null && base != null && unchanged(base, remote)) {
            // Only the version moved: the deletion goes out against the new one.
            refused = settler.settle(row, null, null, remote, record.version());
        } else {
            refused = conflicts.meet(record, row, base, local, remote, editedAt);
        }
        if (refused.isPresent()) {
            refuse(record, row, refused.get());
        } else {
            letGo(record);
        }
    }

    private boolean unchanged(RowImage base, RowImage remote) {
        return table.columns().stream()
                .allMatch(c -> c.derived() || c.same(base.get(c.column()), remote.get(c.column())));
    }

    private void hold(RemoteRecord record, Reason reason, String detail) {
        holding.hold(unit.handle(), table.id(), record.id(), RecordText.write(record), reason, detail);
        outcome.held++;
    }

    private void fault(RemoteRecord record, SyncException cause) {
        outcome.faults().add(new Fault(table.spec().entity(), record.id(), cause));
    }

    private void letGo(RemoteRecord record) {
        if (!nothingHeld) {
            HoldingRepository.release(unit.handle(), table.id(), record.id());
        }
        if (!noTombstones && !record.deleted()) {
            TombstoneRepository.remove(unit.handle(), table.id(), RowIdentity.tombstone(table, record));
        }
    }

    /**
     * Gives the row that a copy stands for.
     *
     * @param copy the backend's copy, not deleted
     * @param under the row that gives what the copy does not tell
     * @return the row, or empty if this table cannot hold what the backend made of it
     * @throws SQLException if the mapping of ids cannot be read
     */
    public Optional<RowImage> imageOf(RemoteRecord copy, RowImage under) throws SQLException {
        try {
            RecordMapper.Incoming incoming = mapper.incoming(copy);
            return incoming.missingParent() == null ? Optional.of(mapper.over(under, incoming)) : Optional.empty();
        } catch (UnstorableValueException e) {
            fault(
                    copy,
                    new ValidationException(
                            "what the backend made of a row of " + table.spec().entity() + " was not taken over",
                            List.of(new FieldFault(e.column(), e.rule(), e.fix())),
                            clock.instant(),
                            e));
            return Optional.empty();
        }
    }

    /**
     * Lays the answer to a send under the edits made since: they stay, everything else takes what the answer says. A value of
     * the backend's that an edit hides is kept in the journal of conflicts.
     *
     * @param row the row's names
     * @param sent the row as it was sent
     * @param present the row as it is
     * @param answer the row as the backend has it now
     * @param copy the backend's record; null if the answer held none
     * @return the row as it shall be
     */
    public RowImage layUnder(
            RowIdentity row, RowImage sent, RowImage present, RowImage answer, @Nullable RemoteRecord copy) {
        Comparison comparison = Comparison.of(table.columns(), sent, present, answer);
        if (copy != null && !comparison.colliding().isEmpty()) {
            conflicts.journalHidden(row, sent, present, answer, comparison, copy);
        }
        return comparison.merge(present, answer);
    }

    /**
     * Gives the unit's translation of ids.
     *
     * @return the service
     */
    public IdMappingService ids() {
        return ids;
    }

    /**
     * Gives what reads and writes the host's rows.
     *
     * @return the accessor
     */
    public HostTable host() {
        return host;
    }

    /**
     * Gives the translation between rows and records.
     *
     * @return the mapper
     */
    public RecordMapper mapper() {
        return mapper;
    }

    /**
     * Gives what settles rows.
     *
     * @return the settler
     */
    public RowSettler settler() {
        return settler;
    }

    /**
     * Gives what carries out decisions about conflicts.
     *
     * @return the handler
     */
    public ConflictHandler conflicts() {
        return conflicts;
    }

    /** Releases the statements; what was not flushed is dropped. */
    @Override
    public void close() throws SQLException {
        states.close();
        parents.close();
        ids.close();
        host.close();
    }

    private record Standing(
            LocalState state,
            @Nullable String version,
            @Nullable PendingChange pending,
            @Nullable StoredConflict conflict) {}

    private record Batched(RemoteRecord record, RowIdentity row, RecordMapper.Incoming incoming) {}
}
