package dev.syncline.internal.engine;

import dev.syncline.backend.PullPage;
import dev.syncline.backend.PullRequest;
import dev.syncline.backend.RemoteRecord;
import dev.syncline.config.SyncConfig;
import dev.syncline.exception.ClientException;
import dev.syncline.exception.SyncException;
import dev.syncline.internal.capture.CaptureMute;
import dev.syncline.internal.record.ApplyOutcome;
import dev.syncline.internal.record.BoundTable;
import dev.syncline.internal.record.FirstWalk;
import dev.syncline.internal.record.RecordApplier;
import dev.syncline.internal.store.CursorRepository;
import dev.syncline.internal.store.CursorRepository.PullCursor;
import dev.syncline.internal.store.RunRepository.Fault;
import dev.syncline.internal.store.TransactionManager;
import dev.syncline.internal.store.Unit;
import dev.syncline.progress.SyncPhase;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings what changed at the backend into the host's tables: cursor → page → apply → save, until no more. A transaction holds
 * one or more whole pages with their rows, states and the cursor behind them, so the cursor never runs ahead of the data.
 */
final class PullSyncService {
    private static final Logger log = LoggerFactory.getLogger(PullSyncService.class);
    /** Measured: from here on, dropping and recreating the triggers is cheaper than letting each row ask the flag. */
    private static final int BULK_ROWS = 2000;

    private static final int GONE = 410;

    private final SyncConfig config;
    private final List<BoundTable> tables;
    private final TransactionManager transactions;
    private final ResilientBackend backend;
    private final EngineThreads threads;
    private final CursorRepository cursors;
    private final HeldRecords held;
    private final ReconcileWalk reconcile;
    private final AdoptionMark adoption;

    /**
     * Makes the service.
     *
     * @param config the numbers
     * @param tables the tables, parents before children
     * @param transactions units of work
     * @param backend where from
     * @param threads the prefetch thread
     */
    PullSyncService(
            SyncConfig config,
            List<BoundTable> tables,
            TransactionManager transactions,
            ResilientBackend backend,
            EngineThreads threads) {
        this.config = config;
        this.tables = tables;
        this.transactions = transactions;
        this.backend = backend;
        this.threads = threads;
        cursors = new CursorRepository(config.clock());
        held = new HeldRecords(tables, transactions);
        reconcile = new ReconcileWalk(transactions);
        adoption = new AdoptionMark(transactions, config.clock());
    }

    /**
     * Pulls every table, then lets go what waited for another. A table that fails keeps its cursor and does not stop the others,
     * unless what failed would stop them as well.
     *
     * @return whether every table came through
     */
    boolean pull(SyncRun run) {
        run.tracker().phase(run, SyncPhase.PULLING);
        boolean whole = true;
        for (BoundTable table : tables) {
            whole &= attempt(run, table, this::pullOrStartAgain);
        }
        held.release(run, reconcile::isWanted);
        for (BoundTable table : tables) {
            if (reconcile.isWanted(table)) {
                whole &= attempt(run, table, this::reconcile);
            }
        }
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

    /** A backend that has forgotten a cursor says so; the table is then read from the start. */
    private void pullOrStartAgain(SyncRun run, BoundTable table) {
        try {
            pull(run, table);
        } catch (ClientException refused) {
            boolean cursorGone = refused.status() == GONE
                    && transactions
                                    .read(unit -> CursorRepository.find(unit.handle(), table.id()))
                                    .position()
                            != null;
            if (!cursorGone) {
                throw refused;
            }
            log.warn("The backend no longer knows the cursor of {}; the table is read from the start", table, refused);
            transactions.perform(unit -> cursors.save(unit.handle(), table.id(), PullCursor.START));
            pull(run, table);
        }
    }

    private void pull(SyncRun run, BoundTable table) {
        PullCursor cursor = transactions.read(unit -> CursorRepository.find(unit.handle(), table.id()));
        int pagesPerCommit = cursor.walking()
                ? Math.max(1, config.options().commitRows() / config.options().pageSize())
                : 1;
        try (PageReader pages = pages(run, table, cursor.position(), pagesPerCommit + 1)) {
            FirstWalk walk = cursor.walking() && cursor.position() == null
                    ? transactions
                            .read(unit -> FirstWalk.begin(unit.connection(), table))
                            .orElse(null)
                    : null;
            PullCursor position = cursor;
            for (PageReader.Fetched first = pages.next(); first != null; first = pages.next()) {
                List<PullPage> gathered = gather(run, table, pages, first, pagesPerCommit);
                position = apply(run, table, gathered, position, walk);
            }
        }
    }

    private static List<PullPage> gather(
            SyncRun run, BoundTable table, PageReader pages, PageReader.Fetched first, int most) {
        List<PullPage> gathered = new ArrayList<>();
        for (PageReader.Fetched fetched = first; fetched != null; ) {
            PullPage page = fetched.present();
            if (page.serverTime() != null) {
                run.noteServerTime(page.serverTime(), fetched.receivedAt());
            }
            run.noteFetched(table, page.records().size());
            run.tracker().fetched(run, table, page);
            gathered.add(page);
            fetched = gathered.size() < most && page.more() ? pages.next() : null;
        }
        return gathered;
    }

    private PullCursor apply(
            SyncRun run, BoundTable table, List<PullPage> pages, PullCursor before, @Nullable FirstWalk walk) {
        PullPage last = pages.get(pages.size() - 1);
        PullCursor after = new PullCursor(last.next(), before.walking() && last.more());
        boolean gap = reconcile.isWanted(table);
        int records = records(pages);
        if (records == 0 && after.equals(before)) {
            return after;
        }
        ApplyOutcome outcome = transactions.write(unit -> {
            ApplyOutcome applied = new ApplyOutcome();
            apply(unit, run, table, pages, gap, applied, walk);
            if (before.walking() && !after.walking()) {
                adoption.endMatching(unit, table);
            }
            cursors.save(unit.handle(), table.id(), after);
            return applied;
        });
        log.debug("Pulled {} records of {}", records, table.spec().entity());
        run.noteOutcome(table, outcome);
        run.tracker().done(run, table.spec().entity(), records, 0);
        return after;
    }

    /** While a gap is open a row may have been edited unseen, so none is overwritten without a look. */
    private static void apply(
            Unit unit,
            SyncRun run,
            BoundTable table,
            List<PullPage> pages,
            boolean gap,
            ApplyOutcome outcome,
            @Nullable FirstWalk walk)
            throws SQLException {
        boolean bulk = records(pages) > BULK_ROWS;
        CaptureMute.on(unit.connection());
        if (bulk) {
            table.capture().dropTriggers(unit.connection());
        }
        try (RecordApplier door = new RecordApplier(unit, table, run.context(), gap, outcome, walk)) {
            // All pages at once: each flush has a savepoint, from which on SQLite keeps a copy of every page it
            // changes.
            for (RemoteRecord record : NewestRecords.of(pages)) {
                door.apply(record);
            }
            door.flush();
        }
        if (bulk) {
            table.capture().recreateTriggers(unit.connection());
        }
        CaptureMute.off(unit.connection());
    }

    private static int records(List<PullPage> pages) {
        return pages.stream().mapToInt(page -> page.records().size()).sum();
    }

    /** Reads the whole table once more, looking for local edits that no trigger saw. */
    private void reconcile(SyncRun run, BoundTable table) {
        log.warn("Reconciling {} with the backend, because {}", table, reconcile.reason(table));
        try (PageReader pages = pages(run, table, null, 2)) {
            for (PageReader.Fetched page = pages.next(); page != null; page = pages.next()) {
                run.noteOutcome(table, reconcile.compare(page.present(), run.context(), table));
            }
        }
        reconcile.finish(table);
    }

    private PageReader pages(SyncRun run, BoundTable table, @Nullable String cursor, int ahead) {
        PullRequest first =
                new PullRequest(table.spec().entity(), cursor, config.options().pageSize());
        return new PageReader(backend, config.clock(), run.cancellation(), threads.prefetch(), first, ahead).start();
    }
}
