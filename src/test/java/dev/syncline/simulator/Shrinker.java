package dev.syncline.simulator;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * Makes a failing tape shorter: first by leaving out steps, in ever smaller chunks, then by calming draws of the steps that are left,
 * as long as the same invariant breaks. Each try is a whole run, so their number is limited.
 */
final class Shrinker {
    private final Function<Tape, Simulation.Outcome> runs;
    private final String invariant;
    private Simulation.Outcome best;
    private int triesLeft;

    private Shrinker(Function<Tape, Simulation.Outcome> runs, Simulation.Outcome failing, int tries) {
        this.runs = runs;
        best = failing;
        triesLeft = tries;
        invariant = failing.violations().get(0).invariant();
    }

    /** The shortest history found that breaks what the failing one breaks first. */
    static Simulation.Outcome shrink(Function<Tape, Simulation.Outcome> runs, Simulation.Outcome failing, int tries) {
        Shrinker shrinker = new Shrinker(runs, failing, tries);
        shrinker.leaveOutSteps();
        shrinker.calmDraws();
        return shrinker.best;
    }

    private void leaveOutSteps() {
        List<Integer> steps = steps();
        for (int chunk = Math.max(1, steps.size() / 2); chunk >= 1 && triesLeft > 0; chunk /= 2) {
            for (int from = steps.size() - chunk; from > -chunk && triesLeft > 0; from -= chunk) {
                List<Integer> some = steps.subList(Math.max(0, from), from + chunk).stream()
                        .filter(step -> best.tape().has(step))
                        .toList();
                if (!some.isEmpty()) {
                    attempt(best.tape().without(some));
                }
            }
        }
    }

    private List<Integer> steps() {
        return best.tape().lengths().keySet().stream()
                .filter(segment -> segment > 0 && segment < Simulation.REST)
                .toList();
    }

    private void calmDraws() {
        for (int step : steps()) {
            int length = best.tape().lengths().get(step);
            for (int chunk = length; chunk >= Math.max(1, length / 8) && triesLeft > 0; chunk /= 2) {
                for (int from = 0; from < length && triesLeft > 0; from += chunk) {
                    List<Integer> positions = new ArrayList<>();
                    IntStream.range(from, Math.min(length, from + chunk))
                            .filter(position -> !best.tape().isCalm(step, position))
                            .forEach(positions::add);
                    if (!positions.isEmpty()) {
                        attempt(best.tape().calmed(step, positions));
                    }
                }
            }
        }
    }

    private void attempt(Tape tape) {
        triesLeft--;
        Simulation.Outcome outcome = runs.apply(tape);
        boolean same = outcome.violations().stream()
                .limit(1)
                .anyMatch(violation -> violation.invariant().equals(invariant));
        if (same) {
            best = outcome;
        }
    }
}
