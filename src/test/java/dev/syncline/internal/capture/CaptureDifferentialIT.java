package dev.syncline.internal.capture;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.security.SecureRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Defends G1: whatever a host writes, by whatever statements, the journals hold exactly what changed. Random schemas, triggers,
 * pragmas and statements, run beside a file without capture.
 *
 * <p>{@code -Dcapture.seeds=N} runs N seeds instead of the usual set, {@code -Dcapture.first=S} starts elsewhere,
 * {@code -Dcapture.seed=S} replays one, {@code -Dcapture.trace=true} prints its statements.
 */
class CaptureDifferentialIT {
    private static final int USUAL = 1500;

    @TempDir
    Path folder;

    private final DifferentialRun.Totals totals = new DifferentialRun.Totals();

    @Test
    void journals_hold_exactly_what_the_host_changed() throws Exception {
        Long replay = Long.getLong("capture.seed");
        if (replay != null) {
            run(replay);
            return;
        }
        long first = Long.getLong("capture.first", 1);
        int seeds = Integer.getInteger("capture.seeds", USUAL);
        for (long seed = first; seed < first + seeds; seed++) {
            run(seed);
        }
        report(seeds);
        assertThat(totals.checks).isGreaterThan(seeds);
        assertThat(totals.changes).isGreaterThan(seeds);
        // The schemas must not be so narrow that nearly every statement fails.
        assertThat(totals.failures).isLessThan(totals.statements * 2 / 3);
    }

    @Test
    void a_seed_never_tried_before_holds_too() throws Exception {
        long seed = new SecureRandom().nextLong() >>> 1;
        System.out.println("capture: fresh seed " + seed + ", replay with -Dcapture.seed=" + seed);
        run(seed);
        assertThat(totals.statements).isPositive();
    }

    private void run(long seed) throws Exception {
        try (DifferentialRun run = new DifferentialRun(seed, folder, totals)) {
            run.run();
        } catch (Exception | AssertionError e) {
            throw new AssertionError(
                    "seed " + seed + " of the capture test failed; replay with"
                            + " ./mvnw verify -Dit.test=CaptureDifferentialIT -Dcapture.trace=true -Dcapture.seed="
                            + seed,
                    e);
        }
    }

    private void report(int seeds) {
        System.out.printf(
                "capture: %d seeds, %d statements (%d failed), %d table checks, %d changes of %d journal rows, %d skipped, %s%n",
                seeds,
                totals.statements,
                totals.failures,
                totals.checks,
                totals.changes,
                totals.journalRows,
                totals.skipped,
                totals.actions);
    }
}
