package dev.syncline.crash;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import dev.syncline.testing.crash.GoldenScripts;
import dev.syncline.testing.crash.Rehearsal;
import dev.syncline.testing.crash.Sample;
import dev.syncline.testing.crash.Script;
import dev.syncline.testing.crash.Shot;
import dev.syncline.testing.jdbc.FileImage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.LoggerFactory;

/**
 * A day of the host that is interrupted between any two statements and begun again ends as if it had not been: the same rows here
 * and at the server, each change applied once, the same conflicts, the same schema, nothing waiting that did not wait before.
 * Defends G1, G2, G4, G6, G7, G8 and G10 against the faults C01–C18 and D12.
 *
 * <p>{@code -Dcrash.every=1} takes everything where the build takes a sample, {@code -Dcrash.cuts=N} cuts and damages each log N
 * times, {@code -Dcrash.seed=S} takes another sample and other places, {@code -Dcrash.script=NAME} plays one day only.
 */
class CrashAtEveryBoundaryIT {
    @TempDir
    static Path folder;

    private static final Map<String, Rehearsal> REHEARSALS = new HashMap<>();
    private static final Sample SAMPLE = Sample.ofTheBuild();

    static Stream<Script> scripts() {
        return GoldenScripts.all().stream().filter(script -> SAMPLE.takes(script.name()));
    }

    private static Rehearsal rehearsal(Script script) throws Exception {
        Rehearsal known = REHEARSALS.get(script.name());
        if (known == null) {
            known = new Rehearsal(script, folder);
            REHEARSALS.put(script.name(), known);
        }
        return known;
    }

    private static final Logger LOGS = (Logger) LoggerFactory.getLogger("dev.syncline");

    /** A process that dies tens of thousands of times says so each time. */
    @BeforeAll
    static void beQuiet() {
        LOGS.setLevel(Level.OFF);
    }

    @AfterAll
    static void beLoudAgain() {
        LOGS.setLevel(null);
    }

    @AfterAll
    static void tellHowMuch() {
        SAMPLE.report();
    }

    @ParameterizedTest
    @MethodSource("scripts")
    void without_an_interruption_host_and_server_agree_but_for_what_waits_for_a_person(Script script) throws Exception {
        Rehearsal rehearsal = rehearsal(script);
        assertThat(rehearsal.apart()).isEqualTo(script.apart());
        assertThat(rehearsal.golden().facts())
                .containsEntry("integrity", List.of("ok"))
                .containsEntry("dangling references", List.of())
                .containsEntry("queue", List.of())
                .containsEntry("holding", List.of());
        assertThat(rehearsal.shots()).hasSizeGreaterThan(10);
        SAMPLE.count("boundaries", rehearsal.boundaries());
    }

    @ParameterizedTest
    @MethodSource("scripts")
    void a_process_that_is_killed_anywhere_goes_on(Script script) throws Exception {
        Rehearsal rehearsal = rehearsal(script);
        List<String> wrong = new ArrayList<>();
        for (Shot shot : rehearsal.shots()) {
            SAMPLE.count("killed", 1);
            note(wrong, shot, "as it was", rehearsal.playOn(shot, rehearsal.copy(shot)));
        }
        Sample.assertNothing(wrong);
    }

    @ParameterizedTest
    @MethodSource("scripts")
    void a_power_cut_that_takes_what_was_not_on_the_disk_yet_costs_nothing(Script script) throws Exception {
        Rehearsal rehearsal = rehearsal(script);
        SplittableRandom random = SAMPLE.random(script.name());
        List<String> wrong = new ArrayList<>();
        for (Shot shot : rehearsal.shots()) {
            long log = shot.image().walBytes();
            for (int n = 0; n < SAMPLE.cuts() && log > shot.durableBytes(); n++) {
                long at = random.nextLong(shot.durableBytes(), log);
                FileImage cut = rehearsal.copy(shot).cutWal(at);
                SAMPLE.count("cut", 1);
                note(wrong, shot, "cut at " + at + " of " + log, rehearsal.playOn(shot, cut));
                long bit = random.nextLong(shot.durableBytes() * Byte.SIZE, log * Byte.SIZE);
                FileImage torn = rehearsal.copy(shot).flipWalBit(bit);
                SAMPLE.count("torn", 1);
                note(wrong, shot, "torn at bit " + bit + " of " + log, rehearsal.playOn(shot, torn));
            }
        }
        Sample.assertNothing(wrong);
    }

    @ParameterizedTest
    @MethodSource("scripts")
    void a_second_crash_while_it_goes_on_costs_nothing_either(Script script) throws Exception {
        Rehearsal rehearsal = rehearsal(script);
        List<String> wrong = new ArrayList<>();
        for (Shot shot : SAMPLE.of(rehearsal.shots(), script.name())) {
            List<Shot> seconds = rehearsal.shotsOfASecondCrash(shot);
            for (Shot second : seconds) {
                SAMPLE.count("killed twice", 1);
                List<String> differences = rehearsal.playOnAgain(second, rehearsal.copy(second));
                note(wrong, shot, "then at " + second.boundary(), differences);
            }
            seconds.forEach(second -> second.image().delete());
        }
        Sample.assertNothing(wrong);
    }

    @ParameterizedTest
    @MethodSource("scripts")
    void a_process_does_no_harm_while_it_dies(Script script) throws Exception {
        Rehearsal rehearsal = rehearsal(script);
        List<String> wrong = new ArrayList<>();
        for (int boundary : SAMPLE.boundaries(rehearsal.boundaries(), script.name())) {
            Optional<Shot> left = rehearsal.die(boundary);
            assertThat(left).as("boundary " + boundary).isPresent();
            SAMPLE.count("died", 1);
            note(
                    wrong,
                    left.get(),
                    "dying",
                    rehearsal.playOn(left.get(), left.get().image()));
        }
        Sample.assertNothing(wrong);
    }

    private static void note(List<String> wrong, Shot shot, String how, List<String> differences) {
        if (!differences.isEmpty()) {
            wrong.add("step " + shot.step() + ", " + shot.boundary() + ", " + how + " (-Dcrash.seed=" + SAMPLE.seed()
                    + ")\n" + String.join("\n", differences));
        }
    }
}
