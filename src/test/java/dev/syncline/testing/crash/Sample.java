package dev.syncline.testing.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * How much of what could be tried is tried: every k-th of it, the first one drawn from a seed and the name of what is tried, so
 * that another seed takes others. Not thread-safe.
 */
public final class Sample {
    private static final int USUAL_STEP = 10;
    private static final int MOST_SHOWN = 3;
    /** Boundaries of one script that are tried one by one when a sample will do. */
    private static final int USUAL_BOUNDARIES = 25;

    private final long seed;
    private final int every;
    private final int cuts;
    private final Map<String, Integer> counts = new TreeMap<>();

    private Sample(long seed, int every, int cuts) {
        this.seed = seed;
        this.every = every;
        this.cuts = cuts;
    }

    /** As the system properties {@code crash.seed}, {@code crash.every} and {@code crash.cuts} say. */
    public static Sample ofTheBuild() {
        return new Sample(
                Long.getLong("crash.seed", 1),
                Integer.getInteger("crash.every", USUAL_STEP),
                Integer.getInteger("crash.cuts", 1));
    }

    /** What the sample is drawn by. */
    public long seed() {
        return seed;
    }

    /** Whether everything is tried. */
    public boolean isWhole() {
        return every == 1;
    }

    /** How often each log is cut and damaged. */
    public int cuts() {
        return cuts;
    }

    /** Whether a script of this name is played: all are, unless the system property {@code crash.script} names one. */
    public boolean takes(String script) {
        return System.getProperty("crash.script", script).equals(script);
    }

    /** Numbers for one purpose, the same on every run with the same seed. */
    public SplittableRandom random(String purpose) {
        return new SplittableRandom(seed * 31 + purpose.hashCode());
    }

    /** Every k-th of them. */
    public <T> List<T> of(List<T> all, String purpose) {
        List<T> some = new ArrayList<>();
        for (int i = random(purpose).nextInt(every); i < all.size(); i += every) {
            some.add(all.get(i));
        }
        return some;
    }

    /** Of boundaries that are numbered from 1, as many as are worth their time, or every k-th if told so. */
    public List<Integer> boundaries(int all, String purpose) {
        int step = every == USUAL_STEP ? Math.max(every, all / USUAL_BOUNDARIES) : every;
        int first = 1 + random(purpose).nextInt(step);
        return IntStream.iterate(first, n -> n <= all, n -> n + step).boxed().toList();
    }

    /** Notes that something was tried. */
    public void count(String what, int times) {
        counts.merge(what, times, Integer::sum);
    }

    /** Fails with the first few of what is wrong, and how much there is. */
    public static void assertNothing(List<String> wrong) {
        assertThat(wrong.subList(0, Math.min(MOST_SHOWN, wrong.size())))
                .as(wrong.size() + " of what was tried went wrong")
                .isEmpty();
    }

    /** Prints how often what was tried. */
    public void report() {
        System.out.println("crash: seed " + seed + ", every " + every + ", " + counts);
    }
}
