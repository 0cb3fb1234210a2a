package dev.syncline.internal.engine;

import dev.syncline.backend.PushResult;
import dev.syncline.config.SyncConfig;
import dev.syncline.exception.SyncException;
import dev.syncline.exception.SyncOperationException;
import dev.syncline.internal.engine.OutcomeSearch.Found;
import dev.syncline.internal.queue.Answer;
import dev.syncline.internal.queue.IdempotencyService;
import dev.syncline.internal.record.BoundTable;
import dev.syncline.internal.store.AttemptRepository;
import dev.syncline.internal.store.IdempotencyRepository;
import dev.syncline.internal.store.OperationRepository;
import dev.syncline.internal.store.SyncOperation;
import dev.syncline.internal.store.TransactionManager;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What earlier runs froze and whose answer is not known: it is sent again under the same keys, or looked up where a key no longer
 * protects it.
 */
final class InFlightChanges {
    private static final Logger log = LoggerFactory.getLogger(InFlightChanges.class);

    private final SyncConfig config;
    private final List<BoundTable> parentsFirst;
    private final TransactionManager transactions;
    private final AttemptRepository attempts;
    private final Unanswered unanswered;
    private final OutcomeSearch search;
    private final Sending sending;
    private final IdempotencyService keys;
    /** Creates that were found absent and sent anew in this run; the next run asks again. */
    private final Set<Long> sentAnew = new HashSet<>();

    InFlightChanges(
            SyncConfig config,
            List<BoundTable> parentsFirst,
            TransactionManager transactions,
            OutcomeSearch search,
            Unanswered unanswered,
            Sending sending) {
        this.config = config;
        this.parentsFirst = parentsFirst;
        this.transactions = transactions;
        this.unanswered = unanswered;
        this.sending = sending;
        attempts = new AttemptRepository(config.clock());
        keys = new IdempotencyService(config.ids(), config.clock());
        this.search = search;
    }

    /** Who sends and settles. */
    interface Sending {
        /** Sends operations again under their keys. */
        void resend(SyncRun run, BoundTable table, List<SyncOperation> frozen);

        /** Takes operations back that were never sent. */
        void thaw(BoundTable table, List<SyncOperation> neverSent);

        /** Settles definite answers. */
        void settle(SyncRun run, BoundTable table, List<Answer> answers);

        /** Notes that it could not be found out what became of an operation. */
        void unanswered(SyncRun run, BoundTable table, SyncOperation operation, SyncException failure);
    }

    /**
     * Settles what an earlier run froze and whose answer is not known: sends it again under the same keys, or looks it up where a
     * key no longer protects it. A create without a name that cannot be searched for is looked for after the pull.
     */
    void settle(SyncRun run) {
        sentAnew.clear();
        for (BoundTable table : parentsFirst) {
            List<SyncOperation> resent = new ArrayList<>();
            List<SyncOperation> searched = new ArrayList<>();
            List<SyncOperation> asked = new ArrayList<>();
            List<SyncOperation> due = due(table);
            Set<Long> uselessKeys = due.isEmpty() ? Set.of() : unanswered.withUselessKeys(table);
            for (SyncOperation operation : due) {
                if (!needsSearch(operation, uselessKeys)) {
                    resent.add(operation);
                } else if (OutcomeSearch.hasName(table, operation)) {
                    searched.add(operation);
                } else if (search.hasNamingFields(table, operation)) {
                    asked.add(operation);
                }
            }
            sending.resend(run, table, resent);
            search(run, table, searched, operation -> search.byName(table, operation, run.cancellation()));
            search(run, table, asked, operation -> search.byFields(table, operation, run.cancellation()));
        }
    }

    /**
     * Takes back what was frozen and not begun to be sent when the process died, because the host's rules had yet to let it go: it is
     * claimed again, and they are asked.
     */
    void takeBackUnsent() {
        for (BoundTable table : parentsFirst) {
            List<SyncOperation> unsent = transactions.read(unit -> {
                Set<Long> ids = IdempotencyRepository.neverSent(unit.handle(), table.id());
                return ids.stream()
                        .flatMap(id -> OperationRepository.byId(unit.handle(), id).stream())
                        .toList();
            });
            sending.thaw(table, unsent);
        }
    }

    /** Looks for creates without a name among the records that were pulled since they were sent. */
    void settleNameless(SyncRun run, boolean pulledAll) {
        for (BoundTable table : parentsFirst) {
            List<SyncOperation> due = due(table);
            Set<Long> uselessKeys = due.isEmpty() ? Set.of() : unanswered.withUselessKeys(table);
            List<SyncOperation> searched = due.stream()
                    .filter(o -> needsSearch(o, uselessKeys) && !OutcomeSearch.hasName(table, o) && !o.hasGivenUp())
                    .filter(o -> !sentAnew.contains(o.id()))
                    .toList();
            search(run, table, searched, operation -> nameless(run, table, operation, pulledAll));
        }
    }

    private Found nameless(SyncRun run, BoundTable table, SyncOperation create, boolean pulledAll) {
        Found found = search.byFields(table, create, run.cancellation());
        return found instanceof OutcomeSearch.Unclear ? search.byContent(table, create, pulledAll) : found;
    }

    private boolean needsSearch(SyncOperation operation, Set<Long> uselessKeys) {
        return operation.hasGivenUp() || uselessKeys.contains(operation.id());
    }

    private List<SyncOperation> due(BoundTable table) {
        return transactions.read(
                unit -> attempts.due(unit.handle(), table.id(), Unanswered.LONGEST_IMPOSED.toMillis()));
    }

    private void search(
            SyncRun run, BoundTable table, List<SyncOperation> lost, Function<SyncOperation, Found> searching) {
        List<SyncOperation> absent = new ArrayList<>();
        for (SyncOperation operation : lost) {
            run.cancellation().check();
            try {
                Found found = searching.apply(operation);
                if (found instanceof OutcomeSearch.Told told) {
                    log.info(
                            "Looked up what became of an unanswered change: {} of {}, key {}",
                            operation.kind(),
                            operation.entity(),
                            operation.key());
                    sending.settle(run, table, List.of(new Answer(operation, told.result(), true)));
                } else if (found instanceof OutcomeSearch.Absent && operation.hasGivenUp()) {
                    sending.settle(
                            run, table, List.of(new Answer(operation, new PushResult.Rejected(gaveUp(operation)))));
                } else if (found instanceof OutcomeSearch.Absent) {
                    absent.add(operation);
                }
            } catch (SyncException failure) {
                sending.unanswered(run, table, operation, failure);
                if (RunFailures.endsTheRun(failure)) {
                    throw failure;
                }
            }
        }
        if (!absent.isEmpty()) {
            log.info("{} changes of {} did not take effect and get new keys", absent.size(), table);
            transactions.writeDurably(unit -> {
                keys.replaceKeys(unit.handle(), absent);
                return absent.size();
            });
            absent.forEach(unanswered::forget);
            absent.forEach(operation -> sentAnew.add(operation.id()));
            sending.resend(run, table, absent);
        }
    }

    private SyncException gaveUp(SyncOperation operation) {
        return new SyncOperationException(
                "a change of " + operation.entity() + " " + operation.rowId() + " failed in " + operation.attempts()
                        + " runs that served other changes, and the backend does not have it; last: "
                        + operation.error(),
                Long.toString(operation.id()),
                operation.entity(),
                operation.kind().name(),
                config.clock().instant(),
                null);
    }
}
