package dev.syncline.bench;

import dev.syncline.SyncManager;
import dev.syncline.backend.rest.RestBackend;
import dev.syncline.backend.rest.RestBackendBuilder;
import dev.syncline.config.SyncConfig;
import dev.syncline.config.SyncedTable;
import dev.syncline.conflict.ResolutionStrategy;
import dev.syncline.progress.SyncProgress;
import dev.syncline.progress.SyncResult;
import io.reactivex.rxjava3.disposables.Disposable;
import java.nio.file.Path;
import java.sql.Connection;

/** The library as a host uses it: triggers installed, state kept, somebody watching the progress. */
final class SynclineClient implements Contender {

    private final SyncManager sync;
    private final Disposable watching;
    private volatile SyncProgress last;

    SynclineClient(Path file, String url, Scenario scenario) {
        RestBackendBuilder backend = RestBackend.at(url);
        if (scenario == Scenario.PUSH_SINGLY) {
            backend.noBatch();
        }
        sync = SyncManager.open(SyncConfig.builder(file)
                .table(SyncedTable.named(Transactions.TABLE)
                        .entity(Transactions.ENTITY)
                        .key("id")
                        .decimal("amount")
                        .instant("booked_at")
                        .strategy(
                                scenario == Scenario.CONFLICTS
                                        ? ResolutionStrategy.REMOTE_WINS
                                        : ResolutionStrategy.LAST_WRITE_WINS)
                        .build())
                .backend(backend.build())
                .build());
        watching = sync.watchProgress().subscribe(progress -> last = progress);
    }

    @Override
    public void pull() {
        synchronize();
    }

    @Override
    public void perform(Scenario scenario) {
        synchronize();
    }

    private void synchronize() {
        SyncResult result = sync.synchronize().blockingGet();
        if (!result.success()) {
            throw new IllegalStateException("the run failed: " + result + ", last seen at " + last);
        }
    }

    /** Nothing to do: the triggers saw it. */
    @Override
    public void edited(Connection connection, String id) {}

    @Override
    public long pending() {
        return sync.pendingChanges();
    }

    @Override
    public void close() {
        watching.dispose();
        sync.close();
    }
}
