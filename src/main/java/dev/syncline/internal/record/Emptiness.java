package dev.syncline.internal.record;

import dev.syncline.internal.capture.JournalRows;
import dev.syncline.internal.store.ConflictRepository;
import dev.syncline.internal.store.HoldingRepository;
import dev.syncline.internal.store.OperationRepository;
import dev.syncline.internal.store.TombstoneRepository;
import dev.syncline.internal.store.Unit;
import java.sql.SQLException;

/**
 * What is empty for one table, asked once in a unit: while journal, queue, inbox, tombstones and holding are, a pulled record costs
 * one look-up of its state. Whoever stores such a thing in the unit says so here.
 */
final class Emptiness {
    private final boolean noQueue;
    private final boolean noneRefused;
    private final UnsettledRows unsettled;
    private boolean noJournal;
    private boolean noConflicts;
    private boolean noTombstones;
    private boolean noHeld;

    Emptiness(Unit unit, BoundTable table, JournalRows journal) throws SQLException {
        unsettled = new UnsettledRows(unit, table, journal);
        noQueue = OperationRepository.isEmpty(unit.handle(), table.id());
        noneRefused = noQueue || OperationRepository.noneRefused(unit.handle(), table.id());
        noJournal = table.journal().isEmpty(unit.connection());
        noConflicts = ConflictRepository.noneOpen(unit.handle(), table.id());
        noTombstones = TombstoneRepository.isEmpty(unit.handle(), table.id());
        noHeld = HoldingRepository.isEmpty(unit.handle(), table.id());
    }

    /** Whether nothing waits for this table, and nothing of it is remembered but the states of its rows. */
    boolean nothing() {
        return noQueue && noJournal && noConflicts && noTombstones;
    }

    /** Whether journal, queue and inbox hold nothing of a row. */
    boolean isSettled(RowIdentity row) throws SQLException {
        return (noQueue && noJournal && noConflicts) || !unsettled.mayHold(row);
    }

    /** Whether most rows are settled, and none is remembered as deleted. */
    boolean nearlyNothing() throws SQLException {
        return nothing() || (noTombstones && unsettled.areFew());
    }

    boolean noQueue() {
        return noQueue;
    }

    /** Whether the backend has refused no change of this table that still waits to be edited. */
    boolean noneRefused() {
        return noneRefused;
    }

    boolean noJournal() {
        return noJournal;
    }

    boolean noConflicts() {
        return noConflicts;
    }

    boolean noTombstones() {
        return noTombstones;
    }

    boolean noHeld() {
        return noHeld;
    }

    void journaled() {
        noJournal = false;
        unsettled.changed();
    }

    void parked() {
        noConflicts = false;
        unsettled.changed();
    }

    void buried() {
        noTombstones = false;
    }

    void held() {
        noHeld = false;
    }
}
