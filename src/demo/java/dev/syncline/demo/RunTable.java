package dev.syncline.demo;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The numbers of all runs as a table. */
final class RunTable {

    private static final List<String> HEAD =
            List.of("run", "rows", "pushed", "pulled", "merged", "conflicts", "time", "rows/s");

    /**
     * One run, or several added up.
     *
     * @param name which
     * @param pushed changes the server accepted
     * @param pulled records written to the device
     * @param merged rows in which both sides' edits were joined without a conflict
     * @param conflicts conflicts found
     * @param time how long it took
     */
    record Run(String name, long pushed, long pulled, long merged, long conflicts, Duration time) {

        Run plus(Run other) {
            return new Run(
                    name,
                    pushed + other.pushed,
                    pulled + other.pulled,
                    merged + other.merged,
                    conflicts + other.conflicts,
                    time.plus(other.time));
        }

        long rows() {
            return pushed + pulled;
        }

        List<String> cells() {
            double seconds = time.toNanos() / 1e9;
            return List.of(
                    name,
                    Screen.number(rows()),
                    Screen.number(pushed),
                    Screen.number(pulled),
                    Screen.number(merged),
                    Screen.number(conflicts),
                    String.format(Locale.ROOT, "%.2f s", seconds),
                    seconds == 0 ? "" : Screen.number(Math.round(rows() / seconds)));
        }
    }

    private final List<Run> runs = new ArrayList<>();
    private final Map<String, Run> sums = new LinkedHashMap<>();

    /** Adds a run of a device. */
    void add(String device, Run run) {
        runs.add(run);
        Run none = new Run(device + " in all", 0, 0, 0, 0, Duration.ZERO);
        sums.put(device, sums.getOrDefault(device, none).plus(run));
    }

    void print(Screen screen) {
        List<List<String>> lines = new ArrayList<>();
        lines.add(HEAD);
        runs.forEach(run -> lines.add(run.cells()));
        int body = lines.size();
        sums.values().forEach(sum -> lines.add(sum.cells()));
        int[] widths = new int[HEAD.size()];
        for (List<String> line : lines) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], line.get(i).length());
            }
        }
        String rule = ruleOf(widths);
        for (int n = 0; n < lines.size(); n++) {
            if (n == 1 || n == body) {
                screen.detail(rule);
            }
            screen.detail(formatted(lines.get(n), widths));
        }
    }

    private static String formatted(List<String> cells, int[] widths) {
        StringBuilder line = new StringBuilder(String.format("%-" + widths[0] + "s", cells.get(0)));
        for (int i = 1; i < widths.length; i++) {
            line.append("  ").append(String.format("%" + widths[i] + "s", cells.get(i)));
        }
        return line.toString().stripTrailing();
    }

    private static String ruleOf(int[] widths) {
        int width = 2 * (widths.length - 1);
        for (int column : widths) {
            width += column;
        }
        return "-".repeat(width);
    }
}
