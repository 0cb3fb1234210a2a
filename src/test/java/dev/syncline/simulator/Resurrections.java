package dev.syncline.simulator;

import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;

/** Rows that were gone everywhere while everybody agreed: none of them may ever come back. */
final class Resurrections {
    private final Set<String> buried = new HashSet<>();

    Set<String> among(Set<String> markers) {
        Set<String> back = new TreeSet<>(markers);
        back.retainAll(buried);
        return back;
    }

    void bury(Set<String> everWritten, Set<String> live) {
        buried.addAll(everWritten);
        buried.removeAll(live);
    }
}
