package dev.syncline.demo;

import com.fasterxml.jackson.databind.JsonNode;
import dev.syncline.config.ValueType;
import dev.syncline.testing.server.ReferenceServer;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.StringJoiner;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Compares three databases row by row and value by value. Local integer keys differ between devices and mean nothing to the
 * server, so rows meet by their remote ids, and references are compared as such too.
 */
final class Comparison {

    private static final int KEYS_SHOWN = 3;

    /**
     * One table's outcome.
     *
     * @param table the table
     * @param onA rows on device A
     * @param onB rows on device B
     * @param onServer rows on the server
     * @param different how many rows are not the same in all three
     * @param first the first few of those, by key, with what is wrong; no values
     */
    record Verdict(String table, int onA, int onB, int onServer, int different, List<String> first) {}

    /** A row as the list of its canonical values, by its remote key. */
    private record Rows(Map<String, List<String>> byKey) {}

    private final Map<String, DemoTable> tables;

    Comparison(List<DemoTable> tables) {
        this.tables = tables.stream()
                .collect(Collectors.toMap(DemoTable::name, table -> table, (a, b) -> a, LinkedHashMap::new));
    }

    List<Verdict> compare(Sql a, Sql b, ReferenceServer server) throws SQLException {
        IdTranslation idsOfA = IdTranslation.read(a);
        IdTranslation idsOfB = IdTranslation.read(b);
        List<Verdict> verdicts = new ArrayList<>();
        for (DemoTable table : tables.values()) {
            verdicts.add(verdict(
                    table.name(), onDevice(table, a, idsOfA), onDevice(table, b, idsOfB), onServer(table, server)));
        }
        return verdicts;
    }

    private static Verdict verdict(String table, Rows a, Rows b, Rows server) {
        Set<String> keys = new TreeSet<>(a.byKey().keySet());
        keys.addAll(b.byKey().keySet());
        keys.addAll(server.byKey().keySet());
        List<String> first = new ArrayList<>();
        int different = 0;
        for (String key : keys) {
            List<String> onServer = server.byKey().get(key);
            String fault = fault("A", a.byKey().get(key), onServer)
                    + fault("B", b.byKey().get(key), onServer);
            if (!fault.isEmpty() && ++different <= KEYS_SHOWN) {
                first.add(key + fault);
            }
        }
        return new Verdict(
                table, a.byKey().size(), b.byKey().size(), server.byKey().size(), different, first);
    }

    private static String fault(String device, @Nullable List<String> row, @Nullable List<String> onServer) {
        if (Objects.equals(row, onServer)) {
            return "";
        }
        return row == null
                ? ", missing on " + device
                : onServer == null ? ", only on " + device : ", other values on " + device;
    }

    private Rows onDevice(DemoTable table, Sql device, IdTranslation ids) throws SQLException {
        Map<String, List<String>> rows = new LinkedHashMap<>();
        List<String> columns = table.columns();
        device.list("SELECT " + Sql.names(columns) + " FROM " + Sql.name(table.name()), row -> {
            Map<String, @Nullable Object> values = new LinkedHashMap<>();
            for (int i = 0; i < columns.size(); i++) {
                values.put(columns.get(i), row.getObject(i + 1));
            }
            List<String> canonical = table.columns().stream()
                    .filter(column -> !isLoneKey(table, column))
                    .map(column -> stored(table, column, values.get(column), ids))
                    .toList();
            rows.put(remoteKey(table, values, ids), canonical);
            return true;
        });
        return new Rows(rows);
    }

    private Rows onServer(DemoTable table, ReferenceServer server) {
        Map<String, List<String>> rows = new LinkedHashMap<>();
        for (JsonNode row : server.rows(table.synced().entity()).all()) {
            Function<String, String> value = column -> served(table, column, row);
            String key = row.path("id").asText();
            if (table.synced().key().size() > 1) {
                key = table.synced().key().stream().map(value).collect(Collectors.joining(","));
            }
            rows.put(
                    key,
                    table.columns().stream()
                            .filter(column -> !isLoneKey(table, column))
                            .map(value)
                            .toList());
        }
        return new Rows(rows);
    }

    private String remoteKey(DemoTable table, Map<String, @Nullable Object> values, IdTranslation ids) {
        List<String> key = table.synced().key();
        Object first = values.get(key.get(0));
        if (table.serverIds()) {
            String remote = first instanceof Number number ? ids.remote(table.name(), number.longValue()) : null;
            return remote == null ? "local " + first : remote;
        }
        if (key.size() == 1 && !refersToServerIds(table, key.get(0))) {
            return first instanceof byte[] bytes ? "~" + HexFormat.of().formatHex(bytes) : String.valueOf(first);
        }
        StringJoiner parts = new StringJoiner(",");
        key.forEach(column -> parts.add(stored(table, column, values.get(column), ids)));
        return parts.toString();
    }

    private String stored(DemoTable table, String column, @Nullable Object value, IdTranslation ids) {
        if (value instanceof Number number && refersToServerIds(table, column)) {
            String remote = ids.remote(table.references().get(column), number.longValue());
            return remote == null ? "local " + number : remote;
        }
        return CanonicalValue.stored(table.synced().typeOf(column), value);
    }

    private String served(DemoTable table, String column, JsonNode row) {
        JsonNode value = row.get(table.synced().fieldOf(column));
        if (value != null && !value.isNull() && refersToServerIds(table, column)) {
            return value.asText();
        }
        ValueType type = table.synced().typeOf(column);
        return CanonicalValue.served(type, value);
    }

    private boolean refersToServerIds(DemoTable table, String column) {
        String parent = table.references().get(column);
        DemoTable parentTable = parent == null ? null : tables.get(parent);
        return parentTable != null && parentTable.serverIds();
    }

    /** A lone key travels as the id and was compared as that. */
    private static boolean isLoneKey(DemoTable table, String column) {
        return table.synced().key().size() == 1 && table.synced().key().contains(column);
    }
}
