package dev.syncline.internal.store;

import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jdbi.v3.core.Handle;

/**
 * Fields that a table learned to hold after its rows were read, in {@code syncline_metadata}: until all has been read once more, what
 * the rows show of them is not what the backend has.
 */
public final class LateFields {
    private final MetadataRepository metadata;

    /**
     * Makes the repository.
     *
     * @param metadata where it is kept
     */
    public LateFields(MetadataRepository metadata) {
        this.metadata = metadata;
    }

    /**
     * Gives the fields of a table that are late.
     *
     * @param handle the unit's handle
     * @param table the table's number
     * @return their names, none if it is only unknown what no column holds; empty if nothing is late
     */
    public static Optional<Set<String>> find(Handle handle, int table) {
        return MetadataRepository.get(handle, key(table)).map(LateFields::names);
    }

    /**
     * Notes fields as late, beside those that are.
     *
     * @param handle the unit's handle
     * @param table the table's number
     * @param fields their names
     */
    public void note(Handle handle, int table, Set<String> fields) {
        Set<String> all = new TreeSet<>(fields);
        find(handle, table).ifPresent(all::addAll);
        metadata.put(handle, key(table), String.join("\n", all));
    }

    /**
     * Forgets what was late, in the unit that ends the walk.
     *
     * @param handle the unit's handle
     * @param table the table's number
     */
    public static void allRead(Handle handle, int table) {
        MetadataRepository.remove(handle, key(table));
    }

    private static Set<String> names(String text) {
        return text.isEmpty() ? Set.of() : Set.of(text.split("\n"));
    }

    private static String key(int table) {
        return "late:" + table;
    }
}
