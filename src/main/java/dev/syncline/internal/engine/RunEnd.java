package dev.syncline.internal.engine;

import dev.syncline.config.SyncConfig;
import dev.syncline.exception.StorageException;
import dev.syncline.exception.SyncException;
import dev.syncline.exception.SyncOperationException;
import dev.syncline.internal.json.Json;
import dev.syncline.internal.store.DecisionRepository;
import dev.syncline.internal.store.RunRepository;
import dev.syncline.internal.store.RunRepository.Fault;
import dev.syncline.internal.store.TombstoneRepository;
import dev.syncline.internal.store.TransactionManager;
import dev.syncline.progress.AbortReason;
import dev.syncline.progress.SyncResult;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What comes after a run, however it ended: its result, its row in the history, and what is tidied up at that occasion. */
final class RunEnd {
    private static final Logger log = LoggerFactory.getLogger(RunEnd.class);
    /** What one run forgets of the journal of decisions; a longer tail goes with the next ones. */
    private static final int FORGOTTEN_AT_ONCE = 500;

    private final SyncConfig config;
    private final TransactionManager transactions;
    private final ClockOffset offset;
    private final KeptKeys keptKeys;
    private final SyncStatisticsService statistics;

    RunEnd(SyncConfig config, TransactionManager transactions, ClockOffset offset, SyncStatisticsService statistics) {
        this.config = config;
        this.transactions = transactions;
        this.offset = offset;
        this.statistics = statistics;
        keptKeys = new KeptKeys(config);
    }

    SyncResult conclude(SyncRun run, @Nullable Throwable failure) {
        Instant ended = config.clock().instant();
        AbortReason reason =
                failure != null ? RunFailures.reason(failure) : run.isTimeUp() ? AbortReason.TIME_LIMIT : null;
        if (failure != null) {
            run.noteFault(asSyncException(failure));
        }
        SyncResult result = new SyncResult(
                run.id(),
                run.mode(),
                run.startedAt(),
                ended,
                run.byEntity(),
                run.conflictsResolved(),
                run.faults().stream().map(Fault::cause).toList(),
                reason,
                message(run, failure));
        statistics.note(result);
        if (run.wrote() && reason != AbortReason.OTHER_PROCESS) {
            store(run, result);
        }
        return result;
    }

    private static @Nullable String message(SyncRun run, @Nullable Throwable failure) {
        if (failure == null && run.isTimeUp()) {
            return "reading whole tables took longer than SyncOptions.fullSyncLimit; what was read is stored, and the next run goes"
                    + " on behind it";
        }
        if (failure != null) {
            return failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
        }
        List<Fault> faults = run.faults();
        return faults.isEmpty() ? null : faults.get(0).cause().getMessage();
    }

    private SyncException asSyncException(Throwable failure) {
        Instant now = config.clock().instant();
        if (failure instanceof SyncException known) {
            return known;
        }
        if (failure instanceof Cancellation.CancelledException asked) {
            return asked.reason() == AbortReason.OTHER_PROCESS
                    ? new StorageException(asked.words(), true, now, null)
                    : new SyncOperationException(asked.words(), "", "", "", now, asked);
        }
        return new SyncOperationException(
                "the run failed in an unforeseen way; what was not sent stays pending", "", "", "", now, failure);
    }

    private void store(SyncRun run, SyncResult result) {
        Map<String, @Nullable Object> summary = new LinkedHashMap<>();
        summary.put("total", result.total());
        summary.put("successful", result.successful());
        summary.put("failed", result.failed());
        summary.put("conflicts", result.conflictsDetected());
        try {
            statistics.stored(transactions.write(unit -> {
                RunRepository.save(
                        unit.handle(),
                        run.id(),
                        run.mode().name(),
                        result.startedAt(),
                        result.endedAt(),
                        result.success(),
                        Json.write(summary));
                RunRepository.logFaults(unit.handle(), run.id(), run.faults());
                offset.store(unit);
                keptKeys.pruneWhenDue(unit);
                TombstoneRepository.prune(
                        unit.handle(),
                        result.endedAt()
                                .minus(config.options().tombstoneRetention())
                                .toEpochMilli());
                DecisionRepository.forgetSome(
                        unit.handle(), result.endedAt().minus(config.options().decisionsKept()), FORGOTTEN_AT_ONCE);
                return statistics.store(unit);
            }));
        } catch (RuntimeException | Error e) {
            // The run itself is over and its data stored; only its row in the history is missing.
            log.warn("The row of run {} could not be stored", run.id(), e);
        }
    }
}
