package dev.syncline.testing.crash;

import dev.syncline.config.Reference;
import dev.syncline.config.SyncedTable;
import dev.syncline.config.ValueType;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Compares a host's rows with the server's, field by field, through the mapping of ids. */
final class Agreement {
    private final Connection connection;
    private final Map<String, Map<String, String>> mapping = new HashMap<>();

    private Agreement(Connection connection) throws SQLException {
        this.connection = connection;
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT name, local_id, remote_id FROM syncline_id_mapping"
                        + " JOIN syncline_table ON id = t")) {
            while (rows.next()) {
                mapping.computeIfAbsent(rows.getString(1), name -> new HashMap<>())
                        .put(rows.getString(2), rows.getString(3));
            }
        }
    }

    /** Where the two differ; the tables have keys of one column. */
    static List<String> differences(Path file, CopyableServer server, List<SyncedTable> tables) throws SQLException {
        List<String> found = new ArrayList<>();
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file)) {
            Agreement agreement = new Agreement(connection);
            for (SyncedTable table : tables) {
                Map<String, Map<String, String>> here = agreement.here(table);
                Map<String, Map<String, String>> there = there(table, server);
                TreeSet<String> ids = new TreeSet<>(here.keySet());
                ids.addAll(there.keySet());
                for (String id : ids) {
                    if (!String.valueOf(here.get(id)).equals(String.valueOf(there.get(id)))) {
                        found.add(table.name() + " " + id + ": here " + here.get(id) + ", there " + there.get(id));
                    }
                }
            }
        }
        return found;
    }

    private Map<String, Map<String, String>> here(SyncedTable table) throws SQLException {
        Map<String, Map<String, String>> found = new TreeMap<>();
        String key = table.key().get(0);
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT * FROM \"" + table.name() + "\"")) {
            while (rows.next()) {
                Map<String, String> fields = new TreeMap<>();
                for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
                    String column = rows.getMetaData().getColumnName(i);
                    String value = rows.getString(i);
                    if (!column.equals(key) && value != null) {
                        fields.put(table.fieldOf(column), canonical(table, column, remote(table, column, value)));
                    }
                }
                found.put(remote(table.name(), rows.getString(key)), fields);
            }
        }
        return found;
    }

    private String remote(SyncedTable table, String column, String value) {
        return table.references().stream()
                .filter(reference -> reference.column().equals(column))
                .map(Reference::table)
                .findFirst()
                .map(parent -> remote(parent, value))
                .orElse(value);
    }

    private String remote(String table, String id) {
        return mapping.containsKey(table) ? mapping.get(table).getOrDefault(id, "unmapped " + id) : id;
    }

    private static Map<String, Map<String, String>> there(SyncedTable table, CopyableServer server) {
        Map<String, Map<String, String>> found = new TreeMap<>();
        server.live(table.entity()).forEach((id, record) -> {
            Map<String, String> fields = new TreeMap<>();
            record.forEach((field, value) -> {
                if (value != null) {
                    fields.put(field, canonical(table, field, value));
                }
            });
            found.put(id, fields);
        });
        return found;
    }

    private static String canonical(SyncedTable table, String column, @Nullable Object value) {
        return table.typeOf(column) == ValueType.DECIMAL
                ? new BigDecimal(String.valueOf(value)).stripTrailingZeros().toPlainString()
                : String.valueOf(value);
    }
}
