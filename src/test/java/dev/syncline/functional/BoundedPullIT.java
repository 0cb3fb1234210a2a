package dev.syncline.functional;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.testing.SmallHost;
import dev.syncline.testing.server.GeneratedFeed;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A host with a heap of 64 MB pulls what is much larger. Defends G9 (bounded).
 *
 * <p>{@code -Dpull.rows=N} pulls that many rows, {@code -Dpull.megabytes=M} has that much in one page.
 */
class BoundedPullIT {
    private static final int BODY = 140;
    /** With its id, version and number. */
    private static final int ROW = BODY + 55;

    @TempDir
    Path folder;

    @Test
    void a_heap_of_64_mb_suffices_for_many_rows_in_usual_pages() throws Exception {
        int rows = Integer.getInteger("pull.rows", 100_000);
        try (GeneratedFeed server = new GeneratedFeed(rows, BODY, false)) {
            assertThat(pullWith64Megabytes(server)).isEqualTo(everything(rows));
        }
    }

    @Test
    void a_heap_of_64_mb_suffices_for_one_page_of_another_size() throws Exception {
        int rows = Integer.getInteger("pull.megabytes", 40) * 1_000_000 / ROW;
        try (GeneratedFeed server = new GeneratedFeed(rows, BODY, true)) {
            assertThat(pullWith64Megabytes(server)).isEqualTo(everything(rows));
        }
    }

    @Test
    void a_heap_of_64_mb_suffices_for_few_rows_of_a_megabyte() throws Exception {
        try (GeneratedFeed server = new GeneratedFeed(40, 1_000_000, true)) {
            assertThat(pullWith64Megabytes(server)).isEqualTo(everything(40));
        }
    }

    @Test
    void a_large_page_that_is_cut_off_leaves_no_row_and_no_file() throws Exception {
        try (GeneratedFeed server = new GeneratedFeed(100_000, BODY, true)) {
            server.cut(true);
            assertThat(pullWith64Megabytes(server)).isEqualTo("null 1");
        }
    }

    private static String everything(long rows) {
        return rows + " " + rows * (rows - 1) / 2 + " 0";
    }

    private String pullWith64Megabytes(GeneratedFeed server) throws IOException, InterruptedException {
        Path spools = Files.createDirectory(folder.resolve("spools"));
        Path errors = folder.resolve("errors.log");
        Process host = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx64m",
                        "-XX:+UseSerialGC",
                        "-XX:+ExitOnOutOfMemoryError",
                        "--enable-native-access=ALL-UNNAMED",
                        "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
                        "-cp",
                        System.getProperty("java.class.path"),
                        SmallHost.class.getName(),
                        folder.resolve("host.db").toString(),
                        server.url(),
                        spools.toString())
                .redirectError(errors.toFile())
                .start();
        try (BufferedReader out = host.inputReader(StandardCharsets.UTF_8);
                Stream<String> lines = out.lines()) {
            String last = lines.reduce("", (before, line) -> line);
            assertThat(host.waitFor(10, TimeUnit.SECONDS)).isTrue();
            assertThat(host.exitValue()).as(() -> last + text(errors)).isZero();
            try (Stream<Path> left = Files.list(spools)) {
                assertThat(left).isEmpty();
            }
            return last;
        } finally {
            host.destroyForcibly();
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return e.toString();
        }
    }
}
