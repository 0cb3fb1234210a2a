package dev.syncline.internal.engine;

import dev.syncline.internal.store.ScheduleRepository.Plan;
import java.time.Duration;

/**
 * When a plan is due, given that clocks jump and processes sleep: periods that were missed are made up by one run, and a clock that was
 * set back stalls nothing. All times are in ms since the epoch, which zones and daylight saving do not touch. Pure.
 */
final class Timetable {
    /** Who comes later than this was asleep, offline or not running, as others may have been. */
    static final long LATE = Duration.ofMinutes(2).toMillis();

    /** Devices that were all kept away by the same thing come back spread over this. */
    static final long SPREAD = Duration.ofMinutes(1).toMillis();

    private static final long LONGEST = Duration.ofHours(6).toMillis();
    private static final int MOST_DOUBLINGS = 10;

    private Timetable() {}

    /** What to do about a plan now. */
    sealed interface Step {
        /** Nothing, until then. */
        record Wait(long until) implements Step {}

        /** Put it off without a run. */
        record Postpone(long until) implements Step {}

        /** Run, and again then. */
        record Run(long next) implements Step {}
    }

    /**
     * Decides.
     *
     * @param plan the plan
     * @param now the time
     * @param draw by chance, from 0 to 1
     * @return what to do; a single run has no next one, whatever is told
     */
    static Step step(Plan plan, long now, double draw) {
        long distance = distance(plan.period(), plan.failures());
        if (plan.dueAt() > now + distance + SPREAD) {
            // Nobody plans that far ahead: the clock was set back since.
            return new Step.Postpone(now + distance);
        }
        if (plan.dueAt() > now) {
            return new Step.Wait(plan.dueAt());
        }
        if (plan.period() > 0 && now - plan.dueAt() > LATE) {
            return new Step.Postpone(now + 1 + (long) (draw * (double) Math.min(SPREAD, plan.period() / 10)));
        }
        return new Step.Run(next(plan, now));
    }

    /** In step with what was planned, so that small delays do not add up. */
    private static long next(Plan plan, long now) {
        if (plan.period() == 0) {
            return now;
        }
        long missed = (now - plan.dueAt()) / plan.period();
        return plan.dueAt() + (missed + 1) * plan.period();
    }

    /** The first run of a new plan: anywhere in the first period, so that devices set up together do not run together. */
    static long first(long period, long now, double draw) {
        return now + Math.max(1, (long) ((double) period * draw));
    }

    /** When the next run comes after one that failed. */
    static long afterFailure(Plan plan, long now, int failures, double draw) {
        long distance = distance(plan.period(), failures);
        return Math.max(plan.dueAt(), now + distance + (long) (draw * (double) distance / 10));
    }

    /** When the next run comes after one that succeeded. */
    static long afterSuccess(Plan plan, long now) {
        return Math.min(plan.dueAt(), now + plan.period());
    }

    /** Doubles with each failure, up to six hours or the plan's own period. */
    static long distance(long period, int failures) {
        long doubled = period << Math.min(failures, MOST_DOUBLINGS);
        return Math.min(doubled, Math.max(period, LONGEST));
    }
}
