package dev.syncline.crash;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import dev.syncline.testing.crash.GoldenScripts;
import dev.syncline.testing.crash.Rehearsal;
import dev.syncline.testing.crash.Sample;
import dev.syncline.testing.crash.Script;
import dev.syncline.testing.jdbc.Boundary;
import dev.syncline.testing.jdbc.Strike;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.LoggerFactory;
import org.sqlite.SQLiteErrorCode;

/**
 * A day of the host on which SQLite refuses any one statement, or all from it on for a while: the host is told so as a
 * {@code StorageException} or does not notice, begins anew when the disk is well again, and the day ends as if nothing had been.
 * Defends G1, G2, G4 and G10 against the faults D01–D07.
 *
 * <p>{@code -Dcrash.every=1} tries every statement with every failure where the build takes a sample; {@code -Dcrash.seed=S} and
 * {@code -Dcrash.script=NAME} as in {@link CrashAtEveryBoundaryIT}.
 */
class ErrorAtEveryBoundaryIT {
    @TempDir
    static Path folder;

    private static final List<SQLiteErrorCode> FAILURES = List.of(
            SQLiteErrorCode.SQLITE_BUSY,
            SQLiteErrorCode.SQLITE_BUSY_SNAPSHOT,
            SQLiteErrorCode.SQLITE_LOCKED,
            SQLiteErrorCode.SQLITE_FULL,
            SQLiteErrorCode.SQLITE_IOERR_WRITE,
            SQLiteErrorCode.SQLITE_NOMEM,
            SQLiteErrorCode.SQLITE_INTERRUPT);
    /** Somebody else was in the way for a moment: the unit is repeated, and the host hears nothing of it. */
    private static final Set<SQLiteErrorCode> PASSING = EnumSet.of(
            SQLiteErrorCode.SQLITE_BUSY, SQLiteErrorCode.SQLITE_BUSY_SNAPSHOT, SQLiteErrorCode.SQLITE_LOCKED);

    private static final Map<String, Rehearsal> REHEARSALS = new HashMap<>();
    private static final Sample SAMPLE = Sample.ofTheBuild();
    private static final Logger LOGS = (Logger) LoggerFactory.getLogger("dev.syncline");

    static Stream<Script> scripts() {
        return GoldenScripts.all().stream().filter(script -> SAMPLE.takes(script.name()));
    }

    /** What fails thousands of times says so each time. */
    @BeforeAll
    static void beQuiet() {
        LOGS.setLevel(Level.OFF);
    }

    @AfterAll
    static void tellHowMuch() {
        LOGS.setLevel(null);
        SAMPLE.report();
    }

    private static Rehearsal rehearsal(Script script) throws Exception {
        Rehearsal known = REHEARSALS.get(script.name());
        if (known == null) {
            known = new Rehearsal(script, folder);
            REHEARSALS.put(script.name(), known);
        }
        return known;
    }

    @ParameterizedTest
    @MethodSource("scripts")
    void one_failure_costs_nothing(Script script) throws Exception {
        Sample.assertNothing(wrongAfter(script, false));
    }

    @ParameterizedTest
    @MethodSource("scripts")
    void failures_that_last_cost_nothing_once_they_end(Script script) throws Exception {
        Sample.assertNothing(wrongAfter(script, true));
    }

    private static List<String> wrongAfter(Script script, boolean lasting) throws Exception {
        Rehearsal rehearsal = rehearsal(script);
        List<String> wrong = new ArrayList<>();
        int turn = 0;
        for (int boundary : SAMPLE.boundaries(rehearsal.boundaries(), script.name() + lasting)) {
            for (SQLiteErrorCode code : failuresAt(turn++)) {
                Rehearsal.Failed failed = rehearsal.fail(boundary, Strike.fail(code), lasting);
                if (failed.at() == null) {
                    // Behind the last call that can fail.
                    continue;
                }
                SAMPLE.count(code.name() + (lasting ? " for a while" : ""), 1);
                List<String> found = new ArrayList<>(failed.wrong());
                if (!lasting && PASSING.contains(code) && !setsUp(failed.at())) {
                    found.addAll(failed.told());
                }
                if (!found.isEmpty()) {
                    wrong.add(code + " at boundary " + boundary + ", " + failed.at() + "\n" + String.join("\n", found));
                }
            }
        }
        assertThat(turn).isPositive();
        return wrong;
    }

    /** A connection that cannot be set up is no unit of work: the host is told and opens again. */
    private static boolean setsUp(Boundary at) {
        return at.call() == Boundary.Call.AUTO_COMMIT
                || at.sql().startsWith("PRAGMA")
                || at.sql().contains("pragma_");
    }

    /** Where a sample will do, each statement meets one failure, in turn. */
    private static List<SQLiteErrorCode> failuresAt(int turn) {
        return SAMPLE.isWhole() ? FAILURES : List.of(FAILURES.get(turn % FAILURES.size()));
    }
}
