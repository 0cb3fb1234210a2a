package dev.syncline.simulator;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.slf4j.LoggerFactory;

/**
 * Runs histories, each in a folder of its own that is gone afterwards. As a program: {@code --seeds A..B [--minutes M] [--shrink N]}
 * prints a line for each history that breaks a promise, with the tape that repeats it; {@code --tape T} tells the story of one;
 * {@code --bugs N} tells what finds each planted bug within so many histories.
 */
public final class Simulate {
    private static final Path MEMORY = Path.of("/dev/shm");
    private static final int LINE = 300;

    private Simulate() {}

    /** One history of the engine as it is. */
    static Simulation.Outcome once(Tape tape) {
        return once(tape, Bug.NONE);
    }

    /** One history of an engine with a planted bug. */
    static Simulation.Outcome once(Tape tape, Bug bug) {
        Logger log = (Logger) LoggerFactory.getLogger("dev.syncline");
        Level before = log.getLevel();
        // The engine tells of every fault that it meets, and here it meets little else.
        log.setLevel(Level.OFF);
        try {
            Path folder = Files.isWritable(MEMORY)
                    ? Files.createTempDirectory(MEMORY, "syncline")
                    : Files.createTempDirectory("syncline");
            try (Simulation simulation = new Simulation(tape, folder, bug)) {
                return simulation.run();
            } finally {
                delete(folder);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        } finally {
            log.setLevel(before);
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    /** What repeats a history, and what it broke, in one line. */
    static String command(Simulation.Outcome outcome) {
        String broken = outcome.violations().toString().replace('\n', ' ');
        return "--tape " + outcome.tape() + " " + broken.substring(0, Math.min(LINE, broken.length()));
    }

    /** See the class. */
    public static void main(String[] args) {
        Map<String, String> options = new HashMap<>();
        for (int i = 0; i + 1 < args.length; i += 2) {
            options.put(args[i], args[i + 1]);
        }
        if (options.containsKey("--tape")) {
            Simulation.Outcome outcome = once(Tape.parse(options.get("--tape")));
            outcome.story().forEach(System.out::println);
            System.out.println(outcome.hash() + " " + outcome.violations());
            return;
        }
        if (options.containsKey("--bugs")) {
            PlantedBugs.all()
                    .keySet()
                    .forEach(name -> System.out.println(
                            name + ": " + PlantedBugs.find(name, Integer.parseInt(options.get("--bugs")))));
            return;
        }
        String[] range = options.getOrDefault("--seeds", "1..100").split("\\.\\.");
        Duration time = Duration.ofMinutes(Long.parseLong(options.getOrDefault("--minutes", "10000")));
        int tries = Integer.parseInt(options.getOrDefault("--shrink", "0"));
        long began = System.nanoTime();
        long broken = 0;
        long seed = Long.parseLong(range[0]);
        while (seed <= Long.parseLong(range[1]) && System.nanoTime() - began < time.toNanos()) {
            Simulation.Outcome outcome = once(Tape.of(seed++));
            if (!outcome.violations().isEmpty()) {
                broken++;
                System.out.println(command(tries == 0 ? outcome : Shrinker.shrink(Simulate::once, outcome, tries)));
            }
        }
        System.out.println((seed - Long.parseLong(range[0])) + " histories, " + broken + " broken, "
                + (System.nanoTime() - began) / 1_000_000_000 + " s");
    }
}
