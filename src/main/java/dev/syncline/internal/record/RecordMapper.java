package dev.syncline.internal.record;

import dev.syncline.backend.RemoteRecord;
import dev.syncline.internal.capture.RowImage;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Turns a row into the fields that travel, and a remote record into the values of a row. Lives within one unit of work. */
public final class RecordMapper {
    private final BoundTable table;
    private final IdMappingService ids;

    /**
     * Makes a mapper.
     *
     * @param table the table
     * @param ids the unit's translation of ids
     */
    public RecordMapper(BoundTable table, IdMappingService ids) {
        this.table = table;
        this.ids = ids;
    }

    /**
     * Gives the fields to send for a row.
     *
     * @param key the row's local key
     * @param row the row
     * @param base where given, only fields that differ from it are sent
     * @return the fields, or empty if the row refers to one that has no remote id yet
     * @throws SQLException if the mapping of ids cannot be read
     * @throws UnstorableValueException if a value has no form on the wire
     */
    public Optional<Map<String, @Nullable Object>> fields(@Nullable Object[] key, RowImage row, @Nullable RowImage base)
            throws SQLException {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        if (key.length > 1 && base == null) {
            for (int i = 0; i < key.length; i++) {
                if (!put(fields, table.keyMapping(i), key[i])) {
                    return Optional.empty();
                }
            }
        }
        for (ColumnMapping mapping : table.columns()) {
            Object value = row.get(mapping.column());
            if (mapping.derived() || (base != null && mapping.same(baseValue(base, mapping), value))) {
                continue;
            }
            if (!put(fields, mapping, value)) {
                return Optional.empty();
            }
        }
        return Optional.of(fields);
    }

    /** A column that the host added after the base was recorded had no value then. */
    private static @Nullable Object baseValue(RowImage base, ColumnMapping mapping) {
        return base.has(mapping.column()) ? base.get(mapping.column()) : null;
    }

    private boolean put(Map<String, @Nullable Object> fields, ColumnMapping mapping, @Nullable Object value)
            throws SQLException {
        BoundTable parent = table.parentOf(mapping.column());
        if (parent == null || value == null) {
            Optional<Object> json = Optional.ofNullable(mapping.toJson(value));
            for (NestedReference reference : nestedIn(mapping)) {
                if (json.isEmpty()) {
                    break;
                }
                json = reference.toRemote(json.get(), ids);
                if (json.isEmpty()) {
                    return false;
                }
            }
            fields.put(mapping.field(), json.orElse(null));
            return true;
        }
        Optional<Object> reference = ids.remoteReference(parent, value);
        reference.ifPresent(id -> fields.put(mapping.field(), id));
        return reference.isPresent();
    }

    /**
     * Gives the values that a record brings, in the order of {@link BoundTable#columns()}.
     *
     * @param record a record that is not deleted
     * @return the values and which of them the record told; or the column whose parent is unknown here
     * @throws SQLException if the mapping of ids cannot be read
     * @throws UnstorableValueException if a column cannot hold the value without loss
     */
    public Incoming incoming(RemoteRecord record) throws SQLException {
        return incoming(record, null);
    }

    /**
     * Gives the values that a record brings, without those that refer to a record unknown here.
     *
     * @param record a record that is not deleted
     * @param unknown takes the columns left out; null to stop at the first
     * @return the values and which of them the record told
     * @throws SQLException if the mapping of ids cannot be read
     * @throws UnstorableValueException if a column cannot hold the value without loss
     */
    Incoming incoming(RemoteRecord record, @Nullable Set<String> unknown) throws SQLException {
        int n = table.columns().size();
        @Nullable Object[] values = new @Nullable Object[n];
        boolean[] told = new boolean[n];
        Map<String, @Nullable Object> fields = record.fields();
        for (int i = 0; i < n; i++) {
            ColumnMapping mapping = table.columns().get(i);
            Object json = fields.get(mapping.field());
            if (json == null) {
                told[i] = fields.containsKey(mapping.field());
                continue;
            }
            told[i] = true;
            BoundTable parent = table.parentOf(mapping.column());
            Optional<Object> local = parent == null ? withLocalKeys(mapping, json) : ids.localReference(parent, json);
            if (local.isEmpty()) {
                if (unknown == null) {
                    return new Incoming(values, told, mapping.column());
                }
                unknown.add(mapping.column());
                told[i] = false;
                continue;
            }
            values[i] = parent == null ? mapping.fromJson(local.get()) : local.get();
        }
        return new Incoming(values, told, null);
    }

    private Optional<Object> withLocalKeys(ColumnMapping mapping, Object json) throws SQLException {
        Optional<Object> local = Optional.of(json);
        for (NestedReference reference : nestedIn(mapping)) {
            local = reference.toLocal(local.get(), ids);
            if (local.isEmpty()) {
                break;
            }
        }
        return local;
    }

    /** Most tables have none, and every field passes here. */
    private List<NestedReference> nestedIn(ColumnMapping mapping) {
        List<NestedReference> nested = table.references().nested();
        return nested.isEmpty()
                ? nested
                : nested.stream()
                        .filter(reference -> reference.column().equals(mapping.column()))
                        .toList();
    }

    /**
     * Lays a record's values over a row.
     *
     * @param under the row that gives what the record did not tell; null for nulls
     * @param incoming the record's values, all parents known
     * @return a full image
     */
    public RowImage over(@Nullable RowImage under, Incoming incoming) {
        RowImage image = under;
        if (image == null) {
            Map<String, @Nullable Object> empty = new LinkedHashMap<>();
            table.schema().imageColumns().forEach(column -> empty.put(column.name(), null));
            image = RowImage.of(empty);
        }
        return image.with(table.columnNames(), incoming.values(), incoming.told());
    }

    /**
     * What a record brings.
     *
     * @param values one value for each column that travels
     * @param told which of them the record told
     * @param missingParent the first column that refers to a record unknown here; null if there is none
     */
    @SuppressWarnings("ArrayRecordComponent") // handed over once, on the hot path, and never compared
    public record Incoming(
            @Nullable Object[] values,
            boolean[] told,
            @Nullable String missingParent) {}
}
