package dev.syncline.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.syncline.config.SyncedTable;
import dev.syncline.testing.server.ServerInMemory;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * A change that the server has refused for good is not done (I25): its row stays marked until its host, a decision or a later try says
 * otherwise.
 */
final class RefusalChecks {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int REFUSED = 422;

    private final List<SyncedTable> tables;
    private final Consumer<Violation> found;
    /** For each device the rows whose last change in this run was refused. */
    private final Map<Integer, Set<String>> refused = new HashMap<>();

    RefusalChecks(List<SyncedTable> tables, Consumer<Violation> found) {
        this.tables = tables;
        this.found = found;
    }

    void begun(SimulatedDevice device) {
        refused.put(device.number(), new TreeSet<>());
    }

    /** Takes in what the server has told a device of its changes, by the rows that their keys are for. */
    void told(
            SimulatedDevice device,
            List<Outgoing> changes,
            Map<String, String> rowsByKey,
            ServerInMemory.Response answer) {
        Set<String> rows = refused.getOrDefault(device.number(), new TreeSet<>());
        changes.forEach(change -> rows.remove(rowsByKey.get(change.key())));
        if (changes.isEmpty()) {
            return;
        }
        if (answer.status() == REFUSED) {
            rows.add(rowsByKey.getOrDefault(changes.get(0).key(), ""));
        }
        for (JsonNode result : results(answer)) {
            String row = rowsByKey.get(result.path("key").asText());
            if (row != null && result.path("status").asInt() == REFUSED) {
                rows.add(row);
            }
        }
    }

    private static JsonNode results(ServerInMemory.Response answer) {
        try {
            return answer.status() == 200 ? JSON.readTree(answer.body()).path("results") : JSON.createArrayNode();
        } catch (IOException e) {
            // A login page in the place of the answer refuses nothing.
            return JSON.createArrayNode();
        }
    }

    /** Looks at the file after a run; edited rows are those that the host wrote to in between. */
    void check(SimulatedDevice device, DeviceView before, DeviceView after, Set<String> edited) {
        Set<String> rows = refused.remove(device.number());
        if (rows == null || !after.isKnown() || RunChecks.settledAny(before, after)) {
            return;
        }
        Map<String, String> names = new HashMap<>();
        device.query("SELECT id, name FROM syncline_table")
                .forEach(table -> names.put(String.valueOf(table.get("id")), String.valueOf(table.get("name"))));
        for (SyncedTable spec : tables) {
            for (String row : rows) {
                int slash = row.indexOf('/');
                String id = row.substring(slash + 1);
                boolean here = slash > 0 && spec.name().equals(names.get(row.substring(0, slash)));
                if (here && !after.table(spec).marked.containsKey(id) && !edited.contains(spec.name() + "/" + id)) {
                    found.accept(new Violation(
                            "I25",
                            device.number() + " took a refused change of " + spec.name() + " " + id + " for done"));
                }
            }
        }
    }
}
