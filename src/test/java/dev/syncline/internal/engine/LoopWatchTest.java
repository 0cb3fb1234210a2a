package dev.syncline.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Pages that lead in a circle are noticed soon, others never. Defends G9 and G13. */
class LoopWatchTest {
    @ParameterizedTest
    @CsvSource({"0, 1", "0, 2", "0, 3", "5, 1", "5, 7", "100, 3", "3, 100", "1000, 1000"})
    void a_circle_is_noticed_within_a_few_rounds_wherever_it_begins(int before, int circle) {
        LoopWatch watch = new LoopWatch();
        int pages = 0;
        boolean passed = true;
        while (passed) {
            int place = pages < before ? pages : before + (pages - before) % circle;
            passed = watch.pass("page " + place);
            pages++;
            assertThat(pages).isLessThan(4 * (before + circle) + 4);
        }
    }

    @Test
    void places_that_are_all_different_pass() {
        LoopWatch watch = new LoopWatch();
        assertThat(IntStream.range(0, 10_000).allMatch(i -> watch.pass("page " + i)))
                .isTrue();
    }
}
