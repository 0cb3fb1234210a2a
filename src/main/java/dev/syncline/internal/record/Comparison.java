package dev.syncline.internal.record;

import dev.syncline.internal.capture.RowImage;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Which columns each side changed since the base, and in which the two collide. Pure.
 *
 * @param local columns that this device changed
 * @param remote columns that the backend's side changed
 * @param colliding columns in dispute: those that both changed to different values, or, where one side has deleted the row, those
 *     that the other changed
 */
public record Comparison(Set<String> local, Set<String> remote, Set<String> colliding) {
    private static final Set<String> BOOKKEEPING = Set.of("created_at", "updated_at");

    /**
     * Compares three versions of one row. Without a base every column in which the two differ counts as changed on both sides,
     * and every column of a row whose other side is gone.
     *
     * @param columns the columns that count
     * @param base the version both sides last agreed on, if known; may lack columns that the host added since
     * @param local the row here; null if it was deleted here
     * @param remote the row there; null if it was deleted there
     * @return the difference
     */
    public static Comparison of(
            List<ColumnMapping> columns, @Nullable RowImage base, @Nullable RowImage local, @Nullable RowImage remote) {
        if (local != null && remote != null) {
            return ofBoth(columns, base, local, remote);
        }
        Set<String> here = local == null ? Set.of() : changed(columns, base, local);
        Set<String> there = remote == null ? Set.of() : changed(columns, base, remote);
        Set<String> disputed = new TreeSet<>(local == null ? there : here);
        disputed.removeIf(Comparison::isBookkeeping);
        return new Comparison(here, there, disputed);
    }

    private static Set<String> changed(List<ColumnMapping> columns, @Nullable RowImage base, RowImage present) {
        Set<String> changed = new TreeSet<>();
        for (ColumnMapping mapping : columns) {
            if (!mapping.derived() && (base == null || !mapping.same(value(base, mapping), value(present, mapping)))) {
                changed.add(mapping.column());
            }
        }
        return changed;
    }

    /** A column that the host added after an image was recorded had no value then. */
    private static @Nullable Object value(RowImage image, ColumnMapping mapping) {
        return image.has(mapping.column()) ? image.get(mapping.column()) : null;
    }

    private static Comparison ofBoth(
            List<ColumnMapping> columns, @Nullable RowImage base, RowImage local, RowImage remote) {
        Set<String> localChanges = new TreeSet<>();
        Set<String> remoteChanges = new TreeSet<>();
        Set<String> colliding = new TreeSet<>();
        for (ColumnMapping mapping : columns) {
            String column = mapping.column();
            Object here = value(local, mapping);
            Object there = value(remote, mapping);
            boolean differ = !mapping.same(here, there);
            boolean changedHere = base == null ? differ : !mapping.same(value(base, mapping), here);
            boolean changedThere = base == null ? differ : !mapping.same(value(base, mapping), there);
            if (mapping.derived()) {
                // Computed by the backend or by triggers: what the backend says holds, and nobody edited it.
                if (differ) {
                    remoteChanges.add(column);
                }
                continue;
            }
            if (changedHere) {
                localChanges.add(column);
            }
            if (changedThere) {
                remoteChanges.add(column);
            }
            if (changedHere && changedThere && differ && !isBookkeeping(column)) {
                colliding.add(column);
            }
        }
        return new Comparison(localChanges, remoteChanges, colliding);
    }

    /**
     * Combines both sides' changes where they do not collide; a colliding column keeps the local value.
     *
     * @param local the row here
     * @param remote the row there
     * @param merged columns that both changed and that were joined, with their values
     * @return the local row with what only the remote side changed and what was joined
     */
    RowImage merge(RowImage local, RowImage remote, Map<String, @Nullable Object> merged) {
        RowImage outcome = local;
        for (String column : remote()) {
            if (!local().contains(column)) {
                outcome = outcome.with(column, remote.get(column));
            }
        }
        for (Map.Entry<String, @Nullable Object> joined : merged.entrySet()) {
            outcome = outcome.with(joined.getKey(), joined.getValue());
        }
        return outcome;
    }

    /** Stamps and private fields follow the edit they belong to; they never make a conflict by themselves. */
    private static boolean isBookkeeping(String column) {
        return BOOKKEEPING.contains(column.toLowerCase(Locale.ROOT)) || column.startsWith("_");
    }
}
