package dev.syncline.internal.engine;

import dev.syncline.internal.queue.ConsistencyChecker;
import dev.syncline.progress.BackendComparison;
import dev.syncline.progress.ConsistencyChecks;
import dev.syncline.progress.ConsistencyReport;
import dev.syncline.progress.SyncMode;
import dev.syncline.progress.SyncResult;
import io.reactivex.rxjava3.core.Single;
import java.util.function.Function;

/** What the host asks of consistency: of the file at once, of the backend by a run. Safe for any thread. */
final class Consistency implements ConsistencyChecks {
    private final ConsistencyChecker file;
    private final Comparisons comparisons;
    private final Function<SyncMode, Single<SyncResult>> runs;

    Consistency(ConsistencyChecker file, Comparisons comparisons, Function<SyncMode, Single<SyncResult>> runs) {
        this.file = file;
        this.comparisons = comparisons;
        this.runs = runs;
    }

    @Override
    public ConsistencyReport detect() {
        return file.detect();
    }

    @Override
    public ConsistencyReport rehearse() {
        return file.rehearse();
    }

    @Override
    public ConsistencyReport repair() {
        return file.repair();
    }

    @Override
    public Single<BackendComparison> compare() {
        return Single.defer(() -> {
            Comparisons.Order order = comparisons.ask();
            return runs.apply(SyncMode.PULL).flatMap(result -> told(order, result));
        });
    }

    private Single<BackendComparison> told(Comparisons.Order order, SyncResult result) {
        comparisons.withdraw(order);
        BackendComparison comparison = order.result();
        return comparison != null
                ? Single.just(comparison)
                : Single.error(result.errors().get(result.errors().size() - 1));
    }
}
