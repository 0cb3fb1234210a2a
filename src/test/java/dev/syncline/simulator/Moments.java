package dev.syncline.simulator;

import java.util.HashSet;
import java.util.Set;

/** At which statements of one run something happens to the device. */
final class Moments {
    private static final int LOOKS = 3;
    private static final int SPAN = 400;

    private final Set<Integer> looks = new HashSet<>();
    private final int killAt;
    private int count;

    private Moments(int killAt) {
        this.killAt = killAt;
    }

    static Moments draw(Tape tape) {
        Moments moments = new Moments(tape.oneIn(6) ? 1 + tape.nextInt(tape.nextInt(4) == 0 ? SPAN * 3 : SPAN) : 0);
        for (int look = tape.nextInt(LOOKS + 1); look > 0; look--) {
            moments.looks.add(1 + tape.nextInt(SPAN));
        }
        return moments;
    }

    static Moments none() {
        return new Moments(0);
    }

    /** Goes on to the next boundary. */
    void next() {
        count++;
    }

    boolean kills() {
        return count == killAt;
    }

    boolean looks() {
        return looks.contains(count);
    }
}
