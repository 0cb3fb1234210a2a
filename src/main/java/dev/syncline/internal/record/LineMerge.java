package dev.syncline.internal.record;

import com.github.difflib.DiffUtils;
import com.github.difflib.algorithm.myers.MyersDiffWithLinearSpace;
import com.github.difflib.patch.AbstractDelta;
import com.github.difflib.patch.Chunk;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Joins two versions of a text line by line with the one that both came from. Pure and symmetric. */
final class LineMerge {
    /** Comparing takes time by the product of what differs, and it happens while the write lock is held. */
    private static final int MOST_LINES = 2000;

    private final List<String> base;

    LineMerge(String base) {
        this.base = lines(base);
    }

    /**
     * Joins.
     *
     * @param local the text as it became here
     * @param remote the text as it became there
     * @return the text with both sides' changes; empty if they touch each other, or the text is too long to be compared
     */
    Optional<String> merge(String local, String remote) {
        List<String> here = lines(local);
        List<String> there = lines(remote);
        if (Math.max(base.size(), Math.max(here.size(), there.size())) > MOST_LINES) {
            return Optional.empty();
        }
        List<AbstractDelta<String>> mine = changes(here);
        List<AbstractDelta<String>> theirs = changes(there);
        List<String> merged = new ArrayList<>();
        int at = 0;
        int i = 0;
        int j = 0;
        while (i < mine.size() || j < theirs.size()) {
            AbstractDelta<String> next;
            if (i == mine.size()) {
                next = theirs.get(j++);
            } else if (j == theirs.size()) {
                next = mine.get(i++);
            } else if (touch(mine.get(i).getSource(), theirs.get(j).getSource())) {
                if (!isAlike(mine.get(i), theirs.get(j))) {
                    return Optional.empty();
                }
                next = mine.get(i++);
                j++;
            } else {
                boolean mineIsFirst = mine.get(i).getSource().getPosition()
                        < theirs.get(j).getSource().getPosition();
                next = mineIsFirst ? mine.get(i++) : theirs.get(j++);
            }
            merged.addAll(base.subList(at, next.getSource().getPosition()));
            merged.addAll(next.getTarget().getLines());
            at = end(next.getSource());
        }
        merged.addAll(base.subList(at, base.size()));
        return Optional.of(String.join("\n", merged));
    }

    private List<AbstractDelta<String>> changes(List<String> version) {
        return DiffUtils.diff(base, version, new MyersDiffWithLinearSpace<>(), null)
                .getDeltas();
    }

    /** Next to each other is too close: nobody can tell which of two new lines comes first. */
    private static boolean touch(Chunk<String> a, Chunk<String> b) {
        return a.getPosition() <= end(b) && b.getPosition() <= end(a);
    }

    private static boolean isAlike(AbstractDelta<String> a, AbstractDelta<String> b) {
        return a.getSource().equals(b.getSource())
                && a.getTarget().getLines().equals(b.getTarget().getLines());
    }

    private static int end(Chunk<String> chunk) {
        return chunk.getPosition() + chunk.size();
    }

    private static List<String> lines(String text) {
        return List.of(text.split("\n", -1));
    }
}
