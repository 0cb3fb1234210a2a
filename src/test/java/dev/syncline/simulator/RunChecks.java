package dev.syncline.simulator;

import dev.syncline.config.SyncedTable;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * What must hold between two looks at a device's file, one before a run and one after it: rows that the run brought are not taken for
 * edits (I04), a value of the host's that is gone has been at the server or is in a conflict (I16), and a conflict is kept (I21).
 */
final class RunChecks {
    private final List<SyncedTable> tables;
    private final History history;
    private final Ledger ledger;
    private final Consumer<Violation> found;

    RunChecks(List<SyncedTable> tables, History history, Ledger ledger, Consumer<Violation> found) {
        this.tables = tables;
        this.history = history;
        this.ledger = ledger;
        this.found = found;
    }

    /** A row that is kept against its deletion elsewhere is new there, and takes the rows along that it belongs to or that belong to it. */
    static boolean settledAny(DeviceView before, DeviceView after) {
        return after.conflicts().entrySet().stream()
                .anyMatch(
                        conflict -> conflict.getValue() && !before.conflicts().getOrDefault(conflict.getKey(), false));
    }

    /** Compares; edited rows are those that the host wrote to in between. */
    void check(SimulatedDevice device, DeviceView before, DeviceView after, Set<String> edited) {
        if (!after.isKnown()) {
            return;
        }
        if (before.isKnown() && !settledAny(before, after)) {
            for (SyncedTable spec : tables) {
                Set<String> echoes = new TreeSet<>(after.table(spec).marked.keySet());
                echoes.removeAll(before.table(spec).marked.keySet());
                // A deletion whose key SQLite gave to a new row goes on under a key below 0.
                echoes.removeIf(id -> id.startsWith("-") || edited.contains(spec.name() + "/" + id));
                if (!echoes.isEmpty()) {
                    found.accept(new Violation(
                            "I04",
                            device.number() + " took what it pulled for edits of " + spec.name() + ": " + echoes));
                }
            }
        }
        Set<String> gone = new TreeSet<>(before.tokens());
        gone.removeAll(after.tokens());
        gone.removeAll(history.tokens());
        gone.removeAll(after.conflictTokens());
        gone.removeIf(ledger::wasOverwritten);
        if (!gone.isEmpty()) {
            found.accept(new Violation("I16", device.number() + " lost values of its host in a run: " + gone));
        }
        for (Map.Entry<String, Boolean> conflict : before.conflicts().entrySet()) {
            Boolean now = after.conflicts().get(conflict.getKey());
            if (now == null || (conflict.getValue() && !now)) {
                found.accept(new Violation(
                        "I21", device.number() + " forgot the conflict " + conflict.getKey() + " or its settling"));
            }
        }
    }
}
