package dev.syncline.internal.engine;

import dev.syncline.config.ConflictRules;
import dev.syncline.conflict.Conflict;
import dev.syncline.exception.SyncException;
import dev.syncline.internal.record.BoundTable;
import dev.syncline.internal.record.ParkedRow;
import dev.syncline.internal.store.ConflictRepository;
import dev.syncline.internal.store.ConflictRepository.StoredConflict;
import dev.syncline.internal.store.DecisionRepository;
import dev.syncline.internal.store.DecisionRepository.OpenRow;
import dev.syncline.internal.store.RunRepository.Fault;
import dev.syncline.internal.store.TransactionManager;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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
    private static final long PATIENCE_MILLIS = 30_000;
    private static final int REMEMBERED = 1000;

    private final Map<Integer, BoundTable> tables;
    private final TransactionManager transactions;
    private final InboxDecisions decisions;
    private final HostRules host;
    /** Conflicts about which a rule gave no answer in the present run. */
    private final Set<String> unanswered = new HashSet<>();

    private String lastRun = "";
    /** Behind which conflict to go on asking; 0 for the first. */
    private long place;

    RuleDesk(List<BoundTable> tables, TransactionManager transactions, InboxDecisions decisions, HostRules host) {
        this.tables = tables.stream()
                .filter(RuleDesk::hasRules)
                .collect(Collectors.toMap(BoundTable::id, Function.identity()));
        this.transactions = transactions;
        this.decisions = decisions;
        this.host = host;
    }

    private static boolean hasRules(BoundTable table) {
        ConflictRules rules = table.spec().conflictRules();
        return rules.mergeRule() != null || !rules.columnRules().isEmpty();
    }

    /**
     * Asks about every open conflict of which no rule was asked as it is now, and of which none has failed to answer in this run. What
     * does not get its turn within a limited time is first with the next asking.
     */
    void ask(SyncRun run) {
        if (tables.isEmpty()) {
            return;
        }
        if (!run.id().equals(lastRun)) {
            lastRun = run.id();
            unanswered.clear();
        }
        long end = host.now() + PATIENCE_MILLIS;
        boolean inTheMiddle = place > 0;
        if (askUntil(end, run) && inTheMiddle) {
            askUntil(end, run);
        }
    }

    /** Goes on where the last asking has ended; says whether it came to the last conflict. */
    private boolean askUntil(long end, SyncRun run) {
        List<OpenRow> some;
        do {
            long after = place;
            some = transactions.read(unit -> DecisionRepository.openAfter(unit.handle(), after, AT_ONCE));
            for (OpenRow open : some) {
                run.cancellation().check();
                if (host.now() >= end) {
                    log.info("The host's rules take their time; they are asked about the other conflicts later");
                    return false;
                }
                BoundTable table = tables.get(open.table());
                if (table != null && !host.areBusy() && !unanswered.contains(open.id())) {
                    ask(run, table, open);
                }
                place = open.place();
            }
        } while (some.size() == AT_ONCE);
        place = 0;
        return true;
    }

    private void ask(SyncRun run, BoundTable table, OpenRow open) {
        Optional<Asked> met = transactions.read(unit -> {
            Optional<StoredConflict> stored = ConflictRepository.find(unit.handle(), open.id());
            return stored.isEmpty()
                    ? Optional.<Asked>empty()
                    : Optional.of(new Asked(
                            decisions.present(unit, stored.get(), run.context()), ParkedRow.isDoubtful(stored.get())));
        });
        if (met.isEmpty() || met.get().conflict().isResolved()) {
            return;
        }
        String state = digest(met.get().conflict());
        if (state.equals(open.asked())) {
            return;
        }
        ConflictRules rules = table.spec().conflictRules();
        log.info(
                "Asking the host's rules about conflict {} of {}",
                open.id(),
                table.spec().entity());
        Optional<HostAnswer> answer =
                host.ask(rules, met.get().conflict(), met.get().doubtful());
        if (answer.isEmpty()) {
            if (unanswered.size() < REMEMBERED) {
                unanswered.add(open.id());
            }
            return;
        }
        if (!answer.get().decides() || !carryOut(run, table, answer.get())) {
            transactions.perform(unit -> DecisionRepository.asked(unit.handle(), open.id(), state));
        }
    }

    /** Carries out what was decided; says whether it is worth asking again about the same sides. */
    private boolean carryOut(SyncRun run, BoundTable table, HostAnswer answer) {
        Conflict seen = answer.seen();
        try {
            Optional<Conflict> resolved = decisions.resolveAsSeen(answer, run.context());
            if (resolved.isPresent()) {
                log.info("Resolved: {}", resolved.get());
                run.tracker().resolved(run.id(), resolved.get());
                return true;
            }
            log.info("Conflict {} has moved on, or a person is to decide what the host's rules have left", seen.id());
            return answer.rest() != null;
        } catch (SyncException | IllegalStateException unfit) {
            log.warn(
                    "What the host's rule decided about conflict {} could not be carried out; it stays open",
                    seen.id(),
                    unfit);
            if (unfit instanceof SyncException told) {
                run.noteFault(new Fault(table.spec().entity(), seen.entityId(), told));
            }
            return true;
        }
    }

    /**
     * A conflict to ask about.
     *
     * @param conflict the conflict as it is now
     * @param doubtful whether its remote side may hold this device's change already
     */
    private record Asked(Conflict conflict, boolean doubtful) {}

    private static String digest(Conflict conflict) {
        try {
            byte[] text = conflict.toJson().getBytes(StandardCharsets.UTF_8);
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java runtime lacks SHA-256, which every one must have", e);
        }
    }
}
