package dev.syncline.internal.record;

import dev.syncline.internal.capture.ColumnSchema;
import dev.syncline.internal.capture.ForeignKey;
import dev.syncline.internal.capture.Identifiers;
import dev.syncline.internal.capture.TableSchema;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Makes sure that every row a record refers to is there before the record is written, by the host's foreign keys and by the
 * declared references, so that no commit shows a dangling one. Lives within one unit of work.
 */
public final class ParentCheck implements AutoCloseable {
    private final BoundTable table;
    private final List<Check> checks = new ArrayList<>();
    /** The look-up that belongs to each reference inside JSON; its columns are none of the row's. */
    private final Map<NestedReference, Check> nested = new LinkedHashMap<>();

    private final boolean refersToOwnTable;

    /**
     * Prepares the checks.
     *
     * @param connection the unit's connection
     * @param table the referring table
     * @throws SQLException if a parent table cannot be read
     */
    public ParentCheck(Connection connection, BoundTable table) throws SQLException {
        this.table = table;
        Set<String> covered = new HashSet<>();
        for (ForeignKey foreignKey : table.schema().foreignKeys()) {
            List<String> parentColumns = foreignKey.parentColumns();
            if (parentColumns.isEmpty()) {
                parentColumns = TableSchema.read(connection, foreignKey.parentTable(), List.of()).key().stream()
                        .map(c -> c.name())
                        .toList();
            }
            checks.add(new Check(connection, foreignKey.columns(), foreignKey.parentTable(), parentColumns));
            if (foreignKey.columns().size() == 1) {
                covered.add(foreignKey.columns().get(0).toLowerCase(Locale.ROOT));
            }
        }
        for (var reference : table.parents().entrySet()) {
            if (!covered.contains(reference.getKey().toLowerCase(Locale.ROOT))) {
                TableSchema parent = reference.getValue().schema();
                checks.add(new Check(
                        connection,
                        List.of(reference.getKey()),
                        parent.name(),
                        List.of(parent.key().get(0).name())));
            }
        }
        for (NestedReference reference : table.references().nested()) {
            TableSchema parent = reference.parent().schema();
            nested.put(
                    reference,
                    new Check(
                            connection,
                            List.of(),
                            parent.name(),
                            List.of(parent.key().get(0).name())));
        }
        refersToOwnTable = each().anyMatch(
                        check -> check.parent.equalsIgnoreCase(table.schema().name()));
    }

    /**
     * Tells whether rows of the table may refer to each other, so that a batch must be written before the next row is checked.
     *
     * @return true if a reference leads to the table itself
     */
    public boolean refersToOwnTable() {
        return refersToOwnTable;
    }

    /**
     * Looks for a parent that is not there.
     *
     * @param key the record's key
     * @param incoming its values
     * @return the parent's table, or empty if every row referred to is there, or is the row itself
     * @throws SQLException if a parent table cannot be read
     */
    public Optional<String> missing(@Nullable Object[] key, RecordMapper.Incoming incoming) throws SQLException {
        for (Check check : checks) {
            @Nullable Object[] values = new @Nullable Object[check.columns.size()];
            boolean refers = true;
            for (int i = 0; i < values.length && refers; i++) {
                values[i] = value(check.columns.get(i), key, incoming);
                refers = values[i] != null;
            }
            if (refers && !check.holds(values) && !refersToItself(check, values, key)) {
                return Optional.of(check.parent);
            }
        }
        for (Map.Entry<NestedReference, Check> reference : nested.entrySet()) {
            Check check = reference.getValue();
            for (Object value :
                    reference.getKey().keysIn(value(reference.getKey().column(), key, incoming))) {
                @Nullable Object[] values = {value};
                if (!check.holds(values) && !refersToItself(check, values, key)) {
                    return Optional.of(check.parent);
                }
            }
        }
        return Optional.empty();
    }

    private Stream<Check> each() {
        return Stream.concat(checks.stream(), nested.values().stream());
    }

    /**
     * Counts a row as there, because it will be before the unit ends.
     *
     * @param expected the row's table
     * @param key its key
     */
    void expect(BoundTable expected, @Nullable Object[] key) {
        List<ColumnSchema> keyColumns = expected.schema().key();
        for (Check check : each().toList()) {
            @Nullable Object[] values = new @Nullable Object[check.parentColumns.size()];
            int found = 0;
            for (int i = 0; i < values.length; i++) {
                for (int part = 0; part < key.length; part++) {
                    if (Identifiers.same(keyColumns.get(part).name(), check.parentColumns.get(i))) {
                        values[i] = key[part];
                        found++;
                    }
                }
            }
            if (Identifiers.same(check.parent, expected.schema().name()) && found == values.length) {
                check.found.add(Arrays.asList(values));
            }
        }
    }

    private boolean refersToItself(Check check, @Nullable Object[] values, @Nullable Object[] key) {
        return check.parent.equalsIgnoreCase(table.schema().name())
                && check.parentColumns.size() == key.length
                && Arrays.equals(values, key);
    }

    private @Nullable Object value(String column, @Nullable Object[] key, RecordMapper.Incoming incoming) {
        for (int i = 0; i < table.columns().size(); i++) {
            if (table.columns().get(i).column().equalsIgnoreCase(column)) {
                return incoming.told()[i] ? incoming.values()[i] : null;
            }
        }
        for (int i = 0; i < key.length; i++) {
            if (table.schema().key().get(i).name().equalsIgnoreCase(column)) {
                return key[i];
            }
        }
        return null;
    }

    @Override
    public void close() throws SQLException {
        for (Check check : each().toList()) {
            check.statement.close();
        }
    }

    /** One reference: its look-up and the parents already found in this unit. */
    private static final class Check {
        private final List<String> columns;
        private final String parent;
        private final List<String> parentColumns;
        private final PreparedStatement statement;
        private final Set<List<@Nullable Object>> found = new HashSet<>();

        Check(Connection connection, List<String> columns, String parent, List<String> parentColumns)
                throws SQLException {
            this.columns = columns;
            this.parent = parent;
            this.parentColumns = parentColumns;
            statement = connection.prepareStatement("SELECT 1 FROM main." + Identifiers.quote(parent)
                    + parentColumns.stream()
                            .map(c -> Identifiers.quote(c) + " = ?")
                            .collect(Collectors.joining(" AND ", " WHERE ", "")));
        }

        boolean holds(@Nullable Object[] values) throws SQLException {
            List<@Nullable Object> wanted = Arrays.asList(values);
            if (found.contains(wanted)) {
                return true;
            }
            for (int i = 0; i < values.length; i++) {
                statement.setObject(i + 1, values[i]);
            }
            try (ResultSet rows = statement.executeQuery()) {
                boolean there = rows.next();
                if (there) {
                    found.add(wanted);
                }
                return there;
            }
        }
    }
}
