package dev.syncline.testing.crash;

import dev.syncline.testing.jdbc.Boundary;
import dev.syncline.testing.jdbc.FileImage;
import dev.syncline.testing.jdbc.Strike;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Strikes at one boundary of those that count, or from it on until it is healed. */
final class Striker implements StepPlan {
    private final int from;
    private final boolean lasting;
    private final Strike strike;
    private final Stage stage;
    private final Path copy;
    private boolean on;
    private int step;
    private int passed;
    private boolean healed;
    private @Nullable Boundary struck;
    private @Nullable FileImage image;

    private Striker(int from, boolean lasting, Strike strike, Stage stage, Path copy) {
        this.from = from;
        this.lasting = lasting;
        this.strike = strike;
        this.stage = stage;
        this.copy = copy;
    }

    /** The process dies at the n-th boundary; what it leaves is copied. */
    static Striker crash(int n, Stage stage, Path copy) {
        return new Striker(n, false, Strike.CRASH, stage, copy);
    }

    /** The first call from the n-th boundary on fails, or all of them. */
    static Striker fail(int n, Strike failure, boolean lasting, Stage stage) {
        return new Striker(n, lasting, failure, stage, stage.file());
    }

    @Override
    public synchronized void step(int number, boolean counts) {
        on = counts;
        if (struck == null) {
            step = number;
        }
    }

    @Override
    public synchronized Strike at(Boundary boundary) {
        if (on) {
            passed++;
        }
        boolean due = struck == null ? on && passed >= from : lasting && !healed;
        boolean possible = strike instanceof Strike.Crash || boundary.canFail();
        if (!due || !possible) {
            return Strike.PASS;
        }
        if (strike instanceof Strike.Crash) {
            image = FileImage.take(stage.file(), copy);
        }
        struck = struck == null ? boundary : struck;
        return strike;
    }

    /** From now on nothing fails. */
    synchronized void heal() {
        healed = true;
    }

    /** Where it struck first; null if it has not. */
    synchronized @Nullable Boundary struck() {
        return struck;
    }

    /** What a crash left; null if there was none. */
    synchronized @Nullable Shot shot() {
        return image == null || struck == null ? null : new Shot(image, struck, step, stage.server(), 0);
    }
}
