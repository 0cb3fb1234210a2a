package dev.syncline.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * Many histories: a fixed row of seeds until a number of them or a time is reached, then a fresh one. A failing one is shrunk and told
 * as the arguments that repeat it. Defends G1, G2, G3, G4, G5, G6, G7, G8, G10 and G12.
 *
 * <p>{@code -Dsimulator.from=A -Dsimulator.histories=N -Dsimulator.minutes=M} set what the campaign profile sets.
 */
class SimulatorIT {
    private static final int TRIES = 150;

    @Test
    void histories_come_to_rest_with_nothing_lost_made_twice_or_brought_back() {
        long from = Long.getLong("simulator.from", 1000);
        long histories = Long.getLong("simulator.histories", 2000);
        Duration time = Duration.ofMinutes(Long.getLong("simulator.minutes", 4));
        long began = System.nanoTime();
        long seed = from;
        while (seed < from + histories && System.nanoTime() - began < time.toNanos()) {
            check(seed++);
        }
        check(new SplittableRandom().nextLong(1_000_000, 1_000_000_000));
        System.out.println("histories simulated: " + (seed - from + 1));
    }

    private static void check(long seed) {
        Simulation.Outcome outcome = Simulate.once(Tape.of(seed));
        if (!outcome.violations().isEmpty()) {
            Simulation.Outcome shrunk = Shrinker.shrink(Simulate::once, outcome, TRIES);
            assertThat(shrunk.violations())
                    .as(() -> Simulate.command(shrunk) + "\nseed " + seed)
                    .isEmpty();
        }
    }
}
