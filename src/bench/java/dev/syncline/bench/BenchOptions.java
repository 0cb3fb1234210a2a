package dev.syncline.bench;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What is to be measured.
 *
 * @param sizes rows of the table, each size measured by itself
 * @param repetitions how often each client does each scenario; medians are taken
 * @param scenarios the scenarios
 * @param results where the figures are written as JSON
 * @param recordings folder for a flight recording of each of Syncline's processes, which slows them; null for none
 */
record BenchOptions(
        List<Integer> sizes,
        int repetitions,
        List<Scenario> scenarios,
        Path results,
        @Nullable Path recordings) {

    static final String USAGE = "--quick, --sizes 10000,100000, --reps 3, --scenarios full-pull,delta, --out FILE,"
            + " --recordings FOLDER";

    private static final BenchOptions DEFAULTS = new BenchOptions(
            List.of(10_000, 100_000), 3, List.of(Scenario.values()), Path.of("target", "bench", "results.json"), null);

    BenchOptions {
        int mostChanged =
                scenarios.stream().mapToInt(Scenario::changedThere).max().orElse(0);
        for (int size : sizes) {
            if (size < mostChanged) {
                throw new IllegalArgumentException("size is " + size + ", but the scenarios change " + mostChanged
                        + " rows of the table; use --sizes with larger ones");
            }
        }
        if (repetitions < 1) {
            throw new IllegalArgumentException("reps is " + repetitions + ", but must be at least 1");
        }
    }

    /** Reads the command line. */
    static BenchOptions of(String... args) {
        BenchOptions options = DEFAULTS;
        for (int i = 0; i < args.length; i++) {
            if (args[i].equals("--quick")) {
                options = options.with("--sizes", "10000").with("--reps", "1");
            } else if (i + 1 < args.length) {
                options = options.with(args[i], args[++i]);
            } else {
                throw new IllegalArgumentException(
                        "there is no option " + args[i] + " or it lacks its value: " + USAGE);
            }
        }
        return options;
    }

    private BenchOptions with(String option, String value) {
        return switch (option) {
            case "--sizes" ->
                new BenchOptions(
                        words(value).map(Integer::valueOf).toList(), repetitions, scenarios, results, recordings);
            case "--reps" -> new BenchOptions(sizes, Integer.parseInt(value), scenarios, results, recordings);
            case "--scenarios" ->
                new BenchOptions(
                        sizes, repetitions, words(value).map(Scenario::ofOption).toList(), results, recordings);
            case "--out" -> new BenchOptions(sizes, repetitions, scenarios, Path.of(value), recordings);
            case "--recordings" -> new BenchOptions(sizes, repetitions, scenarios, results, Path.of(value));
            default -> throw new IllegalArgumentException("there is no option " + option + ": " + USAGE);
        };
    }

    private static Stream<String> words(String value) {
        return Arrays.stream(value.split(","));
    }
}
