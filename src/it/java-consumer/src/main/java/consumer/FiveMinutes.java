package consumer;

import dev.syncline.SyncManager;
import dev.syncline.backend.rest.RestBackend;
import dev.syncline.config.SyncConfig;
import dev.syncline.config.SyncedTable;
import dev.syncline.conflict.Conflict;
import dev.syncline.conflict.ConflictSeverity;
import dev.syncline.conflict.ResolutionStrategy;
import dev.syncline.progress.SyncEvent;
import dev.syncline.progress.SyncResult;
import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.function.Supplier;

final class FiveMinutes {

    private FiveMinutes() {}

    static SyncConfig config(Path file, String backend, Supplier<String> token) {
        return SyncConfig.builder(file)
                .table(SyncedTable.named("account").key("id").decimal("balance").build())
                .table(SyncedTable.named("payment")
                        .key("id")
                        .references("account_id", "account") // an account is sent before its payments
                        .decimal("amount") // exact, never a double
                        .instant("due_at")
                        .column("due_at")
                        .as("dueAt") // its name at the backend
                        .json("tags")
                        .severity(ConflictSeverity.HIGH, "amount", "account_id") // a person decides
                        .strategy(ResolutionStrategy.MERGE)
                        .build())
                .backend(RestBackend.at(backend).bearer(token).build())
                .build();
    }

    static SyncResult synchronize(SyncManager sync, Consumer<String> screen) {
        sync.watchProgress().subscribe(p -> screen.accept("%.0f %%".formatted(p.percentage())));
        sync.watchEvents()
                .ofType(SyncEvent.ConflictDetected.class)
                .subscribe(
                        e -> screen.accept("both sides changed " + e.conflict().conflictingFields()));
        return sync.synchronize().blockingGet();
    }

    static void keepOurs(SyncManager sync) {
        for (Conflict conflict : sync.conflicts().open()) {
            sync.conflicts().resolve(conflict.id(), ResolutionStrategy.LOCAL_WINS);
        }
    }
}
