package dev.syncline.internal.capture;

import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Which column of a journal holds what. The names {@code k0…} and {@code c0…} never change, whatever the host renames.
 *
 * @param id the table's number in {@code syncline_table}
 * @param schema the host table
 * @param image the image columns of the host table with their numbers in the journal
 */
record JournalLayout(long id, TableSchema schema, List<Place> image) {

    /**
     * Where the journal keeps a host column.
     *
     * @param column the host column
     * @param position the number in the journal's column name
     */
    record Place(ColumnSchema column, int position) {
        String journalColumn() {
            return "c" + position;
        }
    }

    /** A layout for an empty journal: positions in table order. */
    static JournalLayout fresh(long id, TableSchema schema) {
        List<ColumnSchema> columns = schema.imageColumns();
        return new JournalLayout(
                id,
                schema,
                IntStream.range(0, columns.size())
                        .mapToObj(i -> new Place(columns.get(i), i))
                        .toList());
    }

    String journal() {
        return CaptureTables.journal(id);
    }

    /** The table that holds the journal, in the order in which {@link #keyColumns()} and the image name its columns. */
    String ddl() {
        StringBuilder sql = new StringBuilder("CREATE TABLE " + journal() + "(seq INTEGER PRIMARY KEY");
        // The host's affinity: a key column without it would turn every touch into a full scan. Never its collation.
        for (int i = 0; i < schema.key().size(); i++) {
            sql.append(", k").append(i).append(' ').append(schema.key().get(i).affinity());
        }
        sql.append(", p, t, d");
        image.forEach(place -> sql.append(", ").append(place.journalColumn()));
        return sql.append(", UNIQUE(").append(keyColumns()).append("))").toString();
    }

    String keyColumns() {
        return keys(i -> "k" + i, ", ");
    }

    /** One term per key column, joined. */
    String keys(Function<Integer, String> term, String separator) {
        return IntStream.range(0, schema.key().size()).mapToObj(term::apply).collect(Collectors.joining(separator));
    }

    /** The i-th key column of a host row equals a value to the last byte; found through an index that may compare more loosely. */
    String hasKey(String row, int i, String value) {
        String column = row + "." + key(i).quoted();
        String exact = column + " COLLATE BINARY = " + value;
        String collation = schema.keyCollations().get(i);
        return collation.equalsIgnoreCase("BINARY")
                ? exact
                : column + " COLLATE " + Identifiers.quote(collation) + " = " + value + " AND " + exact;
    }

    ColumnSchema key(int i) {
        return schema.key().get(i);
    }

    ColumnNames names() {
        return new ColumnNames(
                image.stream().map(place -> place.column().name()).toList());
    }
}
