package dev.syncline.testing;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.syncline.config.SyncedTable;
import dev.syncline.testing.server.ReferenceServer;
import dev.syncline.testing.server.ServerRows;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Compares devices with the server, row by row: through the mapping of ids, and by what the columns mean. */
public final class Replicas {
    private final List<SyncedTable> tables;
    private final Map<String, Map<String, Map<String, String>>> onServer = new HashMap<>();

    /** The rows of the server as they are now. */
    public Replicas(List<SyncedTable> tables, ReferenceServer server) {
        this(tables, server::rows);
    }

    /** The rows of a server as they are now, asked for by entity. */
    public Replicas(List<SyncedTable> tables, Function<String, ServerRows> server) {
        this.tables = tables;
        for (SyncedTable table : tables) {
            Map<String, Map<String, String>> rows = new TreeMap<>();
            for (ObjectNode row : server.apply(table.entity()).all()) {
                if (table.externalId() != null) {
                    // No device has a column for it.
                    row.remove(table.externalId());
                }
                rows.put(row.path("id").asText(), RowForms.fields(table, row));
            }
            onServer.put(table.name(), rows);
        }
    }

    /** Where a device differs from the server; its number is for the reader. */
    public List<String> differences(Object number, Device device) {
        return differences(number, sql -> device.query(sql));
    }

    /** Where a device, whose rows are asked for by SQL, differs from the server. */
    public List<String> differences(Object number, Function<String, List<Map<String, @Nullable Object>>> query) {
        List<String> found = new ArrayList<>();
        RowForms forms = new RowForms(tables, query);
        for (SyncedTable table : tables) {
            Map<String, Map<String, String>> here = new TreeMap<>();
            for (Map<String, @Nullable Object> row : query.apply("SELECT * FROM \"" + table.name() + "\"")) {
                here.put(forms.remoteId(table, row), forms.fields(table, row));
            }
            Map<String, Map<String, String>> there = onServer.get(table.name());
            TreeSet<String> ids = new TreeSet<>(here.keySet());
            ids.addAll(there.keySet());
            for (String id : ids) {
                if (!String.valueOf(here.get(id)).equals(String.valueOf(there.get(id)))) {
                    found.add(number + " " + table.name() + " " + id + "\n     here " + here.get(id) + "\n    there "
                            + there.get(id));
                }
            }
        }
        return found;
    }
}
