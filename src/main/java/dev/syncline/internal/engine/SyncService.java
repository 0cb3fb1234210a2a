package dev.syncline.internal.engine;

/** One kind of run, as a list of steps. Used by the run thread only. */
interface SyncService {
    /** Takes the steps. A failure that would meet every further request is thrown; others are noted in the run. */
    void run(SyncRun run);
}
