package dev.syncline.bench;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What is to be measured.
 *
 * @param sizes rows of the table, each size measured by itself
 * @param repetitions how often each client does each scenario; medians are taken
 * @param scenarios the scenarios
 * @param patient whether each measurement waits for a quiet machine
 * @param results where the figures are written as JSON
 * @param recordings folder for a flight recording of each of Syncline's processes, which slows them; null for none
 */
record BenchOptions(
        List<Integer> sizes,
        int repetitions,
        List<Scenario> scenarios,
        boolean patient,
        Path results,
        @Nullable Path recordings) {

    static final String USAGE = "--quick, --sizes 10000,100000, --reps 3, --scenarios full-pull,delta, --out FILE,"
            + " --recordings FOLDER";

    private static final Path RESULTS = Path.of("target", "bench", "results.json");

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

    /** Reads the command line. What is quick is for a look: one repetition, small, whatever else the machine does. */
    static BenchOptions of(String... args) {
        List<Integer> sizes = List.of(10_000, 100_000);
        int repetitions = 3;
        List<Scenario> scenarios = List.of(Scenario.values());
        boolean patient = true;
        Path results = RESULTS;
        Path recordings = null;
        Iterator<String> words = Arrays.asList(args).iterator();
        while (words.hasNext()) {
            String option = words.next();
            switch (option) {
                case "--quick" -> {
                    sizes = List.of(10_000);
                    repetitions = 1;
                    patient = false;
                }
                case "--sizes" -> sizes = list(option, words, Integer::valueOf);
                case "--reps" -> repetitions = Integer.parseInt(value(option, words));
                case "--scenarios" -> scenarios = list(option, words, Scenario::ofOption);
                case "--out" -> results = Path.of(value(option, words));
                case "--recordings" -> recordings = Path.of(value(option, words));
                default -> throw new IllegalArgumentException("there is no option " + option + ", only " + USAGE);
            }
        }
        return new BenchOptions(sizes, repetitions, scenarios, patient, results, recordings);
    }

    private static String value(String option, Iterator<String> words) {
        if (!words.hasNext()) {
            throw new IllegalArgumentException("option " + option + " lacks its value: " + USAGE);
        }
        return words.next();
    }

    private static <T> List<T> list(String option, Iterator<String> words, Function<String, T> reading) {
        return Arrays.stream(value(option, words).split(",")).map(reading).toList();
    }
}
