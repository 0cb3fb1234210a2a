package dev.syncline.internal.engine;

import dev.syncline.backend.PullPage;
import dev.syncline.internal.capture.CaptureMute;
import dev.syncline.internal.capture.CaptureState;
import dev.syncline.internal.record.ApplyContext;
import dev.syncline.internal.record.ApplyOutcome;
import dev.syncline.internal.record.BoundTable;
import dev.syncline.internal.record.RecordApplier;
import dev.syncline.internal.store.TransactionManager;
import java.util.List;

/**
 * Closes a capture gap: writes that happened while the triggers were off or gone. Every record of the backend is compared with
 * its row; where the backend did not move, a difference is an edit of this device, and rows that nobody ever told of are new.
 * Asked for by the gap that capture recorded in the file, so an interrupted walk starts again.
 */
final class ReconcileWalk {
    private final TransactionManager transactions;

    ReconcileWalk(TransactionManager transactions) {
        this.transactions = transactions;
    }

    boolean isWanted(BoundTable table) {
        return state(table).kind() == CaptureState.Kind.GAP;
    }

    String reason(BoundTable table) {
        return state(table).reason();
    }

    private CaptureState state(BoundTable table) {
        return transactions.read(unit -> table.capture().inspect(unit.connection()));
    }

    ApplyOutcome compare(PullPage page, int mostRows, ApplyContext context, BoundTable table) {
        return transactions.write(unit -> {
            ApplyOutcome outcome = new ApplyOutcome();
            CaptureMute.on(unit.connection());
            try (RecordApplier door = new RecordApplier(unit, table, context, true, outcome)) {
                RecordPieces.of(List.of(page), mostRows, door::applyAll);
            }
            CaptureMute.off(unit.connection());
            return outcome;
        });
    }

    /** What is left without a state was made while nobody looked. */
    void finish(BoundTable table) {
        new ExistingRows(table, transactions).adoptUntracked();
        transactions.perform(unit -> table.capture().clearGap(unit.connection()));
    }
}
