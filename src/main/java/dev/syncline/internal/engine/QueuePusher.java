package dev.syncline.internal.engine;

import dev.syncline.backend.ChangeKind;
import dev.syncline.backend.PushResult;
import dev.syncline.backend.RemoteRecord;
import dev.syncline.config.Adoption;
import dev.syncline.config.SyncConfig;
import dev.syncline.exception.SyncException;
import dev.syncline.internal.queue.Answer;
import dev.syncline.internal.queue.OperationTracker;
import dev.syncline.internal.queue.SyncQueueManager;
import dev.syncline.internal.queue.SyncQueueManager.Claim;
import dev.syncline.internal.record.BoundTable;
import dev.syncline.internal.record.IdMappingService;
import dev.syncline.internal.store.CursorRepository;
import dev.syncline.internal.store.OperationRepository;
import dev.syncline.internal.store.RunRepository.Fault;
import dev.syncline.internal.store.SyncOperation;
import dev.syncline.internal.store.TransactionManager;
import dev.syncline.progress.SyncPhase;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Sends what changed here: claim → send → settle, wave by wave. Creates and updates go parents first, deletions children first;
 * what depends on an unsent change is not claimed before that is acknowledged.
 */
final class QueuePusher {
    /** A pass may free what waited for it; a pass that sends nothing is the last. */
    private static final int PASSES = 100;

    private static final int COLLISIONS = 3;

    private final SyncConfig config;
    private final List<BoundTable> parentsFirst;
    private final List<BoundTable> childrenFirst;
    private final TransactionManager transactions;
    private final SyncQueueManager queue;
    private final OperationTracker operations;
    private final OperationRepository repository;
    private final ResilientBackend backend;
    private final ChangeSender sender;
    /** How often each row collided in this run; one that keeps moving at the backend must not keep the run from ending. */
    private final Map<String, Integer> moving = new HashMap<>();

    QueuePusher(
            SyncConfig config,
            List<BoundTable> parentsFirst,
            TransactionManager transactions,
            ResilientBackend backend,
            EngineThreads threads) {
        this.config = config;
        this.parentsFirst = parentsFirst;
        childrenFirst = new ArrayList<>(parentsFirst);
        Collections.reverse(childrenFirst);
        this.transactions = transactions;
        this.backend = backend;
        queue = new SyncQueueManager(
                transactions,
                config.clock(),
                config.ids(),
                backend.capabilities().partialUpdates());
        operations = new OperationTracker(transactions);
        repository = new OperationRepository(config.clock());
        sender = new ChangeSender(
                backend, transactions, threads, config.options().pushBatch());
    }

    /** Begins a run. */
    void begin() {
        sender.begin();
        moving.clear();
    }

    /** Sends again what an earlier run froze and whose answer is not known, under the same keys. */
    void settleInFlight(SyncRun run) {
        for (BoundTable table : parentsFirst) {
            List<SyncOperation> frozen = transactions.read(
                    unit -> OperationRepository.list(unit.handle(), table.id(), SyncOperation.Status.PROCESSING));
            int wave = config.options().pushBatch();
            for (int from = 0; from < frozen.size(); from += wave) {
                send(run, table, frozen.subList(from, Math.min(from + wave, frozen.size())));
            }
        }
    }

    /** Sends everything that is due. */
    void push(SyncRun run) {
        run.tracker().phase(run, SyncPhase.SYNCING);
        boolean sentAny = true;
        for (int pass = 0; sentAny && pass < PASSES; pass++) {
            sentAny = false;
            for (BoundTable table : parentsFirst) {
                sentAny |= push(run, table, false);
            }
            for (BoundTable table : childrenFirst) {
                sentAny |= push(run, table, true);
            }
        }
    }

    private boolean push(SyncRun run, BoundTable table, boolean deletes) {
        if (isStillMatching(table)) {
            return false;
        }
        boolean sentAny = false;
        Claim claim = new Claim(List.of(), List.of(), 0, true);
        while (claim.more()) {
            run.cancellation().check();
            claim = queue.claim(
                    table,
                    claim.lastSeq(),
                    deletes,
                    config.options().pushBatch(),
                    rowId -> moving.getOrDefault(table.id() + "/" + rowId, 0) >= COLLISIONS);
            claim.faults().forEach(run::noteFault);
            if (!claim.operations().isEmpty()) {
                sentAny = true;
                send(run, table, claim.operations());
            }
        }
        return sentAny;
    }

    /** Rows that were there before the first sync may be the backend's own; until its first walk has ended nobody knows. */
    private boolean isStillMatching(BoundTable table) {
        return table.serverIds()
                && table.spec().adoption() == Adoption.MATCH_REMOTE
                && transactions.read(
                        unit -> CursorRepository.find(unit.handle(), table.id()).walking());
    }

    private void send(SyncRun run, BoundTable table, List<SyncOperation> frozen) {
        run.cancellation().check();
        // Cancelled in the middle, it is not known here which of them left: they stay frozen, and the next run settles
        // them.
        ChangeSender.Sent sent = sender.send(table, frozen, run.cancellation());
        List<Answer> answers = new ArrayList<>();
        for (Answer answer : sent.answers()) {
            if (answer.result() instanceof PushResult.Conflicted) {
                moving.merge(table.id() + "/" + answer.operation().rowId(), 1, Integer::sum);
            }
            completed(run, table, answer).ifPresent(answers::add);
        }
        if (!answers.isEmpty()) {
            run.noteOutcome(table, operations.settle(table, answers, run.context()));
            note(run, table, answers);
        }
        noteUnknown(run, table, sent.unknown());
        queue.thaw(table, sent.neverStarted());
        SyncException fatal = sent.fatal();
        if (fatal != null) {
            throw fatal;
        }
    }

    /** A refusal without the backend's copy is of no use: the copy is read. */
    private Optional<Answer> completed(SyncRun run, BoundTable table, Answer answer) {
        if (!(answer.result() instanceof PushResult.Conflicted conflicted) || conflicted.remote() != null) {
            return Optional.of(answer);
        }
        SyncOperation operation = answer.operation();
        Optional<String> id = transactions.read(unit -> {
            try (IdMappingService ids = new IdMappingService(unit.connection())) {
                return ids.remoteId(
                        table, table.keys().decode(operation.rowId()).orElseThrow());
            }
        });
        if (id.isEmpty()) {
            return Optional.empty();
        }
        RemoteRecord there = backend.fetch(operation.entity(), id.get(), run.cancellation())
                .orElseGet(() -> RemoteRecord.tombstone(id.get(), null));
        return Optional.of(new Answer(operation, new PushResult.Conflicted(there)));
    }

    private static void note(SyncRun run, BoundTable table, List<Answer> answers) {
        for (Answer answer : answers) {
            boolean accepted = answer.result() instanceof PushResult.Accepted;
            boolean refused = answer.result() instanceof PushResult.Rejected;
            if (accepted || refused) {
                run.noteSent(table, answer.operation().kind(), accepted);
            }
            if (answer.result() instanceof PushResult.Accepted a
                    && a.version() == null
                    && answer.operation().kind() != ChangeKind.DELETE) {
                run.noteAnswerToldLess();
            }
        }
        int failed = (int) answers.stream()
                .filter(a -> a.result() instanceof PushResult.Rejected)
                .count();
        run.tracker().done(run, table.spec().entity(), answers.size() - failed, failed);
    }

    private void noteUnknown(SyncRun run, BoundTable table, Map<SyncOperation, SyncException> unknown) {
        if (unknown.isEmpty()) {
            return;
        }
        Map<SyncOperation, SyncException> failures = new LinkedHashMap<>(unknown);
        transactions.perform(unit -> failures.forEach((operation, failure) -> repository.retryLater(
                unit.handle(),
                operation.id(),
                operation.attempts(),
                config.clock().millis() + failure.retryDelay().toMillis(),
                failure.getClass().getSimpleName())));
        failures.values().stream().distinct().forEach(failure -> {
            if (!RunFailures.endsTheRun(failure)) {
                run.noteFault(new Fault(table.spec().entity(), null, failure));
            }
        });
    }
}
