package dev.syncline.demo;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Runs the demo as a user does, in a process of its own, and defends what it shows: G1, G2, G5 and G6 in every run, G10 in
 * those that are killed. The data sets are looked for beside the project, or where {@code -Dshared.data} says.
 */
class DemoIT {

    private static final Path SHARED = Path.of(System.getProperty("shared.data", "../shared/data"));
    private static final int LAST_PHASE = 7;
    private static final int LONGEST_DELAY = 700;

    @TempDir
    Path dir;

    @Test
    void the_generated_bank_ends_equal() throws Exception {
        Ended ended = run("--accounts", "500", "--payments", "2500");

        assertThat(ended.code()).as(ended.output()).isZero();
        assertThat(ended.output()).contains("All three databases are equal").doesNotContain("Exception in thread");
        assertThat(ended.output()).contains("rows/s").contains("decided by hand");
    }

    @Test
    void the_real_bank_ends_equal() throws Exception {
        Path bank = shared("bank");
        Ended ended = run("--data", bank.toString());

        assertThat(ended.code()).as(ended.output()).isZero();
        assertThat(ended.output()).contains("district").contains("order");
    }

    @Test
    void a_database_never_seen_before_ends_equal_and_is_not_touched() throws Exception {
        Path original = shared("chinook.sqlite");
        byte[] before = digest(original);
        Ended ended = run("--sqlite", original.toString());

        assertThat(ended.code()).as(ended.output()).isZero();
        assertThat(ended.output()).contains("PlaylistTrack");
        assertThat(digest(original)).isEqualTo(before);
        assertThat(hostSchema(dir.resolve("device-a.db"))).isEqualTo(hostSchema(original));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void killed_anywhere_and_started_again_the_generated_bank_ends_equal(long seed) throws Exception {
        killInEachPhase(seed, "--accounts", "200", "--payments", "1200", "--seed", Long.toString(seed));
    }

    @Test
    void killed_anywhere_and_started_again_an_adopted_database_ends_equal() throws Exception {
        killInEachPhase(3, "--sqlite", shared("chinook.sqlite").toString());
    }

    @Test
    void a_completed_run_can_be_gone_on_with_and_has_no_news() throws Exception {
        assertThat(run("--accounts", "20", "--payments", "200").code()).isZero();
        Ended again = run("--accounts", "20", "--payments", "200", "--keep");

        assertThat(again.code()).as(again.output()).isZero();
        assertThat(again.output()).contains("going on where the last run was");
    }

    @Test
    void unknown_arguments_end_it_with_a_word_and_code_2() throws Exception {
        Ended ended = run("--colour", "red");

        assertThat(ended.code()).isEqualTo(2);
        assertThat(ended.output()).contains("--colour is not known; --help shows what is");
    }

    /** Kills it once in each phase in which something is stored, a little later each time it gets there. */
    private void killInEachPhase(long seed, String... args) throws Exception {
        SplittableRandom random = new SplittableRandom(seed);
        for (int phase = 1; phase <= LAST_PHASE; phase++) {
            String reached = System.lineSeparator() + " " + phase + "  ";
            Process process = start(args);
            await().atMost(ofMinutes(2))
                    .pollInterval(ofMillis(10))
                    .until(() -> !process.isAlive() || output().contains(reached));
            boolean through = process.waitFor(random.nextInt(LONGEST_DELAY), TimeUnit.MILLISECONDS);
            // What was through before its time came must have ended well all the same.
            assertThat(through ? process.exitValue() : 0).as(output()).isZero();
            process.destroyForcibly().waitFor();
        }
        Ended ended = run(args);
        assertThat(ended.code()).as(ended.output()).isZero();
        assertThat(ended.output()).contains("All three databases are equal");
    }

    private record Ended(int code, String output) {}

    private Ended run(String... args) throws IOException, InterruptedException {
        Process process = start(args);
        assertThat(process.waitFor(2, TimeUnit.MINUTES)).as(output()).isTrue();
        return new Ended(process.exitValue(), output());
    }

    private Process start(String... args) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:TieredStopAtLevel=1",
                "-classpath",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                "dev.syncline.demo.Demo",
                "--dir",
                dir.toString()));
        command.addAll(List.of(args));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(dir.resolve("output.txt").toFile())
                .start();
    }

    private String output() throws IOException {
        return Files.readString(dir.resolve("output.txt"));
    }

    private static Path shared(String name) {
        Path path = SHARED.resolve(name);
        assumeTrue(Files.exists(path), () -> path + " is not there; -Dshared.data=DIR says where the data sets are");
        return path;
    }

    private static List<String> hostSchema(Path database) throws Exception {
        try (Sql sql = Sql.read(database)) {
            return sql.list(
                    "SELECT type || ' ' || name || ' ' || coalesce(sql, '') FROM sqlite_schema"
                            + " WHERE name NOT LIKE 'syncline%' AND tbl_name NOT LIKE 'syncline%'"
                            + " AND name <> 'sqlite_sequence' ORDER BY type, name",
                    row -> row.getString(1));
        }
    }

    private static byte[] digest(Path file) throws Exception {
        return MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
    }
}
