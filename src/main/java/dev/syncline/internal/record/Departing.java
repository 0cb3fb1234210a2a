package dev.syncline.internal.record;

import dev.syncline.internal.capture.Identifiers;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Rows that are about to be deleted in one unit, so that what they refer to need not wait for them. Not thread-safe. */
final class Departing {
    private final Map<BoundTable, Set<String>> rows = new HashMap<>();

    void add(BoundTable table, String rowId) {
        rows.computeIfAbsent(table, any -> new HashSet<>()).add(rowId);
    }

    /** The table of that name, if rows of it are among them. */
    Optional<BoundTable> table(String name) {
        return rows.keySet().stream()
                .filter(table -> Identifiers.same(table.schema().name(), name))
                .findFirst();
    }

    /** Whether a row is one of them. */
    boolean includes(BoundTable table, @Nullable Object[] key) {
        Set<String> ofTable = rows.getOrDefault(table, Set.of());
        return !ofTable.isEmpty()
                && table.keys().encode(key).filter(ofTable::contains).isPresent();
    }
}
