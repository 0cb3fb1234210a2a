package dev.syncline.internal.engine;

import dev.syncline.internal.capture.ColumnSchema;
import dev.syncline.internal.record.BoundTable;
import dev.syncline.internal.record.RowStatements;
import dev.syncline.internal.record.StoredValues;
import dev.syncline.table.RowMapping;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The columns that a mapping writes, by what the file calls them. Immutable.
 *
 * @param <T> the host's type
 */
final class WrittenColumns<T> {
    private final BoundTable table;
    private final RowMapping<T> mapping;
    private final StoredValues stored;
    private final Map<ColumnSchema, String> names = new LinkedHashMap<>();

    /**
     * Checks a mapping.
     *
     * @throws IllegalArgumentException if it does not fit the table
     */
    WrittenColumns(BoundTable table, RowMapping<T> mapping) {
        this.table = table;
        this.mapping = mapping;
        stored = new StoredValues(table);
        RowStatements statements = new RowStatements(table);
        for (String name : mapping.columns()) {
            ColumnSchema column = statements.column(name);
            if (column.generated()) {
                throw new IllegalArgumentException(
                        "column " + name + " of table " + table.spec().name()
                                + " is computed by SQLite and cannot be written; leave it out of the mapping's writing(…)");
            }
            if (names.put(column, name) != null) {
                throw new IllegalArgumentException("column " + name + " of table "
                        + table.spec().name() + " is written twice; leave one of the two out");
            }
        }
        for (ColumnSchema key : table.schema().key()) {
            if (!names.containsKey(key)) {
                throw new IllegalArgumentException("column " + key.name() + " is a part of the key of table "
                        + table.spec().name() + "; add it to the mapping with writing(…)");
            }
        }
    }

    /** What the columns are to hold. */
    Map<ColumnSchema, @Nullable Object> of(T value) {
        Map<ColumnSchema, @Nullable Object> values = new LinkedHashMap<>();
        names.forEach((column, name) -> values.put(column, stored.of(column, mapping.write(name, value))));
        return values;
    }

    /** What differs between two versions of one row. */
    Map<ColumnSchema, @Nullable Object> changed(T before, T after) {
        Map<ColumnSchema, @Nullable Object> old = of(before);
        Map<ColumnSchema, @Nullable Object> changed = of(after);
        changed.entrySet().removeIf(entry -> Objects.deepEquals(entry.getValue(), old.get(entry.getKey())));
        if (table.schema().key().stream().anyMatch(changed::containsKey)) {
            throw new IllegalArgumentException(
                    "the two versions of a row of table " + table.spec().name()
                            + " have different keys; nothing was written. Delete the one and create the other");
        }
        return changed;
    }

    /** The key of a value. */
    List<Object> key(T value) {
        List<@Nullable Object> key = new ArrayList<>();
        for (ColumnSchema column : table.schema().key()) {
            key.add(stored.of(column, mapping.write(Objects.requireNonNull(names.get(column)), value)));
        }
        return complete(key);
    }

    /** The key that a host names by its parts. */
    List<Object> key(Object[] parts) {
        List<ColumnSchema> columns = table.schema().key();
        if (parts.length != columns.size()) {
            throw new IllegalArgumentException(
                    "the key of table " + table.spec().name() + " has " + columns.size() + " columns, but "
                            + parts.length + " values were given");
        }
        List<@Nullable Object> key = new ArrayList<>();
        for (int i = 0; i < parts.length; i++) {
            key.add(stored.of(columns.get(i), parts[i]));
        }
        return complete(key);
    }

    /** Says what is wrong with a new row that has no whole key and can be given none. */
    void requireKey(Map<ColumnSchema, Object> values) {
        List<@Nullable Object> key = new ArrayList<>();
        table.schema().key().forEach(column -> key.add(values.get(column)));
        complete(key);
    }

    private List<Object> complete(List<@Nullable Object> key) {
        List<Object> complete = new ArrayList<>();
        for (Object part : key) {
            if (part == null) {
                throw new IllegalArgumentException(
                        "a key of table " + table.spec().name()
                                + " is null, so that no row can have it; give each of its columns a value");
            }
            complete.add(part);
        }
        return complete;
    }
}
