package dev.syncline.internal.capture;

import dev.syncline.internal.capture.CaptureRegistry.LiveTrigger;
import dev.syncline.internal.capture.SqlTokens.Token;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Compares a captured table with what the file remembers of it. SQLite rewrites the names in our triggers when the host
 * renames a column or table, so a trigger's text is the map from old names to new ones.
 */
final class DriftInspector {
    private final Connection connection;
    private final CaptureRegistry registry;
    private final List<String> stale = new ArrayList<>();
    private final List<String> gap = new ArrayList<>();
    private boolean gapFull;

    DriftInspector(Connection connection) {
        this.connection = connection;
        this.registry = new CaptureRegistry(connection);
    }

    /**
     * Inspects one captured table.
     *
     * @param registered what the file remembers
     * @param wanted the name the host uses for it; null to find out
     * @param told renames the host has told of
     */
    Drift inspect(Registered registered, @Nullable String wanted, TableRenames told) throws SQLException {
        List<LiveTrigger> ours = registry.ours(registered.id());
        String table =
                wanted == null ? currentName(registered, ours, told) : registry.tableExists(wanted) ? wanted : null;
        if (table == null) {
            return new Drift(null, Map.of(), List.of(), List.of("the table is gone"), true);
        }
        Map<String, LiveTrigger> here = new LinkedHashMap<>();
        ours.stream()
                .filter(trigger -> Identifiers.same(trigger.table(), table))
                .forEach(trigger -> here.put(trigger.name(), trigger));
        LiveTrigger map = here.get(MigrationTriggers.map(registered.id()));
        Map<String, String> renamed =
                map == null ? renamesInTriggers(registered, here) : MigrationTriggers.renames(registered, map.sql());
        if (map != null) {
            stale.add("a migration took the triggers off");
        }
        Map<String, String> renames = present(registered, table, renamed, told);
        if (!registry.tableExists(CaptureTables.journal(registered.id()))) {
            missed("the journal is gone", true);
        }
        indexes(registered, table, map != null);
        tableText(registered, table);
        order(table, here);
        return new Drift(table, renames, List.copyOf(stale), List.copyOf(gap), gapFull);
    }

    private @Nullable String currentName(Registered registered, List<LiveTrigger> ours, TableRenames told)
            throws SQLException {
        String toldName = told.table(registered.name());
        if (toldName != null && registry.tableExists(toldName)) {
            return toldName;
        }
        if (registry.tableExists(registered.name())) {
            return registered.name();
        }
        return ours.isEmpty() ? null : ours.get(0).table();
    }

    private void missed(String reason, boolean full) {
        gap.add(reason);
        gapFull |= full;
    }

    /** Old to new column names, read off the triggers; every trigger must be as we made it, names apart. */
    private Map<String, String> renamesInTriggers(Registered registered, Map<String, LiveTrigger> here) {
        Map<String, String> renames = new HashMap<>();
        if (here.isEmpty()) {
            missed("its triggers are gone: the table was rebuilt, or they were dropped", true);
            return renames;
        }
        for (Registered.Entry made : registered.entries("trigger")) {
            LiveTrigger live = here.get(made.name());
            if (live == null) {
                missed("trigger " + made.name() + " is missing", true);
            } else if (!live.sql().equals(made.sql())
                    && !collectRenames(String.valueOf(made.sql()), live.sql(), renames)) {
                missed("trigger " + made.name() + " was altered", true);
            }
        }
        return renames;
    }

    private static boolean collectRenames(String made, String live, Map<String, String> renames) {
        List<Token> before = SqlTokens.of(made);
        List<Token> after = SqlTokens.of(live);
        if (before.size() != after.size()) {
            return false;
        }
        for (int i = 0; i < before.size(); i++) {
            Token was = before.get(i);
            Token is = after.get(i);
            if (was.names() != is.names() || (!was.names() && !was.text().equals(is.text()))) {
                return false;
            }
            if (i > 1 && before.get(i - 1).symbol('.') && before.get(i - 2).is("OLD")) {
                renames.put(was.name(), is.name());
            }
        }
        return true;
    }

    /** Registered names that still have a column, with its present name. */
    private Map<String, String> present(
            Registered registered, String table, Map<String, String> renamed, TableRenames told) throws SQLException {
        Map<String, String> columns = new HashMap<>();
        try (PreparedStatement query =
                connection.prepareStatement("SELECT name FROM pragma_table_xinfo(?, 'main') WHERE hidden = 0")) {
            query.setString(1, table);
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    columns.put(Identifiers.fold(rows.getString(1)), rows.getString(1));
                }
            }
        }
        Map<String, String> present = new HashMap<>();
        for (Registered.Column column : registered.columns()) {
            if (!column.dropped()) {
                String toldName = told.column(table, column.name());
                String name = toldName != null ? toldName : renamed.getOrDefault(column.name(), column.name());
                String now = columns.get(Identifiers.fold(name));
                if (now != null) {
                    present.put(column.name(), now);
                }
            }
        }
        return present;
    }

    private void indexes(Registered registered, String table, boolean migrating) throws SQLException {
        Map<String, String> known = new HashMap<>();
        registered.entries("index").forEach(entry -> known.put(entry.name(), String.valueOf(entry.sql())));
        Map<String, String> live = new HashMap<>();
        try (PreparedStatement query = connection.prepareStatement(
                "SELECT m.name, m.sql FROM pragma_index_list(?, 'main') l"
                        + " JOIN main.sqlite_master m ON m.type = 'index' AND m.name = l.name WHERE l.\"unique\" AND m.sql IS NOT NULL")) {
            query.setString(1, table);
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    live.put(rows.getString(1), rows.getString(2));
                }
            }
        }
        live.forEach((name, sql) -> {
            String before = known.get(name);
            if (before == null || !sameShape(before, sql)) {
                String reason = "unique index " + name + " is new, so rows it replaced may have vanished unseen";
                if (migrating) {
                    stale.add(reason);
                } else {
                    missed(reason, false);
                }
            } else if (!before.equals(sql)) {
                stale.add("unique index " + name + " names renamed columns");
            }
        });
        known.keySet().stream()
                .filter(name -> !live.containsKey(name))
                .forEach(name -> stale.add("unique index " + name + " is gone"));
    }

    private static boolean sameShape(String before, String after) {
        return collectRenames(before, after, new HashMap<>());
    }

    private void tableText(Registered registered, String table) throws SQLException {
        if (!table.equals(registered.name())) {
            stale.add("table " + registered.name() + " is called " + table + " now");
        }
        try (PreparedStatement query = connection.prepareStatement(
                "SELECT sql FROM main.sqlite_master WHERE type = 'table' AND name = ? COLLATE NOCASE")) {
            query.setString(1, table);
            try (ResultSet rows = query.executeQuery()) {
                String sql = rows.next() ? rows.getString(1) : null;
                boolean same =
                        registered.entries("table").stream().anyMatch(entry -> sql != null && sql.equals(entry.sql()));
                if (!same) {
                    stale.add("the table's definition changed");
                }
            }
        }
    }

    /** A host trigger that is newer than ours fires first and may change a row before ours have seen it. */
    private void order(String table, Map<String, LiveTrigger> here) throws SQLException {
        long oldest = here.values().stream().mapToLong(LiveTrigger::order).min().orElse(Long.MAX_VALUE);
        Set<String> newer = new HashSet<>();
        for (LiveTrigger trigger : registry.on(table)) {
            if (trigger.order() > oldest && !here.containsKey(trigger.name())) {
                newer.add(trigger.name());
            }
        }
        if (!newer.isEmpty()) {
            stale.add("triggers " + newer + " are newer than ours");
        }
    }
}
