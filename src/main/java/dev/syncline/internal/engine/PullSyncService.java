package dev.syncline.internal.engine;

import dev.syncline.progress.SyncPhase;

/** A run that only reads: pull. Nothing is sent, not even again, and no edit that is unsent is overwritten. */
final class PullSyncService implements SyncService {
    private final Pull pull;
    private final ResilientBackend backend;

    PullSyncService(Pull pull, ResilientBackend backend) {
        this.pull = pull;
        this.backend = backend;
    }

    @Override
    public void run(SyncRun run) {
        backend.beginRun();
        pull.pull(run);
        run.tracker().phase(run, SyncPhase.FINALIZING);
    }
}
