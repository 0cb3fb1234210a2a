package dev.syncline.internal.capture;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the file remembers about a captured table: how it looked when its triggers were made.
 *
 * @param id its number, which its journal and triggers carry in their names
 * @param name the host table's name then
 * @param schemaVersion the file's schema_version when all of this was last seen to hold; null while a migration runs
 * @param gap why writes may have been missed since the last reconcile; null if none were
 * @param gapFull whether every row, not only a vanished one, may have been changed in the gap
 * @param editTime whether the triggers record edit times
 * @param deleteMark whether the triggers mark deletes
 * @param columns the columns with their places in the journal, dropped ones included
 * @param schema the table, its unique indexes and our triggers as they stood in sqlite_master
 */
record Registered(
        long id,
        String name,
        @Nullable Long schemaVersion,
        @Nullable String gap,
        boolean gapFull,
        boolean editTime,
        boolean deleteMark,
        List<Column> columns,
        List<Entry> schema) {

    /** The two roles a column can have in a journal. */
    enum Role {
        KEY,
        IMAGE
    }

    /**
     * A column and its place.
     *
     * @param role key or image
     * @param position the number in the journal's column name
     * @param name the host's name for it
     * @param affinity its affinity then
     * @param dropped whether the host has dropped it since; its old values stay under this name
     */
    record Column(Role role, int position, String name, Affinity affinity, boolean dropped) {
        String journalColumn() {
            return (role == Role.KEY ? "k" : "c") + position;
        }
    }

    /**
     * A copy of a row of sqlite_master.
     *
     * @param type table, index or trigger
     * @param name the object's name
     * @param sql its text; null for an index of a constraint
     */
    record Entry(String type, String name, @Nullable String sql) {}

    List<Column> live(Role role) {
        return columns.stream()
                .filter(column -> column.role() == role && !column.dropped())
                .toList();
    }

    List<Entry> entries(String type) {
        return schema.stream().filter(entry -> entry.type().equals(type)).toList();
    }

    int nextPosition() {
        return columns.stream()
                        .filter(column -> column.role() == Role.IMAGE)
                        .mapToInt(Column::position)
                        .max()
                        .orElse(-1)
                + 1;
    }

    String prefix() {
        return CaptureTables.triggerPrefix(id);
    }
}
