package dev.syncline.internal.store;

import dev.syncline.conflict.ConflictFilter;
import dev.syncline.conflict.ConflictSeverity;
import dev.syncline.conflict.ConflictStatistics;
import dev.syncline.conflict.ConflictType;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;

/**
 * What {@code syncline_conflicts} tells beyond the single conflict: which are wanted, how many there are, and what a rule's decision can be
 * taken back to.
 */
public final class DecisionRepository {
    private static final int TAKEN_BACK = 2;

    private DecisionRepository() {}

    /**
     * Lists the ids of conflicts.
     *
     * @param handle the unit's handle
     * @param wanted which
     * @param resolved whether those that are resolved, else those that are open
     * @return the ids, oldest first
     */
    public static List<String> ids(Handle handle, ConflictFilter wanted, boolean resolved) {
        return query(handle, "SELECT id", wanted, resolved, " ORDER BY detected_at, rowid")
                .mapTo(String.class)
                .list();
    }

    /**
     * Counts open conflicts.
     *
     * @param handle the unit's handle
     * @param wanted which
     * @return how many
     */
    public static int countOpen(Handle handle, ConflictFilter wanted) {
        return query(handle, "SELECT count(*)", wanted, false, "")
                .mapTo(Integer.class)
                .one();
    }

    private static Query query(Handle handle, String select, ConflictFilter wanted, boolean resolved, String order) {
        Map<String, @Nullable Object> conditions = new LinkedHashMap<>();
        conditions.put("entity_type", wanted.entityType());
        conditions.put("entity_id", wanted.entityId());
        conditions.put("severity", name(wanted.severity()));
        conditions.put("conflict_type", name(wanted.type()));
        conditions.put("operation_id", wanted.operationId());
        conditions.values().removeIf(value -> value == null);
        StringBuilder sql = new StringBuilder(select)
                .append(" FROM syncline_conflicts WHERE resolved_at IS ")
                .append(resolved ? "NOT NULL" : "NULL");
        conditions
                .keySet()
                .forEach(column ->
                        sql.append(" AND ").append(column).append(" = :").append(column));
        return handle.createQuery(sql.append(order).toString()).bindMap(conditions);
    }

    private static @Nullable String name(@Nullable Enum<?> constant) {
        return constant == null ? null : constant.name();
    }

    /**
     * Tells whether a row of a table waits for a decision of which nothing was ever agreed on.
     *
     * @param handle the unit's handle
     * @param table the table's number
     * @return whether there is one
     */
    public static boolean hasOpenWithoutBase(Handle handle, int table) {
        return handle.createQuery("SELECT EXISTS(SELECT 1 FROM syncline_conflicts"
                        + " WHERE resolved_at IS NULL AND t = :t AND base_data IS NULL)")
                .bind("t", table)
                .mapTo(boolean.class)
                .one();
    }

    /**
     * Lists open conflicts piece by piece, in order of their place.
     *
     * @param handle the unit's handle
     * @param after the last place that was seen; 0 at first
     * @param most the greatest number wanted
     * @return the next ones
     */
    public static List<OpenRow> openAfter(Handle handle, long after, int most) {
        return handle.createQuery("SELECT rowid, id, t, entity_id, asked FROM syncline_conflicts"
                        + " WHERE resolved_at IS NULL AND rowid > :after ORDER BY rowid LIMIT :most")
                .bind("after", after)
                .bind("most", most)
                .map((rs, ctx) -> new OpenRow(
                        rs.getLong("rowid"),
                        rs.getString("id"),
                        rs.getInt("t"),
                        rs.getString("entity_id"),
                        rs.getString("asked")))
                .list();
    }

    /**
     * Remembers what a rule was asked of, so that it is asked once of it.
     *
     * @param handle the unit's handle
     * @param id the conflict
     * @param state a text that differs when either side does
     */
    public static void asked(Handle handle, String id, String state) {
        handle.createUpdate("UPDATE syncline_conflicts SET asked = :state WHERE id = :id AND resolved_at IS NULL")
                .bind("id", id)
                .bind("state", state)
                .execute();
    }

    /**
     * Keeps what a decision about a parked row can be taken back to.
     *
     * @param unit the unit
     * @param id the conflict
     * @param undo the rows
     * @throws SQLException if the table cannot be written
     */
    public static void keep(Unit unit, String id, Undo undo) throws SQLException {
        PreparedStatement update = unit.shared(
                "UPDATE syncline_conflicts SET undo_state = 1, undo_image = ?, outcome_image = ? WHERE id = ?");
        update.setString(1, undo.image());
        update.setString(2, undo.outcome());
        update.setString(3, id);
        update.executeUpdate();
    }

    /**
     * Gives what a decision can be taken back to.
     *
     * @param handle the unit's handle
     * @param id the conflict
     * @return the rows; empty if it cannot be taken back, or was
     */
    public static Optional<Undo> undo(Handle handle, String id) {
        return handle.createQuery(
                        "SELECT undo_image, outcome_image FROM syncline_conflicts WHERE id = :id AND undo_state = 1")
                .bind("id", id)
                .map((rs, ctx) -> new Undo(rs.getString("undo_image"), rs.getString("outcome_image")))
                .findOne();
    }

    /**
     * Notes that a decision was taken back.
     *
     * @param handle the unit's handle
     * @param id the conflict
     */
    public static void takenBack(Handle handle, String id) {
        handle.createUpdate(
                        "UPDATE syncline_conflicts SET undo_state = :state, undo_image = NULL, outcome_image = NULL,"
                                + " notes = coalesce(notes || ', ', '') || 'taken back' WHERE id = :id")
                .bind("state", TAKEN_BACK)
                .bind("id", id)
                .execute();
    }

    /**
     * Forgets what was decided.
     *
     * @param handle the unit's handle
     * @param before the time before which it was decided
     * @return how many entries are gone
     */
    public static int forget(Handle handle, Instant before) {
        return handle.createUpdate("DELETE FROM syncline_conflicts WHERE resolved_at < :before")
                .bind("before", before.toEpochMilli())
                .execute();
    }

    /**
     * Forgets one decision.
     *
     * @param handle the unit's handle
     * @param id the conflict's id
     * @return false if there is none, or it is open
     */
    public static boolean forget(Handle handle, String id) {
        return handle.createUpdate("DELETE FROM syncline_conflicts WHERE id = :id AND resolved_at IS NOT NULL")
                        .bind("id", id)
                        .execute()
                > 0;
    }

    /**
     * Forgets some of what was decided, the oldest first, so that no run waits long for it.
     *
     * @param handle the unit's handle
     * @param before the time before which it was decided
     * @param most the greatest number of entries that go
     * @return how many entries are gone
     */
    public static int forgetSome(Handle handle, Instant before, int most) {
        return handle.createUpdate("DELETE FROM syncline_conflicts WHERE rowid IN (SELECT rowid FROM syncline_conflicts"
                        + " WHERE resolved_at < :before ORDER BY resolved_at LIMIT :most)")
                .bind("before", before.toEpochMilli())
                .bind("most", most)
                .execute();
    }

    /**
     * Counts all conflicts.
     *
     * @param handle the unit's handle
     * @return open and resolved ones; what was no conflict does not count
     */
    public static ConflictStatistics statistics(Handle handle) {
        Totals totals = new Totals();
        handle.createQuery("SELECT entity_type, severity, conflict_type, resolved_by, count(*) AS n,"
                        + " sum(resolved_at - detected_at) AS millis FROM syncline_conflicts WHERE note IS NULL"
                        + " GROUP BY entity_type, severity, conflict_type, resolved_by")
                .map((rs, ctx) -> new Group(
                        rs.getString("entity_type"),
                        ConflictSeverity.valueOf(rs.getString("severity")),
                        ConflictType.valueOf(rs.getString("conflict_type")),
                        rs.getString("resolved_by"),
                        rs.getLong("n"),
                        rs.getLong("millis")))
                .forEach(totals::add);
        return totals.statistics();
    }

    private record Group(
            String entity,
            ConflictSeverity severity,
            ConflictType type,
            @Nullable String resolvedBy,
            long count,
            long millis) {}

    private static final class Totals {
        private final Map<ConflictSeverity, Long> bySeverity = new EnumMap<>(ConflictSeverity.class);
        private final Map<ConflictType, Long> byType = new EnumMap<>(ConflictType.class);
        private final Map<String, Long> byEntity = new LinkedHashMap<>();
        private final List<Group> resolved = new ArrayList<>();
        private long open;

        void add(Group group) {
            bySeverity.merge(group.severity(), group.count(), Long::sum);
            byType.merge(group.type(), group.count(), Long::sum);
            byEntity.merge(group.entity(), group.count(), Long::sum);
            if (group.resolvedBy() == null) {
                open += group.count();
            } else {
                resolved.add(group);
            }
        }

        ConflictStatistics statistics() {
            long auto = resolvedBy("auto");
            long user = resolvedBy("user");
            Duration sum =
                    Duration.ofMillis(resolved.stream().mapToLong(Group::millis).sum());
            return new ConflictStatistics(
                    open,
                    auto,
                    user,
                    bySeverity,
                    byType,
                    byEntity,
                    resolved.isEmpty() ? null : sum.dividedBy(auto + user));
        }

        private long resolvedBy(String who) {
            return resolved.stream()
                    .filter(group -> who.equals(group.resolvedBy()))
                    .mapToLong(Group::count)
                    .sum();
        }
    }

    /**
     * Where an open conflict stands.
     *
     * @param place its place in the order of recording
     * @param id the conflict
     * @param table the table's number
     * @param rowId the row's local id as text
     * @param asked what a rule was asked of it last; null if nothing
     */
    public record OpenRow(
            long place,
            String id,
            int table,
            String rowId,
            @Nullable String asked) {}

    /**
     * What a decision can be taken back to.
     *
     * @param image the row of the side that lost, as text; null if it had none
     * @param outcome the row that was decided on, as text; null if it was deleted
     */
    public record Undo(@Nullable String image, @Nullable String outcome) {}
}
