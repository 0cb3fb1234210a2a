package dev.syncline.testing.crash;

import dev.syncline.testing.jdbc.Boundary;
import dev.syncline.testing.jdbc.FileImage;
import dev.syncline.testing.jdbc.SimulatedCrash;
import dev.syncline.testing.jdbc.Strike;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A script that was played through once without an interruption, with everything that a crash at any boundary would have left;
 * from there it can be played on, and has to end the same.
 */
public final class Rehearsal {
    private static final int LAST = Integer.MAX_VALUE;

    private final Script script;
    private final Path folder;
    private final AtomicInteger files = new AtomicInteger();
    private final Outcome golden;
    private final List<Shot> shots = new ArrayList<>();
    private final int boundaries;
    private final List<String> apart;

    /** Plays the script. */
    public Rehearsal(Script script, Path folder) throws Exception {
        this.script = script;
        this.folder = folder;
        Path file = newHostFile();
        try (Stage stage = new Stage(script, file, script.newServer(), 0)) {
            Camera camera = new Camera(stage, newFolder(), shots);
            stage.layer().plan(camera);
            play(stage, 0, camera, LAST);
            boundaries = camera.boundaries();
            golden = outcome(stage);
            apart = Agreement.differences(file, stage.server(), stage.tables());
        }
    }

    /** What a crash would have left, everything that is different once. */
    public List<Shot> shots() {
        return shots;
    }

    /** At how many boundaries it was looked at. */
    public int boundaries() {
        return boundaries;
    }

    /** Where host and server do not agree at the end of the day, for a reason that the script knows. */
    public List<String> apart() {
        return apart;
    }

    /** The end of the day. */
    public Outcome golden() {
        return golden;
    }

    /** A copy of an image that may be damaged and is then played on with. */
    public FileImage copy(Shot shot) {
        return FileImage.take(shot.image().database(), newFile());
    }

    /** Starts the process again on what is left, plays on to the end of the day, and tells what is then not as it should be. */
    public List<String> playOn(Shot shot, FileImage left) throws Exception {
        return playOn(shot, left, 1, null);
    }

    /** Plays on from what a crash after a crash has left. */
    public List<String> playOnAgain(Shot second, FileImage left) throws Exception {
        return playOn(second, left, 2, null);
    }

    /** Plays on and gives what a second crash would leave, anywhere in the step that is begun again. */
    public List<Shot> shotsOfASecondCrash(Shot shot) throws Exception {
        Path album = newFolder();
        List<Shot> shots = new ArrayList<>();
        playOn(shot, copy(shot), 1, stage -> new Camera(stage, album, shots));
        return shots;
    }

    /** What plans a start of the process. */
    private interface Planning {
        StepPlan of(Stage stage);
    }

    private List<String> playOn(Shot shot, FileImage left, int starts, @Nullable Planning planning) throws Exception {
        try (Stage stage = new Stage(script, left.database(), shot.server().copy(), starts)) {
            StepPlan plan = planning == null ? null : planning.of(stage);
            if (plan != null) {
                stage.layer().plan(plan);
            }
            try {
                play(stage, shot.step(), plan, shot.step());
            } catch (RuntimeException e) {
                return List.of("it did not go on: " + e + ", because " + e.getCause());
            }
            return outcome(stage).differences(golden);
        } finally {
            left.delete();
        }
    }

    /** Lets a process die inside a call, with whatever it still does while it dies, and tells what it left; empty if it lived. */
    public Optional<Shot> die(int boundary) throws Exception {
        Path file = newHostFile();
        try (Stage stage = new Stage(script, file, script.newServer(), 0)) {
            Striker striker = Striker.crash(boundary, stage, newFile());
            stage.layer().plan(striker);
            try {
                play(stage, 0, striker, LAST);
            } catch (SimulatedCrash died) {
                return Optional.ofNullable(striker.shot());
            }
            return Optional.empty();
        } finally {
            new FileImage(file).delete();
        }
    }

    /** Lets calls fail, heals them, plays on, and tells what is then not as it should be; empty also if none failed. */
    public Failed fail(int boundary, Strike failure, boolean lasting) throws Exception {
        Path file = newHostFile();
        try (Stage stage = new Stage(script, file, script.newServer(), 0)) {
            Striker striker = Striker.fail(boundary, failure, lasting, stage);
            stage.layer().plan(striker);
            Patience host = new Patience(script, stage, striker);
            List<String> untyped = host.play();
            stage.rest();
            stage.closeManager();
            List<String> wrong = new ArrayList<>(outcome(stage).differences(golden));
            wrong.addAll(untyped);
            return new Failed(striker.struck(), wrong, host.told());
        } finally {
            new FileImage(file).delete();
        }
    }

    /**
     * What a failure did.
     *
     * @param at where it struck; null if it did not
     * @param wrong what was not as it should be
     * @param told what the library told the host of it
     */
    public record Failed(@Nullable Boundary at, List<String> wrong, List<String> told) {}

    private void play(Stage stage, int from, @Nullable StepPlan plan, int lastStruck) throws Exception {
        List<Script.Step> steps = script.steps();
        for (int number = from; number < steps.size(); number++) {
            Script.Step step = steps.get(number);
            if (plan != null) {
                plan.step(number, step.struck() && number <= lastStruck);
            }
            stage.tables(step.tables());
            step.action().on(stage);
            stage.requireAlive();
        }
        if (plan != null) {
            plan.step(steps.size(), false);
        }
        stage.rest();
        stage.closeManager();
    }

    private static Outcome outcome(Stage stage) throws SQLException {
        return Outcome.of(stage.file(), stage.server(), stage.tables());
    }

    private Path newHostFile() throws SQLException {
        Path file = newFile();
        List<String> schema = new ArrayList<>(script.schema());
        schema.add("CREATE TABLE host_mark(mark TEXT PRIMARY KEY)");
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = connection.createStatement()) {
            for (String sql : schema) {
                statement.execute(sql);
            }
        }
        return file;
    }

    private Path newFile() {
        return folder.resolve(script.name() + files.incrementAndGet() + ".db");
    }

    private Path newFolder() {
        try {
            return Files.createDirectories(folder.resolve(script.name() + "-shots" + files.incrementAndGet()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
