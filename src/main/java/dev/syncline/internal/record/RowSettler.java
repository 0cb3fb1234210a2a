package dev.syncline.internal.record;

import dev.syncline.internal.capture.JournalRows;
import dev.syncline.internal.capture.RowImage;
import dev.syncline.internal.capture.RowImageCodec;
import dev.syncline.internal.store.OperationRepository;
import dev.syncline.internal.store.RowStateRepository;
import dev.syncline.internal.store.RowStateRepository.RowState;
import dev.syncline.internal.store.SyncOperation;
import dev.syncline.internal.store.TombstoneRepository;
import dev.syncline.internal.store.Unit;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Brings one row to an agreed state: what the host's table shall hold, what both sides last agreed on, and the version of
 * that. What still has to be sent follows by itself, since a pending operation is a row that differs from its base.
 *
 * <p>Every way out of a collision ends here: merging, resolving, giving up, acknowledging.
 */
public final class RowSettler {
    private final Unit unit;
    private final BoundTable table;
    private final HostTable host;
    private final JournalRows journal;
    private final IdMappingService ids;
    private final RowStateRepository states;
    private final TombstoneRepository tombstones;
    private final Emptiness known;
    private Departing departing = new Departing();

    /**
     * Makes a settler for one table within one unit; capture must be silenced in it.
     *
     * @param unit the unit
     * @param table the table
     * @param host its rows
     * @param journal its journal
     * @param ids the unit's translation of ids
     * @param states its row states
     * @param tombstones the deletions
     * @param known what is empty in this unit
     */
    RowSettler(
            Unit unit,
            BoundTable table,
            HostTable host,
            JournalRows journal,
            IdMappingService ids,
            RowStateRepository states,
            TombstoneRepository tombstones,
            Emptiness known) {
        this.known = known;
        this.unit = unit;
        this.table = table;
        this.host = host;
        this.journal = journal;
        this.ids = ids;
        this.states = states;
        this.tombstones = tombstones;
    }

    /**
     * Settles a row whose record lives at the backend.
     *
     * @param known the row's names; its remote id is known
     * @param present the row as it is; null if there is none
     * @param outcome the row as it shall be; null for none
     * @param remote the backend's copy as an image
     * @param version the copy's version, if told
     * @return why the host's table refused the outcome, in which case nothing was changed; empty if all is settled
     * @throws SQLException if the unit is doomed
     */
    public Optional<SQLException> settle(
            RowIdentity known,
            @Nullable RowImage present,
            @Nullable RowImage outcome,
            RowImage remote,
            @Nullable String version)
            throws SQLException {
        Written written = write(known, present, outcome);
        if (written.refused().isPresent()) {
            return written.refused();
        }
        RowIdentity row = written.row();
        if (outcome != null && agree(outcome, remote)) {
            journal.remove(row.key());
        } else {
            this.known.journaled();
            journal.put(row.key(), baseOf(outcome, remote));
        }
        remember(row, version);
        states.flush();
        settleNameless(row, outcome);
        return Optional.empty();
    }

    /** Whether a row differs from what both sides last agreed on. */
    boolean isUnsent(RowIdentity row) throws SQLException {
        return journal.base(row.key()).isPresent();
    }

    /**
     * Looks again whether a row's record can still be its own, after rows that its key may be made of became new.
     *
     * @param row the row's names
     * @param outcome the row as it is; null if there is none
     * @throws SQLException if the unit is doomed
     */
    void parentsMayBeNew(RowIdentity row, @Nullable RowImage outcome) throws SQLException {
        ids.forget();
        settleNameless(row, outcome);
    }

    /**
     * Lets a row be new whose record was named after one that the backend does not have any more: no answer and no tombstone will
     * ever find the row by that name. {@link KeyedChildren} does the same for rows that nothing keeps busy at that moment.
     */
    private void settleNameless(RowIdentity row, @Nullable RowImage outcome) throws SQLException {
        if (!table.isKeyedByParents() || isNamed(row)) {
            return;
        }
        states.remove(row.compact());
        if (outcome == null) {
            journal.remove(row.key());
        } else {
            known.journaled();
            journal.put(row.key(), null);
        }
    }

    private boolean isNamed(RowIdentity row) throws SQLException {
        return row.remoteId() == null
                ? ids.remoteId(table, row.key()).isPresent()
                : ids.localKey(table, row.remoteId()).isPresent();
    }

    /**
     * Settles a row that is not in the journal if the backend has it as it is, so that nothing is to be written to it. What is known of
     * it is stored with the next {@link RowStateRepository#flush}.
     *
     * @param row the row's names; its remote id is known
     * @param present the row as it is
     * @param remote the backend's copy as an image
     * @param version the copy's version, if told
     * @return false if the two differ, in which case nothing was done
     * @throws SQLException if the unit is doomed
     */
    public boolean settleAlike(RowIdentity row, RowImage present, RowImage remote, @Nullable String version)
            throws SQLException {
        boolean alike = travelsAlike(present, remote);
        if (alike) {
            remember(row, version);
        }
        return alike;
    }

    private void remember(RowIdentity row, @Nullable String version) throws SQLException {
        states.save(row.compact(), version);
        arm(row);
        if (table.serverIds() && row.remoteId() != null) {
            ids.map(table, Objects.requireNonNull(row.key()[0]), row.remoteId());
        }
    }

    /**
     * Settles a row whose record is gone at the backend.
     *
     * @param row the row's names
     * @param present the row as it is; null if there is none
     * @param outcome null to let the row go too; else the row as it shall be, which is then new to the backend
     * @param version the deletion's version, if told
     * @return why the host's table refused; empty if all is settled
     * @throws SQLException if the unit is doomed
     */
    public Optional<SQLException> settleGone(
            RowIdentity row, @Nullable RowImage present, @Nullable RowImage outcome, @Nullable String version)
            throws SQLException {
        if (outcome == null && present != null && table.hasChildren() && isReferred(row.key())) {
            // A cascade would take rows along that nobody decided about, and silently, since capture is.
            return Optional.of(new SQLException("rows here still refer to the row"));
        }
        Optional<SQLException> refused = writeAsNamed(row, present, outcome);
        if (refused.isPresent()) {
            return refused;
        }
        // A deletion whose version was not told is at least as new as what was known before it.
        String deletedAt = version != null
                ? version
                : states.find(row.compact()).map(RowState::version).orElse(null);
        states.remove(row.compact());
        arm(row);
        if (row.remoteId() != null) {
            known.buried();
            tombstones.save(unit.handle(), table.id(), RowIdentity.tombstone(table, row.remoteId()), deletedAt);
        }
        if (table.serverIds()) {
            ids.unmap(table, Objects.requireNonNull(row.key()[0]));
        }
        if (outcome == null) {
            journal.remove(row.key());
        } else {
            known.journaled();
            journal.put(row.key(), null);
            if (table.serverIds()) {
                new KeyedChildren(unit, table).makeNew(row.key());
            }
            armChildren(row);
        }
        return Optional.empty();
    }

    /** Lets rows go although some that go with them refer to them. */
    void letGo(Departing together) {
        departing = together;
    }

    /** Whether a row that stays refers to a row of this table. */
    boolean isReferred(@Nullable Object[] key) throws SQLException {
        return table.isReferred(unit.connection(), key, departing);
    }

    /**
     * Returns a row to what both sides last agreed on; one that the backend never had goes.
     *
     * @param known the row's names
     * @param present the row as it is; null if there is none
     * @param base the version both last agreed on; null if the backend never had the row
     * @return why the host's table refused; empty if nothing of the change is left
     * @throws SQLException if the unit is doomed
     */
    Optional<SQLException> giveUp(RowIdentity known, @Nullable RowImage present, @Nullable RowImage base)
            throws SQLException {
        if (base == null && present != null && table.isReferred(unit.connection(), known.key())) {
            return Optional.of(new SQLException("rows here still refer to the row; discard or delete them first"));
        }
        Written written = write(known, present, base);
        if (written.refused().isPresent()) {
            return written.refused();
        }
        RowIdentity row = written.row();
        if (base == null && table.serverIds()) {
            ids.unmap(table, Objects.requireNonNull(row.key()[0]));
        }
        if (base != null && states.find(row.compact()).isEmpty()) {
            // The backend does not have it, so what is left of the change is a new row.
            journal.put(row.key(), null);
        } else {
            journal.remove(row.key());
        }
        arm(row);
        return Optional.empty();
    }

    /** What the backend refused because the row they refer to was gone may go once that is there again. */
    private void armChildren(RowIdentity row) throws SQLException {
        for (BoundTable child : table.children()) {
            for (SyncOperation mark :
                    OperationRepository.list(unit.handle(), child.id(), SyncOperation.Status.FAILED)) {
                Object[] key = child.keys().decode(mark.rowId()).orElseThrow();
                if (mark.image() != null
                        && child.references().lead(key, RowImageCodec.fromJson(mark.image()), table, row.key()[0])) {
                    OperationRepository.forget(unit.handle(), child.id(), mark.rowId());
                }
            }
        }
    }

    /** What was refused was refused on other grounds than those that hold now. */
    private void arm(RowIdentity row) {
        if (!known.noneRefused()) {
            OperationRepository.forget(unit.handle(), table.id(), row.rowId());
        }
    }

    /** A row that comes back gets a number that its table can show, and only if the table takes it: a host may use that number. */
    private Written write(RowIdentity known, @Nullable RowImage present, @Nullable RowImage outcome)
            throws SQLException {
        if (present != null || outcome == null) {
            return new Written(known, writeAsNamed(known, present, outcome));
        }
        List<RowIdentity> named = new ArrayList<>();
        Optional<SQLException> refused = unit.attempt(() -> {
            RowIdentity row = KeyReuse.bringBack(unit, table, host, ids, known);
            host.write(row.key(), outcome);
            named.add(row);
        });
        if (refused.isPresent()) {
            ids.forget();
            return new Written(known, refused);
        }
        return new Written(named.get(0), refused);
    }

    private Optional<SQLException> writeAsNamed(RowIdentity row, @Nullable RowImage present, @Nullable RowImage outcome)
            throws SQLException {
        if (outcome == null) {
            return present == null ? Optional.empty() : unit.attempt(() -> host.delete(row.key()));
        }
        if (present != null && travelsAlike(present, outcome)) {
            return Optional.empty();
        }
        return unit.attempt(() -> host.write(row.key(), outcome));
    }

    private boolean travelsAlike(RowImage a, RowImage b) {
        for (String column : table.columnNames()) {
            if (!RowImage.same(a.get(column), b.get(column))) {
                return false;
            }
        }
        return true;
    }

    /** Only what would be sent counts: a derived column never keeps a row pending. */
    private boolean agree(RowImage outcome, RowImage remote) {
        for (ColumnMapping c : table.columns()) {
            if (!c.derived() && !c.same(outcome.get(c.column()), remote.get(c.column()))) {
                return false;
            }
        }
        return true;
    }

    /** Columns that do not travel are equal on both sides by definition, so that they never make a row pending. */
    private RowImage baseOf(@Nullable RowImage outcome, RowImage remote) {
        if (outcome == null) {
            return remote;
        }
        RowImage base = outcome;
        for (ColumnMapping column : table.columns()) {
            base = base.with(column.column(), remote.get(column.column()));
        }
        return base;
    }

    /**
     * What became of a row.
     *
     * @param row its names from now on
     * @param refused why the host's table refused it, if it did
     */
    private record Written(RowIdentity row, Optional<SQLException> refused) {}
}
