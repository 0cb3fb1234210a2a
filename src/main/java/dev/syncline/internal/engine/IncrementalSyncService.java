package dev.syncline.internal.engine;

import dev.syncline.progress.SyncPhase;

/**
 * One run, in the order in which data moves: settle what is in flight → pull what changed → push what is due → settle what
 * collided → catch up if an answer told less than the whole row.
 */
final class IncrementalSyncService implements SyncService {
    private final Pull pull;
    private final QueuePusher pusher;
    private final InboxKeeper inbox;
    private final RuleDesk rules;

    IncrementalSyncService(Pull pull, QueuePusher pusher, InboxKeeper inbox, RuleDesk rules) {
        this.rules = rules;
        this.pull = pull;
        this.pusher = pusher;
        this.inbox = inbox;
    }

    /** A pull that fails in part does not stop the push, unless what is unsent was to be given up; what would stop both ends the run. */
    @Override
    public void run(SyncRun run) {
        boolean pulledAll;
        pusher.begin();
        try {
            pusher.settleInFlight(run);
            pulledAll = pull.pull(run);
            pusher.settleNameless(run, pulledAll);
            inbox.followEdits(run);
            if (!run.isDiscardOwed()) {
                rules.ask(run);
                inbox.dropStaleMarks();
                pusher.push(run);
                rules.ask(run);
            }
        } finally {
            pusher.conclude(run);
        }
        run.tracker().phase(run, SyncPhase.FINALIZING);
        if (run.answersToldLess() && pulledAll) {
            run.resetAnswersToldLess();
            pull.pull(run);
        }
    }
}
