package dev.syncline.simulator;

import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/**
 * Every decision of one simulated history. It is cut into segments, one for each step of the history, and each segment is drawn from
 * the seed and the segment's own number; so a step can be left out without changing what happens in the others. A draw can also be
 * calmed: it is then 0, which is always the choice that lets the least happen. A tape is written as one line and read back from it.
 */
final class Tape implements RandomGenerator {
    private final long seed;
    private final BitSet leftOut;
    private final Map<Integer, BitSet> calmed;
    private final Map<Integer, Integer> lengths = new TreeMap<>();
    private SplittableRandom random = new SplittableRandom(0);
    private BitSet calm = new BitSet();
    private int segment;
    private int position;

    private Tape(long seed, BitSet leftOut, Map<Integer, BitSet> calmed) {
        this.seed = seed;
        this.leftOut = leftOut;
        this.calmed = calmed;
    }

    /** All that the seed decides. */
    static Tape of(long seed) {
        return new Tape(seed, new BitSet(), new TreeMap<>());
    }

    /** Reads what {@link #toString} wrote; a number alone is a seed. */
    static Tape parse(String text) {
        String[] parts = text.split("/", -1);
        Tape tape = of(Long.parseLong(parts[0]));
        for (int i = 1; i < parts.length; i++) {
            String[] named = parts[i].split("=", 2);
            if (named[0].equals("without")) {
                tape.leftOut.or(set(named[1]));
            } else {
                tape.calmed.put(Integer.parseInt(named[0].substring("calm".length())), set(named[1]));
            }
        }
        return tape;
    }

    /** This tape, with fewer steps. */
    Tape without(List<Integer> segments) {
        Tape tape = copy();
        segments.forEach(tape.leftOut::set);
        return tape;
    }

    /** This tape, with some draws of a segment calmed. */
    Tape calmed(int segment, List<Integer> positions) {
        Tape tape = copy();
        BitSet set = tape.calmed.computeIfAbsent(segment, s -> new BitSet());
        positions.forEach(set::set);
        return tape;
    }

    private Tape copy() {
        Tape tape = new Tape(seed, (BitSet) leftOut.clone(), new TreeMap<>());
        calmed.forEach((number, set) -> tape.calmed.put(number, (BitSet) set.clone()));
        return tape;
    }

    long seed() {
        return seed;
    }

    boolean has(int segment) {
        return !leftOut.get(segment);
    }

    boolean isCalm(int segment, int position) {
        BitSet set = calmed.get(segment);
        return set != null && set.get(position);
    }

    /** Goes to a segment; what is drawn from now on is of it. */
    void begin(int segment) {
        this.segment = segment;
        position = 0;
        random = new SplittableRandom(seed * 1_000_003L + segment);
        calm = calmed.getOrDefault(segment, new BitSet());
    }

    /** How much was drawn from each segment so far. */
    Map<Integer, Integer> lengths() {
        return lengths;
    }

    private void count() {
        position++;
        lengths.merge(segment, position, Math::max);
    }

    @Override
    public long nextLong() {
        boolean quiet = calm.get(position);
        count();
        long drawn = random.nextLong();
        return quiet ? 0 : drawn;
    }

    @Override
    public int nextInt(int bound) {
        return (int) Long.remainderUnsigned(nextLong(), bound);
    }

    @Override
    public boolean nextBoolean() {
        return nextInt(2) == 1;
    }

    /** True once in so many draws; never when calmed. */
    boolean oneIn(int bound) {
        return nextInt(bound) == bound - 1;
    }

    <T> T pick(List<T> choices) {
        return choices.get(nextInt(choices.size()));
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(Long.toString(seed));
        if (!leftOut.isEmpty()) {
            text.append("/without=").append(ranges(leftOut));
        }
        calmed.forEach(
                (number, set) -> text.append("/calm").append(number).append('=').append(ranges(set)));
        return text.toString();
    }

    private static String ranges(BitSet set) {
        StringBuilder text = new StringBuilder();
        for (int from = set.nextSetBit(0); from >= 0; ) {
            int to = set.nextClearBit(from);
            text.append(text.length() == 0 ? "" : ",").append(from);
            if (to - from > 1) {
                text.append('-').append(to - 1);
            }
            from = set.nextSetBit(to);
        }
        return text.toString();
    }

    private static BitSet set(String ranges) {
        BitSet set = new BitSet();
        for (String range : ranges.split(",")) {
            String[] ends = range.split("-");
            set.set(Integer.parseInt(ends[0]), Integer.parseInt(ends[ends.length - 1]) + 1);
        }
        return set;
    }
}
