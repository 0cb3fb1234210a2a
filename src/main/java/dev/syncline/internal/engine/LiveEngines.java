package dev.syncline.internal.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Properties;

/**
 * Names of the engines that hold leases, and whether one of them still lives. A name says in which process it was given, so that the
 * lease of a process that was killed need not run out first. Within one JVM the living are marked among the system properties, the
 * one place that all class loaders share. Safe for any thread.
 */
final class LiveEngines {
    private static final String MARK = "dev.syncline.engine.";
    private static final String COUNT = "dev.syncline.engines";
    /** Process numbers mean something only among those that count them together; a container counts for itself. */
    private static final Path NAMESPACE = Path.of("/proc/self/ns/pid");

    private static final String HERE = namespace() + "/" + process(ProcessHandle.current());

    private LiveEngines() {}

    /** Gives a name that no other engine of this machine has, and marks it as living. */
    static String enter() {
        Properties shared = System.getProperties();
        synchronized (shared) {
            long number = Long.parseLong(shared.getProperty(COUNT, "0")) + 1;
            shared.setProperty(COUNT, Long.toString(number));
            String name = HERE + "/" + number;
            shared.setProperty(MARK + name, "open");
            return name;
        }
    }

    static void leave(String name) {
        System.getProperties().remove(MARK + name);
    }

    /** Whether an engine is known to be gone; one that nobody here can know of is not. */
    static boolean isGone(String name) {
        if (name.startsWith(HERE + "/")) {
            return System.getProperty(MARK + name) == null;
        }
        String[] parts = name.split("/", -1);
        if (parts.length != 3 || !parts[0].equals(namespace())) {
            return false;
        }
        Optional<String> living = ProcessHandle.of(Long.parseLong(parts[1].split("@", -1)[0]))
                .filter(ProcessHandle::isAlive)
                .map(LiveEngines::process);
        return !living.equals(Optional.of(parts[1]));
    }

    /** The number alone may have been given to another process since. */
    private static String process(ProcessHandle process) {
        long started =
                process.info().startInstant().map(at -> at.toEpochMilli()).orElse(0L);
        return process.pid() + "@" + started;
    }

    private static String namespace() {
        try {
            return Files.isSymbolicLink(NAMESPACE)
                    ? Files.readSymbolicLink(NAMESPACE).toString()
                    : "";
        } catch (IOException e) {
            // Some sandboxes forbid the look; a name that nobody else has then keeps lease owners apart by time alone.
            return "unknown of " + ProcessHandle.current().pid();
        }
    }
}
