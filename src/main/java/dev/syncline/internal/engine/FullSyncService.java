package dev.syncline.internal.engine;

/**
 * The usual run, in which every table is read from end to end: mark them → the steps of the usual run. What is to be read is stored
 * before anything else, so that a run which is interrupted is gone on with by the next one, whatever that was asked for.
 */
final class FullSyncService implements SyncService {
    private final Pull pull;
    private final SyncService incremental;

    FullSyncService(Pull pull, SyncService incremental) {
        this.pull = pull;
        this.incremental = incremental;
    }

    @Override
    public void run(SyncRun run) {
        pull.wantEverything(run);
        incremental.run(run);
    }
}
