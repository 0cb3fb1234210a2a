package dev.syncline.internal.record;

import dev.syncline.backend.RemoteRecord;
import dev.syncline.config.ConflictRules;
import dev.syncline.conflict.Conflict;
import dev.syncline.conflict.Decision;
import dev.syncline.conflict.ResolutionStrategy;
import dev.syncline.conflict.ResolvedBy;
import dev.syncline.internal.capture.JournalRows;
import dev.syncline.internal.capture.RowImage;
import dev.syncline.internal.record.ConflictResolver.Settled;
import dev.syncline.internal.store.ConflictRepository;
import dev.syncline.internal.store.ConflictRepository.StoredConflict;
import dev.syncline.internal.store.Unit;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The row of an open conflict with its sides as they are now: the user may have edited it since, and the backend may have moved
 * on. Lives within one unit of work.
 */
public final class ParkedRow {
    private final Unit unit;
    private final BoundTable table;
    private final TableSession session;

    /**
     * Makes an accessor.
     *
     * @param unit the unit; capture is silenced in it
     * @param session the table in this unit
     */
    public ParkedRow(Unit unit, TableSession session) {
        this.unit = unit;
        this.session = session;
        table = session.table();
    }

    /**
     * Settles the row.
     *
     * @param stored its open conflict
     * @param decision the decision; not to defer
     * @param by who decided
     * @param why what the journal says of it, if anything
     * @throws SQLException if the unit is doomed or the host's table refuses the outcome
     * @throws UnstorableValueException if a value that was decided on does not fit its column, a column in dispute is left out, or
     *     one is named that does not travel
     */
    public void decide(StoredConflict stored, Decision decision, ResolvedBy by, @Nullable String why)
            throws SQLException {
        Sides sides = sides(stored);
        Settled settled = new DecidedRow(table, sides.collision()).by(decision);
        sides.refuseUnknown(table, settled.outcome());
        carryOut(sides, settled, by, why);
    }

    /**
     * Settles the row by the rules of its table, whether they may decide alone or not.
     *
     * @param stored its open conflict
     * @return false if the rules ask a person
     * @throws SQLException if the unit is doomed or the host's table refuses the outcome
     */
    public boolean decideByRules(StoredConflict stored) throws SQLException {
        ConflictRules rules = table.spec().conflictRules();
        Sides sides = readable(stored);
        if (!sides.collision().certain() || ConflictResolver.asksSomeone(rules, sides.collision())) {
            return false;
        }
        Settled settled = ConflictResolver.byRules(rules, sides.collision());
        carryOut(sides, settled, ResolvedBy.AUTO, ConflictResolver.reason(rules, sides.collision()));
        return true;
    }

    /**
     * Settles the row with what the host's rules made of single columns.
     *
     * @param stored its open conflict
     * @param values the columns that they joined, with values in the form that hosts see
     * @param rest what shall become of the other columns in dispute; null to leave them to the strategies
     * @return false if a person is to decide
     * @throws SQLException if the unit is doomed or the host's table refuses the outcome
     * @throws UnstorableValueException as {@link #decide}
     */
    public boolean decideJoined(StoredConflict stored, Map<String, @Nullable Object> values, @Nullable Decision rest)
            throws SQLException {
        ConflictRules rules = table.spec().conflictRules();
        Sides met = readable(stored);
        Collision left = met.collision().joined(new DecidedRow(table, met.collision()).stored(values));
        Sides sides = new Sides(met.stored(), met.row(), met.record(), left, met.unknown());
        if (rest != null) {
            Settled settled = new DecidedRow(table, left).by(rest);
            boolean joined = settled.strategy() == ResolutionStrategy.MERGE && !values.isEmpty();
            String why = "the rule of the host" + (joined ? ", " + ConflictResolver.mergers(rules, left) : "");
            carryOut(sides, settled, ResolvedBy.AUTO, why);
            return true;
        }
        Optional<Settled> settled = ConflictResolver.rest(rules, left);
        if (settled.isPresent()) {
            carryOut(sides, settled.get(), ResolvedBy.AUTO, ConflictResolver.reason(rules, left));
        }
        return settled.isPresent();
    }

    /**
     * Says whether a conflict's remote side may hold this device's own change already, so that nothing may be joined from both.
     *
     * @param stored the conflict
     * @return true if nobody can tell
     */
    public static boolean isDoubtful(StoredConflict stored) {
        return !ConflictJournal.isForeign(stored);
    }

    private void carryOut(Sides sides, Settled settled, ResolvedBy by, @Nullable String why) throws SQLException {
        session.closing().decide(sides.stored(), sides.row(), sides.collision(), sides.record(), settled, by, why);
    }

    /**
     * Gives the conflict with its sides as they are now.
     *
     * @param stored its open conflict
     * @return the conflict; as it is stored if a side cannot be read just now
     * @throws SQLException if the unit is doomed
     */
    public Conflict present(StoredConflict stored) throws SQLException {
        try {
            Sides sides = readable(stored);
            return session.conflicts().entries().present(sides.stored(), sides.collision(), sides.record());
        } catch (IllegalStateException | UnstorableValueException notNow) {
            return stored.conflict();
        }
    }

    /**
     * Lets the backend's version hold, because the row was edited back and nothing of this side is left.
     *
     * @param stored its open conflict
     * @throws SQLException if the unit is doomed
     */
    public void closeOvertaken(StoredConflict stored) throws SQLException {
        Optional<SQLException> refused = close(readable(stored));
        if (refused.isPresent()) {
            throw refused.get();
        }
    }

    /**
     * Brings what is stored of the conflict up to the edits made since. If nothing is in dispute any more by them, it is closed.
     *
     * @param stored its open conflict
     * @throws SQLException if the unit is doomed
     */
    public void refresh(StoredConflict stored) throws SQLException {
        refresh(readable(stored));
    }

    /**
     * Puts a record in the place of the conflict's remote side. If nothing is in dispute any more by it, the conflict is closed.
     *
     * @param stored its open conflict
     * @param told the record
     * @throws SQLException if the unit is doomed
     */
    void refresh(StoredConflict stored, RemoteRecord told) throws SQLException {
        RemoteRecord before = RecordText.read(stored.remoteRecord());
        RemoteRecord record = told.rivals().isEmpty() ? told : RivalVersions.met(told);
        RowIdentity row = identity(stored, record);
        boolean overtaken = !before.rivals().isEmpty() && record.rivals().isEmpty();
        if (overtaken) {
            session.rivals().overtaken(before, row);
        }
        Sides sides = put(stored, row, record);
        // Nothing of this side ever was in dispute: what was asked about was between others.
        boolean amongOthers = overtaken
                && table.sameRow(sides.collision().local(), sides.collision().base());
        if (!amongOthers || close(sides).isPresent()) {
            refresh(sides);
        }
    }

    private Optional<SQLException> close(Sides sides) throws SQLException {
        return session.closing().closeOvertaken(sides.stored(), sides.row(), sides.collision(), sides.record());
    }

    private void refresh(Sides sides) throws SQLException {
        if (!session.closing().closeUndisputed(sides.stored(), sides.row(), sides.collision(), sides.record())) {
            session.conflicts().entries().refresh(sides.stored(), sides.collision(), sides.record());
        }
    }

    /** The sides, if nothing of the backend's is missing that anybody could want of it. */
    private Sides readable(StoredConflict stored) throws SQLException {
        Sides sides = sides(stored);
        if (sides.collision().local() != null) {
            sides.refuseUnknown(table, sides.collision().remote());
        }
        return sides;
    }

    /** Reads the sides of the row as they are now. */
    private Sides sides(StoredConflict stored) throws SQLException {
        // Opening the door may have given the row another number.
        StoredConflict present =
                ConflictRepository.find(unit.handle(), stored.conflict().id()).orElse(stored);
        RemoteRecord record = RecordText.read(present.remoteRecord());
        return put(present, identity(present, record), record);
    }

    private RowIdentity identity(StoredConflict stored, RemoteRecord record) {
        return table.keys()
                .decode(stored.conflict().entityId())
                .flatMap(key -> RowIdentity.of(table, key, record.id().equals(RowIdentity.NO_ID) ? null : record.id()))
                .orElseThrow(() -> new IllegalStateException(
                        "conflict " + stored.conflict().id() + " names a row that its table cannot have"));
    }

    private Sides put(StoredConflict stored, RowIdentity row, RemoteRecord record) throws SQLException {
        RowImage local = session.host().read(row.key()).orElse(null);
        Optional<JournalRows.Base> journaled = session.journal().base(row.key());
        boolean amongOthers = !record.rivals().isEmpty();
        // What stands beside the version here has no history that is known.
        RowImage base =
                amongOthers ? null : journaled.map(JournalRows.Base::image).orElse(null);
        Set<String> unknown = new TreeSet<>();
        RowImage remote = null;
        if (!record.deleted()) {
            RowImage under = base == null ? local : base;
            remote = session.mapper().over(under, session.mapper().incoming(record, unknown));
            for (String column : local == null ? Set.<String>of() : unknown) {
                // Whatever this side refers to, it is something else.
                remote = remote.with(column, null);
            }
        }
        Long editedAt = journaled.map(JournalRows.Base::editedAt).orElse(null);
        Collision sides =
                session.conflicts().sides(base, local, remote, record, editedAt, ConflictJournal.isForeign(stored));
        return new Sides(stored, row, record, amongOthers ? sides.uncertain() : sides, unknown);
    }

    /**
     * The sides of a parked row.
     *
     * @param stored its open conflict
     * @param row its names
     * @param record the backend's record
     * @param collision both sides as they are now
     * @param unknown columns in which the backend's version refers to a record that is not here
     */
    private record Sides(
            StoredConflict stored, RowIdentity row, RemoteRecord record, Collision collision, Set<String> unknown) {

        /** Only an outcome that needs nothing of what is unknown can hold: that the row goes, or refers to what this side does. */
        void refuseUnknown(BoundTable table, @Nullable RowImage outcome) {
            if (outcome == null) {
                return;
            }
            RowImage local = collision.local();
            for (String column : unknown) {
                Object own = local == null ? null : local.get(column);
                if (own == null || !own.equals(outcome.get(column))) {
                    throw new IllegalStateException(
                            "the backend's version of " + table.spec().name() + " refers, in column " + column
                                    + ", to a record that is not here; let this side win, or synchronize, then decide");
                }
            }
        }
    }
}
