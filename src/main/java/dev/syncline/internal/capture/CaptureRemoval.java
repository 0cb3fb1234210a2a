package dev.syncline.internal.capture;

import static dev.syncline.internal.capture.Identifiers.quote;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Takes capture, and with it every table of the library, out of a file again. */
public final class CaptureRemoval {
    private CaptureRemoval() {}

    /**
     * Drops every trigger of ours and every table whose name starts with {@code syncline_}. Host tables are not touched. Runs in
     * the caller's transaction.
     *
     * @param connection the connection
     * @throws SQLException if a statement fails
     */
    public static void removeAll(Connection connection) throws SQLException {
        List<String> sql = new ArrayList<>();
        // Triggers first: a table of ours that one of them names cannot go while host tables still fire it.
        for (String type : List.of("trigger", "view", "table")) {
            try (PreparedStatement query = connection.prepareStatement(
                    "SELECT name FROM main.sqlite_master WHERE type = ? AND substr(name, 1, 9) = 'syncline_'")) {
                query.setString(1, type);
                try (ResultSet rows = query.executeQuery()) {
                    while (rows.next()) {
                        sql.add("DROP " + type + " main." + quote(rows.getString(1)));
                    }
                }
            }
        }
        ChangeCapture.execute(connection, sql);
    }

    static List<String> statements(Connection connection, Registered registered) throws SQLException {
        CaptureRegistry registry = new CaptureRegistry(connection);
        long before = registry.schemaVersion();
        List<String> sql = new ArrayList<>();
        for (CaptureRegistry.LiveTrigger trigger : registry.ours(registered.id())) {
            sql.add("DROP TRIGGER main." + quote(trigger.name()));
        }
        sql.add("DROP TABLE IF EXISTS main." + CaptureTables.journal(registered.id()));
        for (String companion : List.of("syncline_table_column", "syncline_table_schema", "syncline_table_change")) {
            sql.add("DELETE FROM main." + companion + " WHERE table_id = " + registered.id());
        }
        sql.add("DELETE FROM main.syncline_table WHERE id = " + registered.id());
        sql.add(CaptureRebuild.stamp(registered.id(), before));
        return sql;
    }
}
