package dev.syncline.internal.capture;

import static dev.syncline.internal.capture.Identifiers.quote;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The rows that stand where an incoming row wants to go, as SQL inside a BEFORE trigger. Under OR REPLACE they vanish, and by default
 * without firing a DELETE trigger.
 *
 * @param from the FROM clause
 * @param row the name under which it gives a row
 * @param condition what holds for such a row
 */
record Collision(String from, String row, String condition) {

    /** Those that have the incoming row's rowid. */
    static Collision onRowid(TableSchema schema) {
        String rowid = schema.rowidName();
        return new Collision(quote(schema.name()) + " v", "v", "v." + rowid + " = NEW." + rowid);
    }

    /** Those that collide in a unique index. */
    static List<Collision> on(UniqueIndex index, TableSchema schema, boolean insert) {
        String table = quote(schema.name());
        Set<ColumnSchema> inputs = inputs(index, schema);
        if (!index.computed() && inputs.stream().noneMatch(ColumnSchema::generated)) {
            return List.of(new Collision(table + " v", "v", plain(index, schema)));
        }
        IncomingRow incoming = new IncomingRow(schema);
        List<Collision> collisions = new ArrayList<>();
        collisions.add(new Collision(table, table, computed(index, incoming.announced())));
        String differs = incoming.differs(inputs, insert);
        if (!differs.isEmpty()) {
            String condition = computed(index, incoming.stored(insert)) + " AND (" + differs + ")";
            collisions.add(new Collision(table, table, condition));
        }
        return collisions;
    }

    private static String plain(UniqueIndex index, TableSchema schema) {
        return index.terms().stream()
                .map(term -> {
                    ColumnSchema column =
                            schema.column(String.valueOf(term.column())).orElseThrow();
                    return "v." + column.quoted() + " COLLATE " + quote(term.collation()) + " = "
                            + IncomingRow.value(column);
                })
                .collect(Collectors.joining(" AND "));
    }

    /** Both texts are copied as written, so that SQLite knows the index in them: the search must not become a scan. */
    private static String computed(UniqueIndex index, String incomingRow) {
        String collides = index.terms().stream()
                .map(term -> {
                    String text = term.column() != null ? quote(term.column()) : "(" + term.expression() + ")";
                    return text + " COLLATE " + quote(term.collation()) + " = (SELECT " + text + " FROM " + incomingRow
                            + ")";
                })
                .collect(Collectors.joining(" AND "));
        return index.where() == null ? collides : collides + " AND (" + index.where() + ")";
    }

    /** The columns an index depends on, those behind generated columns included. */
    private static Set<ColumnSchema> inputs(UniqueIndex index, TableSchema schema) {
        Set<ColumnSchema> inputs = new LinkedHashSet<>();
        for (IndexTerm term : index.terms()) {
            String text = term.column() != null ? quote(term.column()) : String.valueOf(term.expression());
            schema.columns().stream()
                    .filter(column -> SchemaText.names(text, column.name()))
                    .forEach(inputs::add);
        }
        boolean grown = true;
        while (grown) {
            grown = inputs.addAll(schema.columns().stream()
                    .filter(column -> inputs.stream().anyMatch(input -> IncomingRow.uses(input, column)))
                    .toList());
        }
        return inputs;
    }
}
