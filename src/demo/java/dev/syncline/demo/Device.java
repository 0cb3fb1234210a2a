package dev.syncline.demo;

import dev.syncline.SyncManager;
import dev.syncline.backend.rest.RestBackend;
import dev.syncline.config.SyncConfig;
import dev.syncline.config.SyncOptions;
import dev.syncline.config.SyncedTable;
import dev.syncline.conflict.Conflict;
import dev.syncline.conflict.ResolutionStrategy;
import dev.syncline.progress.EntitySyncStats;
import dev.syncline.progress.SyncResult;
import dev.syncline.resilience.RetryStrategy;
import io.reactivex.rxjava3.disposables.Disposable;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.function.ToLongFunction;

/** One device: a SQLite file, Syncline on it, and what its runs came to. */
final class Device implements AutoCloseable {

    /** Short waits: the demo's network is either there or cut on purpose. */
    private static final RetryStrategy QUICK = RetryStrategy.builder()
            .maxAttempts(3)
            .firstDelay(Duration.ofMillis(50))
            .maxDelay(Duration.ofMillis(200))
            .build();

    private final String name;
    private final Path file;
    private final Screen screen;
    private final RunTable runs;
    private final SyncManager sync;
    private final int widest;
    private final ConflictLedger ledger = new ConflictLedger();
    private final Disposable events;

    Device(String name, Path file, List<SyncedTable> tables, DemoServer server, Screen screen, RunTable runs) {
        this.name = name;
        this.file = file;
        this.screen = screen;
        this.runs = runs;
        widest =
                tables.stream().mapToInt(table -> table.entity().length()).max().orElse(0);
        sync = SyncManager.open(SyncConfig.builder(file)
                .tables(tables)
                .backend(RestBackend.at(server.reference().url()).build())
                .options(SyncOptions.builder().retry(QUICK).followUps(false).build())
                .build());
        events = sync.watchEvents().subscribe(ledger::take);
    }

    String name() {
        return name;
    }

    Path file() {
        return file;
    }

    /** Synchronizes once, with a bar; says what it came to. */
    SyncResult synchronize(String title) {
        Instant since = Instant.now();
        SyncResult result;
        try (ProgressDisplay display = new ProgressDisplay(screen, name + " <> server", widest, since)) {
            Disposable progress = sync.watchProgress().subscribe(display::show);
            result = sync.synchronize().blockingGet();
            progress.dispose();
        }
        long pulled = sum(result, EntitySyncStats::applied);
        RunTable.Run run = new RunTable.Run(
                name + ": " + title,
                result.successful(),
                pulled,
                sum(result, EntitySyncStats::merged),
                result.conflictsDetected(),
                result.duration());
        runs.add(name, run);
        screen.detail(summary(result, pulled));
        return result;
    }

    private String summary(SyncResult result, long pulled) {
        StringBuilder text = new StringBuilder(name);
        text.append(": ").append(Screen.number(result.successful())).append(" sent, ");
        text.append(Screen.number(pulled)).append(" received");
        if (result.conflictsDetected() > 0) {
            text.append(", ").append(Screen.count(result.conflictsDetected(), "conflict"));
        }
        text.append(String.format(Locale.ROOT, " in %.1f s", result.duration().toMillis() / 1000.0));
        if (result.errorMessage() != null) {
            text.append(String.format("%n    %s: stopped, %s", name, reason(result)));
        }
        return text.toString();
    }

    /** What the run says of its end and, where it names the cause apart, that too. */
    private static String reason(SyncResult result) {
        String message = String.valueOf(result.errorMessage());
        Throwable cause =
                result.errors().isEmpty() ? null : result.errors().get(0).getCause();
        String more = cause == null ? null : cause.getMessage();
        return more == null || message.contains(more) ? message : message + " (" + more + ")";
    }

    private static long sum(SyncResult result, ToLongFunction<EntitySyncStats> count) {
        return result.byEntity().values().stream().mapToLong(count).sum();
    }

    /** How many changes have not reached the server yet. */
    long pending() {
        return sync.pendingChanges();
    }

    List<Conflict> openConflicts() {
        return sync.conflicts().open();
    }

    void resolve(Conflict conflict, ResolutionStrategy strategy) {
        sync.conflicts().resolve(conflict.id(), strategy);
    }

    ConflictLedger.Account conflictAccount() throws SQLException, InterruptedException {
        try (Sql sql = Sql.read(file)) {
            return ledger.close(sql);
        }
    }

    @Override
    public void close() {
        events.dispose();
        sync.close();
    }
}
