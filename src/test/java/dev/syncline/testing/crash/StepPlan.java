package dev.syncline.testing.crash;

import dev.syncline.testing.jdbc.Plan;

/** A plan that knows which step of the day is under way. */
interface StepPlan extends Plan {

    /** Another step begins; boundaries count in it or not. */
    void step(int number, boolean struck);
}
