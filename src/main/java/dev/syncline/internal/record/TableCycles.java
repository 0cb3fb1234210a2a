package dev.syncline.internal.record;

import dev.syncline.internal.capture.ForeignKey;
import dev.syncline.internal.capture.Identifiers;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Which tables refer to themselves, directly or through others: only their rows can wait for each other. */
public final class TableCycles {
    private TableCycles() {}

    /**
     * Finds them.
     *
     * @param tables every synced table
     * @return those from which references, declared or in the file, lead back to them, in the order given
     */
    public static List<BoundTable> of(List<BoundTable> tables) {
        return tables.stream().filter(table -> leadsBack(table, tables)).toList();
    }

    private static boolean leadsBack(BoundTable start, List<BoundTable> tables) {
        Set<BoundTable> seen = new HashSet<>();
        Deque<BoundTable> ahead = new ArrayDeque<>(referred(start, tables));
        while (!ahead.isEmpty()) {
            BoundTable next = ahead.pop();
            if (next.equals(start)) {
                return true;
            }
            if (seen.add(next)) {
                ahead.addAll(referred(next, tables));
            }
        }
        return false;
    }

    private static List<BoundTable> referred(BoundTable table, List<BoundTable> tables) {
        return tables.stream()
                .filter(other -> table.references().tables().contains(other)
                        || table.schema().foreignKeys().stream()
                                .map(ForeignKey::parentTable)
                                .anyMatch(name ->
                                        Identifiers.same(name, other.schema().name())))
                .toList();
    }
}
