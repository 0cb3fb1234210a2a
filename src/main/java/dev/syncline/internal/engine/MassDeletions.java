package dev.syncline.internal.engine;

import dev.syncline.exception.ConsistencyException;
import dev.syncline.internal.record.BoundTable;
import dev.syncline.internal.record.DeletionLimit;
import dev.syncline.internal.store.DeletionRepository;
import dev.syncline.internal.store.HoldingRepository;
import dev.syncline.internal.store.HoldingRepository.Held;
import dev.syncline.internal.store.HoldingRepository.Reason;
import dev.syncline.internal.store.RowStateRepository;
import dev.syncline.internal.store.RunRepository.Fault;
import dev.syncline.internal.store.TransactionManager;
import java.time.Clock;
import java.util.List;
import java.util.Set;

/**
 * Weighs the deletions that wait at the end of a pull, from whatever source: table by table they are let go, or held until the host
 * allows them. A row that waits is an ordinary row, and one that the backend tells of again is not waiting any more.
 */
final class MassDeletions {
    private static final int IDS_TOLD = 20;

    private final List<BoundTable> tables;
    private final TransactionManager transactions;
    private final Clock clock;
    private final DeletionRepository deletions;

    MassDeletions(List<BoundTable> tables, TransactionManager transactions, Clock clock) {
        this.tables = tables;
        this.transactions = transactions;
        this.clock = clock;
        deletions = new DeletionRepository(clock);
    }

    /**
     * Weighs what waits.
     *
     * @return whether something was let go and may be removed now
     */
    boolean weigh(SyncRun run) {
        boolean any = false;
        for (BoundTable table : tables) {
            any |= weigh(run, table);
        }
        return any;
    }

    private boolean weigh(SyncRun run, BoundTable table) {
        if (transactions.read(unit -> !HoldingRepository.isWaiting(unit.handle(), table.id(), Reason.MASS_DELETION))) {
            return false;
        }
        DeletionLimit limit = run.context().deletions();
        Weighed weighed = transactions.read(unit -> new Weighed(
                HoldingRepository.count(unit.handle(), table.id(), Reason.MASS_DELETION),
                deletions.recent(unit.handle(), table.id()),
                RowStateRepository.count(unit.connection(), table.id())));
        if (limit.admits(weighed.waiting(), weighed.recent(), weighed.present())) {
            transactions.write(
                    unit -> HoldingRepository.change(unit.handle(), table.id(), Reason.MASS_DELETION, Reason.CHILDREN));
            run.noteWeighed(table);
            return true;
        }
        run.noteFault(new Fault(table.spec().entity(), null, tooMany(table, weighed, limit)));
        return false;
    }

    private ConsistencyException tooMany(BoundTable table, Weighed weighed, DeletionLimit limit) {
        List<String> some = transactions.read(unit ->
                HoldingRepository.page(unit.handle(), table.id(), Set.of(Reason.MASS_DELETION), "", IDS_TOLD).stream()
                        .map(Held::id)
                        .toList());
        return new ConsistencyException(
                "the backend would have " + weighed.waiting() + " of " + weighed.present() + " rows of table "
                        + table.spec().name() + " deleted, after " + weighed.recent()
                        + " within the last 24 h; more than "
                        + Math.round(limit.share() * 100) + " % and more than " + limit.rows()
                        + " rows wait until they are allowed. None of them was deleted. If they are to go, call"
                        + " SyncManager.allowDeletions(\"" + table.spec().name()
                        + "\") and synchronize; if not, mend the backend and synchronize with SyncMode.FULL",
                "MASS_DELETION",
                some,
                clock.instant(),
                null);
    }

    /**
     * Lets the deletions of a table go, those that wait and those of the next pull.
     *
     * @return how many wait
     */
    int allow(BoundTable table) {
        // On the disk when this returns: the host is not asked twice because the power was cut.
        return transactions.writeDurably(unit -> {
            deletions.allow(unit.handle(), table.id(), true);
            return HoldingRepository.change(unit.handle(), table.id(), Reason.MASS_DELETION, Reason.CHILDREN);
        });
    }

    /** Ends what was allowed, once a pull that came through has made use of it. */
    void conclude() {
        for (BoundTable table : tables) {
            if (transactions.read(unit -> DeletionRepository.isAllowed(unit.handle(), table.id()))) {
                transactions.perform(unit -> deletions.allow(unit.handle(), table.id(), false));
            }
        }
    }

    /**
     * What is weighed.
     *
     * @param waiting rows that would go
     * @param recent rows that went within the last day
     * @param present rows that are there
     */
    private record Weighed(long waiting, long recent, long present) {}
}
