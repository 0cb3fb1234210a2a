package dev.syncline.internal.engine;

import dev.syncline.backend.PushResult;
import dev.syncline.backend.RemoteRecord;
import dev.syncline.config.RecordValidator;
import dev.syncline.config.SyncConfig;
import dev.syncline.exception.SyncException;
import dev.syncline.internal.queue.Answer;
import dev.syncline.internal.queue.Omissions;
import dev.syncline.internal.queue.OperationTracker;
import dev.syncline.internal.queue.PushWindow;
import dev.syncline.internal.queue.Settlement;
import dev.syncline.internal.queue.SyncQueueManager;
import dev.syncline.internal.queue.SyncQueueManager.Claim;
import dev.syncline.internal.record.BoundTable;
import dev.syncline.internal.store.IdempotencyRepository;
import dev.syncline.internal.store.SyncOperation;
import dev.syncline.internal.store.TransactionManager;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Sends one table: claim → send → settle, batch after batch. Where no row of the table depends on another, one more batch is frozen
 * while one is on the wire, and leaves as soon as that has its answer; what was answered is settled in the unit that freezes the
 * batch behind it, so that each batch costs one commit, at a time when the backend works too. Used by the run thread.
 */
final class TablePush {
    private final SyncConfig config;
    private final TransactionManager transactions;
    private final SyncQueueManager queue;
    private final OperationTracker operations;
    private final ChangeSender sender;
    private final AnswerCompletion completion;
    private final EngineThreads threads;
    private final PushWindow window;
    private final RowChecks checks;
    private final Hearer hearer;

    TablePush(
            SyncConfig config,
            TransactionManager transactions,
            SyncQueueManager queue,
            OperationTracker operations,
            ChangeSender sender,
            AnswerCompletion completion,
            EngineThreads threads,
            PushWindow window,
            RowChecks checks,
            Hearer hearer) {
        this.config = config;
        this.transactions = transactions;
        this.queue = queue;
        this.operations = operations;
        this.sender = sender;
        this.completion = completion;
        this.threads = threads;
        this.window = window;
        this.checks = checks;
        this.hearer = hearer;
    }

    /** Hears what became of changes, after the commit that says so. */
    interface Hearer {
        /** Answers were settled. */
        void settled(SyncRun run, BoundTable table, List<Answer> answers, Settlement settlement);

        /** Changes were kept back by the host's own rules; the backend has not heard of them. */
        void keptBack(SyncRun run, BoundTable table, Settlement settlement);

        /** Changes went out and nobody knows whether they arrived; of one failure the run itself tells. */
        void unknown(
                SyncRun run,
                BoundTable table,
                Map<SyncOperation, SyncException> unknown,
                @Nullable SyncException fatal);
    }

    /** Sends what is due of a table; tells whether there was anything. */
    boolean push(SyncRun run, BoundTable table, boolean deletes, Omissions omissions) {
        if (checks.mustWait(table)) {
            return false;
        }
        // What is recorded while this goes on does not make it longer.
        long end = transactions.read(unit -> table.journal().lastSeq(unit.connection(), Long.MAX_VALUE));
        Wave wave = new Wave(run, table, deletes, omissions, end);
        try {
            return wave.roll();
        } catch (RuntimeException | Error failure) {
            wave.wind(failure);
            throw failure;
        }
    }

    /** What an earlier run sent keeps payload and key, whatever becomes of it now. */
    void resend(SyncRun run, BoundTable table, List<SyncOperation> frozen) {
        run.cancellation().check();
        received(run, table, sender.send(sender.pack(table, frozen), run.cancellation()), false);
    }

    /** Settles what is known of operations that were sent; what was just claimed and never sent thaws. */
    void received(SyncRun run, BoundTable table, ChangeSender.Sent sent, boolean justClaimed) {
        Answers answers = Answers.of(table, sent, justClaimed);
        settle(run, table, answers.complete());
        conclude(run, table, sent, answers.incomplete(), justClaimed);
    }

    /** Settles as refused what the host's own rules keep back, and takes back what cannot be asked about now; gives the rest. */
    List<SyncOperation> allowed(SyncRun run, BoundTable table, List<SyncOperation> claimed) {
        RowChecks.Verdict verdict = checks.of(table, claimed);
        if (!verdict.refused().isEmpty()) {
            hearer.keptBack(run, table, operations.settle(table, verdict.refused(), run.context()));
        }
        if (!verdict.unasked().isEmpty()) {
            queue.thaw(table, verdict.unasked());
        }
        return verdict.free();
    }

    /** Until here no byte of them has left, and a run that finds them frozen like this takes them back. */
    void beginSend(List<SyncOperation> first) {
        transactions.writeDurably(unit -> {
            IdempotencyRepository.beginSend(unit.handle(), first);
            return first.size();
        });
    }

    /** Settles answers in a unit of their own. */
    void settle(SyncRun run, BoundTable table, List<Answer> answers) {
        if (!answers.isEmpty()) {
            noteCollisions(table, answers);
            hearer.settled(run, table, answers, operations.settle(table, answers, run.context()));
        }
    }

    /** Before they are settled, which brings them back into the journal: they are this run's still. */
    private void noteCollisions(BoundTable table, List<Answer> answers) {
        for (Answer answer : answers) {
            if (answer.result() instanceof PushResult.Conflicted) {
                window.collided(table, answer.operation().rowId());
            }
        }
    }

    /** What has to be asked or told once the answers that say enough are settled, which must not be lost because this fails. */
    private void conclude(
            SyncRun run, BoundTable table, ChangeSender.Sent sent, List<Answer> incomplete, boolean justClaimed) {
        Map<String, RemoteRecord> told = completion.lookUp(table, incomplete, run.cancellation());
        List<Answer> completed = new ArrayList<>();
        try {
            for (Answer answer : incomplete) {
                completed.add(completion.complete(table, answer, told, run.cancellation()));
            }
        } finally {
            settle(run, table, completed);
        }
        hearer.unknown(run, table, sent.unknown(), sent.fatal());
        if (justClaimed) {
            // As if it had not been claimed.
            queue.thaw(table, sent.neverStarted());
        }
        SyncException fatal = sent.fatal();
        if (fatal != null) {
            throw fatal;
        }
    }

    /**
     * Definite answers.
     *
     * @param complete those that can be settled as they are
     * @param incomplete those that say too little
     */
    private record Answers(List<Answer> complete, List<Answer> incomplete) {
        static final Answers NONE = new Answers(List.of(), List.of());

        static Answers of(BoundTable table, ChangeSender.Sent sent, boolean justClaimed) {
            Answers answers = new Answers(new ArrayList<>(), new ArrayList<>());
            for (Answer answer : sent.answers()) {
                boolean saysTooLittle = AnswerCompletion.isNeeded(table, answer, justClaimed);
                (saysTooLittle ? answers.incomplete : answers.complete).add(answer);
            }
            return answers;
        }
    }

    /**
     * What one unit did.
     *
     * @param settled what became of answers; null if there were none
     * @param claimed what was frozen
     */
    private record Step(@Nullable Settlement settled, Claim claimed) {}

    /** The batches of one table, one after the other. */
    private final class Wave {
        private final SyncRun run;
        private final BoundTable table;
        private final boolean deletes;
        private final Omissions omissions;
        private final long end;
        private final boolean ahead;
        /** Frozen and not sent yet, and where the claim after it goes on. */
        private Claim frozen = new Claim(List.of(), List.of(), 0, true);

        private @Nullable Future<ChangeSender.Sent> onTheWire;
        private boolean sentAny;

        Wave(SyncRun run, BoundTable table, boolean deletes, Omissions omissions, long end) {
            this.run = run;
            this.table = table;
            this.deletes = deletes;
            this.omissions = omissions;
            this.end = end;
            // Ids that the backend assigns, and rows that refer to rows of their own table, wait for the answer to
            // those before.
            boolean independent =
                    !table.serverIds() && !table.references().tables().contains(table);
            ahead = independent && !deletes && omissions.tables().isEmpty();
        }

        boolean roll() {
            while (onTheWire != null || !frozen.operations().isEmpty() || mayClaim()) {
                run.cancellation().check();
                ChangeSender.Sent sent = takeAnswer();
                if (ahead && (sent == null || sent.fatal() == null)) {
                    dispatch();
                }
                settleAndClaim(sent);
                if (!ahead) {
                    dispatch();
                }
            }
            return sentAny;
        }

        private boolean mayClaim() {
            return frozen.more() && frozen.lastSeq() < end && !checks.mustWait(table);
        }

        /** What came of the batch on the wire; null if there is none. */
        private ChangeSender.@Nullable Sent takeAnswer() {
            Future<ChangeSender.Sent> answer = onTheWire;
            onTheWire = null;
            return answer == null ? null : await(answer);
        }

        private void dispatch() {
            List<SyncOperation> batch = checked(frozen.operations());
            if (batch.isEmpty()) {
                frozen = new Claim(List.of(), List.of(), frozen.lastSeq(), frozen.more());
                return;
            }
            ChangeSender.Parcel parcel = sender.pack(table, batch);
            try {
                onTheWire = threads.prefetch().submit(() -> sender.send(parcel, run.cancellation()));
            } catch (RejectedExecutionException closing) {
                throw new Cancellation.CancelledException();
            }
            sentAny = true;
            frozen = new Claim(List.of(), List.of(), frozen.lastSeq(), frozen.more());
        }

        /** What the host's rules let go, if it has any; the rest is settled as refused, by nobody but them. */
        private List<SyncOperation> checked(List<SyncOperation> batch) {
            if (table.spec().validator() == RecordValidator.NONE) {
                return batch;
            }
            List<SyncOperation> allowed = allowed(run, table, batch);
            if (!allowed.isEmpty()) {
                beginSend(allowed);
            }
            return allowed;
        }

        private void settleAndClaim(ChangeSender.@Nullable Sent sent) {
            Answers answers = sent == null ? Answers.NONE : Answers.of(table, sent, true);
            List<Answer> complete = answers.complete();
            boolean over = sent != null && sent.fatal() != null;
            boolean claims = !over
                    && answers.incomplete().isEmpty()
                    && frozen.operations().isEmpty()
                    && mayClaim();
            if (claims && !queue.hasUnsent(table)) {
                frozen = new Claim(List.of(), List.of(), frozen.lastSeq(), false);
                claims = false;
            }
            if (claims) {
                long behind = frozen.lastSeq();
                noteCollisions(table, complete);
                PushWindow.Memory before = window.memory();
                Set<String> omitted = omissions.memory();
                Step step = transactions.writeDurably(unit -> {
                    window.backTo(before);
                    omissions.backTo(omitted);
                    return new Step(
                            complete.isEmpty() ? null : operations.settle(table, complete, run.context()),
                            claim(behind));
                });
                frozen = step.claimed();
                frozen.faults().forEach(run::noteFault);
                if (step.settled() != null) {
                    hearer.settled(run, table, complete, step.settled());
                }
            } else {
                settle(run, table, complete);
            }
            if (sent != null) {
                conclude(run, table, sent, answers.incomplete(), true);
            }
        }

        private Claim claim(long behind) {
            return queue.claim(table, behind, deletes, config.options().pushBatch(), window, omissions);
        }

        /** Brings to an end what is under way when the run cannot go on. What that fails at stays frozen for the next run. */
        void wind(Throwable reason) {
            attempt(reason, () -> {
                ChangeSender.Sent sent = takeAnswer();
                if (sent != null) {
                    settle(run, table, Answers.of(table, sent, true).complete());
                    hearer.unknown(run, table, sent.unknown(), sent.fatal());
                    queue.thaw(table, sent.neverStarted());
                }
            });
            attempt(reason, () -> queue.thaw(table, frozen.operations()));
        }

        private static void attempt(Throwable reason, Runnable step) {
            try {
                step.run();
            } catch (RuntimeException | Error late) {
                reason.addSuppressed(late);
            }
        }

        private static ChangeSender.Sent await(Future<ChangeSender.Sent> answer) {
            try {
                return answer.get();
            } catch (ExecutionException e) {
                if (e.getCause() instanceof RuntimeException failure) {
                    throw failure;
                }
                if (e.getCause() instanceof Error error) {
                    throw error;
                }
                throw new IllegalStateException("sending a batch failed in an unforeseen way", e.getCause());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new Cancellation.CancelledException();
            }
        }
    }
}
