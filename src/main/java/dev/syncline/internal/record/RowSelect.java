package dev.syncline.internal.record;

import dev.syncline.config.ValueType;
import dev.syncline.internal.capture.ColumnSchema;
import dev.syncline.internal.capture.Identifiers;
import dev.syncline.table.RowQuery;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A host's query of one table as SQL. Names come from the schema of the file, values are arguments.
 *
 * @param sql the statement
 * @param arguments what takes the place of its question marks: Long, Double, String or byte[]
 */
public record RowSelect(String sql, List<Object> arguments) {

    /**
     * Asks for the rows, each with every column in the table's order.
     *
     * @param table the table
     * @param query which rows
     * @return the statement
     * @throws IllegalArgumentException if a column is not in the table, or could not hold what is asked for
     */
    static RowSelect rows(BoundTable table, RowQuery query) {
        List<Object> arguments = new ArrayList<>();
        String columns = table.schema().columns().stream()
                .map(column -> Identifiers.quote(column.name()))
                .collect(Collectors.joining(", "));
        String sql = "SELECT " + columns + from(table) + where(table, query, arguments) + order(table, query)
                + " LIMIT ? OFFSET ?";
        arguments.add(query.most());
        arguments.add(query.first());
        return new RowSelect(sql, List.copyOf(arguments));
    }

    /** Asks for their number, whatever the page. */
    static RowSelect count(BoundTable table, RowQuery query) {
        List<Object> arguments = new ArrayList<>();
        String sql = "SELECT count(*)" + from(table) + where(table, query, arguments);
        return new RowSelect(sql, List.copyOf(arguments));
    }

    private static String from(BoundTable table) {
        return " FROM " + Identifiers.quote(table.schema().name());
    }

    private static String where(BoundTable table, RowQuery query, List<Object> arguments) {
        StringBuilder where = new StringBuilder();
        query.conditions().forEach((name, wanted) -> {
            ColumnSchema column = column(table, name);
            Object value = new StoredValues(table).of(column, wanted);
            where.append(where.isEmpty() ? " WHERE " : " AND ");
            if (value == null) {
                where.append(Identifiers.quote(column.name())).append(" IS NULL");
            } else {
                where.append(comparable(table, column))
                        .append(isDecimal(table, column) ? " = CAST(? AS NUMERIC)" : " = ?");
                arguments.add(value);
            }
        });
        return where.toString();
    }

    private static String order(BoundTable table, RowQuery query) {
        List<String> terms = new ArrayList<>();
        for (RowQuery.Order order : query.order()) {
            terms.add(comparable(table, column(table, order.column())) + (order.descending() ? " DESC" : ""));
        }
        table.schema().key().forEach(key -> terms.add(Identifiers.quote(key.name())));
        return " ORDER BY " + String.join(", ", terms);
    }

    /** Exact numbers are text in most files, where 9 would come behind 10. */
    private static String comparable(BoundTable table, ColumnSchema column) {
        String name = Identifiers.quote(column.name());
        return isDecimal(table, column) ? "CAST(" + name + " AS NUMERIC)" : name;
    }

    private static boolean isDecimal(BoundTable table, ColumnSchema column) {
        return table.spec().typeOf(column.name()) == ValueType.DECIMAL;
    }

    /** Finds a column that the host names. */
    static ColumnSchema column(BoundTable table, String name) {
        return table.schema()
                .column(name)
                .orElseThrow(() ->
                        new IllegalArgumentException("table " + table.schema().name() + " has no column "
                                + name + "; it has "
                                + table.schema().columns().stream()
                                        .map(ColumnSchema::name)
                                        .toList()));
    }
}
