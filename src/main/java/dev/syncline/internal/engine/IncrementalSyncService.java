package dev.syncline.internal.engine;

import dev.syncline.exception.SyncException;
import dev.syncline.progress.SyncPhase;
import org.jspecify.annotations.Nullable;

/**
 * One run, in the order in which data moves: settle what is in flight → pull what changed → push what is due → settle what
 * collided → catch up if an answer told less than the whole row.
 */
final class IncrementalSyncService {
    private final PullSyncService pull;
    private final QueuePusher pusher;
    private final InboxKeeper inbox;

    IncrementalSyncService(PullSyncService pull, QueuePusher pusher, InboxKeeper inbox) {
        this.pull = pull;
        this.pusher = pusher;
        this.inbox = inbox;
    }

    void run(SyncRun run) {
        pusher.settleInFlight(run);
        SyncException pullFailure = attempt(run, () -> pull.pull(run));
        inbox.closeOvertaken(run);
        pusher.push(run);
        run.tracker().phase(run, SyncPhase.FINALIZING);
        if (run.answersToldLess() && pullFailure == null) {
            run.resetAnswersToldLess();
            attempt(run, () -> pull.pull(run));
        }
    }

    /** A failing pull does not stop the push, unless what failed would stop that as well. */
    private static @Nullable SyncException attempt(SyncRun run, Runnable step) {
        try {
            step.run();
            return null;
        } catch (SyncException failure) {
            if (RunFailures.endsTheRun(failure)) {
                throw failure;
            }
            run.noteFault(failure);
            return failure;
        }
    }
}
