package dev.syncline.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * The process in which one client does one scenario once: prepares, prints {@link #READY}, waits for a line, measures, checks
 * the outcome, prints the measurement. It ends with its standard input.
 */
final class MeasuredProcess {

    static final String READY = "ready";

    private MeasuredProcess() {}

    public static void main(String[] args) throws Exception {
        Client client = Client.valueOf(args[0]);
        Scenario scenario = Scenario.valueOf(args[1]);
        int size = Integer.parseInt(args[2]);
        String url = args[3];
        Path file = Path.of(args[4]);
        BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        try (HostTable table = new HostTable(file)) {
            Measurement measurement;
            if (scenario == Scenario.FULL_PULL) {
                awaitStart(input);
                Meter meter = new Meter();
                try (Contender contender = client.open(file, url, scenario)) {
                    contender.perform(scenario);
                    measurement = meter.read(1);
                    requireSettled(contender, scenario);
                }
            } else {
                try (Contender contender = client.open(file, url, scenario)) {
                    contender.pull();
                    table.write(scenario, contender);
                    table.checkpoint();
                    awaitStart(input);
                    Meter meter = new Meter();
                    for (int n = 0; n < scenario.times(); n++) {
                        contender.perform(scenario);
                    }
                    measurement = meter.read(scenario.times());
                    requireSettled(contender, scenario);
                }
            }
            table.check(scenario, size);
            System.out.println(measurement.line());
        }
    }

    private static void awaitStart(BufferedReader input) throws IOException {
        System.gc();
        System.out.println(READY);
        if (input.readLine() == null) {
            throw new IOException("the runner is gone");
        }
    }

    private static void requireSettled(Contender contender, Scenario scenario) throws Exception {
        if (contender.pending() != 0) {
            throw new IllegalStateException(scenario.title() + " left " + contender.pending() + " changes pending");
        }
    }
}
