package dev.syncline.internal.record;

import dev.syncline.backend.ChangeKind;
import dev.syncline.backend.RemoteRecord;
import dev.syncline.internal.capture.RowImage;
import dev.syncline.internal.capture.RowImageCodec;
import dev.syncline.internal.json.Json;
import dev.syncline.internal.store.SyncOperation;
import java.sql.SQLException;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Tells our own write from a foreign one: a record that holds every field as it was sent is what the write led to. Pure. */
public final class SentFields {

    private SentFields() {}

    /**
     * Gives what was sent.
     *
     * @param payload the fields as they were sent, as JSON text; null if none were
     * @return the fields
     */
    @SuppressWarnings("unchecked") // the text is our own
    public static Map<String, @Nullable Object> of(@Nullable String payload) {
        return payload != null && Json.parse(payload) instanceof Map<?, ?> sent
                ? (Map<String, @Nullable Object>) sent
                : Map.of();
    }

    /**
     * Compares by content, so that {@code 1.0} and {@code 1} are the same number.
     *
     * @param record the backend's record
     * @param payload the fields as they were sent, as JSON text; null if none were
     * @return whether the record lives and holds them all
     */
    public static boolean areHeldBy(RemoteRecord record, @Nullable String payload) {
        if (record.deleted() || payload == null || !(Json.parse(payload) instanceof Map<?, ?> sent)) {
            return false;
        }
        return sent.entrySet().stream()
                .allMatch(field -> record.fields().containsKey(String.valueOf(field.getKey()))
                        && Objects.equals(
                                Json.canonical(record.fields().get(String.valueOf(field.getKey()))),
                                Json.canonical(field.getValue())));
    }

    /**
     * Tells whether a record is what a create of this device led to, whatever was made of it since: it holds the value that the library has
     * filled in for that.
     *
     * @param table the table
     * @param operation what was sent
     * @param record the backend's record
     * @return true if nobody else can have made it
     */
    public static boolean madeIt(BoundTable table, SyncOperation operation, RemoteRecord record) {
        String field = table.spec().externalId();
        if (field == null || operation.kind() != ChangeKind.CREATE || record.deleted()) {
            return false;
        }
        Object sent = of(operation.payload()).get(field);
        return sent != null && sent.equals(record.fields().get(field));
    }

    /**
     * Tells whether what was sent refers to a record under an id that it no longer has: it was gone at the backend, and the row that
     * stood for it was kept since and is new there. What the backend answered to that says nothing about the row as it is now.
     *
     * @param operation what was sent
     * @param table its table
     * @param ids the present ids
     * @return whether any reference is called otherwise now
     * @throws SQLException if the mapping of ids cannot be read
     */
    public static boolean areOutdated(SyncOperation operation, BoundTable table, IdMappingService ids)
            throws SQLException {
        if (table.references().isEmpty()
                || operation.image() == null
                || operation.payload() == null
                || !(Json.parse(operation.payload()) instanceof Map<?, ?> sent)) {
            return false;
        }
        RowImage image = RowImageCodec.fromJson(operation.image());
        @Nullable Object[] key = table.keys().decode(operation.rowId()).orElseThrow();
        for (Map.Entry<String, BoundTable> reference : table.parents().entrySet()) {
            String column = reference.getKey();
            Optional<ColumnMapping> travels = table.columns().stream()
                    .filter(c -> c.column().equals(column))
                    .findFirst();
            ColumnMapping mapping = travels.isPresent() ? travels.get() : table.keyMapping(table.keyIndex(column));
            Object id = sent.get(mapping.field());
            Object value = travels.isPresent() ? image.get(column) : key[table.keyIndex(column)];
            if (id == null || value == null) {
                continue;
            }
            Optional<Object> now = ids.remoteReference(reference.getValue(), value);
            if (now.isEmpty() || !Objects.equals(Json.canonical(now.get()), Json.canonical(id))) {
                return true;
            }
        }
        for (NestedReference reference : table.references().nested()) {
            if (isOutdated(reference, image, sent, table, ids)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isOutdated(
            NestedReference reference, RowImage image, Map<?, ?> sent, BoundTable table, IdMappingService ids)
            throws SQLException {
        Optional<ColumnMapping> mapping = table.columns().stream()
                .filter(c -> c.column().equals(reference.column()))
                .findFirst();
        Object then = mapping.isEmpty() ? null : sent.get(mapping.get().field());
        Object stored = image.has(reference.column()) ? image.get(reference.column()) : null;
        if (then == null || !(stored instanceof String text)) {
            return false;
        }
        Optional<Object> now = reference.toRemote(Objects.requireNonNull(Json.parse(text)), ids);
        return now.isEmpty() || !reference.idsIn(now.get()).equals(reference.idsIn(then));
    }
}
