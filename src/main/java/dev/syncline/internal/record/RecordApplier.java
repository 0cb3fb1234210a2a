package dev.syncline.internal.record;

import dev.syncline.backend.RemoteRecord;
import dev.syncline.backend.VersionKind;
import dev.syncline.internal.capture.PendingChange;
import dev.syncline.internal.capture.RowImage;
import dev.syncline.internal.capture.UnreadableValueException;
import dev.syncline.internal.record.RowStandings.Standing;
import dev.syncline.internal.store.ConflictRepository.StoredConflict;
import dev.syncline.internal.store.HoldingRepository.Reason;
import dev.syncline.internal.store.Unit;
import java.sql.SQLException;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The one door through which remote data enters a host table: finds the row, {@linkplain PullDecision decides}, acts. Lives
 * within one unit of work in which capture is silenced; what it did is published after the commit.
 */
public final class RecordApplier implements AutoCloseable {
    private final BoundTable table;
    private final Unit unit;
    private final ApplyContext context;
    private final VersionKind versions;
    private final ApplyOutcome outcome;
    private final TableSession session;
    private final HostTable host;
    private final IdMappingService ids;
    private final ParentCheck parents;
    private final RowStandings standings;
    private final PutAside aside;
    private final WriteBatch batch;
    private final DeletionGuard guard;
    private final boolean reconcile;
    private @Nullable Set<String> ending;

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
        this(unit, table, context, reconcile, outcome, null);
    }

    /**
     * Prepares the door of one table for a walk over it.
     *
     * @param unit the unit; capture is silenced in it
     * @param table the table
     * @param context what all tables share
     * @param reconcile whether to look for local edits that no trigger saw
     * @param outcome collects what happens
     * @param walk the walk, if it is the first one over this table
     * @throws SQLException if the library's tables cannot be read
     */
    public RecordApplier(
            Unit unit,
            BoundTable table,
            ApplyContext context,
            boolean reconcile,
            ApplyOutcome outcome,
            @Nullable FirstWalk walk)
            throws SQLException {
        KeyReuse.separate(unit, table);
        this.unit = unit;
        this.table = table;
        this.context = context;
        this.versions = context.versions();
        this.reconcile = reconcile;
        this.outcome = outcome;
        session = new TableSession(unit, table, context, outcome);
        host = session.host();
        ids = session.ids();
        aside = session.aside();
        parents = new ParentCheck(unit.connection(), table);
        standings = new RowStandings(unit, session, reconcile, walk);
        batch = new WriteBatch(unit, host, session.states());
        guard = new DeletionGuard(unit, table, context);
    }

    /**
     * Applies one record, or holds it.
     *
     * @param record the record
     * @throws SQLException if the unit is doomed
     */
    public void apply(RemoteRecord record) throws SQLException {
        isolated(record, () -> pass(record));
    }

    private void pass(RemoteRecord record) throws SQLException {
        Optional<Object[]> known = ids.localKey(table, record.id());
        if (known.isEmpty()) {
            applyUnknown(record);
            return;
        }
        Optional<RowIdentity> row = RowIdentity.of(table, known.get(), record.id());
        if (row.isEmpty()) {
            aside.hold(record, Reason.UNSTORABLE, "no row of this table can have its id");
            return;
        }
        readingRow(record, () -> apply(record, row.get()));
    }

    /** Says that what is applied from now on was told before and has waited: a walk under way meets no row by it. */
    public void recall() {
        session.states().heardBefore();
    }

    /**
     * Has each record written by itself from now on, so that one which ends the whole transaction is known by its id.
     *
     * @param ending the ids of those that have done so before; they are put aside unseen
     */
    public void isolate(Set<String> ending) {
        this.ending = ending;
    }

    private void isolated(RemoteRecord record, Unit.Step step) throws SQLException {
        if (ending == null) {
            step.run();
            return;
        }
        if (ending.contains(record.id())) {
            Optional<Object[]> key = ids.localKey(table, record.id());
            Optional<RowIdentity> row = key.flatMap(k -> RowIdentity.of(table, k, record.id()));
            if (row.isPresent()) {
                session.states().meet(row.get().compact());
            }
            aside.quarantine(record);
            return;
        }
        try {
            step.run();
            flush();
        } catch (Unit.UnitLostException lost) {
            throw new UnitEndedException(record.id(), lost);
        }
    }

    /** A row is read before anything is done to it, so one that cannot be read is left as it is. */
    private void readingRow(RemoteRecord record, Unit.Step step) throws SQLException {
        try {
            step.run();
        } catch (UnreadableValueException e) {
            aside.unreadable(record, e);
        }
    }

    /** A record whose id has no local key: of a table with ids of the server, or with an unknown parent in its key. */
    private void applyUnknown(RemoteRecord record) throws SQLException {
        if (record.deleted()) {
            // An older state of it may wait for a parent; it must not come to life after this.
            aside.letGo(record);
        }
        if (record.deleted() || isStale(record)) {
            outcome.skipped++;
            return;
        }
        if (!table.serverIds()) {
            boolean parentIsUnknown = table.keys().decode(record.id()).isPresent();
            aside.hold(
                    record,
                    parentIsUnknown ? Reason.PARENT : Reason.UNSTORABLE,
                    parentIsUnknown
                            ? "its key refers to a record unknown here"
                            : "no row of this table can have its id");
            return;
        }
        if (standings.mayBeOwnCreate()) {
            // It may be our own create, whose answer was lost; the settled create will tell.
            aside.hold(record, Reason.IN_FLIGHT, "a create of this table has an unknown outcome");
            return;
        }
        RowIdentity row = RowIdentity.of(table, new Object[] {ids.freeLocalKey(table, record.id(), host)}, record.id())
                .orElseThrow();
        standings.dropTouch(row);
        write(record, row);
    }

    private boolean isStale(RemoteRecord record) {
        return standings
                .tombstone(record)
                .map(t -> RemoteChange.of(versions, t.version(), record.version(), record.deleted()))
                .filter(change -> change != RemoteChange.NEWER)
                .isPresent();
    }

    private void apply(RemoteRecord record, RowIdentity row) throws SQLException {
        session.states().meet(row.compact());
        Standing standing = standing(record, row);
        RemoteChange change = RemoteChange.of(versions, standing.version(), record.version(), record.deleted());
        if (standing.state() == LocalState.PENDING_UPDATE
                && change == RemoteChange.SAME
                && !table.late().isEmpty()) {
            // The base has no value of what the table learned to hold since.
            reconcile(record, row, standing);
            return;
        }
        switch (PullDecision.decide(standing.state(), change)) {
            case SKIP -> {
                if (change == RemoteChange.DELETED) {
                    aside.letGo(record);
                } else if (change == RemoteChange.SAME) {
                    session.unmapped().keep(record);
                }
                outcome.skipped++;
            }
            case WRITE -> {
                if (reconcile && standing.state() == LocalState.CLEAN) {
                    compare(record, row, standing);
                } else {
                    write(record, row);
                }
            }
            case DELETE -> delete(record, row, standing);
            case COMPARE -> compare(record, row, standing);
            case RECONCILE -> reconcile(record, row, standing);
            case AGREE_DELETED -> {
                flush();
                session.settler().settleGone(row, null, null, record.version());
                aside.letGo(record);
                outcome.agreed++;
            }
            case KEEP_ASIDE -> aside.hold(record, Reason.IN_FLIGHT, "an operation on its row is on its way");
            case REFRESH_CONFLICT -> refresh(Objects.requireNonNull(standing.conflict()), record, row);
        }
    }

    private Standing standing(RemoteRecord record, RowIdentity row) throws SQLException {
        if (!batch.isEmpty() && standings.lookAtRows()) {
            flush();
        }
        return standings.of(record, row);
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
            aside.hold(record, Reason.PARENT, "it refers to a row of " + missing.get() + " that is not here");
            return;
        }
        if (table.serverIds()) {
            ids.map(table, Objects.requireNonNull(row.key()[0]), record.id());
        }
        batch.add(record, row, incoming.get());
    }

    /** The values a record brings, or empty if it had to be held. */
    private Optional<RecordMapper.Incoming> incoming(RemoteRecord record) throws SQLException {
        try {
            RecordMapper.Incoming incoming = session.mapper().incoming(record);
            if (incoming.missingParent() == null) {
                return Optional.of(incoming);
            }
            aside.hold(
                    record,
                    Reason.PARENT,
                    "its column " + incoming.missingParent() + " refers to a record unknown here");
        } catch (UnstorableValueException e) {
            aside.unstorable(record, e);
        }
        return Optional.empty();
    }

    /**
     * Writes what was gathered.
     *
     * @throws SQLException if the unit is doomed
     */
    public void flush() throws SQLException {
        guard.flush();
        batch.flush(new WriteBatch.Told() {
            @Override
            public void written(WriteBatch.Row row) throws SQLException {
                outcome.written++;
                session.unmapped().keep(row.record());
                applied(row.record());
            }

            @Override
            public void refused(WriteBatch.Row row, SQLException why) throws SQLException {
                refuse(row.record(), row.identity(), why);
            }
        });
        session.states().flushMeetings();
    }

    /**
     * Finds the row of a record if it stands so that the record does something certain to it.
     *
     * @param record a record
     * @param state how the row is expected to stand
     * @param decision what the record is expected to do to it
     * @return the row's names, or empty if it stands otherwise or the record does something else
     * @throws SQLException if the row cannot be read
     */
    Optional<RowIdentity> row(RemoteRecord record, LocalState state, PullDecision decision) throws SQLException {
        Optional<RowIdentity> row =
                ids.localKey(table, record.id()).flatMap(key -> RowIdentity.of(table, key, record.id()));
        if (reconcile || row.isEmpty()) {
            return Optional.empty();
        }
        try {
            Standing standing = standing(record, row.get());
            RemoteChange change = RemoteChange.of(versions, standing.version(), record.version(), record.deleted());
            boolean expected = standing.state() == state && PullDecision.decide(state, change) == decision;
            return expected ? row : Optional.empty();
        } catch (UnreadableValueException e) {
            // Whoever applies the record reports that.
            return Optional.empty();
        }
    }

    /**
     * Gives a record its row's key before it is applied, so that others can refer to it.
     *
     * @param record a record that is not deleted
     * @return the key; empty if it cannot be told yet
     * @throws SQLException if the mapping of ids cannot be read or written
     */
    Optional<Object[]> assignKey(RemoteRecord record) throws SQLException {
        Optional<Object[]> known = ids.localKey(table, record.id());
        if (known.isPresent() || !table.serverIds() || standings.mayBeOwnCreate() || isStale(record)) {
            return known;
        }
        Object[] key = {ids.freeLocalKey(table, record.id(), host)};
        ids.map(table, key[0], record.id());
        return Optional.of(key);
    }

    /**
     * Tells whether the row of a record is here.
     *
     * @param record a record
     * @return true if it is, in whatever state
     * @throws SQLException if the table cannot be read
     */
    boolean hasRow(RemoteRecord record) throws SQLException {
        Optional<Object[]> key = ids.localKey(table, record.id());
        return key.isPresent() && host.exists(key.get());
    }

    /**
     * Lets records refer to a row that will be there before the unit ends.
     *
     * @param parent the row's table
     * @param key its key
     */
    void expect(BoundTable parent, Object[] key) {
        parents.expect(parent, key);
    }

    private void refuse(RemoteRecord record, RowIdentity row, SQLException why) throws SQLException {
        if (record.deleted()) {
            aside.hold(record, Reason.CHILDREN, "the deletion is refused: " + why.getMessage());
            return;
        }
        boolean isNewHere = session.states().find(row.compact()).isEmpty() && !host.exists(row.key());
        if (table.serverIds() && isNewHere) {
            ids.unmap(table, Objects.requireNonNull(row.key()[0]));
        }
        Optional<RecordMapper.Incoming> incoming = incoming(record);
        if (incoming.isEmpty()) {
            return;
        }
        Optional<String> missing = parents.missing(row.key(), incoming.get());
        if (missing.isPresent()) {
            aside.hold(record, Reason.PARENT, "it refers to a row of " + missing.get() + " that is not here");
        } else {
            aside.refused(record, why);
        }
    }

    private void applied(RemoteRecord record) {
        aside.letGo(record);
        standings.revive(record);
    }

    private void delete(RemoteRecord record, RowIdentity row, Standing standing) throws SQLException {
        flush();
        if (table.hasChildren()) {
            // Its children's deletions come with later pages; until then they would dangle or be taken along.
            aside.hold(record, Reason.CHILDREN, "deletions of parents wait for those of their children");
            return;
        }
        deleteNow(record, row, standing);
    }

    /**
     * Deletes the row of a tombstone whose children are gone.
     *
     * @param record the tombstone
     * @throws SQLException if the unit is doomed
     */
    public void deleteParent(RemoteRecord record) throws SQLException {
        isolated(record, () -> passParent(record));
    }

    private void passParent(RemoteRecord record) throws SQLException {
        Optional<Object[]> key = ids.localKey(table, record.id());
        Optional<RowIdentity> row = key.flatMap(k -> RowIdentity.of(table, k, record.id()));
        if (row.isEmpty()) {
            applied(record);
            return;
        }
        readingRow(record, () -> deleteParent(record, row.get()));
    }

    private void deleteParent(RemoteRecord record, RowIdentity row) throws SQLException {
        Standing standing = standing(record, row);
        RemoteChange change = RemoteChange.of(versions, standing.version(), record.version(), true);
        if (PullDecision.decide(standing.state(), change) != PullDecision.DELETE) {
            applied(record);
            apply(record, row);
        } else if (table.isReferred(unit.connection(), row.key())) {
            aside.hold(record, Reason.CHILDREN, "rows here still refer to it");
        } else {
            deleteNow(record, row, standing);
        }
    }

    private void deleteNow(RemoteRecord record, RowIdentity row, Standing standing) throws SQLException {
        RowImage present = host.read(row.key()).orElse(null);
        if (reconcile && present != null) {
            // Nobody can tell whether the row was edited, so the rules decide as if it was.
            reconcile(record, row, standing);
            return;
        }
        if (present != null && !guard.admits(1)) {
            aside.hold(record, Reason.MASS_DELETION, "more rows of its table would go than may unasked");
            return;
        }
        Optional<SQLException> refused = session.settler().settleGone(row, present, null, record.version());
        if (refused.isPresent()) {
            aside.hold(
                    record,
                    Reason.CHILDREN,
                    "the table refuses the deletion: " + refused.get().getMessage());
        } else {
            outcome.deleted++;
            if (present != null) {
                guard.deleted();
            }
            applied(record);
        }
    }

    private void compare(RemoteRecord record, RowIdentity row, Standing standing) throws SQLException {
        flush();
        Optional<RowImage> present = host.read(row.key());
        Optional<RecordMapper.Incoming> incoming = incoming(record);
        if (incoming.isEmpty()) {
            return;
        }
        RowImage remote = session.mapper().over(present.orElse(null), incoming.get());
        boolean same = present.isPresent() && unchanged(present.get(), remote);
        if (!same && !reconcile && present.isPresent()) {
            RowImage filled = withLate(present.get(), remote);
            if (unchanged(filled, remote)) {
                // Nobody edited it here, since it is clean: it had no such column when it was read.
                meet(record, row, present.get(), present.get(), remote, null);
                return;
            }
        }
        boolean seenVersion = record.version() != null && record.version().equals(standing.version());
        if (same) {
            aside.letGo(record);
            session.unmapped().keep(record);
            outcome.skipped++;
            if (!seenVersion) {
                session.states().save(row.compact(), record.version());
                session.states().flush();
            }
        } else if (reconcile && seenVersion) {
            // The backend did not move, so the difference is an edit of this device that no trigger saw.
            session.journal().put(row.key(), remote);
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
            remote = session.mapper().over(host.read(row.key()).orElse(null), incoming.get());
        }
        session.conflicts().refresh(conflict, remote, record);
        session.unmapped().keep(record);
        new ParkedRow(unit, table, context, this).closeAgreed(conflict);
        applied(record);
    }

    private void reconcile(RemoteRecord record, RowIdentity row, Standing standing) throws SQLException {
        flush();
        PendingChange pending = standing.pending();
        RowImage local = host.read(row.key()).orElse(null);
        RowImage base = pending == null ? null : pending.base();
        RowImage remote = null;
        if (!record.deleted()) {
            Optional<RecordMapper.Incoming> incoming = incoming(record);
            if (incoming.isEmpty()) {
                return;
            }
            remote = session.mapper().over(base == null ? local : base, incoming.get());
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
            refused = session.settler().settleGone(row, null, null, record.version());
            outcome.agreed++;
        } else if (local == null && remote != null && base != null && unchanged(base, remote)) {
            // Only the version moved: the deletion goes out against the new one.
            refused = session.settler().settle(row, null, null, remote, record.version());
        } else {
            refused = session.conflicts().meet(record, row, base, local, remote, editedAt);
        }
        if (refused.isPresent()) {
            refuse(record, row, refused.get());
        } else {
            session.unmapped().keep(record);
            applied(record);
        }
    }

    private RowImage withLate(RowImage row, RowImage remote) {
        RowImage filled = row;
        for (ColumnMapping column : table.columns()) {
            if (table.late().contains(column.field())) {
                filled = filled.with(column.column(), remote.get(column.column()));
            }
        }
        return filled;
    }

    private boolean unchanged(RowImage base, RowImage remote) {
        return table.columns().stream()
                .allMatch(c -> c.derived() || c.same(base.get(c.column()), remote.get(c.column())));
    }

    /**
     * Gives the table as it is open in this unit.
     *
     * @return the session
     */
    public TableSession session() {
        return session;
    }

    /** Releases the statements; what was not flushed is dropped. */
    @Override
    public void close() throws SQLException {
        parents.close();
        session.close();
    }
}
