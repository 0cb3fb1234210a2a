package dev.syncline.internal.engine;

import dev.syncline.internal.capture.Identifiers;
import dev.syncline.internal.record.BoundTable;
import dev.syncline.progress.ReloadResult;
import dev.syncline.progress.SyncMode;
import dev.syncline.progress.SyncResult;
import io.reactivex.rxjava3.core.Single;
import java.util.List;

/** What the host orders of the reading of its tables. Each order is kept before the run that carries it out is asked for. Safe for any thread. */
public final class ReadingOrders {
    private final List<BoundTable> tables;
    private final Staging staging;
    private final Freshness freshness;
    private final Discards discards;
    private final MassDeletions deletions;
    private final Quarantine quarantine;
    private final SyncCoordinator coordinator;

    ReadingOrders(
            List<BoundTable> tables,
            Staging staging,
            Freshness freshness,
            Discards discards,
            MassDeletions deletions,
            Quarantine quarantine,
            SyncCoordinator coordinator) {
        this.tables = tables;
        this.staging = staging;
        this.freshness = freshness;
        this.discards = discards;
        this.deletions = deletions;
        this.quarantine = quarantine;
        this.coordinator = coordinator;
    }

    /**
     * Runs once and reads a table, however fresh it is.
     *
     * @param table the host's table
     * @return the result of the run that does
     * @throws IllegalArgumentException if the table is not synced
     */
    public Single<SyncResult> forceSync(String table) {
        BoundTable wanted = table(table);
        return Single.defer(() -> {
            freshness.force(wanted);
            return coordinator.request(SyncMode.INCREMENTAL);
        });
    }

    /**
     * Reads every table again and replaces what is here, but for what is unsent.
     *
     * @return the result of the run that does
     */
    public Single<SyncResult> reload() {
        return Single.defer(() -> {
            tables.forEach(staging::wantReload);
            return coordinator.request(SyncMode.FULL);
        });
    }

    /**
     * Reads every table again and replaces what is here, and gives up what is unsent.
     *
     * @return the result of the run that does
     */
    public Single<ReloadResult> reloadDiscarding() {
        return Single.defer(() -> {
            tables.forEach(staging::wantReload);
            Discards.Order order = discards.ask();
            return coordinator.request(SyncMode.FULL).map(result -> new ReloadResult(result, order.discarded()));
        });
    }

    /**
     * Lets the deletions of a table go however many they are.
     *
     * @param table the host's table
     * @return how many wait
     * @throws IllegalArgumentException if the table is not synced
     */
    public int allowDeletions(String table) {
        return deletions.allow(table(table));
    }

    /**
     * Has records that the host's tables could not hold tried again.
     *
     * @return how many
     */
    public int replayQuarantine() {
        return quarantine.replay();
    }

    private BoundTable table(String name) {
        return tables.stream()
                .filter(candidate -> Identifiers.same(candidate.spec().name(), name))
                .findFirst()
                .orElseThrow(
                        () -> new IllegalArgumentException("table " + name + " is not synced; nothing was changed"));
    }
}
