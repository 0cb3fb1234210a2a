package dev.syncline.internal.record;

import dev.syncline.backend.RemoteRecord;
import dev.syncline.backend.VersionKind;
import dev.syncline.internal.capture.UnreadableValueException;
import dev.syncline.internal.record.RowStandings.Standing;
import dev.syncline.internal.store.HoldingRepository.Reason;
import dev.syncline.internal.store.Unit;
import java.sql.SQLException;
import java.util.Collection;
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
    private final VersionKind versions;
    private final ApplyOutcome outcome;
    private final TableSession session;
    private final HostTable host;
    private final IdMappingService ids;
    private final RowStandings standings;
    private final PutAside aside;
    private final RecordWriter writer;
    private final RowMeeting meeting;
    private final UnknownRecords unknown;
    private final RecordIsolation isolation;
    private final RecordDeletions deletions;
    private final boolean reconcile;

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
        this.table = table;
        this.versions = context.versions();
        this.reconcile = reconcile;
        this.outcome = outcome;
        session = new TableSession(unit, table, context, outcome);
        host = session.host();
        ids = session.ids();
        aside = session.aside();
        standings = new RowStandings(unit, session, reconcile, walk);
        writer = new RecordWriter(unit, session, standings, outcome);
        meeting = new RowMeeting(unit, session, writer, reconcile, outcome);
        unknown = new UnknownRecords(unit, versions, session, standings, writer, meeting, outcome);
        isolation = new RecordIsolation(session, this::flush);
        deletions = new RecordDeletions(unit, context, session, writer, meeting, reconcile, outcome);
    }

    /**
     * Applies records of different rows, or holds them, and writes what came of it.
     *
     * @param records the records
     * @throws SQLException if the unit is doomed
     */
    public void applyAll(Collection<RemoteRecord> records) throws SQLException {
        standings.expect(records);
        for (RemoteRecord record : records) {
            apply(record);
        }
        flush();
    }

    /**
     * Applies one record, or holds it.
     *
     * @param record the record
     * @throws SQLException if the unit is doomed
     */
    public void apply(RemoteRecord record) throws SQLException {
        isolation.run(record, () -> pass(record));
    }

    private void pass(RemoteRecord record) throws SQLException {
        Optional<Object[]> known = ids.localKey(table, record.id());
        if (known.isEmpty()) {
            unknown.apply(record);
            return;
        }
        Optional<RowIdentity> row = RowIdentity.of(table, known.get(), record.id());
        if (row.isEmpty()) {
            aside.hold(record, Reason.UNSTORABLE, "no row of this table can have its id");
            return;
        }
        isolation.readingRow(record, () -> apply(record, row.get()));
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
    public void isolate(Set<EndingRecord> ending) {
        isolation.begin(ending);
    }

    private void apply(RemoteRecord record, RowIdentity row) throws SQLException {
        session.states().meet(row.compact());
        Standing standing = standing(record, row);
        RemoteChange change = RemoteChange.of(versions, standing.version(), record.version(), record.deleted());
        if (standing.state() == LocalState.PENDING_UPDATE
                && change == RemoteChange.SAME
                && !table.late().isEmpty()) {
            // The base has no value of what the table learned to hold since.
            meeting.reconcile(record, row, standing);
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
                    meeting.compare(record, row, standing);
                } else if (standing.state() != LocalState.UNKNOWN || !unknown.meetsNamesake(record)) {
                    writer.write(record, row);
                }
            }
            case DELETE -> deletions.delete(record, row, standing);
            case COMPARE -> meeting.compare(record, row, standing);
            case RECONCILE -> meeting.reconcile(record, row, standing);
            case AGREE_DELETED -> {
                flush();
                session.settler().settleGone(row, null, null, record.version());
                aside.letGo(record);
                outcome.agreed++;
            }
            case KEEP_ASIDE -> aside.hold(record, Reason.IN_FLIGHT, "an operation on its row is on its way");
            case REFRESH_CONFLICT -> meeting.refresh(Objects.requireNonNull(standing.conflict()), record, row);
        }
        if (!record.rivals().isEmpty()) {
            flush();
            session.rivals().offer(record, row);
        }
    }

    private Standing standing(RemoteRecord record, RowIdentity row) throws SQLException {
        if (!writer.isFlushed() && standings.needsWritten(row)) {
            flush();
        }
        return standings.of(record, row);
    }

    /**
     * Says how many deletions come, so that none of more than may go unasked goes before all of them are weighed.
     *
     * @param rows how many; more than any table has if that cannot be told yet
     */
    public void announceDeletions(long rows) {
        deletions.announce(rows);
    }

    /**
     * Writes what was gathered.
     *
     * @throws SQLException if the unit is doomed
     */
    public void flush() throws SQLException {
        deletions.flush();
        writer.flush();
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
        if (known.isPresent() || !table.serverIds() || standings.mayBeOwnCreate() || unknown.isStale(record)) {
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
        writer.expect(parent, key);
    }

    /**
     * Deletes the row of a tombstone whose children are gone.
     *
     * @param record the tombstone
     * @throws SQLException if the unit is doomed
     */
    public void deleteParent(RemoteRecord record) throws SQLException {
        isolation.run(record, () -> passParent(record));
    }

    private void passParent(RemoteRecord record) throws SQLException {
        Optional<Object[]> key = ids.localKey(table, record.id());
        Optional<RowIdentity> row = key.flatMap(k -> RowIdentity.of(table, k, record.id()));
        if (row.isEmpty()) {
            writer.applied(record);
            return;
        }
        isolation.readingRow(record, () -> deleteParent(record, row.get()));
    }

    private void deleteParent(RemoteRecord record, RowIdentity row) throws SQLException {
        Standing standing = standing(record, row);
        RemoteChange change = RemoteChange.of(versions, standing.version(), record.version(), true);
        if (PullDecision.decide(standing.state(), change) != PullDecision.DELETE) {
            writer.applied(record);
            apply(record, row);
        } else {
            deletions.deleteParent(record, row, standing);
        }
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
        writer.close();
        session.close();
    }
}
