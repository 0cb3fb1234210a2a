package dev.syncline.bench;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/** Measures this process from its making on: wall time, processor time of all threads, and the most memory it ever held. */
final class Meter {

    private static final OperatingSystemMXBean SYSTEM =
            ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    private static final Path STATUS = Path.of("/proc/self/status");

    private final long cpu = SYSTEM.getProcessCpuTime();
    private final long wall = System.nanoTime();

    /** What was spent since the meter was made, by one of {@code times} equal pieces of work. */
    Measurement read(int times) throws IOException {
        long wallSpent = System.nanoTime() - wall;
        long cpuSpent = SYSTEM.getProcessCpuTime() - cpu;
        return new Measurement(wallSpent / 1e6 / times, cpuSpent / 1e6 / times, peakMegabytes());
    }

    /** What Linux calls the high-water mark of resident memory; 0 where it is not told. */
    private static double peakMegabytes() throws IOException {
        if (!Files.exists(STATUS)) {
            return 0;
        }
        return Files.readAllLines(STATUS).stream()
                .filter(line -> line.startsWith("VmHWM:"))
                .mapToDouble(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) / 1024.0)
                .findFirst()
                .orElse(0);
    }
}
