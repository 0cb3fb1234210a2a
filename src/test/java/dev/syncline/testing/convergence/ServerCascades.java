package dev.syncline.testing.convergence;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.syncline.config.Reference;
import dev.syncline.config.SyncedTable;
import dev.syncline.testing.server.ReferenceServer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What the server takes along when it deletes a parent: children that the device which asked for it need never have seen. */
final class ServerCascades {
    private final List<SyncedTable> tables;
    private final ReferenceServer server;
    private Map<String, Map<String, ObjectNode>> before;

    ServerCascades(List<SyncedTable> tables, ReferenceServer server) {
        this.tables = tables;
        this.server = server;
        before = rows();
    }

    /** The values of rows that went together with their parent since the last call. */
    Set<String> taken() {
        Map<String, Map<String, ObjectNode>> now = rows();
        Set<String> taken = new HashSet<>();
        for (SyncedTable table : tables) {
            Map<String, ObjectNode> gone = new HashMap<>(before.get(table.name()));
            gone.keySet().removeAll(now.get(table.name()).keySet());
            for (ObjectNode row : gone.values()) {
                for (Reference reference : table.references()) {
                    String parent = row.path(reference.column()).asText();
                    if (before.get(reference.table()).containsKey(parent)
                            && !now.get(reference.table()).containsKey(parent)) {
                        Ledger.collect(row.toString(), taken);
                    }
                }
            }
        }
        before = now;
        return taken;
    }

    private Map<String, Map<String, ObjectNode>> rows() {
        Map<String, Map<String, ObjectNode>> rows = new HashMap<>();
        for (SyncedTable table : tables) {
            Map<String, ObjectNode> ofTable = new HashMap<>();
            server.rows(table.entity())
                    .all()
                    .forEach(row -> ofTable.put(row.path("id").asText(), row));
            rows.put(table.name(), ofTable);
        }
        return rows;
    }
}
