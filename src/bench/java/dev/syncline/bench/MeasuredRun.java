package dev.syncline.bench;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One client doing one scenario once, in a process of its own, seen from the runner's side. */
final class MeasuredRun {

    private static final List<String> FLAGS =
            List.of("-Xmx512m", "--enable-native-access=ALL-UNNAMED", "-Dslf4j.internal.verbosity=ERROR");

    private final BenchServer server;
    private final QuietMachine machine;
    private final @Nullable Path recordings;

    MeasuredRun(BenchServer server, QuietMachine machine, @Nullable Path recordings) {
        this.server = server;
        this.machine = machine;
        this.recordings = recordings;
    }

    /** Measures; fails if the client did not do what the scenario asks for. */
    Measurement of(Client client, Scenario scenario, int size, Feed feed) throws IOException, InterruptedException {
        Feed fresh = feed.fresh();
        server.serve(fresh);
        Path folder = Files.createTempDirectory("syncline-bench");
        Process process = new ProcessBuilder(command(client, scenario, size, folder.resolve("host.db")))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader output =
                        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
                OutputStream input = process.getOutputStream()) {
            lineOf(output, MeasuredProcess.READY);
            fresh.publishChanges(scenario.changedThere());
            machine.await();
            input.write('\n');
            input.flush();
            String line = lineOf(output, Measurement.WORD);
            process.waitFor();
            int expected = scenario.pushes() ? scenario.changedHere() : 0;
            if (server.createdRows() != expected) {
                throw new IllegalStateException(client.title() + " sent " + server.createdRows() + " rows in "
                        + scenario.title() + ", not " + expected);
            }
            return Measurement.ofLine(line);
        } finally {
            process.destroyForcibly().waitFor();
            delete(folder);
        }
    }

    private List<String> command(Client client, Scenario scenario, int size, Path file) {
        Stream<String> program = Stream.of(
                "-classpath",
                classPath(),
                MeasuredProcess.class.getName(),
                client.name(),
                scenario.name(),
                Integer.toString(size),
                server.url(),
                file.toString());
        Stream<String> recording = recordings == null || client != Client.SYNCLINE
                ? Stream.empty()
                : Stream.of("-XX:StartFlightRecording=settings=profile,filename="
                        + recordings.resolve(scenario.option() + "-" + size + ".jfr"));
        return Stream.of(Stream.of(System.getProperty("java.home") + "/bin/java"), FLAGS.stream(), recording, program)
                .flatMap(words -> words)
                .toList();
    }

    /** The runner's own, without the logging back end: whether and where to log is the host's choice and its cost. */
    private static String classPath() {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> !Path.of(entry).getFileName().toString().startsWith("logback"))
                .collect(Collectors.joining(File.pathSeparator));
    }

    /** Reads on to the line that starts with a word; the virtual machine may say something of its own before it. */
    private static String lineOf(BufferedReader output, String word) throws IOException {
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            if (line.startsWith(word)) {
                return line;
            }
        }
        throw new IllegalStateException("the measured process ended before it was " + word + ", see above");
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
