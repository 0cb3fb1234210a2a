package dev.syncline.internal.record;

import dev.syncline.config.Reference;
import dev.syncline.config.SyncedTable;
import dev.syncline.internal.capture.Identifiers;
import dev.syncline.internal.capture.RowImage;
import dev.syncline.internal.capture.TableSchema;
import dev.syncline.internal.json.JsonPath;
import dev.syncline.internal.record.NestedReference.Renaming;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the rows of a table refer to by declaration: with columns that hold a key, and with keys inside JSON. Tied once while the
 * manager opens, immutable from then on.
 */
public final class RowReferences {
    private final BoundTable table;
    private final Map<String, BoundTable> columns = new LinkedHashMap<>();
    private final List<NestedReference> nested = new ArrayList<>();

    RowReferences(BoundTable table) {
        this.table = table;
    }

    /** Ties what was declared to the tables. */
    void tie(Collection<BoundTable> tables) {
        SyncedTable spec = table.spec();
        for (Reference reference : spec.references()) {
            columns.put(name(reference.column()), find(tables, reference.table()));
        }
        for (dev.syncline.config.NestedReference reference : spec.nestedReferences()) {
            nested.add(new NestedReference(
                    name(reference.column()), JsonPath.parse(reference.path()), find(tables, reference.table())));
        }
    }

    /** As the file writes it, since that is how every other class asks. */
    private String name(String column) {
        TableSchema schema = table.schema();
        return schema.column(column).orElseThrow().name();
    }

    private static BoundTable find(Collection<BoundTable> tables, String name) {
        return tables.stream()
                .filter(one -> Identifiers.same(one.spec().name(), name))
                .findFirst()
                .orElseThrow();
    }

    /**
     * Gives the columns that hold a key.
     *
     * @return column to parent
     */
    Map<String, BoundTable> columns() {
        return columns;
    }

    /**
     * Gives the places inside JSON that hold keys.
     *
     * @return the places
     */
    public List<NestedReference> nested() {
        return nested;
    }

    /**
     * Tells whether rows of this table refer to any.
     *
     * @return true if none do
     */
    public boolean isEmpty() {
        return columns.isEmpty() && nested.isEmpty();
    }

    /**
     * Gives the tables referred to.
     *
     * @return each once, this one among them if it refers to itself
     */
    public Set<BoundTable> tables() {
        Set<BoundTable> tables = new LinkedHashSet<>(columns.values());
        nested.forEach(reference -> tables.add(reference.parent()));
        return tables;
    }

    /**
     * Gives what a row refers to.
     *
     * @param key the row's key
     * @param image the row
     * @return each reference, those of columns first
     */
    public List<Referred> of(@Nullable Object[] key, RowImage image) {
        List<Referred> found = new ArrayList<>();
        columns.forEach((column, parent) -> {
            Object value = image.has(column) ? image.get(column) : key[table.keyIndex(column)];
            if (value != null) {
                found.add(new Referred(column, parent, value));
            }
        });
        for (NestedReference reference : nested) {
            if (image.has(reference.column())) {
                for (Object value : reference.keysIn(image.get(reference.column()))) {
                    found.add(new Referred(reference.column(), reference.parent(), value));
                }
            }
        }
        return found;
    }

    /**
     * Tells whether a row refers to a row of another table.
     *
     * @param key the row's key
     * @param image the row
     * @param parent the table that may be referred to
     * @param value the key that may be referred to
     * @return true if one of the references is to that row
     */
    public boolean lead(@Nullable Object[] key, RowImage image, BoundTable parent, @Nullable Object value) {
        return of(key, image).stream()
                .anyMatch(referred -> referred.parent() == parent && RowImage.same(referred.value(), value));
    }

    /** A row outside of whose key the rows that it refers to have other keys. */
    RowImage renamed(RowImage image, Renaming renaming) {
        RowImage followed = image;
        for (Map.Entry<String, BoundTable> reference : columns.entrySet()) {
            String column = reference.getKey();
            Object value = followed.has(column) ? followed.get(column) : null;
            Object to = value == null ? null : renaming.of(reference.getValue(), value);
            followed = to == null ? followed : followed.with(column, to);
        }
        for (NestedReference reference : nested) {
            String column = reference.column();
            Object stored = followed.has(column) ? followed.get(column) : null;
            Object to = reference.renamed(stored, renaming);
            followed = to == stored ? followed : followed.with(column, to);
        }
        return followed;
    }

    /**
     * One reference of a row.
     *
     * @param column the column that holds it
     * @param parent the table referred to
     * @param value the key of the row referred to
     */
    public record Referred(String column, BoundTable parent, Object value) {}
}
