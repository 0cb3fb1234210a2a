package dev.syncline.internal.record;

import dev.syncline.backend.RemoteRecord;
import dev.syncline.conflict.ConflictType;
import dev.syncline.conflict.ResolutionStrategy;
import dev.syncline.internal.capture.PendingChange;
import dev.syncline.internal.capture.RowImage;
import dev.syncline.internal.store.ConflictRepository;
import dev.syncline.internal.store.ConflictRepository.StoredConflict;
import dev.syncline.internal.store.Unit;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The row of an open conflict with its sides as they are now: the user may have edited it since, and the backend may have moved
 * on. Lives within one unit of work.
 */
public final class ParkedRow {
    private final Unit unit;
    private final BoundTable table;
    private final ApplyContext context;
    private final TableSession session;

    /**
     * Makes an accessor.
     *
     * @param unit the unit; capture is silenced in it
     * @param context what all tables share
     * @param session the table in this unit
     */
    public ParkedRow(Unit unit, ApplyContext context, TableSession session) {
        this.unit = unit;
        this.context = context;
        this.session = session;
        table = session.table();
    }

    /**
     * Settles the row as a person decided.
     *
     * @param stored its open conflict
     * @param strategy the decision
     * @throws SQLException if the unit is doomed or the host's table refuses the outcome
     */
    public void decide(StoredConflict stored, ResolutionStrategy strategy) throws SQLException {
        StoredConflict present = asItIsNow(stored);
        RemoteRecord record = RecordText.read(present.remoteRecord());
        RowIdentity row = identity(present, record);
        session.conflicts().decide(present, row, collision(row, record), record, strategy);
    }

    /**
     * Lets the backend's version hold, because the row was edited back and nothing of this side is left.
     *
     * @param stored its open conflict
     * @throws SQLException if the unit is doomed
     */
    public void closeOvertaken(StoredConflict stored) throws SQLException {
        Optional<SQLException> refused = close(stored);
        if (refused.isPresent()) {
            throw refused.get();
        }
    }

    /**
     * Closes the conflict if both sides have come to the same by themselves; else it stays open.
     *
     * @param stored its open conflict, as last refreshed
     * @throws SQLException if the unit is doomed
     */
    void closeAgreed(StoredConflict stored) throws SQLException {
        StoredConflict present = asItIsNow(stored);
        RemoteRecord record = RecordText.read(present.remoteRecord());
        Collision sides = collision(identity(present, record), record);
        RowImage local = sides.local();
        RowImage remote = sides.remote();
        if (same(local, remote)) {
            close(stored);
        }
    }

    private boolean same(@Nullable RowImage local, @Nullable RowImage remote) {
        if (local == null || remote == null) {
            return local == null && remote == null;
        }
        return table.columns().stream()
                .allMatch(c -> c.derived() || c.same(local.get(c.column()), remote.get(c.column())));
    }

    private Optional<SQLException> close(StoredConflict stored) throws SQLException {
        StoredConflict present = asItIsNow(stored);
        RemoteRecord record = RecordText.read(present.remoteRecord());
        RowIdentity row = identity(present, record);
        return session.conflicts().closeOvertaken(present, row, collision(row, record), record);
    }

    /** Opening the door may have given the row another number. */
    private StoredConflict asItIsNow(StoredConflict stored) {
        return ConflictRepository.find(unit.handle(), stored.conflict().id()).orElse(stored);
    }

    private RowIdentity identity(StoredConflict stored, RemoteRecord record) {
        return table.keys()
                .decode(stored.conflict().entityId())
                .flatMap(key -> RowIdentity.of(table, key, record.id().equals(RowIdentity.NO_ID) ? null : record.id()))
                .orElseThrow(() -> new IllegalStateException(
                        "conflict " + stored.conflict().id() + " names a row that its table cannot have"));
    }

    private Collision collision(RowIdentity row, RemoteRecord record) throws SQLException {
        RowImage local = session.host().read(row.key()).orElse(null);
        Optional<PendingChange> pending = session.journal().find(row.key());
        RowImage base = pending.map(PendingChange::base).orElse(null);
        RowImage remote = remote(record, base == null ? local : base);
        Comparison comparison = Comparison.of(table.columns(), base, local, remote);
        Long editedAt = pending.map(PendingChange::editedAt).orElse(null);
        return new Collision(
                remote == null ? ConflictType.UPDATE_DELETE : ConflictType.UPDATE_UPDATE,
                base,
                local,
                remote,
                comparison,
                editedAt == null ? null : Instant.ofEpochMilli(editedAt).plus(context.clockOffset()),
                record.changedAt());
    }

    private @Nullable RowImage remote(RemoteRecord record, @Nullable RowImage under) throws SQLException {
        if (record.deleted()) {
            return null;
        }
        RecordMapper.Incoming incoming = session.mapper().incoming(record);
        if (incoming.missingParent() != null) {
            throw new IllegalStateException("the backend's version refers, in column " + incoming.missingParent()
                    + ", to a record that is not here yet; synchronize, then decide");
        }
        return session.mapper().over(under, incoming);
    }
}
