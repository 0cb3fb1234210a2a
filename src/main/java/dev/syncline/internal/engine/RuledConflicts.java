package dev.syncline.internal.engine;

import dev.syncline.conflict.Conflict;
import dev.syncline.conflict.Resolution;
import dev.syncline.conflict.ResolutionStrategy;
import dev.syncline.exception.SyncException;
import dev.syncline.internal.record.ApplyContext;
import dev.syncline.internal.store.ConflictRepository.StoredConflict;
import dev.syncline.internal.store.DecisionRepository;
import dev.syncline.internal.store.DecisionRepository.OpenRow;
import dev.syncline.internal.store.TransactionManager;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Settles open conflicts by the rules of their tables, many in one unit. One that cannot be settled is found by settling ever smaller parts,
 * so that it keeps no other open.
 */
final class RuledConflicts {
    private static final Logger log = LoggerFactory.getLogger(RuledConflicts.class);
    /** So few that the host's writers wait for no longer than the other units make them. */
    private static final int AT_ONCE = 200;

    private final TransactionManager transactions;
    private final InboxDecisions decisions;

    RuledConflicts(TransactionManager transactions, InboxDecisions decisions) {
        this.transactions = transactions;
        this.decisions = decisions;
    }

    /**
     * Settles what is due.
     *
     * @param due which of the open conflicts
     * @param context what all tables share
     * @param settled is told of each that was settled, after the commit
     * @return what came of each that was tried, by its id, oldest first; one whose rules ask a person was not tried
     */
    Map<String, Resolution> settle(Predicate<Conflict> due, ApplyContext context, Consumer<Conflict> settled) {
        Map<String, Resolution> tried = new LinkedHashMap<>();
        List<OpenRow> some = List.of();
        do {
            long after = some.isEmpty() ? 0 : some.get(some.size() - 1).place();
            some = transactions.read(unit -> DecisionRepository.openAfter(unit.handle(), after, AT_ONCE));
            List<String> ids = some.stream().map(OpenRow::id).toList();
            settle(
                    transactions.read(unit -> decisions.present(unit, ids, context)).stream()
                            .map(StoredConflict::conflict)
                            .filter(due)
                            .toList(),
                    context,
                    tried,
                    settled);
        } while (some.size() == AT_ONCE);
        return tried;
    }

    private void settle(
            List<Conflict> some, ApplyContext context, Map<String, Resolution> tried, Consumer<Conflict> settled) {
        if (some.isEmpty()) {
            return;
        }
        log.info("Settling {} open conflicts by the rules of their tables", some.size());
        List<Resolution> done = new ArrayList<>();
        try {
            done.addAll(decisions.byRules(some.stream().map(Conflict::id).toList(), context));
        } catch (SyncException | IllegalStateException | IllegalArgumentException failure) {
            if (some.size() == 1) {
                tried.put(some.get(0).id(), failed(some.get(0), failure, context));
            } else {
                int half = some.size() / 2;
                settle(some.subList(0, half), context, tried, settled);
                settle(some.subList(half, some.size()), context, tried, settled);
            }
            return;
        }
        for (Resolution resolution : done) {
            tried.put(resolution.conflict().id(), resolution);
            log.info("Resolved: {}", resolution.conflict());
            settled.accept(resolution.conflict());
        }
    }

    private Resolution failed(Conflict conflict, RuntimeException failure, ApplyContext context) {
        log.warn("Conflict {} could not be settled by its rules and stays open", conflict.id(), failure);
        ResolutionStrategy strategy = decisions.strategyOf(conflict);
        return Resolution.failed(
                conflict,
                strategy,
                String.valueOf(failure.getMessage()),
                context.clock().instant());
    }
}
