package dev.syncline.functional;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.testing.convergence.World;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Devices that write, read, fail, close and decide at random end up equal to the server and to each other, and nothing is lost,
 * made twice or brought back on the way. Defends G1, G2, G3, G5, G6, G7, G8, G10 and G12.
 *
 * <p>{@code -Dconvergence.seed=…} runs one seed, {@code -Dconvergence.seeds=N} that many fresh ones.
 */
class RandomConvergenceTest {
    @TempDir
    Path folder;

    static LongStream seeds() {
        Long seed = Long.getLong("convergence.seed");
        if (seed != null) {
            return LongStream.of(seed);
        }
        long fresh = new SplittableRandom().nextLong(1_000_000_000);
        Integer many = Integer.getInteger("convergence.seeds");
        return many == null ? LongStream.rangeClosed(1, 8) : LongStream.range(fresh, fresh + many);
    }

    @ParameterizedTest(name = "-Dconvergence.seed={0}")
    @MethodSource("seeds")
    void devices_and_server_agree_in_the_end(long seed) throws SQLException {
        try (World world = new World(seed, folder)) {
            List<String> complaints = world.live();
            assertThat(complaints)
                    .as(() -> "-Dconvergence.seed=" + seed + "\n" + world.story())
                    .isEmpty();
        }
    }
}
