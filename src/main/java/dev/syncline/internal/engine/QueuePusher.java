package dev.syncline.internal.engine;

import dev.syncline.backend.ChangeKind;
import dev.syncline.backend.PushResult;
import dev.syncline.config.Adoption;
import dev.syncline.config.SyncConfig;
import dev.syncline.exception.SyncException;
import dev.syncline.internal.queue.Answer;
import dev.syncline.internal.queue.FrozenImages;
import dev.syncline.internal.queue.Omissions;
import dev.syncline.internal.queue.OperationTracker;
import dev.syncline.internal.queue.PushWindow;
import dev.syncline.internal.queue.Settlement;
import dev.syncline.internal.queue.SyncQueueManager;
import dev.syncline.internal.record.BoundTable;
import dev.syncline.internal.record.TableCycles;
import dev.syncline.internal.store.CursorRepository;
import dev.syncline.internal.store.IdempotencyRepository;
import dev.syncline.internal.store.OperationRepository;
import dev.syncline.internal.store.RunRepository.Fault;
import dev.syncline.internal.store.SyncOperation;
import dev.syncline.internal.store.TransactionManager;
import dev.syncline.internal.store.WalkRepository;
import dev.syncline.progress.SyncPhase;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends what changed here: claim → send → settle, wave by wave. Creates and updates go parents first, deletions children first;
 * what depends on an unsent change is not claimed before that is acknowledged. What the host records after the push began is
 * left to the next run ({@link PushWindow}).
 */
final class QueuePusher implements InFlightChanges.Sending, TablePush.Hearer {
    private static final Logger log = LoggerFactory.getLogger(QueuePusher.class);

    /** A pass may free what waited for it; a pass that sends nothing is the last. Longer chains go on in the run after this one. */
    private static final int PASSES = 100;

    private final SyncConfig config;
    private final List<BoundTable> parentsFirst;
    private final List<BoundTable> childrenFirst;
    private final List<BoundTable> inCycles;
    private final TransactionManager transactions;
    private final SyncQueueManager queue;
    private final ResilientBackend backend;
    private final ChangeSender sender;
    private final SecondTries refusals = new SecondTries();
    private final PushWindow window = new PushWindow(refusals::leftForLater);
    private final RefusedExchanges exchanges = new RefusedExchanges();
    private final Unanswered unanswered;
    private final InFlightChanges inFlight;
    private final TablePush sending;
    private final TogetherPush together;

    /** Whether the backend has answered something in this run. */
    private boolean servedOthers;

    QueuePusher(
            SyncConfig config,
            List<BoundTable> parentsFirst,
            TransactionManager transactions,
            ResilientBackend backend,
            EngineThreads threads,
            HostCalls calls) {
        this.config = config;
        this.parentsFirst = parentsFirst;
        childrenFirst = new ArrayList<>(parentsFirst);
        Collections.reverse(childrenFirst);
        inCycles = TableCycles.of(parentsFirst);
        this.transactions = transactions;
        this.backend = backend;
        FrozenImages images = new FrozenImages();
        queue = new SyncQueueManager(
                transactions,
                config.clock(),
                config.ids(),
                backend.capabilities().partialUpdates(),
                images);
        unanswered = new Unanswered(transactions, backend.capabilities(), config.clock());
        OutcomeSearch search = new OutcomeSearch(backend, transactions);
        inFlight = new InFlightChanges(config, parentsFirst, transactions, search, unanswered, this);
        sender = new ChangeSender(backend, transactions, threads, config.options(), config.clock());
        sending = new TablePush(
                config,
                transactions,
                queue,
                new OperationTracker(transactions, images),
                sender,
                new AnswerCompletion(backend, search, config.clock()),
                threads,
                window,
                new RowChecks(parentsFirst, transactions, images, config.clock(), calls),
                this);
        together = new TogetherPush(
                parentsFirst, transactions, queue, backend, sender, sending, window, unanswered, config.clock());
    }

    /** Begins a run. */
    void begin() {
        window.clear();
        refusals.clear();
        exchanges.clear();
        unanswered.begin();
        backend.beginRun();
        servedOthers = false;
    }

    /** Settles what an earlier run froze and whose answer is not known. */
    void settleInFlight(SyncRun run) {
        inFlight.takeBackUnsent();
        together.settleInFlight(run);
        inFlight.settle(run);
    }

    /** Looks for creates without a name among the records that were pulled since they were sent. */
    void settleNameless(SyncRun run, boolean pulledAll) {
        inFlight.settleNameless(run, pulledAll);
    }

    /** The backend may have any of them: none thaws, also if its turn does not come in this run. */
    @Override
    public void resend(SyncRun run, BoundTable table, List<SyncOperation> frozen) {
        int wave = config.options().pushBatch();
        if (!frozen.isEmpty()) {
            log.info(
                    "{} changes of {} have no answer yet and are sent again under their keys",
                    frozen.size(),
                    table.spec().entity());
        }
        for (int from = 0; from < frozen.size(); from += wave) {
            List<SyncOperation> some = frozen.subList(from, Math.min(from + wave, frozen.size()));
            run.cancellation().check();
            // Read again: the settling of those before may have given their rows other numbers.
            List<SyncOperation> present = transactions.write(unit -> {
                List<SyncOperation> found = some.stream()
                        .flatMap(o -> OperationRepository.byId(unit.handle(), o.id()).stream())
                        .toList();
                IdempotencyRepository.beginSend(unit.handle(), found);
                return found;
            });
            sending.resend(run, table, present);
        }
    }

    /** Sends everything that was due when this began. */
    void push(SyncRun run) {
        run.tracker().phase(run, SyncPhase.SYNCING);
        window.open(parentsFirst, transactions);
        boolean sentAny = true;
        for (int pass = 0; sentAny && pass < PASSES; pass++) {
            sentAny = false;
            window.lookAgain();
            sentAny |= together.push(run, this::isStillMatching);
            for (BoundTable table : parentsFirst) {
                sentAny |= push(run, table, false, Omissions.none());
            }
            for (BoundTable table : childrenFirst) {
                sentAny |= push(run, table, true, Omissions.none());
            }
            sentAny |= armFreed();
            if (!sentAny) {
                sentAny = pushInParts(run);
            }
        }
        if (sentAny || window.leftMoving()) {
            run.noteLeftSome();
        }
        if (window.leftLater()) {
            run.noteLeftLater();
            forget(refusals.takeFreedLater());
        }
        if (servedOthers) {
            unanswered.countAttempts();
        }
    }

    /** Sends rows that wait for each other, or want each other's values, without what holds them up; the rest follows. */
    private boolean pushInParts(SyncRun run) {
        Omissions omissions = Omissions.none();
        queue.findCycles(inCycles, omissions).forEach(run::noteFault);
        arm(exchanges.find(refusals.all(), omissions));
        boolean sentAny = false;
        for (BoundTable table : omissions.tables()) {
            sentAny |= push(run, table, false, omissions);
            sentAny |= push(run, table, true, omissions);
        }
        return sentAny;
    }

    private boolean push(SyncRun run, BoundTable table, boolean deletes, Omissions omissions) {
        if (isStillMatching(table)) {
            return false;
        }
        return sending.push(run, table, deletes, omissions);
    }

    /** Rows that were there before the first sync may be the backend's own; until its first walk has ended nobody knows. */
    private boolean isStillMatching(BoundTable table) {
        return (table.serverIds() || !table.spec().naturalKey().isEmpty())
                && table.spec().adoption() == Adoption.MATCH_REMOTE
                && transactions.read(
                        unit -> CursorRepository.find(unit.handle(), table.id()).walking()
                                && !WalkRepository.hasEnded(unit.handle(), table.id()));
    }

    @Override
    public void thaw(BoundTable table, List<SyncOperation> neverSent) {
        queue.thaw(table, neverSent);
    }

    @Override
    public void settle(SyncRun run, BoundTable table, List<Answer> answers) {
        sending.settle(run, table, answers);
    }

    @Override
    public void settled(SyncRun run, BoundTable table, List<Answer> answers, Settlement settled) {
        boolean toldLess = false;
        for (Answer answer : answers) {
            toldLess |= toldLess(answer);
        }
        answers.forEach(answer -> unanswered.forget(answer.operation()));
        run.noteOutcome(table, settled.outcome());
        settled.refused().forEach(refusal -> refusals.refused(table, refusal));
        Map<ChangeKind, Integer> accepted = new EnumMap<>(ChangeKind.class);
        for (SyncOperation operation : settled.accepted()) {
            refusals.accepted(table, operation);
            accepted.merge(operation.kind(), 1, Integer::sum);
        }
        accepted.forEach((kind, count) -> run.noteAccepted(table, kind, count));
        run.tracker()
                .done(
                        run,
                        table.spec().entity(),
                        answers.size() - settled.refused().size(),
                        0);
        if (toldLess) {
            run.noteAnswerToldLess(table);
        }
        servedOthers = true;
    }

    @Override
    public void keptBack(SyncRun run, BoundTable table, Settlement settled) {
        run.noteOutcome(table, settled.outcome());
        settled.refused().forEach(refusal -> refusals.refused(table, refusal));
    }

    private static boolean toldLess(Answer answer) {
        return answer.result() instanceof PushResult.Accepted accepted
                && accepted.version() == null
                && answer.operation().kind() != ChangeKind.DELETE;
    }

    /** Lets what was refused for a value that has been let go of since be claimed again. */
    private boolean armFreed() {
        List<SecondTries.Entry> freed = refusals.takeFreed();
        arm(freed);
        return !freed.isEmpty();
    }

    private void arm(List<SecondTries.Entry> refused) {
        forget(refused);
        refused.forEach(entry ->
                window.sendAgain(entry.table(), entry.refusal().operation().rowId()));
    }

    /** Takes the marks off that keep refused changes from being sent unchanged. */
    private void forget(List<SecondTries.Entry> refused) {
        if (!refused.isEmpty()) {
            transactions.perform(unit -> refused.forEach(entry -> OperationRepository.forget(
                    unit.handle(),
                    entry.table().id(),
                    entry.refusal().operation().rowId())));
        }
    }

    /** Tells what is refused now that nothing more is sent. */
    void conclude(SyncRun run) {
        for (SecondTries.Entry entry : refusals.all()) {
            SyncOperation operation = entry.refusal().operation();
            run.noteRefused(entry.table(), operation.kind());
            run.noteFault(new Fault(
                    operation.entity(), operation.rowId(), entry.refusal().reason()));
            run.tracker().done(run, operation.entity(), 0, 1);
        }
    }

    @Override
    public void unanswered(SyncRun run, BoundTable table, SyncOperation operation, SyncException failure) {
        noteUnknown(run, table, Map.of(operation, failure), null, false);
    }

    @Override
    public void unknown(
            SyncRun run, BoundTable table, Map<SyncOperation, SyncException> unknown, @Nullable SyncException fatal) {
        noteUnknown(run, table, unknown, fatal, true);
    }

    private void noteUnknown(
            SyncRun run,
            BoundTable table,
            Map<SyncOperation, SyncException> unknown,
            @Nullable SyncException fatal,
            boolean wereSent) {
        if (unknown.isEmpty()) {
            return;
        }
        unanswered.note(unknown, wereSent);
        unknown.values().stream()
                .distinct()
                .filter(failure -> !failure.equals(fatal))
                .forEach(failure -> run.noteFault(new Fault(table.spec().entity(), null, failure)));
    }
}
