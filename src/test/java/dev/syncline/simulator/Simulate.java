package dev.syncline.simulator;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.stream.Stream;
import org.slf4j.LoggerFactory;

/** Runs tapes, each in a folder of its own that is gone afterwards. */
final class Simulate {

    private Simulate() {}

    /** One history of the engine as it is. */
    static Simulation.Outcome once(Tape tape) {
        return once(tape, Bug.NONE);
    }

    /** One history of an engine with a planted bug. */
    static Simulation.Outcome once(Tape tape, Bug bug) {
        // The engine tells of every fault that it meets, and here it meets little else.
        ((Logger) LoggerFactory.getLogger("dev.syncline")).setLevel(Level.OFF);
        Path folder = null;
        try {
            Path memory = Path.of("/dev/shm");
            folder = Files.isWritable(memory)
                    ? Files.createTempDirectory(memory, "syncline")
                    : Files.createTempDirectory("syncline");
            try (Simulation simulation = new Simulation(tape, folder, bug)) {
                return simulation.run();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        } finally {
            delete(folder);
        }
    }

    private static void delete(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What tells the story of a history again. */
    static String command(Simulation.Outcome outcome) {
        return "--tape " + outcome.tape() + " " + outcome.violations();
    }

    /** {@code --seeds A..B}, or {@code --tape T} for the story of one. */
    public static void main(String[] args) {
        long began = System.nanoTime();
        if (args[0].equals("--tape")) {
            Simulation.Outcome outcome = once(Tape.parse(args[1]));
            outcome.story().forEach(System.out::println);
            System.out.println(outcome.hash() + " " + outcome.violations());
            return;
        }
        String[] range = args[1].split("\\.\\.");
        for (long seed = Long.parseLong(range[0]); seed <= Long.parseLong(range[1]); seed++) {
            Simulation.Outcome outcome = once(Tape.of(seed));
            if (!outcome.violations().isEmpty()) {
                String text = outcome.violations().get(0).toString();
                System.out.println("--tape " + seed + " "
                        + text.substring(0, Math.min(300, text.length())).replace('\n', ' '));
            }
        }
        System.out.println((System.nanoTime() - began) / 1_000_000 + " ms");
    }
}
