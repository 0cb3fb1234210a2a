package dev.syncline.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.syncline.config.Reference;
import dev.syncline.config.SyncedTable;
import dev.syncline.config.ValueType;
import dev.syncline.testing.server.ReferenceServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Compares devices with the server, row by row: through the mapping of ids, and by what the columns mean. */
public final class Replicas {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final List<SyncedTable> tables;
    private final Map<String, Map<String, Map<String, String>>> onServer = new HashMap<>();

    /** The rows of the server as they are now. */
    public Replicas(List<SyncedTable> tables, ReferenceServer server) {
        this.tables = tables;
        for (SyncedTable table : tables) {
            Map<String, Map<String, String>> rows = new TreeMap<>();
            for (ObjectNode row : server.rows(table.entity()).all()) {
                Map<String, String> fields = new TreeMap<>();
                row.properties().forEach(field -> fields.put(field.getKey(), canonical(table, field)));
                fields.keySet().removeAll(List.of("id", "version", "updated_at"));
                table.key().forEach(fields::remove);
                rows.put(row.path("id").asText(), fields);
            }
            onServer.put(table.name(), rows);
        }
    }

    private static String canonical(SyncedTable table, Map.Entry<String, JsonNode> field) {
        JsonNode value = field.getValue();
        if (value.isNull()) {
            return "null";
        }
        return table.typeOf(field.getKey()) == ValueType.DECIMAL
                ? new BigDecimal(value.asText()).stripTrailingZeros().toPlainString()
                : value.isValueNode() ? value.asText() : value.toString();
    }

    /** Where a device differs from the server; its number is for the reader. */
    public List<String> differences(Object number, Device device) {
        List<String> found = new ArrayList<>();
        Map<String, Map<String, String>> mapping = mapping(device);
        for (SyncedTable table : tables) {
            Map<String, Map<String, String>> here = new TreeMap<>();
            for (Map<String, @Nullable Object> row : device.query("SELECT * FROM " + table.name())) {
                here.put(remoteId(table, row, mapping), fields(table, row, mapping));
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

    private static String remoteId(
            SyncedTable table, Map<String, @Nullable Object> row, Map<String, Map<String, String>> mapping) {
        return table.key().stream()
                .map(column -> String.valueOf(reference(table, column, row.get(column), mapping)))
                .map(id -> mapping.containsKey(table.name())
                        ? mapping.get(table.name()).getOrDefault(id, "unmapped " + id)
                        : id)
                .collect(Collectors.joining(","));
    }

    private static Map<String, String> fields(
            SyncedTable table, Map<String, @Nullable Object> row, Map<String, Map<String, String>> mapping) {
        Map<String, String> fields = new TreeMap<>();
        row.forEach((column, value) -> {
            if (!table.key().contains(column)) {
                fields.put(column, text(table.typeOf(column), reference(table, column, value, mapping)));
            }
        });
        return fields;
    }

    private static String text(ValueType type, @Nullable Object value) {
        if (value == null) {
            return "null";
        }
        try {
            return switch (type) {
                case DECIMAL ->
                    new BigDecimal(value.toString()).stripTrailingZeros().toPlainString();
                case BOOL -> value.toString().equals("1") ? "true" : "false";
                case JSON -> JSON.readTree(value.toString()).toString();
                default -> value.toString();
            };
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static @Nullable Object reference(
            SyncedTable table, String column, @Nullable Object value, Map<String, Map<String, String>> mapping) {
        for (Reference reference : table.references()) {
            if (value != null && reference.column().equals(column) && mapping.containsKey(reference.table())) {
                return mapping.get(reference.table()).getOrDefault(value.toString(), "unmapped " + value);
            }
        }
        return value;
    }

    /** For each table with ids of the server, local key to remote id. */
    private Map<String, Map<String, String>> mapping(Device device) {
        Map<String, Map<String, String>> mapping = new HashMap<>();
        for (SyncedTable table : tables) {
            boolean numeric =
                    device
                            .query("SELECT type FROM pragma_table_info('" + table.name() + "') WHERE name = 'id'")
                            .stream()
                            .anyMatch(row -> "INTEGER".equals(row.get("type")));
            if (numeric) {
                mapping.put(table.name(), new HashMap<>());
            }
        }
        device.query("SELECT name, local_id, remote_id FROM syncline_id_mapping JOIN syncline_table ON id = t")
                .forEach(row -> mapping.get(String.valueOf(row.get("name")))
                        .put(String.valueOf(row.get("local_id")), String.valueOf(row.get("remote_id"))));
        return mapping;
    }
}
