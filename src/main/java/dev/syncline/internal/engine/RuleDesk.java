package dev.syncline.internal.engine;

import dev.syncline.conflict.Conflict;
import dev.syncline.conflict.Decision;
import dev.syncline.conflict.MergeRule;
import dev.syncline.exception.SyncException;
import dev.syncline.internal.record.BoundTable;
import dev.syncline.internal.store.ConflictRepository;
import dev.syncline.internal.store.ConflictRepository.StoredConflict;
import dev.syncline.internal.store.DecisionRepository;
import dev.syncline.internal.store.DecisionRepository.OpenRow;
import dev.syncline.internal.store.RunRepository.Fault;
import dev.syncline.internal.store.TransactionManager;
import io.reactivex.rxjava3.core.Scheduler;
import io.reactivex.rxjava3.core.Single;
import io.reactivex.rxjava3.schedulers.Schedulers;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts open conflicts to the rules of the host, outside of transactions and locks and on a thread of their own. What a rule decides is
 * carried out only if both sides are still those that it saw; whatever a rule does, the run goes on. Used by the run thread.
 */
final class RuleDesk {
    private static final Logger log = LoggerFactory.getLogger(RuleDesk.class);
    private static final int AT_ONCE = 200;
    private static final long PATIENCE_SECONDS = 10;

    private final Map<Integer, BoundTable> tables;
    private final TransactionManager transactions;
    private final InboxDecisions decisions;
    private final EngineThreads threads;
    private final Scheduler timer;
    /** Whether a rule that was given up has not come back yet; nothing else is asked until it does. */
    private final AtomicBoolean busy = new AtomicBoolean();

    RuleDesk(
            List<BoundTable> tables,
            TransactionManager transactions,
            InboxDecisions decisions,
            EngineThreads threads,
            Scheduler timer) {
        this.tables = tables.stream()
                .filter(table -> table.spec().conflictRules().mergeRule() != null)
                .collect(Collectors.toMap(BoundTable::id, Function.identity()));
        this.transactions = transactions;
        this.decisions = decisions;
        this.threads = threads;
        this.timer = timer;
    }

    /** Asks about every open conflict of which no rule was asked as it is now. */
    void ask(SyncRun run) {
        if (tables.isEmpty()) {
            return;
        }
        long place = 0;
        List<OpenRow> some;
        do {
            long after = place;
            some = transactions.read(unit -> DecisionRepository.openAfter(unit.handle(), after, AT_ONCE));
            for (OpenRow open : some) {
                run.cancellation().check();
                BoundTable table = tables.get(open.table());
                if (table != null && !busy.get()) {
                    ask(run, table, open);
                }
                place = open.place();
            }
        } while (some.size() == AT_ONCE);
    }

    private void ask(SyncRun run, BoundTable table, OpenRow open) {
        MergeRule rule = table.spec().conflictRules().mergeRule();
        Optional<Conflict> conflict = transactions.read(unit -> {
            Optional<StoredConflict> stored = ConflictRepository.find(unit.handle(), open.id());
            return stored.isEmpty()
                    ? Optional.<Conflict>empty()
                    : Optional.of(decisions.present(unit, stored.get(), run.context()));
        });
        if (rule == null || conflict.isEmpty() || conflict.get().isResolved()) {
            return;
        }
        String state = digest(conflict.get());
        if (state.equals(open.asked())) {
            return;
        }
        Optional<Decision> decision = ask(rule, conflict.get());
        if (decision.isEmpty()) {
            return;
        }
        if (decision.get() instanceof Decision.Defer) {
            transactions.perform(unit -> DecisionRepository.asked(unit.handle(), open.id(), state));
        } else {
            carryOut(run, table, conflict.get(), decision.get());
        }
    }

    /** What the rule decides; empty if it throws or takes too long. */
    private Optional<Decision> ask(MergeRule rule, Conflict conflict) {
        busy.set(true);
        try {
            return Optional.of(Single.fromCallable(() -> {
                        try {
                            return rule.decide(conflict);
                        } finally {
                            busy.set(false);
                        }
                    })
                    .subscribeOn(Schedulers.from(threads.rules(), true))
                    .timeout(PATIENCE_SECONDS, TimeUnit.SECONDS, timer)
                    .blockingGet());
        } catch (RuntimeException failure) {
            log.warn(
                    "The host's rule gave no decision about conflict {} of {}; it stays open and is asked about again with"
                            + " the next run",
                    conflict.id(),
                    conflict.entityType(),
                    failure);
            return Optional.empty();
        }
    }

    private void carryOut(SyncRun run, BoundTable table, Conflict seen, Decision decision) {
        try {
            Optional<Conflict> resolved = decisions.resolveAsSeen(seen.id(), decision, seen::equals, run.context());
            if (resolved.isPresent()) {
                run.tracker().resolved(run.id(), resolved.get());
            } else {
                log.info("Conflict {} has moved on while the host's rule decided; it is asked again", seen.id());
            }
        } catch (SyncException | IllegalStateException unfit) {
            log.warn(
                    "What the host's rule decided about conflict {} could not be carried out; it stays open",
                    seen.id(),
                    unfit);
            if (unfit instanceof SyncException told) {
                run.noteFault(new Fault(table.spec().entity(), seen.entityId(), told));
            }
        }
    }

    private static String digest(Conflict conflict) {
        try {
            byte[] text = conflict.toJson().getBytes(StandardCharsets.UTF_8);
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java runtime lacks SHA-256, which every one must have", e);
        }
    }
}
