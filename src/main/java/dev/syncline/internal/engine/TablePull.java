package dev.syncline.internal.engine;

import dev.syncline.backend.PullPage;
import dev.syncline.backend.PullRequest;
import dev.syncline.backend.RemoteRecord;
import dev.syncline.backend.SpooledRecords;
import dev.syncline.config.SyncConfig;
import dev.syncline.exception.ClientException;
import dev.syncline.exception.ServerException;
import dev.syncline.internal.capture.CaptureMute;
import dev.syncline.internal.record.ApplyOutcome;
import dev.syncline.internal.record.BoundTable;
import dev.syncline.internal.record.EndingRecord;
import dev.syncline.internal.record.FirstWalk;
import dev.syncline.internal.record.RecordApplier;
import dev.syncline.internal.store.CursorRepository;
import dev.syncline.internal.store.CursorRepository.PullCursor;
import dev.syncline.internal.store.HoldingRepository;
import dev.syncline.internal.store.HoldingRepository.Reason;
import dev.syncline.internal.store.LateFields;
import dev.syncline.internal.store.TransactionManager;
import dev.syncline.internal.store.Unit;
import dev.syncline.internal.store.UnmetRecords;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads one table: cursor → page → apply → save, until no more. A transaction holds one or more whole pages with their rows, states
 * and the cursor behind them, so the cursor never runs ahead of the data.
 */
final class TablePull {
    private static final Logger log = LoggerFactory.getLogger(TablePull.class);
    /** Measured: from here on, dropping and recreating the triggers is cheaper than letting each row ask the flag. */
    private static final int BULK_ROWS = 2000;

    private static final int GONE = 410;

    private final SyncConfig config;
    private final TransactionManager transactions;
    private final ResilientBackend backend;
    private final EngineThreads threads;
    private final Walks walks;
    private final Staging staging;
    private final ReconcileWalk reconcile;
    private final CursorRepository cursors;
    private final AdoptionMark adoption;

    TablePull(
            SyncConfig config,
            TransactionManager transactions,
            ResilientBackend backend,
            EngineThreads threads,
            Walks walks,
            Staging staging,
            ReconcileWalk reconcile) {
        this.config = config;
        this.transactions = transactions;
        this.backend = backend;
        this.threads = threads;
        this.walks = walks;
        this.staging = staging;
        this.reconcile = reconcile;
        cursors = new CursorRepository(config.clock());
        adoption = new AdoptionMark(transactions, config.clock());
    }

    /** Reads what changed, or everything if that is due. A backend that has forgotten a cursor says so; then everything is. */
    void pull(SyncRun run, BoundTable table) {
        try {
            read(run, table, walks.enter(table));
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
            walks.startOver(table);
            read(run, table, walks.enter(table));
        }
    }

    /** Reads everything a second time. */
    void pullAgain(SyncRun run, BoundTable table) {
        read(run, table, walks.enterAgain(table));
    }

    private void read(SyncRun run, BoundTable table, Walks.Entered entered) {
        PullCursor cursor = entered.cursor();
        if (cursor.walking() && run.isTimeUp()) {
            return;
        }
        int pagesPerCommit = cursor.walking()
                ? Math.max(1, config.options().commitRows() / config.options().pageSize())
                : 1;
        try (PageReader pages = pages(run, table, cursor, pagesPerCommit + 1)) {
            FirstWalk first = cursor.walking() && cursor.position() == null
                    ? transactions
                            .read(unit -> FirstWalk.begin(unit.connection(), table))
                            .orElse(null)
                    : null;
            PullCursor position = cursor;
            for (PageReader.Fetched next = pages.next(); next != null; next = pages.next()) {
                List<PullPage> gathered = new ArrayList<>();
                try {
                    gather(run, table, pages, next, pagesPerCommit, gathered);
                    position = entered.staged()
                            ? keepBack(run, table, gathered, position)
                            : apply(run, table, gathered, position, first);
                } finally {
                    gathered.forEach(PullPage::close);
                }
                if (!isWhole(gathered)) {
                    throw passedOver(table);
                }
                if (position.walking() && isTimeUp(run)) {
                    return;
                }
            }
        }
    }

    /** A run that only reads would never end with a backend that is slower than it grows, and what is due would never be sent. */
    private boolean isTimeUp(SyncRun run) {
        Duration limit = config.options().fullSyncLimit();
        if (Duration.between(run.startedAt(), config.clock().instant()).compareTo(limit) > 0) {
            log.info("Reading whole tables takes longer than {}; the next run goes on at the page behind", limit);
            run.noteTimeIsUp();
        }
        return run.isTimeUp();
    }

    /** Takes pages until they are enough for a transaction: by their number, their rows or their weight. */
    private void gather(
            SyncRun run,
            BoundTable table,
            PageReader pages,
            PageReader.Fetched first,
            int most,
            List<PullPage> gathered) {
        long weight = 0;
        long rows = 0;
        for (PageReader.Fetched fetched = first; fetched != null; ) {
            PullPage page = fetched.present();
            gathered.add(page);
            weight += fetched.weight();
            rows += page.records().size();
            if (page.serverTime() != null) {
                run.noteServerTime(page.serverTime(), fetched.receivedAt());
            }
            run.noteFetched(table, page);
            run.tracker().fetched(run, table, page);
            boolean enough =
                    gathered.size() >= most || rows >= config.options().commitRows() || weight >= RecordWeight.MOST;
            fetched = page.more() && !enough ? pages.next() : null;
        }
    }

    private PullCursor apply(
            SyncRun run, BoundTable table, List<PullPage> pages, PullCursor before, @Nullable FirstWalk first) {
        PullCursor after = behind(pages, before);
        int records = records(pages);
        if (records == 0 && after.equals(before)) {
            walks.stillThere(table, after);
            return after;
        }
        if (records == 0 && after.isAt(before)) {
            transactions.perform(unit -> cursors.save(unit.handle(), table.id(), after));
            return after;
        }
        boolean gap = reconcile.isWanted(table);
        ApplyOutcome outcome = Isolation.write(transactions, (unit, ending) -> {
            ApplyOutcome applied = new ApplyOutcome();
            apply(unit, run, table, pages, gap, applied, first, ending);
            if (before.walking() && !after.walking()) {
                adoption.endMatching(unit, table);
                walks.allRead(unit, table);
                LateFields.allRead(unit.handle(), table.id());
            }
            cursors.save(unit.handle(), table.id(), after);
            return applied;
        });
        if (before.walking() && !after.walking()) {
            table.noteLate(Set.of());
        }
        log.debug("Pulled {} records of {}", records, table.spec().entity());
        run.noteOutcome(table, outcome);
        run.tracker().done(run, table.spec().entity(), records, 0);
        return after;
    }

    private PullCursor keepBack(SyncRun run, BoundTable table, List<PullPage> pages, PullCursor before) {
        PullCursor after = behind(pages, before);
        int records = records(pages);
        if (records == 0 && after.equals(before)) {
            walks.stillThere(table, after);
            return after;
        }
        transactions.perform(unit -> {
            staging.keep(unit, run, table, pages);
            if (before.walking() && !after.walking()) {
                walks.allRead(unit, table);
            }
            cursors.save(unit.handle(), table.id(), after);
        });
        run.tracker().done(run, table.spec().entity(), records, 0);
        return after;
    }

    /**
     * Where the next pull goes on: at the start, with the walk as one that is not through, if rows may have been passed over. Only an
     * answer that is all there is at its place has a name that may be asked with again, from that place.
     */
    private static PullCursor behind(List<PullPage> pages, PullCursor before) {
        if (!isWhole(pages)) {
            return PullCursor.START;
        }
        PullPage last = pages.get(pages.size() - 1);
        PullCursor after = new PullCursor(last.next(), before.walking() && last.more());
        boolean repeatable = pages.size() == 1 && after.position() != null && after.isAt(before) && !after.walking();
        return repeatable && !last.more() ? after.named(last.validator()) : after;
    }

    /** While a gap is open a row may have been edited unseen, so none is overwritten without a look. */
    private void apply(
            Unit unit,
            SyncRun run,
            BoundTable table,
            List<PullPage> pages,
            boolean gap,
            ApplyOutcome outcome,
            @Nullable FirstWalk first,
            @Nullable Set<EndingRecord> ending)
            throws SQLException {
        boolean bulk = records(pages) > BULK_ROWS;
        CaptureMute.on(unit.connection());
        if (bulk) {
            table.capture().dropTriggers(unit.connection());
        }
        try (RecordApplier door = new RecordApplier(unit, table, run.context(), gap, outcome, first)) {
            if (ending != null) {
                door.isolate(ending);
            }
            door.announceDeletions(deletions(unit, table, pages));
            // All pages at once where they are in memory: each flush has a savepoint, from which on SQLite keeps a
            // copy of every page it changes.
            RecordPieces.of(pages, config.options().commitRows(), piece -> {
                run.cancellation().check();
                door.applyAll(piece);
                met(unit, table, piece);
            });
        }
        if (bulk) {
            table.capture().recreateTriggers(unit.connection());
        }
        CaptureMute.off(unit.connection());
    }

    /** A record that waits has been told of again, even where what was told is older than what waits. */
    private static void met(Unit unit, BoundTable table, Collection<RemoteRecord> told) {
        if (!UnmetRecords.some(unit.handle(), table.id(), 1).isEmpty()) {
            UnmetRecords.met(
                    unit.handle(),
                    table.id(),
                    told.stream().map(RemoteRecord::id).toList());
        }
    }

    /** How many deletions are told or wait; as long as a page follows, nobody knows how many there will be, nor of a page in a file. */
    private static long deletions(Unit unit, BoundTable table, List<PullPage> pages) {
        long told = 0;
        for (PullPage page : pages) {
            if (page.records() instanceof SpooledRecords) {
                return Long.MAX_VALUE;
            }
            told += page.records().stream().filter(RemoteRecord::deleted).count();
        }
        if (told == 0 || pages.get(pages.size() - 1).more()) {
            return told == 0 ? 0 : Long.MAX_VALUE;
        }
        return told + HoldingRepository.count(unit.handle(), table.id(), Reason.MASS_DELETION);
    }

    private static boolean isWhole(List<PullPage> pages) {
        return pages.get(pages.size() - 1).whole();
    }

    /** Told as a failure of this table though what came is stored: a run that succeeds says that all has been read. */
    private ServerException passedOver(BoundTable table) {
        return new ServerException(
                "the list of " + table.spec().entity()
                        + " changed between its pages each time it was read, or its pages do not follow each other, so some of"
                        + " it may have been passed over; what came is stored, nothing counts as deleted, and the next pull"
                        + " reads all of it. Order the list by something that never changes, read larger pages, or go on behind"
                        + " a row or a cursor of the backend's",
                200,
                "",
                null,
                config.clock().instant(),
                null);
    }

    private static int records(List<PullPage> pages) {
        return pages.stream().mapToInt(page -> page.records().size()).sum();
    }

    /** Reads the whole table once more, looking for local edits that no trigger saw. */
    void reconcile(SyncRun run, BoundTable table) {
        log.warn("Reconciling {} with the backend, because {}", table, reconcile.reason(table));
        try (PageReader pages = pages(run, table, PullCursor.START, 2)) {
            for (PageReader.Fetched page = pages.next(); page != null; page = pages.next()) {
                try (PullPage present = page.present()) {
                    run.noteOutcome(
                            table, reconcile.compare(present, config.options().commitRows(), run.context(), table));
                    if (!present.whole()) {
                        // What was passed over would be taken for new here, and an edit of it for none.
                        throw passedOver(table);
                    }
                }
            }
        }
        reconcile.finish(table);
    }

    private PageReader pages(SyncRun run, BoundTable table, PullCursor from, int ahead) {
        PullRequest first = new PullRequest(
                table.spec().entity(), from.position(), config.options().pageSize(), from.validator());
        return new PageReader(backend::fetchPage, config.clock(), run.cancellation(), threads.prefetch(), first, ahead)
                .start();
    }
}
