package dev.syncline.demo;

import dev.syncline.config.IdAssignment;
import dev.syncline.config.SyncedTable;
import dev.syncline.config.SyncedTableBuilder;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A table of a database that was never seen before, as its schema tells it.
 *
 * @param name the table's name
 * @param key its primary key, in order
 * @param columns its stored columns
 * @param references column to the table whose key it holds
 * @param referenced whether other tables refer to it
 */
record TableShape(
        String name, List<String> key, List<Column> columns, Map<String, String> references, boolean referenced) {

    /** What the protocol's rows have besides the host's fields. */
    private static final Set<String> PROTOCOL_FIELDS = Set.of("id", "version", "deleted", "updated_at");

    /** What a column can be used for. */
    enum Use {
        TEXT,
        INTEGER,
        DECIMAL,
        BLOB,
        /** Dates and whatever else is carried along as it is. */
        OTHER,
        /** Blobs and other values mixed, which no declared type covers; it stays on its device. */
        MIXED;

        /** Whether a value can be made up for it. */
        boolean isFree() {
            return this == TEXT || this == INTEGER || this == DECIMAL;
        }
    }

    /**
     * A stored column.
     *
     * @param name its name
     * @param use what it holds
     * @param bound whether key, reference or a unique index hold on to it, so that a new value may be refused
     */
    record Column(String name, Use use, boolean bound) {}

    /** Whether the server gives the ids: two devices would both take the next integer. */
    boolean serverIds() {
        return key.size() == 1 && !references.containsKey(key.get(0)) && use(key.get(0)) == Use.INTEGER;
    }

    /** What a column holds. */
    Use use(String column) {
        return columns.stream()
                .filter(c -> c.name().equals(column))
                .findFirst()
                .map(Column::use)
                .orElse(Use.OTHER);
    }

    /** What Syncline is told of it. */
    SyncedTable synced() {
        SyncedTableBuilder table = SyncedTable.named(name)
                .key(key.toArray(String[]::new))
                .ids(serverIds() ? IdAssignment.SERVER : IdAssignment.CLIENT);
        if (name.startsWith("_")) {
            table.entity("t" + name);
        }
        references.forEach(table::references);
        Set<String> names = columns.stream().map(Column::name).collect(Collectors.toSet());
        for (Column column : columns) {
            if (column.use() == Use.DECIMAL) {
                table.decimal(column.name());
            } else if (column.use() == Use.BLOB) {
                table.blob(column.name());
            } else if (column.use() == Use.MIXED) {
                table.localOnly(column.name());
            }
            boolean loneKey = key.size() == 1 && key.contains(column.name());
            if (PROTOCOL_FIELDS.contains(column.name()) && !loneKey) {
                String field = column.name() + "_";
                while (names.contains(field)) {
                    field += "_";
                }
                table.column(column.name()).as(field);
            }
        }
        return table.build();
    }
}
