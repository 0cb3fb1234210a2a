package dev.syncline.internal.capture;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The row a statement is about to store, as SQL inside a BEFORE trigger. What NEW says there is not always what will be stored: OR
 * REPLACE turns the NULL of a NOT NULL column into its default, and an automatic key reads -1.
 */
final class IncomingRow {
    private final TableSchema schema;
    private final String table;

    IncomingRow(TableSchema schema) {
        this.schema = schema;
        this.table = Identifiers.quote(schema.name());
    }

    /** The value of a column, its default included. */
    static String value(ColumnSchema column) {
        String announced = "NEW." + column.quoted();
        return column.replacesNull() ? "ifnull(" + announced + ", (" + column.defaultExpression() + "))" : announced;
    }

    /** The row as NEW says, under the table's own name and column names, so that host expressions can be copied as written. */
    String announced() {
        return schema.columns().stream()
                .map(column -> "NEW." + column.quoted() + " AS " + column.quoted())
                .collect(Collectors.joining(", ", "(SELECT ", ") AS " + table));
    }

    /**
     * The row as it will be stored, generated columns computed anew. Its values have no affinity, hence only for rows that
     * {@link #differs} from what is announced.
     */
    String stored(boolean insert) {
        List<ColumnSchema> generated = new ArrayList<>();
        List<String> plain = new ArrayList<>();
        for (ColumnSchema column : schema.columns()) {
            if (column.generated()) {
                generated.add(column);
            } else {
                plain.add(storedValue(column, insert) + " AS " + column.quoted());
            }
        }
        String row = "(SELECT " + String.join(", ", plain) + ")";
        // A generated column may use another, so each is added once those it names are there.
        while (!generated.isEmpty()) {
            ColumnSchema next = generated.stream()
                    .filter(column ->
                            generated.stream().noneMatch(other -> !other.equals(column) && uses(column, other)))
                    .findFirst()
                    .orElse(generated.get(0));
            generated.remove(next);
            row = "(SELECT *, " + next.generatedAs() + " AS " + next.quoted() + " FROM " + row + " AS " + table + ")";
        }
        return row + " AS " + table;
    }

    private String storedValue(ColumnSchema column, boolean insert) {
        String announced = "NEW." + column.quoted();
        if (automatic(column, insert)) {
            return "CASE " + announced + " WHEN -1 THEN (" + automaticKey(column) + ") ELSE " + announced + " END";
        }
        return column.replacesNull() ? "ifnull(" + announced + ", " + StoredDefault.of(column) + ")" : announced;
    }

    /** A condition that holds where the stored row may have other values in these columns than the announced one; empty if never. */
    String differs(Iterable<ColumnSchema> columns, boolean insert) {
        List<String> conditions = new ArrayList<>();
        for (ColumnSchema column : columns) {
            if (automatic(column, insert)) {
                conditions.add("NEW." + column.quoted() + " = -1");
            } else if (column.replacesNull()) {
                conditions.add("NEW." + column.quoted() + " IS NULL");
            }
        }
        return String.join(" OR ", conditions);
    }

    private boolean automatic(ColumnSchema column, boolean insert) {
        return insert && column.equals(schema.rowidAlias());
    }

    /** The key SQLite will choose, unless it is the last possible one or AUTOINCREMENT has skipped some in this statement. */
    String automaticKey(ColumnSchema alias) {
        String largest = "ifnull(max(" + alias.quoted() + "), 0)";
        String used = schema.autoincrement()
                ? "max(" + largest + ", ifnull((SELECT seq FROM sqlite_sequence WHERE name = "
                        + Identifiers.literal(schema.name()) + "), 0))"
                : largest;
        return "SELECT " + used + " + 1 AS k FROM " + table;
    }

    /** Whether a generated column may read another column. */
    static boolean uses(ColumnSchema generated, ColumnSchema other) {
        return generated.generatedAs() != null && SchemaText.names(generated.generatedAs(), other.name());
    }
}
