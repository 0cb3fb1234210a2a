package dev.syncline.internal.record;

import dev.syncline.config.SyncedTable;
import dev.syncline.conflict.ConflictSeverity;
import dev.syncline.conflict.ConflictType;
import dev.syncline.internal.capture.RowImage;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Two versions of one row that the three-way comparison could not join.
 *
 * @param type what each side did
 * @param base the version both last agreed on, if known
 * @param local the row here; null if it was deleted here
 * @param remote the row there; null if it was deleted there
 * @param comparison which columns each side changed
 * @param editedAt when the row was last edited here, by the backend's clock; null if unknown
 * @param changedAt when it was changed there; null if unknown
 */
public record Collision(
        ConflictType type,
        @Nullable RowImage base,
        @Nullable RowImage local,
        @Nullable RowImage remote,
        Comparison comparison,
        @Nullable Instant editedAt,
        @Nullable Instant changedAt) {

    /**
     * Gives the columns in dispute.
     *
     * @return the colliding columns; where one side deleted, those that the other changed
     */
    public Set<String> columns() {
        return comparison.colliding();
    }

    /**
     * Tells whether both sides have the row still, so that columns can be settled one by one.
     *
     * @return false if one side has deleted it
     */
    boolean hasBothRows() {
        return local != null && remote != null;
    }

    /**
     * Says how grave it is.
     *
     * @param table declares the severity of each column
     * @return the gravest of the columns in dispute; high if a local edit meets a remote deletion
     */
    public ConflictSeverity severity(SyncedTable table) {
        if (type == ConflictType.UPDATE_DELETE) {
            return ConflictSeverity.HIGH;
        }
        return columns().stream()
                .map(table::severityOf)
                .max(ConflictSeverity::compareTo)
                .orElse(ConflictSeverity.LOW);
    }
}
