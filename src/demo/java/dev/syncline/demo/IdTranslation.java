package dev.syncline.demo;

import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which remote id each local integer key of a device stands for. Read from the device's file, so that the comparison trusts
 * what is stored and nothing that is in memory.
 */
final class IdTranslation {

    private final Map<String, Map<Long, String>> remote = new HashMap<>();
    private final Map<String, Map<String, Long>> local = new HashMap<>();

    private IdTranslation() {}

    static IdTranslation read(Sql device) throws SQLException {
        IdTranslation translation = new IdTranslation();
        boolean synced = device.number("SELECT count(*) FROM sqlite_schema WHERE name = 'syncline_id_mapping'") > 0;
        if (synced) {
            device.list(
                    "SELECT t.name, m.local_id, m.remote_id FROM syncline_id_mapping m"
                            + " JOIN syncline_table t ON t.id = m.t",
                    row -> {
                        translation
                                .remote
                                .computeIfAbsent(row.getString(1), table -> new HashMap<>())
                                .put(row.getLong(2), row.getString(3));
                        translation
                                .local
                                .computeIfAbsent(row.getString(1), table -> new HashMap<>())
                                .put(row.getString(3), row.getLong(2));
                        return true;
                    });
        }
        return translation;
    }

    /** The remote id of a local key, or null if the row has none yet. */
    @Nullable
    String remote(String table, long localKey) {
        return remote.getOrDefault(table, Map.of()).get(localKey);
    }

    /** The local key of a remote id, or null if the row is not on this device. */
    @Nullable
    Long local(String table, String remoteId) {
        return local.getOrDefault(table, Map.of()).get(remoteId);
    }
}
