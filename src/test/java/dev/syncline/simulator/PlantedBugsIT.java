package dev.syncline.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A checker that finds nothing may be blind. Each bug that is planted here is found by an invariant that it breaks, within a few
 * histories. Guards the proof of G1 to G8, G10 and G12.
 */
class PlantedBugsIT {
    private static final int HISTORIES = 30;

    static Stream<String> names() {
        return PlantedBugs.all().keySet().stream();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("names")
    void a_planted_bug_is_found_by_the_invariant_that_it_breaks(String name) {
        List<String> broken = PlantedBugs.find(name, HISTORIES);
        assertThat(broken.get(broken.size() - 1))
                .as("what finds it, of what was broken in " + broken.size() + " histories: " + broken)
                .isIn(PlantedBugs.all().get(name).invariants());
    }
}
