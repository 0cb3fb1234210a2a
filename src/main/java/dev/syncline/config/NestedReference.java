package dev.syncline.config;

import dev.syncline.internal.json.JsonPath;

/**
 * A place inside the JSON of a column that holds keys of rows in another synced table (or in the same one).
 *
 * @param column the JSON column
 * @param path where in its values the keys are: {@code $} and then steps of the form {@code .name}, {@code ['any name']} or
 *     {@code [*]} for all elements of a list
 * @param table the synced table that is referred to
 */
public record NestedReference(String column, String path, String table) {

    /**
     * Checks the path.
     *
     * @param column the JSON column
     * @param path the path
     * @param table the synced table
     * @throws IllegalArgumentException if the path is written otherwise
     */
    public NestedReference {
        JsonPath.parse(path);
    }

    /** Whether two paths into the same column lead to the same place. */
    boolean isAt(NestedReference other) {
        return SqlNames.same(column, other.column) && JsonPath.parse(path).equals(JsonPath.parse(other.path));
    }
}
