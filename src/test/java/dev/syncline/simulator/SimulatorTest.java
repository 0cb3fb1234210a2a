package dev.syncline.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A few histories of devices that write, read, fail, are killed and decide at random, each twice: nothing that must not happen does,
 * and what happens is the same each time. Defends G1, G2, G3, G4, G5, G6, G7, G8, G10 and G12.
 */
class SimulatorTest {

    @ParameterizedTest(name = "--tape {0}")
    @ValueSource(longs = {1, 2, 3})
    void devices_and_server_come_to_rest_with_nothing_lost_made_twice_or_brought_back(long seed) {
        Simulation.Outcome outcome = Simulate.once(Tape.of(seed));
        assertThat(outcome.violations()).as(() -> Simulate.command(outcome)).isEmpty();
    }

    @Test
    void the_same_tape_is_the_same_history() {
        Simulation.Outcome first = Simulate.once(Tape.of(4));
        Simulation.Outcome second = Simulate.once(Tape.parse(first.tape().toString()));
        assertThat(second.story()).isEqualTo(first.story());
        assertThat(second.hash()).isEqualTo(first.hash());
    }

    @Test
    void a_tape_is_read_back_as_it_was_written() {
        Tape tape = Tape.of(12).without(List.of(3, 4, 5, 9)).calmed(7, List.of(0, 2, 3));
        assertThat(tape).hasToString("12/without=3-5,9/calm7=0,2-3");
        assertThat(Tape.parse(tape.toString())).hasToString(tape.toString());
    }
}
