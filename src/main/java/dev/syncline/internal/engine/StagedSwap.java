package dev.syncline.internal.engine;

import dev.syncline.backend.RemoteRecord;
import dev.syncline.config.SyncConfig;
import dev.syncline.exception.StorageException;
import dev.syncline.internal.capture.CaptureMute;
import dev.syncline.internal.engine.Sweep.Untold;
import dev.syncline.internal.record.ApplyContext;
import dev.syncline.internal.record.ApplyOutcome;
import dev.syncline.internal.record.BoundTable;
import dev.syncline.internal.record.EndingRecord;
import dev.syncline.internal.record.FirstWalk;
import dev.syncline.internal.record.RecordApplier;
import dev.syncline.internal.record.RecordText;
import dev.syncline.internal.record.Reload;
import dev.syncline.internal.record.UnmetRecord;
import dev.syncline.internal.record.UnmetRow;
import dev.syncline.internal.store.CursorRepository;
import dev.syncline.internal.store.LateFields;
import dev.syncline.internal.store.StagedRecords;
import dev.syncline.internal.store.StagedRecords.Staged;
import dev.syncline.internal.store.TransactionManager;
import dev.syncline.internal.store.Unit;
import dev.syncline.internal.store.UnmetRecords;
import dev.syncline.internal.store.UnmetRows;
import dev.syncline.progress.UnsentChange;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shows what staged walks have read, all tables in one transaction: what was told goes through the door like any page, parents first;
 * then goes what no page told of, children first; then what waited for either. Whatever is unsent is decided by the same rules as ever.
 */
final class StagedSwap {
    private static final Logger log = LoggerFactory.getLogger(StagedSwap.class);
    /** As for pages: from here on, dropping and recreating the triggers is cheaper than letting each row ask the flag. */
    private static final int BULK_ROWS = 2000;

    private static final int CHUNK = 10_000;

    private final List<BoundTable> parentsFirst;
    private final List<BoundTable> childrenFirst;
    private final TransactionManager transactions;
    private final Staging staging;
    private final Sweep sweep;
    private final Walks walks;
    private final HeldRecords held;
    private final AdoptionMark adoption;

    StagedSwap(
            SyncConfig config,
            List<BoundTable> parentsFirst,
            TransactionManager transactions,
            Staging staging,
            Sweep sweep,
            Walks walks,
            HeldRecords held) {
        this.parentsFirst = parentsFirst;
        childrenFirst = new ArrayList<>(parentsFirst);
        Collections.reverse(childrenFirst);
        this.transactions = transactions;
        this.staging = staging;
        this.sweep = sweep;
        this.walks = walks;
        this.held = held;
        adoption = new AdoptionMark(transactions, config.clock());
    }

    /**
     * Shows what lies ready, if all of it does.
     *
     * @param run the run
     * @param gap whether rows of a table may have been edited without a trigger having seen it
     */
    void show(SyncRun run, Predicate<BoundTable> gap) {
        List<BoundTable> ready =
                parentsFirst.stream().filter(staging::isUnderWay).toList();
        boolean all = transactions.read(unit -> parentsFirst.stream()
                .noneMatch(table ->
                        CursorRepository.find(unit.handle(), table.id()).walking()));
        if (ready.isEmpty() || !all) {
            return;
        }
        Map<BoundTable, Untold> asked = new LinkedHashMap<>();
        for (BoundTable table : ready) {
            asked.put(table, sweep.confirmStaged(run, table, staging));
        }
        log.info("Showing what was read of {}", ready);
        Shown shown;
        try {
            shown = swap(run, asked, gap, true);
        } catch (StorageException failure) {
            if (!Isolation.isByTheHost(failure)) {
                throw failure;
            }
            log.warn("What waited for other records cannot be let go together with what is shown", failure);
            shown = swap(run, asked, gap, false);
        }
        List<UnsentChange> dropped = shown.dropped();
        run.discards().forEach(order -> order.done(dropped));
        ready.forEach(table -> table.noteLate(Set.of()));
        shown.outcomes().forEach(one -> run.noteOutcome(one.getKey(), one.getValue()));
    }

    /**
     * Shows all of it in one unit. What waited for it, circles of records above all, is let go in that unit too, since nobody is to see
     * a part of what the backend has; unless a trigger of the host's ends the transaction there.
     */
    private Shown swap(SyncRun run, Map<BoundTable, Untold> ready, Predicate<BoundTable> gap, boolean releasing) {
        Shown shown = new Shown(new ArrayList<>(), new ArrayList<>());
        Isolation.write(transactions, (unit, ending) -> {
            shown.outcomes().clear();
            shown.dropped().clear();
            swap(unit, run, ready, gap, ending, shown);
            if (releasing) {
                held.release(run, gap, Releasing.within(transactions, ending, shown::add));
            }
            return new ApplyOutcome();
        });
        return shown;
    }

    /**
     * What a swap did; nobody is told of it before it is stored.
     *
     * @param outcomes what happened to each table, in parts
     * @param dropped the unsent changes that were given up
     */
    private record Shown(List<Map.Entry<BoundTable, ApplyOutcome>> outcomes, List<UnsentChange> dropped) {
        void add(BoundTable table, ApplyOutcome outcome) {
            outcomes.add(Map.entry(table, outcome));
        }
    }

    private void swap(
            Unit unit,
            SyncRun run,
            Map<BoundTable, Untold> ready,
            Predicate<BoundTable> gap,
            @Nullable Set<EndingRecord> ending,
            Shown shown)
            throws SQLException {
        CaptureMute.on(unit.connection());
        if (run.isDiscardOwed()) {
            shown.dropped().addAll(new UnsentDiscard(unit, run.context()).all(childrenFirst));
        }
        List<BoundTable> bulk = ready.keySet().stream()
                .filter(table -> StagedRecords.count(unit.handle(), table.id()) > BULK_ROWS)
                .toList();
        for (BoundTable table : bulk) {
            table.capture().dropTriggers(unit.connection());
        }
        Map<BoundTable, ApplyOutcome> outcomes = new HashMap<>();
        for (BoundTable table : ready.keySet()) {
            ApplyOutcome outcome = new ApplyOutcome();
            outcomes.put(table, outcome);
            shown.add(table, outcome);
            apply(unit, run, table, gap.test(table), ending, outcome);
        }
        for (BoundTable table : childrenFirst) {
            Untold unanswered = ready.get(table);
            if (unanswered != null && !gap.test(table)) {
                remove(unit, run, table, unanswered, Objects.requireNonNull(outcomes.get(table)));
            }
        }
        for (BoundTable table : bulk) {
            table.capture().recreateTriggers(unit.connection());
        }
        CaptureMute.off(unit.connection());
    }

    private void apply(
            Unit unit,
            SyncRun run,
            BoundTable table,
            boolean gap,
            @Nullable Set<EndingRecord> ending,
            ApplyOutcome outcome)
            throws SQLException {
        FirstWalk first = FirstWalk.begin(unit.connection(), table).orElse(null);
        try (RecordApplier door = new RecordApplier(unit, table, run.context(), gap, outcome, first)) {
            if (ending != null) {
                door.isolate(ending);
            }
            Reload reload = StagedRecords.isReload(unit.handle(), table.id()) ? new Reload(unit, door) : null;
            long after = 0;
            List<Staged> some = StagedRecords.some(unit.connection(), table.id(), after, CHUNK);
            while (!some.isEmpty()) {
                run.cancellation().check();
                List<RemoteRecord> records = new ArrayList<>(some.size());
                for (Staged staged : some) {
                    RemoteRecord record = RecordText.read(staged.record());
                    if (reload != null) {
                        reload.forget(record);
                    }
                    records.add(record);
                    after = staged.number();
                }
                door.applyAll(records);
                some = StagedRecords.some(unit.connection(), table.id(), after, CHUNK);
            }
        }
        adoption.endMatching(unit, table);
        LateFields.allRead(unit.handle(), table.id());
    }

    /** What the backend did not answer for stays, and stays noted, as after a walk that is not staged. */
    private void remove(Unit unit, SyncRun run, BoundTable table, Untold unanswered, ApplyOutcome outcome)
            throws SQLException {
        boolean asked = StagedRecords.isReload(unit.handle(), table.id());
        ApplyContext context = asked ? run.context().withWeighed(table.id()) : run.context();
        try (UnmetRow rows = new UnmetRow(unit, table, context, outcome)) {
            rows.met(unanswered.rows());
            rows.announce(UnmetRows.count(unit.connection(), table.id()));
            List<Object> keys = UnmetRows.some(unit.connection(), table.id(), CHUNK);
            while (!keys.isEmpty()) {
                List<Object> through = new ArrayList<>();
                for (Object key : keys) {
                    if (rows.remove(key) || !rows.isKnown(key)) {
                        through.add(key);
                    }
                }
                rows.done(through);
                keys = UnmetRows.behind(unit.connection(), table.id(), keys.get(keys.size() - 1), CHUNK);
            }
            rows.unmet(unanswered.rows());
        }
        UnmetRecords.met(unit.handle(), table.id(), unanswered.records());
        try (UnmetRecord records = new UnmetRecord(unit, table, context, outcome)) {
            List<String> ids = UnmetRecords.some(unit.handle(), table.id(), CHUNK);
            while (!ids.isEmpty()) {
                for (String id : ids) {
                    records.remove(id);
                }
                UnmetRecords.met(unit.handle(), table.id(), ids);
                ids = UnmetRecords.some(unit.handle(), table.id(), CHUNK);
            }
        }
        UnmetRecords.unmet(unit.handle(), table.id(), unanswered.records());
        StagedRecords.end(unit.handle(), table.id());
        if (!unanswered.parked()) {
            walks.end(unit, table);
        }
    }
}
