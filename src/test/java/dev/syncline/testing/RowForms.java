package dev.syncline.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.syncline.config.Reference;
import dev.syncline.config.SyncedTable;
import dev.syncline.config.ValueType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Brings the rows of one device and those of the server into one form: ids and references as the server names them, values by what
 * their columns mean. It knows a device's mapping of ids as it was when it was made.
 */
public final class RowForms {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Map<String, Map<String, String>> mapping = new HashMap<>();

    /** What a device knows; its rows are asked for by SQL. */
    public RowForms(List<SyncedTable> tables, Function<String, List<Map<String, @Nullable Object>>> query) {
        for (SyncedTable table : tables) {
            boolean numeric =
                    query.apply("SELECT type FROM pragma_table_info('" + table.name() + "') WHERE name = 'id'").stream()
                            .anyMatch(row -> "INTEGER".equals(row.get("type")));
            if (numeric) {
                mapping.put(table.name(), new HashMap<>());
            }
        }
        query.apply("SELECT name, local_id, remote_id FROM syncline_id_mapping JOIN syncline_table ON id = t")
                .forEach(row -> mapping.get(String.valueOf(row.get("name")))
                        .put(String.valueOf(row.get("local_id")), String.valueOf(row.get("remote_id"))));
    }

    /** The fields of a row as the server gives it. */
    public static Map<String, String> fields(SyncedTable table, ObjectNode row) {
        Map<String, String> fields = new TreeMap<>();
        row.properties().forEach(field -> fields.put(field.getKey(), canonical(table, field)));
        fields.keySet().removeAll(List.of("id", "version", "updated_at"));
        table.key().forEach(fields::remove);
        return fields;
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

    /** The server's id of a row of the device's; one that begins with {@code unmapped} if it has none. */
    public String remoteId(SyncedTable table, Map<String, @Nullable Object> row) {
        return table.key().stream()
                .map(column -> String.valueOf(reference(table, column, row.get(column))))
                .map(id -> mapping.containsKey(table.name())
                        ? mapping.get(table.name()).getOrDefault(id, "unmapped " + id)
                        : id)
                .collect(Collectors.joining(","));
    }

    /** The fields of a row of the device's. */
    public Map<String, String> fields(SyncedTable table, Map<String, @Nullable Object> row) {
        Map<String, String> fields = new TreeMap<>();
        row.forEach((column, value) -> {
            if (!table.key().contains(column)) {
                fields.put(column, text(table.typeOf(column), reference(table, column, value)));
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

    private @Nullable Object reference(SyncedTable table, String column, @Nullable Object value) {
        for (Reference reference : table.references()) {
            if (value != null && reference.column().equals(column) && mapping.containsKey(reference.table())) {
                return mapping.get(reference.table()).getOrDefault(value.toString(), "unmapped " + value);
            }
        }
        return value;
    }
}
