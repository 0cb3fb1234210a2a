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
    private final Calm calm;

    IncrementalSyncService(Pull pull, QueuePusher pusher, InboxKeeper inbox, RuleDesk rules, Calm calm) {
        this.calm = calm;
        this.rules = rules;
        this.pull = pull;
        this.pusher = pusher;
        this.inbox = inbox;
    }

    /** A pull that fails in part does not stop the push, unless what is unsent was to be given up; what would stop both ends the run. */
    @Override
    public void run(SyncRun run) {
        boolean calmBefore = calm.holds();
        boolean pulledAll;
        pusher.begin();
        try {
            if (!calmBefore) {
                pusher.settleInFlight(run);
            }
            run.noteCalm(calmBefore);
            pulledAll = pull.pull(run);
            if (run.isCalm()) {
                // Nothing was done here and nothing came, so nothing follows from either.
                run.tracker().phase(run, SyncPhase.SYNCING);
            } else {
                push(run, pulledAll);
            }
        } finally {
            pusher.conclude(run);
        }
        run.tracker().phase(run, SyncPhase.FINALIZING);
        if (run.answersToldLess() && pulledAll) {
            run.resetAnswersToldLess();
            pull.pull(run);
        }
        if (pulledAll && !run.wrote() && !run.isCalm()) {
            calm.look();
        }
    }

    private void push(SyncRun run, boolean pulledAll) {
        pusher.settleNameless(run, pulledAll);
        inbox.followEdits(run);
        if (!run.isDiscardOwed()) {
            rules.ask(run);
            inbox.dropStaleMarks();
            pusher.push(run);
            rules.ask(run);
        }
    }
}
