package dev.syncline.testing.convergence;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.syncline.config.SyncedTable;
import dev.syncline.testing.Device;
import dev.syncline.testing.server.ReferenceServer;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** The hosts' values as they are spread over server, devices and journals of conflicts. */
final class Tokens {
    private final Set<String> live = new HashSet<>();
    private final Set<String> inConflicts = new HashSet<>();
    private final Set<String> markers = new HashSet<>();
    private final Set<String> twice = new TreeSet<>();

    Tokens(List<SyncedTable> tables, ReferenceServer server, List<Device> devices) {
        for (SyncedTable table : tables) {
            for (ObjectNode row : server.rows(table.entity()).all()) {
                Ledger.collect(row.toString(), live);
                if (!markers.add(row.path("m").asText())) {
                    twice.add(row.path("m").asText());
                }
            }
        }
        for (Device device : devices) {
            device.query("SELECT ifnull(local_data, '') || ifnull(remote_data, '') AS t FROM syncline_conflicts")
                    .forEach(row -> Ledger.collect(String.valueOf(row.get("t")), inConflicts));
        }
    }

    Set<String> live() {
        return live;
    }

    Set<String> inConflicts() {
        return inConflicts;
    }

    Set<String> markers() {
        return markers;
    }

    /** Markers of two live rows, unless a host took the first away, so that another device's edit could make it anew. */
    Set<String> markersTwice(Ledger ledger) {
        Set<String> found = new TreeSet<>(twice);
        found.removeIf(ledger::wasOverwritten);
        return found;
    }
}
