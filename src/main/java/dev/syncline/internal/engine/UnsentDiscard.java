package dev.syncline.internal.engine;

import dev.syncline.internal.queue.UnsentChanges;
import dev.syncline.internal.record.ApplyContext;
import dev.syncline.internal.record.ApplyOutcome;
import dev.syncline.internal.record.BoundTable;
import dev.syncline.internal.store.Unit;
import dev.syncline.progress.UnsentChange;
import dev.syncline.progress.UnsentChange.State;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * Gives up everything that is unsent, in one unit in which capture is silenced: each row returns to what both sides last agreed on, and
 * what is dropped goes to the conflict journal. A change whose answer is not known stays, since the backend may have it; so does one
 * whose row the host's tables do not let return.
 */
final class UnsentDiscard {
    private final Unit unit;
    private final ApplyContext context;

    UnsentDiscard(Unit unit, ApplyContext context) {
        this.unit = unit;
        this.context = context;
    }

    /** Gives what was given up, as it stood before. */
    List<UnsentChange> all(List<BoundTable> childrenFirst) throws SQLException {
        List<Doomed> left = new ArrayList<>();
        for (BoundTable table : childrenFirst) {
            try (UnsentChanges changes = new UnsentChanges(unit, table)) {
                changes.tell(change -> {
                    if (change.state() != State.IN_FLIGHT) {
                        left.add(new Doomed(table, change));
                    }
                });
            }
        }
        List<UnsentChange> dropped = new ArrayList<>();
        // A new parent can only go after its new child, a deleted child only return after its parent; values are handed
        // on likewise.
        boolean progress = true;
        while (progress) {
            progress = false;
            for (Doomed doomed : List.copyOf(left)) {
                boolean gone = unit.attempt(() -> QueueKeeper.discard(
                                unit, doomed.table(), doomed.change().id(), context, new ApplyOutcome()))
                        .isEmpty();
                if (gone) {
                    dropped.add(doomed.change());
                    left.remove(doomed);
                    progress = true;
                }
            }
        }
        return dropped;
    }

    /**
     * A change that is to go.
     *
     * @param table its table
     * @param change as it stands
     */
    private record Doomed(BoundTable table, UnsentChange change) {}
}
