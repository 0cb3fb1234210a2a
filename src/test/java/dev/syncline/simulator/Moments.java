package dev.syncline.simulator;

import dev.syncline.testing.jdbc.Boundary;
import dev.syncline.testing.jdbc.Strike;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.sqlite.SQLiteErrorCode;

/** At which statements of one run something happens to the device. */
final class Moments {
    private static final int LOOKS = 3;
    private static final int SPAN = 800;
    private static final List<SQLiteErrorCode> FAILURES = List.of(
            SQLiteErrorCode.SQLITE_BUSY,
            SQLiteErrorCode.SQLITE_BUSY_SNAPSHOT,
            SQLiteErrorCode.SQLITE_FULL,
            SQLiteErrorCode.SQLITE_IOERR,
            SQLiteErrorCode.SQLITE_NOMEM);

    private final Set<Integer> looks = new HashSet<>();
    private final int killAt;
    private final int failAt;
    private final SQLiteErrorCode failure;
    private int count;
    private boolean failed;

    private Moments(int killAt, int failAt, SQLiteErrorCode failure) {
        this.killAt = killAt;
        this.failAt = failAt;
        this.failure = failure;
    }

    static Moments draw(Tape tape) {
        int killAt = tape.oneIn(6) ? 1 + tape.nextInt(tape.nextInt(4) == 0 ? SPAN * 3 : SPAN) : 0;
        int failAt = tape.oneIn(10) ? 1 + tape.nextInt(SPAN) : 0;
        Moments moments = new Moments(killAt, failAt, tape.pick(FAILURES));
        for (int look = tape.nextInt(LOOKS + 1); look > 0; look--) {
            moments.looks.add(1 + tape.nextInt(SPAN));
        }
        return moments;
    }

    /** Goes on to the next boundary. */
    void next() {
        count++;
    }

    /** What happens to the engine there. */
    Strike strike(Boundary boundary) {
        if (count == killAt) {
            return Strike.CRASH;
        }
        if (failAt > 0 && count >= failAt && !failed && boundary.canFail()) {
            failed = true;
            return Strike.fail(failure);
        }
        return Strike.PASS;
    }

    /** Whether a statement was made to fail. */
    boolean hasFailed() {
        return failed;
    }

    /** Whether somebody looks in there. */
    boolean looks() {
        return looks.contains(count);
    }
}
