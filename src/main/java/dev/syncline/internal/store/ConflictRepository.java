package dev.syncline.internal.store;

import dev.syncline.conflict.Conflict;
import dev.syncline.conflict.ConflictBuilder;
import dev.syncline.conflict.ConflictSeverity;
import dev.syncline.conflict.ConflictType;
import dev.syncline.conflict.Resolution;
import dev.syncline.conflict.ResolutionStrategy;
import dev.syncline.conflict.ResolvedBy;
import dev.syncline.internal.json.Json;
import dev.syncline.internal.store.DecisionRepository.Undo;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** The table {@code syncline_conflicts}: the inbox of open conflicts and the journal of settled ones. */
public final class ConflictRepository {
    private static final String SELECT = "SELECT id, operation_id, entity_type, entity_id, conflict_type, local_data,"
            + " remote_data, base_data, conflicting_fields, severity, detected_at, resolved_at, resolution_strategy,"
            + " resolved_by, notes, t, remote_record FROM syncline_conflicts ";

    private ConflictRepository() {}

    /**
     * Stores a conflict. Raw JDBC, since a device that was away for long may meet one in each record.
     *
     * @param unit the unit
     * @param stored the conflict; an id that is already there is refused by the database
     * @param resolvedData the row that was agreed on, for one that is resolved; null if it is open or the row is gone
     * @throws SQLException if the table cannot be written
     */
    public static void insert(Unit unit, StoredConflict stored, @Nullable Map<String, @Nullable Object> resolvedData)
            throws SQLException {
        insert(unit, stored, resolvedData, false, null);
    }

    /**
     * Stores a conflict that was decided as it was met, or what was no conflict, with all that will ever be stored of it.
     *
     * @param unit the unit
     * @param stored the conflict; an id that is already there is refused by the database
     * @param resolvedData as for {@link #insert(Unit, StoredConflict, Map)}
     * @param note whether it was no conflict
     * @param undo what the decision can be taken back to; null if it cannot
     * @throws SQLException if the table cannot be written
     */
    public static void insert(
            Unit unit,
            StoredConflict stored,
            @Nullable Map<String, @Nullable Object> resolvedData,
            boolean note,
            @Nullable Undo undo)
            throws SQLException {
        Conflict c = stored.conflict();
        String local = text(c.localData());
        String remote = text(c.remoteData());
        PreparedStatement insert =
                unit.shared("INSERT INTO syncline_conflicts(id, operation_id, entity_type, entity_id,"
                        + " conflict_type, local_data, remote_data, base_data, conflicting_fields, severity, detected_at,"
                        + " resolved_at, resolution_strategy, resolved_by, resolved_data, notes, t, remote_record,"
                        + " note, undo_state, undo_image, outcome_image)"
                        + " VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
        @Nullable
        Object[] values = {
            c.id(),
            c.operationId(),
            c.entityType(),
            c.entityId(),
            c.conflictType().name(),
            local,
            remote,
            text(c.baseData()),
            Json.write(c.conflictingFields()),
            c.severity().name(),
            c.detectedAt().toEpochMilli(),
            c.resolvedAt() == null ? null : c.resolvedAt().toEpochMilli(),
            c.resolutionStrategy() == null ? null : c.resolutionStrategy().name(),
            c.resolvedBy() == null ? null : c.resolvedBy().text(),
            // One side's row as often as not, whose text is known.
            resolvedData == c.remoteData() ? remote : resolvedData == c.localData() ? local : text(resolvedData),
            c.notes(),
            stored.table(),
            stored.remoteRecord(),
            note ? 1 : null,
            undo == null ? null : 1,
            undo == null ? null : undo.image(),
            undo == null ? null : undo.outcome()
        };
        for (int i = 0; i < values.length; i++) {
            insert.setObject(i + 1, values[i]);
        }
        insert.executeUpdate();
    }

    /**
     * Replaces the sides of an open conflict, because the backend has moved on or the row was edited; type, fields and severity follow.
     *
     * @param handle the unit's handle
     * @param present the conflict as it is now
     * @param remoteRecord the backend's record as text
     */
    public static void refresh(Handle handle, Conflict present, String remoteRecord) {
        handle.createUpdate("UPDATE syncline_conflicts SET local_data = :local, remote_data = :remote,"
                        + " remote_record = :record, conflict_type = :type, conflicting_fields = :fields,"
                        + " severity = :severity WHERE id = :id AND resolved_at IS NULL")
                .bind("local", text(present.localData()))
                .bind("remote", text(present.remoteData()))
                .bind("record", remoteRecord)
                .bind("type", present.conflictType().name())
                .bind("fields", Json.write(present.conflictingFields()))
                .bind("severity", present.severity().name())
                .bind("id", present.id())
                .execute();
    }

    /**
     * Marks an open conflict as resolved.
     *
     * @param handle the unit's handle
     * @param resolved the conflict with its resolution
     * @param resolvedData the row that was agreed on; null if it is gone
     * @return whether it was open until now
     */
    public static boolean resolve(
            Handle handle, Conflict resolved, @Nullable Map<String, @Nullable Object> resolvedData) {
        return handle.createUpdate("UPDATE syncline_conflicts SET resolved_at = :at, resolution_strategy = :strategy,"
                                + " resolved_by = :by, resolved_data = :data, conflict_type = :type, local_data = :local,"
                                + " remote_data = :remote, notes = :notes"
                                + " WHERE id = :id AND resolved_at IS NULL")
                        .bind(
                                "at",
                                resolved.resolvedAt() == null
                                        ? null
                                        : resolved.resolvedAt().toEpochMilli())
                        .bind(
                                "strategy",
                                resolved.resolutionStrategy() == null
                                        ? null
                                        : resolved.resolutionStrategy().name())
                        .bind(
                                "by",
                                resolved.resolvedBy() == null
                                        ? null
                                        : resolved.resolvedBy().text())
                        .bind("data", text(resolvedData))
                        .bind("type", resolved.conflictType().name())
                        .bind("local", text(resolved.localData()))
                        .bind("remote", text(resolved.remoteData()))
                        .bind("notes", resolved.notes())
                        .bind("id", resolved.id())
                        .execute()
                == 1;
    }

    /**
     * Gives the row of an open conflict another local id.
     *
     * @param handle the unit's handle
     * @param table the table's number
     * @param from the row's local id as text
     * @param to its new local id
     */
    public static void rename(Handle handle, int table, String from, String to) {
        handle.createUpdate("UPDATE syncline_conflicts SET entity_id = :to"
                        + " WHERE t = :t AND entity_id = :from AND resolved_at IS NULL")
                .bind("to", to)
                .bind("t", table)
                .bind("from", from)
                .execute();
    }

    /**
     * Finds a conflict.
     *
     * @param handle the unit's handle
     * @param id the conflict
     * @return the conflict, open or resolved
     */
    public static Optional<StoredConflict> find(Handle handle, String id) {
        return handle.createQuery(SELECT + "WHERE id = :id")
                .bind("id", id)
                .map((rs, ctx) -> map(rs))
                .findOne();
    }

    /**
     * Finds the open conflict of a row.
     *
     * @param handle the unit's handle
     * @param table the table's number
     * @param rowId the row's local id as text
     * @return the conflict, or empty if none is open
     */
    public static Optional<StoredConflict> openOf(Handle handle, int table, String rowId) {
        return handle.createQuery(SELECT + "WHERE t = :t AND resolved_at IS NULL AND entity_id = :row")
                .bind("t", table)
                .bind("row", rowId)
                .map((rs, ctx) -> map(rs))
                .findOne();
    }

    /**
     * Gives what was decided of a conflict.
     *
     * @param handle the unit's handle
     * @param id the conflict
     * @return the decision with the row that was agreed on, or empty if it is open or unknown
     */
    public static Optional<Resolution> resolution(Handle handle, String id) {
        Optional<Conflict> conflict = find(handle, id).map(StoredConflict::conflict);
        if (conflict.isEmpty()
                || conflict.get().resolutionStrategy() == null
                || conflict.get().resolvedAt() == null) {
            return Optional.empty();
        }
        Optional<String> outcome = handle.createQuery(
                        "SELECT resolved_data FROM syncline_conflicts WHERE id = :id AND resolved_data IS NOT NULL")
                .bind("id", id)
                .mapTo(String.class)
                .findOne();
        return Optional.of(Resolution.succeeded(
                conflict.get(),
                conflict.get().resolutionStrategy(),
                fields(outcome.orElse(null)),
                conflict.get().resolvedAt()));
    }

    /**
     * Tells whether a table has no open conflict.
     *
     * @param handle the unit's handle
     * @param table the table's number
     * @return true if there is none
     */
    public static boolean noneOpen(Handle handle, int table) {
        return !handle.createQuery(
                        "SELECT EXISTS(SELECT 1 FROM syncline_conflicts WHERE t = :t AND resolved_at IS NULL)")
                .bind("t", table)
                .mapTo(Boolean.class)
                .one();
    }

    private static StoredConflict map(ResultSet rs) throws SQLException {
        ConflictBuilder conflict = Conflict.builder(
                        rs.getString("id"), rs.getString("entity_type"), rs.getString("entity_id"))
                .operationId(rs.getString("operation_id"))
                .type(ConflictType.valueOf(rs.getString("conflict_type")))
                .local(fields(rs.getString("local_data")))
                .remote(fields(rs.getString("remote_data")))
                .base(fields(rs.getString("base_data")))
                .fields(names(rs.getString("conflicting_fields")))
                .severity(ConflictSeverity.valueOf(rs.getString("severity")))
                .detectedAt(Instant.ofEpochMilli(rs.getLong("detected_at")))
                .notes(rs.getString("notes"));
        String strategy = rs.getString("resolution_strategy");
        if (strategy != null) {
            conflict.resolution(
                    Instant.ofEpochMilli(rs.getLong("resolved_at")),
                    ResolutionStrategy.valueOf(strategy),
                    ResolvedBy.of(rs.getString("resolved_by")));
        }
        return new StoredConflict(conflict.build(), rs.getInt("t"), rs.getString("remote_record"));
    }

    private static @Nullable String text(@Nullable Map<String, @Nullable Object> fields) {
        return fields == null ? null : Json.write(fields);
    }

    @SuppressWarnings("unchecked") // the text is our own
    private static @Nullable Map<String, @Nullable Object> fields(@Nullable String text) {
        return text == null ? null : (Map<String, @Nullable Object>) Json.parse(text);
    }

    @SuppressWarnings("unchecked") // the text is our own
    private static List<String> names(String text) {
        List<String> names = (List<String>) Json.parse(text);
        return names == null ? List.of() : names;
    }

    /**
     * A conflict with what is needed to settle it later.
     *
     * @param conflict the conflict as hosts see it
     * @param table the table's number
     * @param remoteRecord the backend's record as text
     */
    public record StoredConflict(Conflict conflict, int table, String remoteRecord) {}
}
