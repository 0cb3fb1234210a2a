package dev.syncline.internal.record;

import dev.syncline.backend.RemoteRecord;
import dev.syncline.internal.store.ConflictRepository;
import dev.syncline.internal.store.OperationRepository;
import dev.syncline.internal.store.RowStateRepository;
import dev.syncline.internal.store.Unit;
import java.sql.SQLException;
import java.util.Optional;

/**
 * Forgets which versions of a table's rows are known, so that what the backend tells replaces them whatever its version. A row with
 * anything unsent keeps its version: its base is of that, and what is sent must be conditional on it. Lives within one unit of work.
 */
public final class Reload {
    private final Unit unit;
    private final BoundTable table;
    private final TableSession session;
    private final boolean allForgotten;

    /**
     * Begins; forgets all versions at once where nothing of the table is unsent.
     *
     * @param unit the unit
     * @param door the table's door, which the records then go through
     * @throws SQLException if the states cannot be written
     */
    public Reload(Unit unit, RecordApplier door) throws SQLException {
        this.unit = unit;
        session = door.session();
        table = session.table();
        allForgotten = session.known().noQueue()
                && session.known().noJournal()
                && session.known().noConflicts();
        if (allForgotten) {
            RowStateRepository.forgetVersions(unit.connection(), table.id());
        }
    }

    /**
     * Forgets the version of the row that a record is about, if nothing of the row is unsent.
     *
     * @param record the record
     * @throws SQLException if the tables cannot be read or written
     */
    public void forget(RemoteRecord record) throws SQLException {
        if (allForgotten) {
            return;
        }
        Optional<RowIdentity> known =
                session.ids().localKey(table, record.id()).flatMap(key -> RowIdentity.of(table, key, record.id()));
        if (known.isEmpty()) {
            return;
        }
        RowIdentity row = known.get();
        boolean settled = session.states().find(row.compact()).isPresent()
                && !session.journal().isPending(row.key())
                && ConflictRepository.openOf(unit.handle(), table.id(), row.rowId())
                        .isEmpty()
                && OperationRepository.find(unit.handle(), table.id(), row.rowId())
                        .isEmpty();
        if (settled) {
            session.states().save(row.compact(), null);
            session.states().flush();
        }
    }
}
