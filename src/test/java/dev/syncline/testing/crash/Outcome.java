package dev.syncline.testing.crash;

import dev.syncline.config.SyncedTable;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Everything that has to be the same at the end of a day, interrupted or not: the host's rows, the server's rows with the number
 * of changes that each has seen, and what the library knows of both. Times and the ids of runs, operations and conflicts are not
 * part of it.
 *
 * @param facts each with a name for the reader
 */
public record Outcome(Map<String, Object> facts) {

    private static final Map<String, String> OF_THE_FILE = Map.of(
            "integrity", "PRAGMA integrity_check",
            "dangling references", "PRAGMA foreign_key_check",
            "schema", "SELECT name, sql FROM sqlite_master ORDER BY name",
            "versions", "SELECT name, k, v FROM syncline_row_state JOIN syncline_table ON id = t ORDER BY 1, 2",
            "tombstones", "SELECT name, k, v FROM syncline_tombstone JOIN syncline_table ON id = t ORDER BY 1, 2",
            "mapping",
                    "SELECT name, local_id, remote_id FROM syncline_id_mapping JOIN syncline_table ON id = t ORDER BY 1, 2",
            "queue", "SELECT entity_type, entity_id, operation, status FROM syncline_queue ORDER BY 1, 2",
            "holding", "SELECT t, id, record, reason FROM syncline_holding ORDER BY 1, 2",
            "conflicts",
                    "SELECT entity_type, entity_id, conflict_type, local_data, remote_data, base_data,"
                            + " resolved_at IS NULL, resolution_strategy, resolved_by FROM syncline_conflicts"
                            + " ORDER BY 1, 2, 3, 4",
            "cursors", "SELECT name, cursor, walking FROM syncline_cursor JOIN syncline_table ON id = t ORDER BY 1");

    /** Reads it from a file that is closed. */
    static Outcome of(Path file, CopyableServer server, List<SyncedTable> tables) throws SQLException {
        Map<String, Object> facts = new TreeMap<>();
        facts.put("server", server.contents());
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = connection.createStatement()) {
            for (Map.Entry<String, String> question : OF_THE_FILE.entrySet()) {
                facts.put(question.getKey(), rows(statement, question.getValue()));
            }
            for (SyncedTable table : tables) {
                facts.put(
                        "table " + table.name(),
                        rows(statement, "SELECT * FROM \"" + table.name() + "\" ORDER BY 1, 2"));
            }
        }
        return new Outcome(facts);
    }

    private static List<String> rows(Statement statement, String sql) throws SQLException {
        List<String> found = new ArrayList<>();
        try (ResultSet rows = statement.executeQuery(sql)) {
            int columns = rows.getMetaData().getColumnCount();
            while (rows.next()) {
                List<String> row = new ArrayList<>();
                for (int i = 1; i <= columns; i++) {
                    row.add(String.valueOf(rows.getObject(i)));
                }
                found.add(String.join(" | ", row));
            }
        }
        return found;
    }

    /** Where this differs from what it should be. */
    List<String> differences(Outcome golden) {
        List<String> different = new ArrayList<>();
        golden.facts.forEach((name, wanted) -> {
            Object found = facts.get(name);
            if (!wanted.equals(found)) {
                different.add(name + "\n   wanted " + wanted + "\n   found  " + found);
            }
        });
        return different;
    }
}
