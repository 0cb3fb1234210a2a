package dev.syncline.internal.record;

import dev.syncline.backend.RemoteRecord;
import dev.syncline.internal.json.Json;
import dev.syncline.internal.store.UnmappedFieldRepository;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Fields that the backend tells and no column of this device is mapped to. Where an update replaces the whole row, leaving them out
 * would erase what a device with a later schema wrote; so the last ones told are kept, and go back out as they came. Where an
 * update carries changed fields only, nothing is kept. Lives within one unit of work.
 */
public final class UnmappedFields {
    private final BoundTable table;
    private final IdMappingService ids;
    private final UnmappedFieldRepository stored;
    private final boolean kept;
    private final Set<String> mapped = new HashSet<>();
    private @Nullable Boolean none;

    /**
     * Opens the fields of one table.
     *
     * @param connection the unit's connection
     * @param table the table
     * @param ids the unit's translation of ids
     * @param kept whether there is a use for them, that is whether the backend takes whole rows only
     */
    public UnmappedFields(Connection connection, BoundTable table, IdMappingService ids, boolean kept) {
        this.table = table;
        this.ids = ids;
        this.kept = kept;
        stored = new UnmappedFieldRepository(connection, table.id());
        if (kept) {
            table.columns().forEach(column -> mapped.add(column.field()));
            if (table.schema().key().size() > 1) {
                for (int i = 0; i < table.schema().key().size(); i++) {
                    mapped.add(table.keyMapping(i).field());
                }
            }
        }
    }

    /**
     * Keeps what a record tells beyond its row's columns, in the place of what an earlier one told.
     *
     * @param record the newest record of its row, whose key is known; a tombstone changes nothing
     * @throws SQLException if the library's tables cannot be written
     */
    public void keep(RemoteRecord record) throws SQLException {
        if (!kept || record.deleted()) {
            return;
        }
        Map<String, @Nullable Object> fields = unmapped(record.fields());
        if (!fields.isEmpty() || !none()) {
            Optional<RowIdentity> row = row(record);
            if (row.isPresent()) {
                store(row.get(), fields);
            }
        }
    }

    /**
     * Keeps what an answer tells beyond its row's columns, and what was kept before: an answer may tell less than the whole record.
     *
     * @param copy the record of the answer
     * @throws SQLException if the library's tables cannot be written
     */
    public void add(RemoteRecord copy) throws SQLException {
        Map<String, @Nullable Object> told = kept ? unmapped(copy.fields()) : Map.of();
        if (told.isEmpty()) {
            return;
        }
        Optional<RowIdentity> row = row(copy);
        if (row.isPresent()) {
            Map<String, @Nullable Object> fields = new LinkedHashMap<>();
            addTo(row.get(), fields);
            fields.putAll(told);
            store(row.get(), fields);
        }
    }

    private Optional<RowIdentity> row(RemoteRecord record) throws SQLException {
        return ids.localKey(table, record.id()).flatMap(key -> RowIdentity.of(table, key, record.id()));
    }

    private void store(RowIdentity row, Map<String, @Nullable Object> fields) throws SQLException {
        if (fields.isEmpty()) {
            stored.remove(row.compact());
        } else {
            stored.save(row.compact(), Json.write(fields));
            none = false;
        }
    }

    /**
     * Adds what was kept of a row to the fields of an update that replaces it.
     *
     * @param row the row's names
     * @param fields the fields to send, which go before what was kept under the same name
     * @throws SQLException if the library's tables cannot be read
     */
    @SuppressWarnings("unchecked") // the text is our own
    public void addTo(RowIdentity row, Map<String, @Nullable Object> fields) throws SQLException {
        if (!kept || none()) {
            return;
        }
        Optional<String> text = stored.find(row.compact());
        if (text.isPresent()) {
            Map<String, @Nullable Object> known =
                    (Map<String, @Nullable Object>) Objects.requireNonNull(Json.parse(text.get()));
            // The app may have learned a field since.
            unmapped(known).forEach(fields::put);
        }
    }

    private Map<String, @Nullable Object> unmapped(Map<String, @Nullable Object> fields) {
        Map<String, @Nullable Object> unmapped = new LinkedHashMap<>();
        for (Map.Entry<String, @Nullable Object> field : fields.entrySet()) {
            if (!mapped.contains(field.getKey())) {
                unmapped.put(field.getKey(), field.getValue());
            }
        }
        return unmapped;
    }

    private boolean none() throws SQLException {
        if (none == null) {
            none = stored.isEmpty();
        }
        return none;
    }
}
