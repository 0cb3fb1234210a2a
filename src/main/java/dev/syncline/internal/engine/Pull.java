package dev.syncline.internal.engine;

import dev.syncline.config.SyncConfig;
import dev.syncline.exception.SyncException;
import dev.syncline.internal.record.BoundTable;
import dev.syncline.internal.store.RunRepository.Fault;
import dev.syncline.internal.store.TransactionManager;
import dev.syncline.progress.SyncPhase;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;

/**
 * The pull of every run: read each table that is not fresh → show what was kept back → let go what waited for another → close capture gaps → sweep what the walks did not meet,
 * or lists of ids do not name, children first →
 * weigh the deletions that are many → let go what waited for all that.
 */
final class Pull {
    private final List<BoundTable> parentsFirst;
    private final List<BoundTable> childrenFirst;
    private final TablePull reading;
    private final HeldRecords held;
    private final ReconcileWalk gaps;
    private final Walks walks;
    private final Sweep sweep;
    private final IdWalk ids;
    private final Staging staging;
    private final StagedSwap swap;
    private final MassDeletions deletions;
    private final Freshness freshness;
    private final Calm calm;
    private final Discards discards;

    Pull(
            SyncConfig config,
            List<BoundTable> parentsFirst,
            TransactionManager transactions,
            ResilientBackend backend,
            EngineThreads threads,
            Staging staging,
            MassDeletions deletions,
            Freshness freshness,
            Discards discards,
            Calm calm) {
        this.parentsFirst = parentsFirst;
        childrenFirst = new ArrayList<>(parentsFirst);
        Collections.reverse(childrenFirst);
        this.staging = staging;
        this.deletions = deletions;
        this.freshness = freshness;
        this.calm = calm;
        this.discards = discards;
        held = new HeldRecords(parentsFirst, transactions);
        gaps = new ReconcileWalk(transactions);
        walks = new Walks(config, transactions, staging);
        sweep = new Sweep(transactions, backend, walks);
        ids = new IdWalk(config, transactions, backend, threads, walks, sweep);
        swap = new StagedSwap(config, parentsFirst, transactions, staging, sweep, walks, held);
        reading = new TablePull(config, transactions, backend, threads, walks, staging, gaps);
    }

    /** Has the pull of a run read every table from end to end. */
    void wantEverything(SyncRun run) {
        run.noteDiscards(discards.take());
        parentsFirst.forEach(walks::want);
    }

    /**
     * Pulls. A table that fails keeps its cursor and does not stop the others, unless what failed would stop them as well.
     *
     * @return whether every table came through to its end
     */
    boolean pull(SyncRun run) {
        run.tracker().phase(run, SyncPhase.PULLING);
        Set<BoundTable> left = new LinkedHashSet<>();
        boolean whole = readTables(run, left);
        run.noteCalm(run.isCalm() && whole && !run.wrote() && !run.isTimeUp() && calm.holds());
        if (run.isCalm()) {
            return true;
        }
        if (whole && !run.isTimeUp()) {
            swap.show(run, gaps::isWanted);
        }
        held.release(run, gaps::isWanted);
        for (BoundTable table : parentsFirst) {
            if (gaps.isWanted(table)) {
                whole &= attempt(run, table, reading::reconcile);
            }
        }
        Set<BoundTable> listed = list(run, left);
        boolean swept = false;
        for (BoundTable table : childrenFirst) {
            if (listed.contains(table)) {
                whole &= attempt(run, table, ids::sweep);
                swept = true;
                // Nobody can tell what of a table with an open gap is an edit of this device.
            } else if (sweep.isDue(table) && !staging.isUnderWay(table) && !gaps.isWanted(table)) {
                whole &= attempt(run, table, sweep::sweep);
                swept = true;
            }
        }
        boolean letGo = deletions.weigh(run);
        if (swept || letGo) {
            held.release(run, gaps::isWanted);
        }
        whole &= !run.isTimeUp();
        if (whole) {
            deletions.conclude();
        }
        return whole;
    }

    /** Reads the ids of tables where nothing else tells of deletions; gives those whose list is all there. */
    private Set<BoundTable> list(SyncRun run, Set<BoundTable> left) {
        Set<BoundTable> listed = new HashSet<>();
        for (BoundTable table : parentsFirst) {
            if (!left.contains(table)
                    && ids.isDue(table)
                    && !staging.isUnderWay(table)
                    && !gaps.isWanted(table)
                    && attempt(run, table, ids::read)) {
                listed.add(table);
            }
        }
        return listed;
    }

    /** Reads every table but for fresh ones; of these, those that a record which came refers to are read after all. */
    private boolean readTables(SyncRun run, Set<BoundTable> left) {
        boolean whole = true;
        for (BoundTable table : parentsFirst) {
            if (freshness.isFresh(run, table) && !gaps.isWanted(table)) {
                left.add(table);
            } else {
                whole &= attempt(run, table, this::read);
            }
        }
        // Children first: what comes of a child's parent may miss its own.
        for (BoundTable table : childrenFirst) {
            if (left.contains(table) && freshness.isMissed(table)) {
                left.remove(table);
                whole &= attempt(run, table, this::read);
            }
        }
        left.forEach(run::noteSaved);
        return whole;
    }

    private void read(SyncRun run, BoundTable table) {
        freshness.reading(run, table, () -> {
            reading.pull(run, table);
            if (sweep.isDoubtful(table)) {
                reading.pullAgain(run, table);
            }
        });
    }

    /**
     * Reads once more what is new of one table, however fresh it is.
     *
     * @return whether it came through to its end
     */
    boolean readAgain(SyncRun run, BoundTable table) {
        boolean whole = attempt(run, table, this::read);
        held.release(run, gaps::isWanted);
        return whole;
    }

    private static boolean attempt(SyncRun run, BoundTable table, BiConsumer<SyncRun, BoundTable> step) {
        run.cancellation().check();
        try {
            step.accept(run, table);
            return true;
        } catch (SyncException failure) {
            if (RunFailures.endsTheRun(failure)) {
                throw failure;
            }
            run.noteFault(new Fault(table.spec().entity(), null, failure));
            return false;
        }
    }
}
