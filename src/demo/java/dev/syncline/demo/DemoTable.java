package dev.syncline.demo;

import dev.syncline.config.IdAssignment;
import dev.syncline.config.Reference;
import dev.syncline.config.SyncedTable;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A synchronized table with what comparing and serving it needs besides its declaration.
 *
 * @param synced the declaration given to Syncline
 * @param serverIds whether the server gives the ids
 * @param columns the columns that travel, keys included
 */
record DemoTable(SyncedTable synced, boolean serverIds, List<String> columns) {

    String name() {
        return synced.name();
    }

    /** The tables whose ids this table's columns hold, by column. */
    Map<String, String> references() {
        Map<String, String> references = new LinkedHashMap<>();
        for (Reference reference : synced.references()) {
            references.put(reference.column(), reference.table());
        }
        return references;
    }

    /** Reads from a device's schema what the declarations leave to it. */
    static List<DemoTable> of(List<SyncedTable> tables, Sql device) throws SQLException {
        List<DemoTable> all = new ArrayList<>();
        for (SyncedTable table : tables) {
            Map<String, String> types = new LinkedHashMap<>();
            for (String[] column : device.list(
                    "PRAGMA table_xinfo(" + Sql.name(table.name()) + ")",
                    row -> row.getInt("hidden") == 0
                            ? new String[] {row.getString("name"), row.getString("type")}
                            : new String[0])) {
                if (column.length > 0 && !table.localOnly().contains(column[0])) {
                    types.put(column[0], column[1]);
                }
            }
            boolean integerKey = table.key().size() == 1
                    && types.getOrDefault(table.key().get(0), "")
                            .toUpperCase(Locale.ROOT)
                            .contains("INT");
            boolean serverIds = table.ids() == IdAssignment.SERVER || (table.ids() == null && integerKey);
            all.add(new DemoTable(table, serverIds, List.copyOf(types.keySet())));
        }
        return all;
    }
}
