package dev.syncline.bench;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Measures all clients in one interleaved run: per scenario, size and repetition every client once, each in a fresh process,
 * in an order that rotates. Prints a table and writes the figures as JSON. Figures are printed, never asserted; that every
 * client moved every row is.
 */
public final class Bench {

    private Bench() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        BenchOptions options = BenchOptions.of(args);
        if (options.recordings() != null) {
            Files.createDirectories(options.recordings());
        }
        List<Results> all = new ArrayList<>();
        QuietMachine machine = new QuietMachine(options.patient());
        for (int size : options.sizes()) {
            Feed feed = Feed.of(size);
            try (BenchServer server = new BenchServer(feed)) {
                MeasuredRun run = new MeasuredRun(server, machine, options.recordings());
                // Not kept: brings the server's own code up to speed.
                run.of(Client.L, Scenario.FULL_PULL, size, feed);
                for (Scenario scenario : options.scenarios()) {
                    all.add(measure(run, scenario, size, feed, options.repetitions()));
                }
            }
        }
        System.out.println();
        System.out.print(ResultTable.of(all));
        if (machine.givenUp() > 0) {
            System.out.println("The machine was busy with something else at the start of " + machine.givenUp()
                    + " measurements; measure again for figures to keep.");
        }
        Files.createDirectories(options.results().toAbsolutePath().getParent());
        try (OutputStream out = Files.newOutputStream(options.results())) {
            ResultsJson.write(all, options.repetitions(), Clock.systemUTC().instant(), out);
        }
    }

    private static Results measure(MeasuredRun run, Scenario scenario, int size, Feed feed, int repetitions)
            throws IOException, InterruptedException {
        Results results = new Results(scenario, size);
        List<Client> order = new ArrayList<>(List.of(Client.values()));
        for (int n = 0; n < repetitions; n++) {
            Map<Client, Measurement> repetition = new EnumMap<>(Client.class);
            for (Client client : order) {
                Measurement measurement = run.of(client, scenario, size, feed);
                repetition.put(client, measurement);
                System.out.printf(
                        "%s, %d rows, %s: %.1f ms%n", scenario.title(), size, client.title(), measurement.millis());
            }
            results.add(repetition);
            Collections.rotate(order, 1);
        }
        return results;
    }
}
