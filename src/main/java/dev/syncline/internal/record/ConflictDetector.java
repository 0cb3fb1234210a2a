package dev.syncline.internal.record;

import dev.syncline.config.ConflictRules;
import dev.syncline.conflict.ConflictType;
import dev.syncline.conflict.Merger;
import dev.syncline.internal.capture.RowImage;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Finds out what two sides did to one row since they last agreed on it, and whether that is a conflict. Pure: it reads no clock and no
 * database.
 *
 * <table>
 *   <caption>What is found, by what either side did since the base</caption>
 *   <tr><th>here</th><th>there: nothing that counts</th><th>there: changed</th><th>there: deleted</th></tr>
 *   <tr><td>nothing that counts</td><td>joined</td><td>joined</td><td>the deletion holds</td></tr>
 *   <tr><td>changed</td><td>joined</td><td>joined if no column is in dispute, else UPDATE_UPDATE</td>
 *     <td>UPDATE_DELETE</td></tr>
 *   <tr><td>deleted</td><td>the deletion holds</td><td>DELETE_UPDATE</td><td>agreed</td></tr>
 *   <tr><td>no base</td><td colspan="2">joined if alike, else CREATE_EXISTS</td><td>UPDATE_DELETE</td></tr>
 * </table>
 *
 * <p>Values are compared by what they mean. Derived columns and stamps never count.
 */
final class ConflictDetector {
    /** What adds up both sides' changes would count a change twice that is there already. */
    private static final Set<Merger> ADDING = EnumSet.of(Merger.COUNTER, Merger.SET, Merger.TEXT);

    private final ConflictRules rules;
    private final List<ColumnMapping> columns;

    /**
     * Makes a detector for one table.
     *
     * @param rules what is said of the table's conflicts
     * @param columns the columns that travel
     */
    ConflictDetector(ConflictRules rules, List<ColumnMapping> columns) {
        this.rules = rules;
        this.columns = columns;
    }

    /**
     * Compares the versions of a row.
     *
     * @param base the version both last agreed on, if known
     * @param local the row here; null if it was deleted
     * @param remote the row there; null if it was deleted
     * @param times when either was written
     * @param foreign whether the remote change is known to be another's; false if it may hold an unanswered one of this device
     * @return what was found
     */
    Finding detect(
            @Nullable RowImage base,
            @Nullable RowImage local,
            @Nullable RowImage remote,
            WriteTimes times,
            boolean foreign) {
        Collision sides = compare(base, local, remote, times, foreign);
        if (local == null && remote == null) {
            return new BothDeleted();
        }
        boolean disputed = !sides.columns().isEmpty();
        if (local != null && remote != null && !disputed) {
            return new Joined(sides.comparison().merge(local, remote, sides.merged()), sides);
        }
        return base != null && !disputed ? new DeletionHolds(local == null) : new Collided(sides);
    }

    /**
     * Puts the sides of a row next to each other, whether they collide or not.
     *
     * @param base as for {@link #detect}
     * @param local as for {@link #detect}
     * @param remote as for {@link #detect}
     * @param times as for {@link #detect}
     * @param foreign as for {@link #detect}
     * @return the sides
     */
    Collision compare(
            @Nullable RowImage base,
            @Nullable RowImage local,
            @Nullable RowImage remote,
            WriteTimes times,
            boolean foreign) {
        Comparison comparison = Comparison.of(columns, base, local, remote);
        Map<String, @Nullable Object> merged = new LinkedHashMap<>();
        boolean doubtful = false;
        if (local != null && remote != null) {
            for (ColumnMapping column : columns) {
                String name = column.column();
                Optional<Merger> merger =
                        comparison.colliding().contains(name) ? rules.mergerOf(name) : Optional.empty();
                if (merger.isEmpty()) {
                    doubtful |= !foreign
                            && comparison.colliding().contains(name)
                            && rules.columnRules().containsKey(name);
                    continue;
                }
                if (!foreign && ADDING.contains(merger.get())) {
                    doubtful = true;
                } else {
                    new FieldMerger(column)
                            .merge(merger.get(), base, local.get(name), remote.get(name))
                            .ifPresent(value -> merged.put(name, value));
                }
            }
        }
        Set<String> disputed = new TreeSet<>(comparison.colliding());
        disputed.removeAll(merged.keySet());
        return new Collision(
                type(base, local, remote),
                base,
                local,
                remote,
                new Comparison(comparison.local(), comparison.remote(), disputed),
                merged,
                times,
                !doubtful);
    }

    private static ConflictType type(@Nullable RowImage base, @Nullable RowImage local, @Nullable RowImage remote) {
        if (remote == null) {
            return ConflictType.UPDATE_DELETE;
        }
        if (local == null) {
            return ConflictType.DELETE_UPDATE;
        }
        return base == null ? ConflictType.CREATE_EXISTS : ConflictType.UPDATE_UPDATE;
    }

    /** What two sides came to. */
    sealed interface Finding {}

    /** Both deleted it. */
    record BothDeleted() implements Finding {}

    /**
     * One side deleted it and the other did nothing that counts.
     *
     * @param here whether it was deleted here
     */
    record DeletionHolds(boolean here) implements Finding {}

    /**
     * Nobody loses anything.
     *
     * @param row the row with what either side did
     * @param sides what they did
     */
    record Joined(RowImage row, Collision sides) implements Finding {}

    /**
     * A conflict.
     *
     * @param collision what met
     */
    record Collided(Collision collision) implements Finding {}
}
