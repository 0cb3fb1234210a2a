package dev.syncline.internal.record;

import dev.syncline.config.ConflictRules;
import dev.syncline.conflict.ConflictSeverity;
import dev.syncline.conflict.ConflictType;
import dev.syncline.internal.capture.RowImage;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Two versions of one row next to the one that both last agreed on.
 *
 * @param type what each side did
 * @param base the version both last agreed on, if known
 * @param local the row here; null if it was deleted here
 * @param remote the row there; null if it was deleted there
 * @param comparison which columns each side changed; those that a merger joined are in dispute no more
 * @param merged columns that a merger joined, with their values
 * @param times when either side was written
 * @param certain false if a column that adds up is in dispute and nobody can tell whether the remote side holds this device's change
 *     already; a person is then asked
 */
record Collision(
        ConflictType type,
        @Nullable RowImage base,
        @Nullable RowImage local,
        @Nullable RowImage remote,
        Comparison comparison,
        Map<String, @Nullable Object> merged,
        WriteTimes times,
        boolean certain) {

    /**
     * Gives the columns in dispute.
     *
     * @return the colliding columns; where one side deleted, those that the other changed
     */
    Set<String> columns() {
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
     * Gives these sides as another kind of conflict.
     *
     * @param kind the type
     * @return a changed copy
     */
    Collision as(ConflictType kind) {
        return new Collision(kind, base, local, remote, comparison, merged, times, certain);
    }

    /**
     * Gives these sides as ones that only a person may settle.
     *
     * @return a changed copy
     */
    Collision uncertain() {
        return new Collision(type, base, local, remote, comparison, merged, times, false);
    }

    /**
     * Gives these sides with columns joined by the host.
     *
     * @param values the columns with their stored values
     * @return a changed copy, in which these columns are in dispute no more
     */
    Collision joined(Map<String, @Nullable Object> values) {
        Map<String, @Nullable Object> all = new LinkedHashMap<>(merged);
        all.putAll(values);
        Set<String> disputed = new TreeSet<>(comparison.colliding());
        disputed.removeAll(values.keySet());
        Comparison rest = new Comparison(comparison.local(), comparison.remote(), disputed);
        return new Collision(type, base, local, remote, rest, all, times, certain);
    }

    /**
     * Says how grave it is.
     *
     * @param rules declare the severity of each column
     * @return the gravest of the columns in dispute; high if a local edit meets a remote deletion
     */
    ConflictSeverity severity(ConflictRules rules) {
        if (type == ConflictType.UPDATE_DELETE) {
            return ConflictSeverity.HIGH;
        }
        return columns().stream()
                .map(rules::severityOf)
                .max(ConflictSeverity::compareTo)
                .orElse(ConflictSeverity.LOW);
    }
}
