package dev.syncline.internal.record;

import dev.syncline.config.IdAssignment;
import dev.syncline.config.SyncedTable;
import dev.syncline.internal.capture.ColumnSchema;
import dev.syncline.internal.capture.TableSchema;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Compares what a host declared of a table with what the file says. Pure. */
public final class DeclarationCheck {

    private DeclarationCheck() {}

    /**
     * Refuses a declaration that does not fit.
     *
     * @param spec what the host declared
     * @param schema what the file says
     * @throws IllegalArgumentException if a column is named that the table does not have, two columns travel as one field, or ids
     *     of the server are wanted for a key that is no lone integer
     */
    public static void check(SyncedTable spec, TableSchema schema) {
        checkNames(spec, schema);
        checkFields(spec, schema);
        if (spec.ids() == IdAssignment.SERVER && !BoundTable.loneIntegerKey(schema)) {
            throw new IllegalArgumentException(
                    "table " + spec.name() + ": ids of the server need a lone integer key, since the"
                            + " mapping ties a local number to the remote id; use ids(CLIENT)");
        }
    }

    private static void checkNames(SyncedTable spec, TableSchema schema) {
        for (String column : spec.namedColumns()) {
            if (schema.column(column).isEmpty()) {
                throw new IllegalArgumentException("table " + spec.name() + " has no column " + column
                        + "; correct its SyncedTable. Columns are "
                        + schema.columns().stream().map(ColumnSchema::name).toList());
            }
        }
    }

    /** A column that was given another's name at the backend would overwrite it, in both directions. */
    private static void checkFields(SyncedTable spec, TableSchema schema) {
        List<ColumnSchema> travelling = new ArrayList<>(schema.imageColumns());
        travelling.removeIf(column -> spec.localOnly().contains(column.name()));
        if (schema.key().size() > 1) {
            travelling.addAll(schema.key());
        }
        Map<String, String> columnOf = new HashMap<>();
        for (ColumnSchema column : travelling) {
            String field = spec.fieldOf(column.name());
            if (field.equals(spec.externalId())) {
                throw new IllegalArgumentException("table " + spec.name() + ": column " + column.name()
                        + " travels as field " + field + ", which externalId(…) fills with values of the library's own;"
                        + " name another field, or declare the column with naturalKey(…)");
            }
            String other = columnOf.put(field, column.name());
            if (other != null) {
                throw new IllegalArgumentException("table " + spec.name() + ": columns " + other + " and "
                        + column.name() + " both travel as field " + field
                        + "; give one of them another name with column(…).as(…)");
            }
        }
    }
}
