package dev.syncline.internal.engine;

import dev.syncline.conflict.Conflict;
import dev.syncline.conflict.Decision;
import dev.syncline.conflict.ResolvedBy;
import dev.syncline.internal.capture.CaptureMute;
import dev.syncline.internal.capture.PendingChange;
import dev.syncline.internal.queue.SyncQueueManager;
import dev.syncline.internal.queue.UnsentChanges;
import dev.syncline.internal.record.ApplyContext;
import dev.syncline.internal.record.ApplyOutcome;
import dev.syncline.internal.record.BoundTable;
import dev.syncline.internal.record.ParkedRow;
import dev.syncline.internal.record.RecordApplier;
import dev.syncline.internal.record.RowIdentity;
import dev.syncline.internal.store.ConflictRepository;
import dev.syncline.internal.store.ConflictRepository.StoredConflict;
import dev.syncline.internal.store.OperationRepository;
import dev.syncline.internal.store.SyncOperation;
import dev.syncline.internal.store.SyncOperation.Status;
import dev.syncline.internal.store.TransactionManager;
import dev.syncline.internal.store.Unit;
import dev.syncline.progress.UnsentChange;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** What the host asks of its unsent changes: to see them, to send failed ones again, to give one up. Safe for any thread. */
final class QueueKeeper {
    private final List<BoundTable> tables;
    private final TransactionManager transactions;
    private final Consumer<Conflict> closed;

    /**
     * Makes a keeper.
     *
     * @param closed is told of a conflict whose local side was given up, after the commit
     */
    QueueKeeper(List<BoundTable> tables, TransactionManager transactions, Consumer<Conflict> closed) {
        this.tables = tables;
        this.transactions = transactions;
        this.closed = closed;
    }

    List<UnsentChange> operations(Predicate<? super UnsentChange> wanted) {
        List<UnsentChange> found = new ArrayList<>();
        for (BoundTable table : tables) {
            // Collected first: the host's filter must not run in the middle of a unit.
            operations(table).stream().filter(wanted).forEach(found::add);
        }
        return List.copyOf(found);
    }

    List<UnsentChange> operations(BoundTable table) {
        return transactions.read(unit -> {
            List<UnsentChange> ofTable = new ArrayList<>();
            try (UnsentChanges changes = new UnsentChanges(unit, table)) {
                changes.tell(ofTable::add);
            }
            return ofTable;
        });
    }

    int retryFailed() {
        return transactions.write(unit -> OperationRepository.armFailed(unit.handle()));
    }

    /**
     * Gives a change up: the row returns to what both sides last agreed on. What is dropped stays in the conflict journal. On the disk
     * when this returns, as a decision is: a power cut must not bring back, and send, what the host was told is gone.
     */
    boolean discard(String id, ApplyContext context) {
        for (BoundTable table : tables) {
            if (key(table, id).isPresent()) {
                ApplyOutcome outcome = new ApplyOutcome();
                boolean dropped = transactions.writeDurably(unit -> {
                    outcome.closed().clear();
                    CaptureMute.on(unit.connection());
                    boolean found = discard(unit, table, id, context, outcome);
                    CaptureMute.off(unit.connection());
                    return found;
                });
                outcome.closed().forEach(closed);
                return dropped;
            }
        }
        return false;
    }

    private static Optional<Object[]> key(BoundTable table, String id) {
        String prefix = UnsentChanges.id(table, "");
        return id.startsWith(prefix) ? table.keys().decode(id.substring(prefix.length())) : Optional.empty();
    }

    /** Gives one change up in a unit in which capture is silenced; whether there was such a change. */
    static boolean discard(Unit unit, BoundTable table, String id, ApplyContext context, ApplyOutcome outcome)
            throws SQLException {
        Object[] key = key(table, id).orElseThrow();
        try (RecordApplier door = new RecordApplier(unit, table, context, false, outcome)) {
            String remote = door.session().ids().remoteId(table, key).orElse(null);
            return discard(unit, table, RowIdentity.of(table, key, remote).orElseThrow(), door);
        }
    }

    private static boolean discard(Unit unit, BoundTable table, RowIdentity row, RecordApplier door)
            throws SQLException {
        Optional<SyncOperation> queued = OperationRepository.find(unit.handle(), table.id(), row.rowId());
        if (queued.isPresent() && queued.get().status() == Status.PROCESSING) {
            if (!queued.get().hasGivenUp()) {
                throw new IllegalStateException(UnsentChanges.id(table, row.rowId())
                        + " may be at the backend already, its answer is not known; nothing was changed. Synchronize,"
                        + " then discard what is left of it");
            }
            SyncQueueManager.thaw(unit, table, queued.get());
        }
        Optional<StoredConflict> open = ConflictRepository.openOf(unit.handle(), table.id(), row.rowId());
        if (open.isPresent()) {
            new ParkedRow(unit, door.session()).decide(open.get(), Decision.takeRemote(), ResolvedBy.USER, null);
            return true;
        }
        Optional<PendingChange> pending = door.session().journal().find(row.key());
        if (pending.isEmpty()) {
            return false;
        }
        Optional<SQLException> refused = door.session().closing().discard(row, pending.get());
        if (refused.isPresent()) {
            throw refused.get();
        }
        return true;
    }
}
