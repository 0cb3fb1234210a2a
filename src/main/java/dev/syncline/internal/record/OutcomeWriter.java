package dev.syncline.internal.record;

import dev.syncline.backend.RemoteRecord;
import dev.syncline.internal.capture.RowImage;
import dev.syncline.internal.record.ConflictResolver.Settled;
import dev.syncline.internal.store.Unit;
import java.sql.SQLException;
import java.util.Optional;

/** Brings rows to what was decided about them, along with what they refer to. Lives within one unit of work. */
final class OutcomeWriter {
    private final Unit unit;
    private final BoundTable table;
    private final ApplyContext context;
    private final RowSettler settler;
    private final ApplyOutcome outcome;
    private final Emptiness known;
    private final RivalVersions rivals;

    OutcomeWriter(
            Unit unit,
            BoundTable table,
            ApplyContext context,
            RowSettler settler,
            ApplyOutcome outcome,
            Emptiness known,
            RivalVersions rivals) {
        this.unit = unit;
        this.table = table;
        this.context = context;
        this.settler = settler;
        this.outcome = outcome;
        this.known = known;
        this.rivals = rivals;
    }

    /**
     * Writes an outcome.
     *
     * @param sides the row's sides
     * @param row the row's names
     * @param record the backend's record
     * @param settled what was decided
     * @return why the host's table refused it; empty if the row is settled
     * @throws SQLException if the unit is doomed
     */
    Optional<SQLException> write(Collision sides, RowIdentity row, RemoteRecord record, Settled settled)
            throws SQLException {
        RowImage kept = settled.outcome();
        Optional<SQLException> refused = sides.remote() == null
                ? settler.settleGone(row, sides.local(), kept, record.version())
                : settler.settle(row, sides.local(), kept, rivals.base(sides, record, kept), record.version());
        if (refused.isEmpty() && !record.rivals().isEmpty()) {
            rivals.decided(record);
        }
        // The backend's own version is not sent, so nothing has to be there for it; it goes, or moves, as the backend
        // says.
        if (refused.isEmpty() && kept != null && settler.isUnsent(row)) {
            keeper().keepParents(table, row.key(), kept);
            settler.parentsMayBeNew(row, kept);
        }
        return refused;
    }

    /** Settles a row; if its table refuses it, once more with what it refers to. */
    WithParents.Attempt withParents(RowIdentity row, Collision sides, Settled settled, WithParents.Settling settling)
            throws SQLException {
        return new WithParents(table, keeper(), known).settle(row, sides, settled, settling);
    }

    private OrphanKeeper keeper() {
        return new OrphanKeeper(unit, context, outcome);
    }
}
