package dev.syncline.internal.capture;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Renames the host has told us of. Needed only where it rebuilt a table: SQLite tells of its own renames, but a new table with
 * other column names looks just like one whose columns were dropped and added.
 */
public final class TableRenames {
    private final Map<String, String> tables = new HashMap<>();
    private final Map<String, Map<String, String>> columns = new HashMap<>();

    /** Starts without any. */
    public TableRenames() {}

    /**
     * A table has another name now.
     *
     * @param from the old name
     * @param to the new name
     */
    public void table(String from, String to) {
        tables.put(Identifiers.fold(from), to);
    }

    /**
     * A column has another name now.
     *
     * @param table the table, by its new name if it was renamed too
     * @param from the old name
     * @param to the new name
     */
    public void column(String table, String from, String to) {
        columns.computeIfAbsent(Identifiers.fold(table), key -> new HashMap<>()).put(Identifiers.fold(from), to);
    }

    @Nullable
    String table(String from) {
        return tables.get(Identifiers.fold(from));
    }

    @Nullable
    String column(String table, String from) {
        return columns.getOrDefault(Identifiers.fold(table), Map.of()).get(Identifiers.fold(from));
    }
}
