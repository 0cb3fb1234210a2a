package dev.syncline.simulator;

import dev.syncline.config.Reference;
import dev.syncline.config.SyncedTable;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * A row goes because the backend deleted it, not because an answer lacks it (I28): an empty or shrunk list empties no table. How many
 * true deletions are too many is for the tests of the guard itself; the tables here are smaller than the least that it holds.
 */
final class DeletionChecks {
    private final List<SyncedTable> tables;
    private final History history;
    private final Consumer<Violation> found;

    DeletionChecks(List<SyncedTable> tables, History history, Consumer<Violation> found) {
        this.tables = tables;
        this.history = history;
        this.found = found;
    }

    /** Compares a file before and after a run; edited rows are those that the host wrote to in between. */
    void check(SimulatedDevice device, DeviceView before, DeviceView after, Set<String> edited) {
        if (!before.isKnown() || !after.isKnown() || isSettled(before, after)) {
            return;
        }
        for (SyncedTable spec : tables) {
            Set<String> there = new HashSet<>();
            after.table(spec).rows.values().forEach(row -> there.add(row.remoteId()));
            Set<String> gone = new TreeSet<>();
            for (DeviceView.Row row : before.table(spec).rows.values()) {
                boolean byTheHost = edited.contains(spec.name() + "/" + row.localId())
                        || before.table(spec).marked.containsKey(row.localId());
                if (!there.contains(row.remoteId())
                        && !byTheHost
                        && hasLived(spec, row)
                        && !wentWithAParent(spec, row, after)) {
                    gone.add(row.remoteId());
                }
            }
            if (!gone.isEmpty()) {
                found.accept(new Violation(
                        "I28",
                        device.number() + " removed rows of " + spec.name() + " that nobody has deleted: " + gone));
            }
        }
    }

    /** A decision may take a row away. */
    private static boolean isSettled(DeviceView before, DeviceView after) {
        return after.conflicts().entrySet().stream()
                .anyMatch(
                        conflict -> conflict.getValue() && !before.conflicts().getOrDefault(conflict.getKey(), false));
    }

    /** Whether the server never deleted the row after it was as it was here; made anew since, it comes with the next pull. */
    private boolean hasLived(SyncedTable spec, DeviceView.Row row) {
        boolean lives = false;
        for (History.Known known : history.of(spec.entity(), row.remoteId()).values()) {
            if (known.state().deleted()) {
                lives = false;
            } else if (known.fields().equals(row.fields())) {
                lives = true;
            }
        }
        return lives;
    }

    /** Where host or server cascade, a row goes with the one it refers to. */
    private boolean wentWithAParent(SyncedTable spec, DeviceView.Row row, DeviceView after) {
        for (Reference reference : spec.references()) {
            String parent = row.fields().get(reference.column());
            SyncedTable named = tables.stream()
                    .filter(table -> table.name().equals(reference.table()))
                    .findFirst()
                    .orElseThrow();
            boolean there = parent == null
                    || after.table(named).rows.values().stream().anyMatch(one -> parent.contains(one.remoteId()));
            if (!there) {
                return true;
            }
        }
        return false;
    }
}
