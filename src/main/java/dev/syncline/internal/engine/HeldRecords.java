package dev.syncline.internal.engine;

import dev.syncline.backend.RemoteRecord;
import dev.syncline.internal.capture.CaptureMute;
import dev.syncline.internal.record.ApplyOutcome;
import dev.syncline.internal.record.BoundTable;
import dev.syncline.internal.record.EndingRecord;
import dev.syncline.internal.record.RecordApplier;
import dev.syncline.internal.record.RecordText;
import dev.syncline.internal.record.UnmetArrivals;
import dev.syncline.internal.store.HoldingRepository;
import dev.syncline.internal.store.HoldingRepository.Held;
import dev.syncline.internal.store.HoldingRepository.Reason;
import dev.syncline.internal.store.TransactionManager;
import dev.syncline.internal.store.Unit;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Lets records go that waited: children once their parents are here, unique values once they are free, deletions of parents once
 * their children are gone. Each goes through the door again, so whatever has changed meanwhile counts.
 */
final class HeldRecords {
    /** Chains of held records shorten by one link a pass; longer ones go on in the next run. */
    private static final int PASSES = 50;

    /** Records in one unit, so that no write of the host's waits long, however many wait for a parent that never comes. */
    private static final int CHUNK = 500;

    private static final Set<Reason> DELETIONS = EnumSet.of(Reason.CHILDREN);
    /** Deletions that are too many are let go by who weighs them. */
    private static final Set<Reason> OTHERS =
            EnumSet.complementOf(EnumSet.of(Reason.CHILDREN, Reason.MASS_DELETION, Reason.QUARANTINED));

    private final List<BoundTable> parentsFirst;
    private final List<BoundTable> childrenFirst;
    private final TransactionManager transactions;
    private final Deadlocks deadlocks;
    private final WaitingReport waiting;

    HeldRecords(List<BoundTable> parentsFirst, TransactionManager transactions) {
        this.parentsFirst = parentsFirst;
        childrenFirst = new ArrayList<>(parentsFirst);
        Collections.reverse(childrenFirst);
        this.transactions = transactions;
        deadlocks = new Deadlocks(parentsFirst, transactions);
        waiting = new WaitingReport(parentsFirst, transactions);
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
        release(run, gap, Releasing.alone(transactions, run));
        waiting.report(run);
    }

    /**
     * Tries every held record, until a pass lets none go, and reports nothing.
     *
     * @param run the run
     * @param gap as above
     * @param releasing how they are let go
     */
    void release(SyncRun run, Predicate<BoundTable> gap, Releasing releasing) {
        if (nothingHeld()) {
            return;
        }
        boolean progress = true;
        for (int pass = 0; progress && pass < PASSES; pass++) {
            progress = pass(run, parentsFirst, OTHERS, gap, releasing);
            progress |= pass(run, childrenFirst, DELETIONS, gap, releasing);
            if (!progress) {
                progress = deadlocks.solve(run, gap, releasing);
            }
        }
    }

    private boolean nothingHeld() {
        return transactions.read(
                unit -> parentsFirst.stream().allMatch(table -> HoldingRepository.isEmpty(unit.handle(), table.id())));
    }

    private boolean pass(
            SyncRun run, List<BoundTable> tables, Set<Reason> reasons, Predicate<BoundTable> gap, Releasing releasing) {
        boolean progress = false;
        for (BoundTable table : tables) {
            String after = "";
            boolean more = true;
            while (more) {
                run.cancellation().check();
                String from = after;
                List<Held> some = transactions.read(
                        unit -> HoldingRepository.page(unit.handle(), table.id(), reasons, from, CHUNK));
                more = some.size() == CHUNK;
                if (!some.isEmpty()) {
                    after = some.get(some.size() - 1).id();
                    progress |= release(run, table, some, gap.test(table), releasing);
                }
            }
        }
        return progress;
    }

    private static boolean release(
            SyncRun run, BoundTable table, List<Held> waiting, boolean gap, Releasing releasing) {
        ApplyOutcome outcome = releasing.write((unit, ending) -> release(unit, run, table, waiting, gap, ending));
        if (outcome.released > 0) {
            releasing.note(table, outcome);
        }
        return outcome.released > 0;
    }

    private static ApplyOutcome release(
            Unit unit,
            SyncRun run,
            BoundTable table,
            List<Held> waiting,
            boolean gap,
            @Nullable Set<EndingRecord> ending)
            throws SQLException {
        ApplyOutcome outcome = new ApplyOutcome();
        CaptureMute.on(unit.connection());
        try (RecordApplier door = new RecordApplier(unit, table, run.context(), gap, outcome)) {
            door.recall();
            if (ending != null) {
                door.isolate(ending);
            }
            UnmetArrivals arrivals = new UnmetArrivals(unit, table, door);
            for (Held held : waiting) {
                arrivals.expect(held);
                RemoteRecord record = RecordText.read(held.record());
                HoldingRepository.release(unit.handle(), table.id(), held.id());
                if (held.reason() == Reason.CHILDREN) {
                    door.deleteParent(record);
                } else {
                    door.apply(record);
                }
            }
            door.flush();
            arrivals.mark();
        }
        CaptureMute.off(unit.connection());
        outcome.released = waiting.size();
        for (Held held : waiting) {
            if (HoldingRepository.find(unit.handle(), table.id(), held.id()).isPresent()) {
                HoldingRepository.keepAge(unit.handle(), table.id(), held);
                outcome.released--;
            }
        }
        return outcome;
    }
}
