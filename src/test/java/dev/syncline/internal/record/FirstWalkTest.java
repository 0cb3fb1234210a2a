package dev.syncline.internal.record;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Defends the memory of a first walk: what came before is never taken for new (G4, G6). */
class FirstWalkTest {
    private final Random random = new Random(7);

    @Test
    void no_row_is_ever_new_twice() {
        FirstWalk walk = new FirstWalk();
        List<Object> keys = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            byte[] uuid = new byte[16];
            random.nextBytes(uuid);
            keys.add(i % 3 == 0 ? uuid : i % 3 == 1 ? (Object) random.nextLong() : "key " + i);
        }
        long news = keys.stream().filter(walk::isFirstSight).count();
        assertThat(news)
                .as("hardly any is taken for seen in a filter this empty")
                .isGreaterThan(19_900);
        assertThat(keys).noneMatch(walk::isFirstSight);
    }

    @Test
    void keys_that_count_up_are_told_apart() {
        FirstWalk walk = new FirstWalk();
        long news = 0;
        for (long key = 1; key <= 200_000; key++) {
            news += walk.isFirstSight(key) ? 1 : 0;
        }
        assertThat(news).isGreaterThan(199_000);
    }
}
