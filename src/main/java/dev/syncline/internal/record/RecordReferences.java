package dev.syncline.internal.record;

import dev.syncline.backend.RemoteRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a record of the backend refers to, under the ids that the backend has for it. Pure. */
final class RecordReferences {
    private RecordReferences() {}

    /** Each reference of a record, those of columns first. */
    static List<Named> of(BoundTable table, RemoteRecord record) {
        List<Named> found = new ArrayList<>();
        for (Map.Entry<String, BoundTable> reference : table.parents().entrySet()) {
            String column = reference.getKey();
            Optional<ColumnMapping> mapping = mapping(table, column);
            Object id = mapping.isPresent()
                    ? record.fields().get(mapping.get().field())
                    : table.keys()
                            .decode(record.id())
                            .map(key -> key[table.keyIndex(column)])
                            .orElse(null);
            if (id != null) {
                found.add(new Named(reference.getValue(), id));
            }
        }
        for (NestedReference reference : table.references().nested()) {
            mapping(table, reference.column())
                    .ifPresent(mapping -> reference
                            .idsIn(record.fields().get(mapping.field()))
                            .forEach(id -> found.add(new Named(reference.parent(), id))));
        }
        return found;
    }

    private static Optional<ColumnMapping> mapping(BoundTable table, String column) {
        return table.columns().stream().filter(c -> c.column().equals(column)).findFirst();
    }

    /**
     * One reference.
     *
     * @param parent the table referred to
     * @param id the id of the record referred to, as it travels
     */
    record Named(BoundTable parent, Object id) {}
}
