package dev.syncline.testing.convergence;

import dev.syncline.testing.server.Fault;
import dev.syncline.testing.server.Faults;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;

/**
 * What goes wrong in one run.
 *
 * @param kind what it is
 * @param onlyWrites whether it strikes writes only; else any request
 * @param at which of those requests it strikes, from 1
 */
record FaultPlan(Kind kind, boolean onlyWrites, int at) {

    enum Kind {
        NONE,
        LOSE_ANSWER,
        RESET,
        UNAVAILABLE,
        TRUNCATE,
        CUT,
        /** The host edits while a request is on its way there. */
        EDIT_BEFORE,
        /** The host edits while an answer is on its way back. */
        EDIT_DURING,
        /** The host closes the manager while an answer is on its way back. */
        CLOSE_DURING
    }

    static FaultPlan draw(RandomGenerator random) {
        Kind[] kinds = Kind.values();
        Kind kind = random.nextInt(3) == 0 ? Kind.NONE : kinds[random.nextInt(kinds.length)];
        return new FaultPlan(kind, random.nextInt(3) > 0, 1 + random.nextInt(random.nextInt(3) == 0 ? 8 : 2));
    }

    static FaultPlan none() {
        return new FaultPlan(Kind.NONE, false, 1);
    }

    boolean holds() {
        return kind == Kind.EDIT_DURING || kind == Kind.CLOSE_DURING;
    }

    /** Lets it strike once. */
    void arm(Faults faults, Fault.Hold hold, Runnable edit) {
        AtomicInteger seen = new AtomicInteger();
        Fault fault = switch (kind) {
            case LOSE_ANSWER -> Fault.loseAnswer();
            case RESET, CUT -> Fault.reset();
            case UNAVAILABLE -> Fault.status(503, "1");
            case TRUNCATE -> Fault.truncate(20);
            case EDIT_DURING, CLOSE_DURING -> hold;
            case NONE, EDIT_BEFORE -> null;
        };
        faults.when(
                (method, path) -> {
                    if (onlyWrites && method.equals("GET")) {
                        return false;
                    }
                    int number = seen.incrementAndGet();
                    if (number == at && kind == Kind.EDIT_BEFORE) {
                        edit.run();
                    }
                    return fault != null && (kind == Kind.CUT ? number >= at : number == at);
                },
                fault == null ? Fault.reset() : fault);
    }
}
