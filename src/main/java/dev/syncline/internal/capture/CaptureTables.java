package dev.syncline.internal.capture;

import java.util.List;

/** The library tables capture relies on, in SQL that SQLite 3.8 reads. None has a constraint that a host's statement could break. */
public final class CaptureTables {
    /** The statements that create them, in order. */
    public static final List<String> DDL = List.of(
            // A row here silences capture; see CaptureMute.
            "CREATE TABLE syncline_mute(x INTEGER)",
            """
            CREATE TABLE syncline_table(
              id INTEGER PRIMARY KEY,
              name TEXT,
              schema_version INTEGER,
              gap TEXT,
              gap_full INTEGER,
              edit_time INTEGER,
              delete_mark INTEGER)""",
            // position is the number in the journal's column name: k0… for the key, c0… for the image.
            """
            CREATE TABLE syncline_table_column(
              table_id INTEGER,
              role TEXT,
              position INTEGER,
              name TEXT,
              affinity TEXT,
              dropped INTEGER)""",
            // sqlite_master as last seen: the table, its unique indexes and our triggers.
            """
            CREATE TABLE syncline_table_schema(
              table_id INTEGER,
              type TEXT,
              name TEXT,
              sql TEXT)""",
            // What host migrations did to names, until whoever stores names elsewhere has followed.
            """
            CREATE TABLE syncline_table_change(
              seq INTEGER PRIMARY KEY,
              table_id INTEGER,
              kind TEXT,
              from_name TEXT,
              to_name TEXT)""");

    private CaptureTables() {}

    /**
     * The journal of a captured table.
     *
     * @param id the table's number in {@code syncline_table}
     * @return the journal's name
     */
    static String journal(long id) {
        return "syncline_journal_" + id;
    }

    /**
     * What the names of a captured table's triggers start with.
     *
     * @param id the table's number in {@code syncline_table}
     * @return the prefix
     */
    static String triggerPrefix(long id) {
        return "syncline_" + id + "_";
    }
}
