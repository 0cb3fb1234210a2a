package dev.syncline.internal.engine;

import dev.syncline.backend.RemoteRecord;
import dev.syncline.internal.capture.CaptureMute;
import dev.syncline.internal.record.ApplyOutcome;
import dev.syncline.internal.record.BoundTable;
import dev.syncline.internal.record.OrphanKeeper;
import dev.syncline.internal.record.RecordApplier;
import dev.syncline.internal.record.RecordText;
import dev.syncline.internal.store.HoldingRepository;
import dev.syncline.internal.store.HoldingRepository.Held;
import dev.syncline.internal.store.HoldingRepository.Reason;
import dev.syncline.internal.store.TransactionManager;
import dev.syncline.internal.store.Unit;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Lets records go that waited: children once their parents are here, unique values once they are free, deletions of parents once
 * their children are gone. Each goes through the door again, so whatever has changed meanwhile counts.
 */
final class HeldRecords {
    /** Chains of held records shorten by one link a pass; longer ones go on in the next run. */
    private static final int PASSES = 50;

    private final List<BoundTable> parentsFirst;
    private final List<BoundTable> childrenFirst;
    private final TransactionManager transactions;

    HeldRecords(List<BoundTable> parentsFirst, TransactionManager transactions) {
        this.parentsFirst = parentsFirst;
        childrenFirst = new ArrayList<>(parentsFirst);
        Collections.reverse(childrenFirst);
        this.transactions = transactions;
    }

    /**
     * Tries every held record, until a pass lets none go.
     *
     * @param run the run
     * @param gap whether rows of a table may have been edited without a trigger having seen it
     */
    void release(SyncRun run, Predicate<BoundTable> gap) {
        if (nothingHeld()) {
            return;
        }
        boolean progress = true;
        for (int pass = 0; progress && pass < PASSES; pass++) {
            run.cancellation().check();
            progress = pass(run, parentsFirst, false, gap);
            progress |= pass(run, childrenFirst, true, gap);
            if (!progress) {
                progress = settleOrphans(run);
            }
        }
    }

    /** What still waits when nothing lets go of it may be held by a deletion on the other side. */
    private boolean settleOrphans(SyncRun run) {
        boolean progress = false;
        for (BoundTable table : parentsFirst) {
            for (Held held : transactions.read(unit -> HoldingRepository.list(unit.handle(), table.id()))) {
                if (held.reason() == Reason.CHILDREN) {
                    for (BoundTable child : List.copyOf(table.children())) {
                        progress |= settle(run, child, keeper -> keeper.parentIsGone(table, child, held));
                    }
                } else if (held.reason() == Reason.PARENT) {
                    for (Map.Entry<String, BoundTable> reference :
                            table.parents().entrySet()) {
                        progress |= settle(
                                run,
                                reference.getValue(),
                                keeper -> keeper.childWaits(table, reference.getKey(), held));
                    }
                }
            }
        }
        return progress;
    }

    private boolean settle(SyncRun run, BoundTable table, Settling settling) {
        ApplyOutcome settled = transactions.write(unit -> {
            ApplyOutcome outcome = new ApplyOutcome();
            CaptureMute.on(unit.connection());
            outcome.released = settling.by(new OrphanKeeper(unit, run.context(), outcome)) ? 1 : 0;
            CaptureMute.off(unit.connection());
            return outcome;
        });
        if (!settled.conflicts().isEmpty()) {
            run.noteOutcome(table, settled);
        }
        return settled.released > 0;
    }

    /** One thing to settle. */
    private interface Settling {
        boolean by(OrphanKeeper keeper) throws SQLException;
    }

    private boolean nothingHeld() {
        return transactions.read(
                unit -> parentsFirst.stream().allMatch(table -> HoldingRepository.isEmpty(unit.handle(), table.id())));
    }

    private boolean pass(SyncRun run, List<BoundTable> tables, boolean deletions, Predicate<BoundTable> gap) {
        boolean progress = false;
        for (BoundTable table : tables) {
            List<Held> waiting = transactions.read(unit -> HoldingRepository.list(unit.handle(), table.id())).stream()
                    .filter(held -> (held.reason() == Reason.CHILDREN) == deletions)
                    .toList();
            if (waiting.isEmpty()) {
                continue;
            }
            boolean unseenEdits = gap.test(table);
            ApplyOutcome outcome =
                    transactions.write(unit -> release(unit, run, table, waiting, deletions, unseenEdits));
            if (outcome.released > 0) {
                run.noteOutcome(table, outcome);
                progress = true;
            }
        }
        return progress;
    }

    private static ApplyOutcome release(
            Unit unit, SyncRun run, BoundTable table, List<Held> waiting, boolean deletions, boolean gap)
            throws SQLException {
        ApplyOutcome outcome = new ApplyOutcome();
        CaptureMute.on(unit.connection());
        try (RecordApplier door = new RecordApplier(unit, table, run.context(), gap, outcome)) {
            for (Held held : waiting) {
                RemoteRecord record = RecordText.read(held.record());
                HoldingRepository.release(unit.handle(), table.id(), held.id());
                if (deletions) {
                    door.deleteParent(record);
                } else {
                    door.apply(record);
                }
            }
            door.flush();
        }
        CaptureMute.off(unit.connection());
        int still = (int) waiting.stream()
                .filter(held -> HoldingRepository.find(unit.handle(), table.id(), held.id())
                        .isPresent())
                .count();
        outcome.released = waiting.size() - still;
        return outcome;
    }
}
