package dev.syncline.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import dev.syncline.config.Reference;
import dev.syncline.config.SyncedTable;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * What must hold of every change that leaves a device: its key is on disk before (I08), a key means one thing for ever (I08), a row's
 * next change leaves only when the fate of the one before it is known (I09), what it refers to has been at the server (I10), and what it
 * says is of the row's own table (I36).
 */
final class RequestChecks {
    private final List<SyncedTable> tables;
    private final History history;
    private final Consumer<Violation> found;
    private final Map<String, String> meanings = new HashMap<>();
    private final Map<String, Set<String>> columns = new HashMap<>();
    /** For each device the keys whose fate is not known, with the rows that they are for. */
    private final Map<Integer, Map<String, String>> open = new HashMap<>();

    RequestChecks(List<SyncedTable> tables, History history, Consumer<Violation> found) {
        this.tables = tables;
        this.history = history;
        this.found = found;
    }

    /** Looks at a change before its first byte leaves. */
    void leaving(SimulatedDevice device, Outgoing change, Map<String, String> onDisk) {
        String row = onDisk.get(change.key());
        if (row == null) {
            found.accept(new Violation("I08", device.number() + " sends a key that is not on its disk: " + change));
            return;
        }
        String before = meanings.putIfAbsent(change.key(), change.meaning());
        if (before != null && !before.equals(change.meaning())) {
            found.accept(new Violation(
                    "I08", device.number() + " sends a key with another meaning: " + before + " and then " + change));
        }
        Map<String, String> others = open.computeIfAbsent(device.number(), number -> new HashMap<>());
        // A key of SQLite's that is used again moves the earlier record's change to another row of its own.
        others.replaceAll((key, of) -> onDisk.getOrDefault(key, of));
        others.put(change.key(), row);
        others.forEach((key, of) -> {
            if (of.equals(row) && !key.equals(change.key())) {
                found.accept(new Violation(
                        "I09",
                        device.number() + " sends " + change + " while the fate of " + meanings.get(key)
                                + " is unknown"));
            }
        });
        for (SyncedTable table : tables) {
            if (table.entity().equals(change.entity())) {
                references(device, table, change);
                belongs(device, table, change, row);
            }
        }
    }

    private void belongs(SimulatedDevice device, SyncedTable table, Outgoing change, String row) {
        Set<String> own = columns.computeIfAbsent(table.name(), name -> {
            Set<String> all = new HashSet<>(Set.of("id"));
            device.query("SELECT name FROM pragma_table_info('" + name + "')")
                    .forEach(column -> all.add(String.valueOf(column.get("name"))));
            return all;
        });
        boolean ofItsTable = !device.query("SELECT 1 FROM syncline_table WHERE name = '" + table.name() + "' AND id = "
                        + row.substring(0, row.indexOf('/')))
                .isEmpty();
        boolean named = change.fields().properties().stream().allMatch(field -> own.contains(field.getKey()));
        if (!ofItsTable || !named) {
            found.accept(new Violation("I36", device.number() + " sends what is of another table: " + change));
        }
    }

    private void references(SimulatedDevice device, SyncedTable table, Outgoing change) {
        for (Reference reference : table.references()) {
            JsonNode parent = change.fields().path(reference.column());
            SyncedTable named = tables.stream()
                    .filter(t -> t.name().equals(reference.table()))
                    .findFirst()
                    .orElseThrow();
            boolean itself = named == table && parent.asText().equals(change.id());
            if (!itself
                    && !parent.isMissingNode()
                    && !parent.isNull()
                    && history.of(named.entity(), parent.asText()).isEmpty()) {
                found.accept(new Violation("I10", device.number() + " sends a child before its parent: " + change));
            }
        }
    }

    /** A device has been told what became of a change. */
    void settled(SimulatedDevice device, Outgoing change) {
        open.getOrDefault(device.number(), new HashMap<>()).remove(change.key());
    }

    /** The fate of what a device has sent can no longer be judged. */
    void forget(SimulatedDevice device) {
        open.remove(device.number());
    }
}
