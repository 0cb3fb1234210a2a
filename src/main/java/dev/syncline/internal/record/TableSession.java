package dev.syncline.internal.record;

import dev.syncline.backend.RemoteRecord;
import dev.syncline.conflict.ResolutionStrategy;
import dev.syncline.conflict.ResolvedBy;
import dev.syncline.internal.capture.JournalRows;
import dev.syncline.internal.capture.RowImage;
import dev.syncline.internal.store.ConflictRepository;
import dev.syncline.internal.store.RowStateRepository;
import dev.syncline.internal.store.TombstoneRepository;
import dev.syncline.internal.store.Unit;
import java.sql.SQLException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One table within one unit of work: what reads and writes its rows, its journal, its ids and its states, each prepared once.
 */
public final class TableSession implements AutoCloseable {
    private final Unit unit;
    private final BoundTable table;
    private final HostTable host;
    private final JournalRows journal;
    private final IdMappingService ids;
    private final RecordMapper mapper;
    private final RowStateRepository states;
    private final UnmappedFields unmapped;
    private final Emptiness known;
    private final RowSettler settler;
    private final ConflictHandler conflicts;
    private final ConflictClosing closing;
    private final PutAside aside;
    private final RivalVersions rivals;

    TableSession(Unit unit, BoundTable table, ApplyContext context, ApplyOutcome outcome) throws SQLException {
        this.unit = unit;
        this.table = table;
        host = new HostTable(unit.connection(), table);
        journal = table.journal().rows(unit.connection());
        ids = new IdMappingService(unit.connection());
        mapper = new RecordMapper(table, ids);
        states = new RowStateRepository(unit.connection(), table.id());
        unmapped = new UnmappedFields(unit.connection(), table, ids, context.wholeRows());
        known = new Emptiness(unit, table, journal);
        settler = new RowSettler(
                unit, table, host, journal, ids, states, new TombstoneRepository(context.clock()), known);
        rivals = new RivalVersions(unit, this);
        OutcomeWriter writer = new OutcomeWriter(unit, table, context, settler, outcome, known, rivals);
        ConflictDetector detector = new ConflictDetector(table.spec().conflictRules(), table.columns());
        ConflictJournal entries = new ConflictJournal(unit, table, context, outcome);
        conflicts = new ConflictHandler(table, context, journal, settler, writer, detector, entries, outcome, known);
        closing = new ConflictClosing(table, context, settler, writer, detector, entries);
        aside = new PutAside(unit, table, context, outcome, known);
    }

    /**
     * Opens a table for looking at it.
     *
     * @param unit the unit
     * @param table the table
     * @param context what all tables share
     * @return the session
     * @throws SQLException if the library's tables cannot be read
     */
    public static TableSession of(Unit unit, BoundTable table, ApplyContext context) throws SQLException {
        return new TableSession(unit, table, context, new ApplyOutcome());
    }

    BoundTable table() {
        return table;
    }

    RowStateRepository states() {
        return states;
    }

    RivalVersions rivals() {
        return rivals;
    }

    Emptiness known() {
        return known;
    }

    PutAside aside() {
        return aside;
    }

    /**
     * Gives the version of a row that is known here.
     *
     * @param rowId the row's local id as text
     * @return the version, or empty if the row was never synced or its version was not told
     * @throws SQLException if the states cannot be read
     */
    public Optional<String> versionOf(String rowId) throws SQLException {
        return states.find(table.keys().compact(rowId)).map(RowStateRepository.RowState::version);
    }

    /**
     * Tells whether a row is pending and waits for nobody's decision.
     *
     * @param rowId the row's local id as text
     * @return true if the next claim would take it
     * @throws SQLException if the journal cannot be read
     */
    public boolean isStillPending(String rowId) throws SQLException {
        return ConflictRepository.openOf(unit.handle(), table.id(), rowId).isEmpty()
                && journal.isPending(table.keys().decode(rowId).orElseThrow());
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
            aside.report(
                    copy, e, "what the backend made of a row of " + table.spec().entity() + " was not taken over");
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
     * @throws SQLException if the journal of conflicts cannot be written
     */
    public RowImage layUnder(
            RowIdentity row, RowImage sent, RowImage present, RowImage answer, @Nullable RemoteRecord copy)
            throws SQLException {
        Collision sides = conflicts.compare(sent, present, answer);
        RowImage laid = sides.comparison().merge(present, answer, sides.merged());
        if (copy != null && !(sides.columns().isEmpty() && sides.merged().isEmpty())) {
            // An answer never opens a conflict, but what an edit made since hides of it is not lost either.
            conflicts
                    .entries()
                    .note(
                            sides,
                            row,
                            ResolutionStrategy.LOCAL_WINS,
                            ResolvedBy.AUTO,
                            "edited again before the answer came",
                            laid);
        }
        return laid;
    }

    /**
     * Gives what ends open conflicts and unsent changes.
     *
     * @return the closing
     */
    public ConflictClosing closing() {
        return closing;
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
     * Gives the journal of the table.
     *
     * @return its rows
     */
    public JournalRows journal() {
        return journal;
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
     * Gives what is kept of fields that no column holds.
     *
     * @return the fields
     */
    public UnmappedFields unmapped() {
        return unmapped;
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

    /** Releases the statements. */
    @Override
    public void close() throws SQLException {
        states.close();
        journal.close();
        ids.close();
        host.close();
    }
}
