package dev.syncline.internal.engine;

import dev.syncline.config.EndCheck;
import dev.syncline.config.SyncConfig;
import dev.syncline.exception.ConsistencyException;
import dev.syncline.internal.queue.ConsistencyChecker;
import dev.syncline.internal.store.RunRepository.Fault;
import dev.syncline.progress.BackendComparison;
import dev.syncline.progress.ConsistencyIssue;
import dev.syncline.progress.SyncPhase;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** A run with the looks that follow it: for contradictions in the file, and for what the backend has otherwise. */
final class EndOfRun implements SyncService {
    private final SyncService steps;
    private final SyncConfig config;
    private final Comparisons comparisons;
    private final ConsistencyChecker file;
    private final BackendComparer comparer;

    EndOfRun(
            SyncService steps,
            SyncConfig config,
            Comparisons comparisons,
            ConsistencyChecker file,
            BackendComparer comparer) {
        this.steps = steps;
        this.config = config;
        this.comparisons = comparisons;
        this.file = file;
        this.comparer = comparer;
    }

    @Override
    public void run(SyncRun run) {
        List<Comparisons.Order> orders = comparisons.take();
        try {
            steps.run(run);
            look(run, orders);
        } finally {
            comparisons.giveBack(orders);
        }
    }

    private void look(SyncRun run, List<Comparisons.Order> orders) {
        EndCheck check = config.options().endCheck();
        boolean compares = check == EndCheck.FILE_AND_BACKEND && !run.isTimeUp();
        if (check == EndCheck.NONE && orders.isEmpty()) {
            return;
        }
        run.tracker().phase(run, SyncPhase.FINALIZING);
        if (check != EndCheck.NONE && !run.isCalm()) {
            note(run, file.detect().issues());
        }
        if (compares || !orders.isEmpty()) {
            BackendComparison comparison = comparer.compare(run);
            orders.forEach(order -> order.done(comparison));
            if (compares) {
                note(run, comparison.issues());
            }
        }
    }

    /** One fault for each kind of issue and entity: the rows are named in it, and a run's result must not grow with the table. */
    private void note(SyncRun run, List<ConsistencyIssue> issues) {
        Map<List<Object>, List<ConsistencyIssue>> alike = new LinkedHashMap<>();
        issues.forEach(issue -> alike.computeIfAbsent(
                        List.of(issue.type(), Objects.requireNonNullElse(issue.entity(), "")), key -> new ArrayList<>())
                .add(issue));
        alike.values().forEach(group -> {
            ConsistencyIssue first = group.get(0);
            String more = group.size() == 1 ? "" : " (and " + (group.size() - 1) + " more of this kind)";
            run.noteFault(new Fault(
                    first.entity(),
                    null,
                    new ConsistencyException(
                            first.message() + more,
                            first.type().name(),
                            group.stream()
                                    .map(ConsistencyIssue::rowId)
                                    .filter(Objects::nonNull)
                                    .toList(),
                            config.clock().instant(),
                            null)));
        });
    }
}
