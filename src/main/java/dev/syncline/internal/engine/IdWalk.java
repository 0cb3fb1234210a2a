package dev.syncline.internal.engine;

import dev.syncline.backend.Capabilities;
import dev.syncline.backend.PullPage;
import dev.syncline.backend.PullRequest;
import dev.syncline.backend.RemoteRecord;
import dev.syncline.config.SyncConfig;
import dev.syncline.internal.record.ApplyOutcome;
import dev.syncline.internal.record.BoundTable;
import dev.syncline.internal.record.UnmetRow;
import dev.syncline.internal.store.CursorRepository;
import dev.syncline.internal.store.ReadingRepository;
import dev.syncline.internal.store.TransactionManager;
import dev.syncline.internal.store.UnmetRecords;
import dev.syncline.internal.store.WalkRepository;
import dev.syncline.internal.store.WalkRepository.Phase;
import dev.syncline.internal.store.WalkRepository.Walk;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds deletions that no delta tells of, at a backend that lists the ids of what it has: note what is known → take off what is listed
 * → what is left is asked for one by one before it goes, so that a list that passed over some takes none of them away. An interrupted
 * one starts again; it is cheap, and changes nothing before its end.
 */
final class IdWalk {
    private final SyncConfig config;
    private final TransactionManager transactions;
    private final ResilientBackend backend;
    private final EngineThreads threads;
    private final Walks walks;
    private final Sweep sweep;
    private final ReadingRepository readings;

    IdWalk(
            SyncConfig config,
            TransactionManager transactions,
            ResilientBackend backend,
            EngineThreads threads,
            Walks walks,
            Sweep sweep) {
        this.config = config;
        this.transactions = transactions;
        this.backend = backend;
        this.threads = threads;
        this.walks = walks;
        this.sweep = sweep;
        readings = new ReadingRepository(config.clock());
    }

    /** Whether a table's ids should be listed now. A walk over the whole table finds the same, so it counts as well. */
    boolean isDue(BoundTable table) {
        Capabilities can = backend.capabilities();
        if (!can.idList() || can.tombstones()) {
            return false;
        }
        return transactions.read(unit -> {
            Optional<Walk> walk = WalkRepository.find(unit.handle(), table.id());
            boolean walked = !CursorRepository.find(unit.handle(), table.id()).walking()
                    && walk.filter(w -> w.phase() == Phase.DONE || w.phase() == Phase.LISTING)
                            .isPresent();
            Instant listed = ReadingRepository.idsAt(unit.handle(), table.id()).orElse(null);
            return walked && isOld(walk.map(Walk::endedAt).orElse(null)) && isOld(listed);
        });
    }

    private boolean isOld(@Nullable Instant then) {
        Duration every = config.options().idsEvery();
        return then == null
                || Duration.between(then, config.clock().instant()).abs().compareTo(every) > 0;
    }

    /** Reads the list of a table's ids; twice where a list that shifted must be what left out so many. */
    void read(SyncRun run, BoundTable table) {
        transactions.perform(unit -> WalkRepository.enter(unit.handle(), table.id(), Phase.LISTING));
        walks.note(table);
        list(run, table);
        if (sweep.leavesMany(table)) {
            list(run, table);
        }
    }

    private void list(SyncRun run, BoundTable table) {
        PullRequest first =
                new PullRequest(table.spec().entity(), null, config.options().pageSize());
        try (PageReader pages = new PageReader(
                        backend::fetchIds, config.clock(), run.cancellation(), threads.prefetch(), first, 2)
                .start()) {
            for (PageReader.Fetched page = pages.next(); page != null; page = pages.next()) {
                try (PullPage listed = page.present()) {
                    met(run, table, listed);
                }
            }
        }
    }

    private void met(SyncRun run, BoundTable table, PullPage page) {
        transactions.perform(unit -> {
            try (UnmetRow rows = new UnmetRow(unit, table, run.context(), new ApplyOutcome())) {
                RecordPieces.of(List.of(page), config.options().commitRows(), piece -> {
                    List<String> ids = piece.stream()
                            .filter(record -> !record.deleted())
                            .map(RemoteRecord::id)
                            .toList();
                    rows.met(ids);
                    UnmetRecords.met(unit.handle(), table.id(), ids);
                });
            }
        });
    }

    /** Removes what is gone. */
    void sweep(SyncRun run, BoundTable table) {
        sweep.removeAsking(run, table);
        transactions.perform(unit -> {
            readings.noteIds(unit.handle(), table.id());
            WalkRepository.enter(unit.handle(), table.id(), Phase.DONE);
        });
    }
}
