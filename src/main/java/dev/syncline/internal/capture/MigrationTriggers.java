package dev.syncline.internal.capture;

import static dev.syncline.internal.capture.Identifiers.quote;

import dev.syncline.internal.capture.Registered.Role;
import dev.syncline.internal.capture.SqlTokens.Token;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The triggers that stand in for ours while the host changes its schema. Ours name columns, and SQLite refuses to drop a column
 * that a trigger body names. These name columns only in an {@code UPDATE OF} list, which DROP COLUMN ignores but RENAME
 * rewrites: so the list is the map from old names to new. The others note that data was changed, naming no column at all.
 */
final class MigrationTriggers {
    private MigrationTriggers() {}

    static String map(long id) {
        return CaptureTables.triggerPrefix(id) + "map";
    }

    /** Statements that take our triggers off a table and put the stand-ins on. */
    static List<String> standIn(Registered registered, String table, List<String> triggers) {
        List<String> sql = new ArrayList<>();
        triggers.forEach(trigger -> sql.add("DROP TRIGGER main." + quote(trigger)));
        sql.add("CREATE TRIGGER main." + map(registered.id()) + " BEFORE UPDATE OF "
                + Identifiers.list(mapped(registered)) + " ON " + quote(table) + " WHEN 0 BEGIN SELECT 1; END");
        String row = " WHERE id = " + registered.id() + " AND ifnull(gap_full, 0) = 0";
        for (String event : List.of("INSERT", "UPDATE", "DELETE")) {
            sql.add("CREATE TRIGGER main." + CaptureTables.triggerPrefix(registered.id()) + "saw_" + event + " AFTER "
                    + event
                    + " ON " + quote(table)
                    + " WHEN NOT EXISTS(SELECT 1 FROM syncline_mute) AND EXISTS(SELECT 1 FROM syncline_table"
                    + row
                    + ") BEGIN UPDATE syncline_table SET gap = 'a migration changed rows while the triggers were off',"
                    + " gap_full = 1" + row + "; END");
        }
        sql.add("UPDATE main.syncline_table SET schema_version = NULL WHERE id = " + registered.id());
        return sql;
    }

    /** Old to new column names as the map trigger tells them. */
    static Map<String, String> renames(Registered registered, String mapSql) {
        List<Token> tokens = SqlTokens.of(mapSql);
        int at = 0;
        while (!tokens.get(at).is("OF")) {
            at++;
        }
        Map<String, String> renames = new HashMap<>();
        for (String name : mapped(registered)) {
            at++;
            renames.put(name, tokens.get(at).name());
            at++;
        }
        return renames;
    }

    private static List<String> mapped(Registered registered) {
        return Stream.concat(registered.live(Role.KEY).stream(), registered.live(Role.IMAGE).stream())
                .map(Registered.Column::name)
                .toList();
    }
}
