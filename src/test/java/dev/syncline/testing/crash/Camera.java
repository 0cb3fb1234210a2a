package dev.syncline.testing.crash;

import dev.syncline.testing.jdbc.Boundary;
import dev.syncline.testing.jdbc.DurableLog;
import dev.syncline.testing.jdbc.FileImage;
import dev.syncline.testing.jdbc.Strike;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Takes an image at every boundary. Two boundaries between which neither the file nor the server changed leave the same, and only
 * one of them is kept: what is in SQLite's memory alone dies with the process.
 */
final class Camera implements StepPlan {
    private final Stage stage;
    private final Path folder;
    private final DurableLog durable;
    private final Set<String> seen = new HashSet<>();
    private final List<Shot> shots;
    private int step;
    private boolean on;
    private int boundaries;
    private long lastSeq;

    /** Adds what it sees to the list. */
    Camera(Stage stage, Path folder, List<Shot> shots) {
        this.shots = shots;
        this.stage = stage;
        this.folder = folder;
        durable = new DurableLog(stage.file());
    }

    @Override
    public synchronized void step(int number, boolean struck) {
        step = number;
        on = struck;
        lastSeq = -1;
    }

    @Override
    public synchronized Strike at(Boundary boundary) {
        durable.at(boundary);
        if (on) {
            boundaries++;
        }
        if (on && mayDiffer(boundary)) {
            FileImage image = FileImage.take(stage.file(), folder.resolve("shot" + shots.size() + ".db"));
            if (seen.add(step + "/" + stage.server().seq() + "/" + image.print())) {
                shots.add(new Shot(image, boundary, step, stage.server().copy(), durable.bytes()));
            }
        }
        return Strike.PASS;
    }

    /** Between two calls nobody writes to the file, and reading or marking a place writes nothing. */
    private boolean mayDiffer(Boundary boundary) {
        long seq = stage.server().seq();
        boolean served = seq != lastSeq;
        lastSeq = seq;
        String sql = boundary.sql().trim().toUpperCase(Locale.ROOT);
        boolean wrote =
                boundary.moment() == Boundary.Moment.AFTER && !sql.startsWith("SELECT") && !sql.startsWith("SAVEPOINT");
        return served || wrote || shots.isEmpty();
    }

    /** At how many boundaries. */
    int boundaries() {
        return boundaries;
    }
}
