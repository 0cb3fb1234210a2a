package dev.syncline.internal.capture;

import dev.syncline.backend.ChangeKind;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * All rows of a table by key: the oracle of the capture tests. It knows nothing of triggers: what a journal has to say is the
 * difference of two of these.
 */
final class TableContents {
    private final Map<String, RowImage> rows = new LinkedHashMap<>();
    private int withoutKey;

    private TableContents() {}

    static TableContents of(Connection connection, TableSchema schema) throws SQLException {
        TableContents contents = new TableContents();
        String columns = java.util.stream.Stream.concat(schema.key().stream(), schema.imageColumns().stream())
                .map(ColumnSchema::quoted)
                .collect(Collectors.joining(", "));
        ColumnNames names = new ColumnNames(
                schema.imageColumns().stream().map(ColumnSchema::name).toList());
        int keys = schema.key().size();
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(
                        "SELECT " + columns + " FROM main." + Identifiers.quote(schema.name()) + " NOT INDEXED")) {
            while (result.next()) {
                Object[] key = new Object[keys];
                boolean whole = true;
                for (int i = 0; i < keys; i++) {
                    key[i] = value(result, i + 1);
                    whole &= key[i] != null;
                }
                Object[] values = new Object[names.list().size()];
                for (int i = 0; i < values.length; i++) {
                    values[i] = value(result, keys + i + 1);
                }
                if (whole) {
                    contents.rows.put(keyText(key), new RowImage(names, values));
                } else {
                    contents.withoutKey++;
                }
            }
        }
        return contents;
    }

    private static Object value(ResultSet row, int index) throws SQLException {
        Object value = row.getObject(index);
        return value instanceof Integer number ? (Object) number.longValue() : value;
    }

    /** Equal for keys that SQLite's byte-wise comparison calls equal: 1 and 1.0 are one key, 'k' and 'K' are two. */
    static String keyText(Object[] key) {
        return Arrays.stream(key).map(TableContents::canonical).collect(Collectors.joining("/"));
    }

    private static String canonical(Object value) {
        if (value instanceof Double number && number == Math.rint(number) && Math.abs(number) < 1e15) {
            return "n" + number.longValue();
        }
        if (value instanceof Number) {
            return "n" + value;
        }
        return value instanceof byte[] bytes ? "x" + HexFormat.of().formatHex(bytes) : "s" + value;
    }

    int withoutKey() {
        return withoutKey;
    }

    int size() {
        return rows.size();
    }

    RowImage row(String key) {
        return rows.get(key);
    }

    List<String> keys() {
        return new ArrayList<>(rows.keySet());
    }

    /** Pretends that a row was in step as it is in the other contents, or absent if it is absent there. */
    void inStep(String key, TableContents other) {
        RowImage image = other.rows.get(key);
        if (image == null) {
            rows.remove(key);
        } else {
            rows.put(key, image);
        }
    }

    /** Pretends that a row was in step with these values; null for absent. */
    void inStep(String key, RowImage image) {
        if (image == null) {
            rows.remove(key);
        } else {
            rows.put(key, image);
        }
    }

    TableContents copy() {
        TableContents copy = new TableContents();
        copy.rows.putAll(rows);
        copy.withoutKey = withoutKey;
        return copy;
    }

    /** What a complete and exact journal holds after these contents have become the others. */
    Map<String, String> changesTo(TableContents now) {
        Map<String, String> changes = new TreeMap<>();
        rows.forEach((key, base) -> {
            RowImage row = now.rows.get(key);
            if (row == null) {
                changes.put(key, describe(ChangeKind.DELETE, base, null));
            } else if (!row.equals(base)) {
                changes.put(key, describe(ChangeKind.UPDATE, base, row));
            }
        });
        now.rows.forEach((key, row) -> {
            if (!rows.containsKey(key)) {
                changes.put(key, describe(ChangeKind.CREATE, null, row));
            }
        });
        return changes;
    }

    /** The same text for what a journal says. */
    static Map<String, String> captured(List<PendingChange> pending) {
        Map<String, String> changes = new TreeMap<>();
        pending.forEach(change -> {
            String before = changes.put(keyText(change.key()), describe(change.kind(), change.base(), change.now()));
            if (before != null) {
                throw new AssertionError("two journal rows for the key " + keyText(change.key()));
            }
        });
        return changes;
    }

    private static String describe(ChangeKind kind, RowImage base, RowImage now) {
        return kind + " " + values(base) + " -> " + values(now);
    }

    /** Every bit of an image; only tests may print values. */
    static String values(RowImage image) {
        if (image == null) {
            return "absent";
        }
        return image.columns().stream()
                .map(column -> column + "=" + exact(image.get(column)))
                .collect(Collectors.joining(",", "{", "}"));
    }

    private static String exact(Object value) {
        if (value instanceof byte[] bytes) {
            return "x'" + HexFormat.of().formatHex(bytes) + "'";
        }
        return value instanceof String text ? "'" + text + "'" : String.valueOf(value);
    }
}
