package dev.syncline.internal.record;

import dev.syncline.backend.RemoteRecord;
import dev.syncline.internal.store.ConflictRepository;
import dev.syncline.internal.store.ConflictRepository.StoredConflict;
import dev.syncline.internal.store.Unit;
import dev.syncline.internal.store.UnmetRows;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Rows that a walk over a whole table has not met: finds out which of them may go, and lets them go through the door like any
 * deletion that the backend tells of. Lives within one unit of work; capture is silenced where it removes.
 */
public final class UnmetRow implements AutoCloseable {
    private final Unit unit;
    private final BoundTable table;
    private final RecordApplier door;

    /**
     * Opens the door of one table.
     *
     * @param unit the unit
     * @param table the table
     * @param context what all tables share
     * @param outcome collects what happens
     * @throws SQLException if the library's tables cannot be read
     */
    public UnmetRow(Unit unit, BoundTable table, ApplyContext context, ApplyOutcome outcome) throws SQLException {
        this.unit = unit;
        this.table = table;
        door = new RecordApplier(unit, table, context, false, outcome);
    }

    /**
     * Tells whether a row may go: it was still not met, and is as the backend last told it. What waits of it was told before the
     * walk began, or the walk would have met the row; it goes with it.
     *
     * @param compact the row's compact key
     * @return its remote id, or empty if the row stays
     * @throws SQLException if the library's tables cannot be read
     */
    public Optional<String> removable(Object compact) throws SQLException {
        return unmet(compact, LocalState.CLEAN, PullDecision.DELETE);
    }

    /**
     * Tells whether the backend's side of a row's open conflict may have gone: it was there, and was still not met.
     *
     * @param compact the row's compact key
     * @return the row's remote id, or empty if it is not so
     * @throws SQLException if the library's tables cannot be read
     */
    public Optional<String> losingItsOtherSide(Object compact) throws SQLException {
        Optional<StoredConflict> open = ConflictRepository.openOf(
                unit.handle(), table.id(), table.keys().expand(compact));
        boolean wasThere =
                open.isPresent() && !RecordText.read(open.get().remoteRecord()).deleted();
        return wasThere ? unmet(compact, LocalState.PARKED, PullDecision.REFRESH_CONFLICT) : Optional.empty();
    }

    private Optional<String> unmet(Object compact, LocalState state, PullDecision decision) throws SQLException {
        Optional<Object[]> key = table.keys().decode(table.keys().expand(compact));
        if (key.isEmpty() || !UnmetRows.isUnmet(unit.connection(), table.id(), compact)) {
            return Optional.empty();
        }
        Optional<String> remoteId = door.session().ids().remoteId(table, key.get());
        return remoteId.isPresent()
                        && door.row(RemoteRecord.tombstone(remoteId.get(), null), state, decision)
                                .isPresent()
                ? remoteId
                : Optional.empty();
    }

    /**
     * Says how many rows were not met, so that none of more than may go unasked goes before all of them are weighed.
     *
     * @param rows how many
     */
    public void announce(long rows) {
        door.announceDeletions(rows);
    }

    /**
     * Removes a row if it may go, or takes note in its open conflict that the backend's side has gone.
     *
     * @param compact the row's compact key
     * @return false if the row stays as it is, since it is busy
     * @throws SQLException if the unit is doomed
     */
    public boolean remove(Object compact) throws SQLException {
        Optional<String> remoteId = removable(compact);
        if (remoteId.isPresent()) {
            door.deleteParent(RemoteRecord.tombstone(remoteId.get(), null));
            return true;
        }
        Optional<String> lost = losingItsOtherSide(compact);
        if (lost.isPresent()) {
            door.apply(RemoteRecord.tombstone(lost.get(), null));
        }
        return lost.isPresent();
    }

    /**
     * Does what the backend told when it was asked for a row: removes it if it may still go, or takes over what was told.
     *
     * @param compact the row's compact key
     * @param told the backend's record, a tombstone if there is none
     * @return false if the row stays as it is, since it has become busy
     * @throws SQLException if the unit is doomed
     */
    public boolean follow(Object compact, RemoteRecord told) throws SQLException {
        if (!told.deleted()) {
            door.apply(told);
            return true;
        }
        if (removable(compact).isPresent()) {
            door.deleteParent(told);
            return true;
        }
        boolean losing = losingItsOtherSide(compact).isPresent();
        if (losing) {
            door.apply(told);
        }
        return losing;
    }

    /**
     * Tells whether a row is still one that the backend is known to have had. One that is not needs no asking for.
     *
     * @param compact the row's compact key
     * @return false if it has gone, or is new
     * @throws SQLException if the library's tables cannot be read
     */
    public boolean isKnown(Object compact) throws SQLException {
        return door.session().states().find(compact).isPresent();
    }

    private @Nullable Object compact(String remoteId) throws SQLException {
        Optional<Object[]> key = door.session().ids().localKey(table, remoteId);
        return key.flatMap(k -> RowIdentity.of(table, k, remoteId))
                .map(RowIdentity::compact)
                .orElse(null);
    }

    /**
     * Takes records for met that the backend has named.
     *
     * @param remoteIds their remote ids, known here or not
     * @throws SQLException if the notes cannot be written
     */
    public void met(List<String> remoteIds) throws SQLException {
        for (String remoteId : remoteIds) {
            Object compact = compact(remoteId);
            if (compact != null) {
                door.session().states().meet(compact);
            }
        }
        door.flush();
    }

    /**
     * Notes again rows that were taken for met while others went, since the backend did not answer for them.
     *
     * @param remoteIds their remote ids, known here or not
     * @throws SQLException if the notes cannot be written
     */
    public void unmet(List<String> remoteIds) throws SQLException {
        for (String remoteId : remoteIds) {
            Object compact = compact(remoteId);
            if (compact != null) {
                UnmetRows.add(unit.connection(), table.id(), compact);
            }
        }
    }

    /**
     * Forgets rows: nothing is left to be found out about them.
     *
     * @param keys their compact keys
     * @throws SQLException if the notes cannot be written
     */
    public void done(List<Object> keys) throws SQLException {
        for (Object key : keys) {
            door.session().states().meet(key);
        }
        door.flush();
    }

    /** Releases the statements. */
    @Override
    public void close() throws SQLException {
        door.close();
    }
}
