package dev.syncline.internal.engine;

import dev.syncline.exception.StorageException;
import dev.syncline.internal.capture.CaptureMute;
import dev.syncline.internal.record.ApplyOutcome;
import dev.syncline.internal.record.BoundTable;
import dev.syncline.internal.record.DeletedCircle;
import dev.syncline.internal.record.EndingRecord;
import dev.syncline.internal.record.OrphanKeeper;
import dev.syncline.internal.record.ReferenceKnot;
import dev.syncline.internal.record.TableCycles;
import dev.syncline.internal.record.ValueExchange;
import dev.syncline.internal.store.HoldingRepository;
import dev.syncline.internal.store.HoldingRepository.Held;
import dev.syncline.internal.store.HoldingRepository.Reason;
import dev.syncline.internal.store.TransactionManager;
import dev.syncline.internal.store.Unit;
import java.sql.SQLException;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Frees records of which none can go alone: those held by a deletion on the other side, those that hand unique values on to each
 * other, and those that refer to each other in a circle.
 */
final class Deadlocks {
    private static final Logger log = LoggerFactory.getLogger(Deadlocks.class);
    private static final int CHUNK = 500;

    private final List<BoundTable> parentsFirst;
    private final List<BoundTable> inCycles;
    private final TransactionManager transactions;

    Deadlocks(List<BoundTable> parentsFirst, TransactionManager transactions) {
        this.parentsFirst = parentsFirst;
        inCycles = TableCycles.of(parentsFirst);
        this.transactions = transactions;
    }

    /** Frees what can be freed; whether anything was. No row is overwritten in a table whose rows may have been edited unseen. */
    boolean solve(SyncRun run, Predicate<BoundTable> gap, Releasing releasing) {
        boolean solved = false;
        for (BoundTable table : parentsFirst) {
            if (mayMeetDeletions(table)) {
                solved |= each(
                        table,
                        held -> held.reason() == Reason.CHILDREN
                                ? settleChildren(run, table, held, releasing)
                                : settleParents(run, table, held, releasing));
            }
            if (isAnyHeld(table, Reason.UNIQUE) && !gap.test(table)) {
                solved |= together(
                        releasing, (unit, ending) -> new ValueExchange(unit, table, run.context(), ending).write());
            }
        }
        if (solved || inCycles.stream().anyMatch(gap)) {
            return solved;
        }
        return (inCycles.stream().anyMatch(table -> isAnyHeld(table, Reason.PARENT))
                        && together(
                                releasing,
                                (unit, ending) -> new ReferenceKnot(unit, run.context(), ending).untie(inCycles)))
                || (inCycles.stream().anyMatch(table -> isAnyHeld(table, Reason.CHILDREN))
                        && together(
                                releasing,
                                (unit, ending) -> new DeletedCircle(unit, run.context(), ending).remove(inCycles)));
    }

    private boolean isAnyHeld(BoundTable table, Reason reason) {
        return transactions.read(unit -> HoldingRepository.isWaiting(unit.handle(), table.id(), reason));
    }

    /** Only what is unsent here can hold up a deletion, or a record whose parent is deleted. */
    private boolean mayMeetDeletions(BoundTable table) {
        return transactions.read(unit -> {
            for (BoundTable child : table.children()) {
                if (!child.journal().isEmpty(unit.connection())) {
                    return true;
                }
            }
            for (BoundTable parent : table.references().tables()) {
                if (!parent.journal().isEmpty(unit.connection())) {
                    return true;
                }
            }
            return false;
        });
    }

    private boolean each(BoundTable table, Predicate<Held> settling) {
        boolean solved = false;
        String after = "";
        List<Held> some;
        do {
            String from = after;
            some = transactions.read(unit -> HoldingRepository.page(
                    unit.handle(), table.id(), EnumSet.of(Reason.CHILDREN, Reason.PARENT), from, CHUNK));
            for (Held held : some) {
                solved |= settling.test(held);
                after = held.id();
            }
        } while (some.size() == CHUNK);
        return solved;
    }

    private boolean settleChildren(SyncRun run, BoundTable table, Held gone, Releasing releasing) {
        boolean solved = false;
        for (BoundTable child : List.copyOf(table.children())) {
            solved |= settle(run, child, keeper -> keeper.parentIsGone(table, child, gone), releasing);
        }
        return solved;
    }

    private boolean settleParents(SyncRun run, BoundTable table, Held waiting, Releasing releasing) {
        boolean solved = false;
        for (BoundTable parent : table.references().tables()) {
            solved |= settle(run, parent, keeper -> keeper.childWaits(table, parent, waiting), releasing);
        }
        return solved;
    }

    private boolean settle(SyncRun run, BoundTable table, Settling settling, Releasing releasing) {
        ApplyOutcome settled = transactions.write(unit -> {
            ApplyOutcome outcome = new ApplyOutcome();
            CaptureMute.on(unit.connection());
            outcome.released = settling.by(new OrphanKeeper(unit, run.context(), outcome)) ? 1 : 0;
            CaptureMute.off(unit.connection());
            return outcome;
        });
        if (!settled.conflicts().isEmpty()) {
            releasing.note(table, settled);
        }
        return settled.released > 0;
    }

    private boolean together(Releasing releasing, Solution solution) {
        Map<BoundTable, ApplyOutcome> outcomes = new LinkedHashMap<>();
        try {
            releasing.write((unit, ending) -> {
                outcomes.clear();
                CaptureMute.on(unit.connection());
                outcomes.putAll(solution.in(unit, ending));
                CaptureMute.off(unit.connection());
                return new ApplyOutcome();
            });
        } catch (StorageException failure) {
            if (!releasing.isAlone() || !Isolation.isByTheHost(failure)) {
                throw failure;
            }
            // They wait on and are reported when that has been for long; nothing else is to wait with them.
            log.warn("One of some records that can only go together ends the transaction; all of them wait", failure);
            return false;
        }
        outcomes.forEach(releasing::note);
        return !outcomes.isEmpty();
    }

    /** One thing to settle. */
    private interface Settling {
        boolean by(OrphanKeeper keeper) throws SQLException;
    }

    /** One way to let several records go at once. */
    private interface Solution {
        Map<BoundTable, ApplyOutcome> in(Unit unit, @Nullable Set<EndingRecord> ending) throws SQLException;
    }
}
