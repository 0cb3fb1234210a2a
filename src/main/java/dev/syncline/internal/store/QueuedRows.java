package dev.syncline.internal.store;

import dev.syncline.internal.json.Json;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Looks many rows of one table up in the queue with one statement: while a batch is on the wire the queue is never empty, and each
 * row of the next one has to be told from those that wait behind it.
 */
public final class QueuedRows {
    private QueuedRows() {}

    /**
     * Finds the operations of rows.
     *
     * @param connection the unit's connection
     * @param table the table's number
     * @param rowIds the rows' local ids as text
     * @return by row id, what the queue holds of them, whatever its status
     * @throws SQLException if the queue cannot be read
     */
    public static Map<String, SyncOperation> find(Connection connection, int table, List<String> rowIds)
            throws SQLException {
        Map<String, SyncOperation> found = new HashMap<>();
        try (PreparedStatement query = connection.prepareStatement("SELECT " + OperationRepository.COLUMNS
                + " FROM syncline_queue WHERE t = ? AND entity_id IN (SELECT value FROM json_each(?))")) {
            query.setInt(1, table);
            query.setString(2, Json.write(rowIds));
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    SyncOperation operation = OperationRepository.map(rows);
                    found.put(operation.rowId(), operation);
                }
            }
        }
        return found;
    }
}
