package dev.syncline.internal.record;

import dev.syncline.internal.capture.RowImage;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Which columns each side changed since the base, and in which the two collide. Pure.
 *
 * @param local columns that this device changed
 * @param remote columns that the backend's side changed
 * @param colliding columns that both changed to different values
 */
public record Comparison(Set<String> local, Set<String> remote, Set<String> colliding) {
    private static final Set<String> BOOKKEEPING = Set.of("created_at", "updated_at");

    /**
     * Compares three versions of one row. Without a base every column in which the two differ counts as changed on both sides.
     *
     * @param columns the columns that count
     * @param base the version both sides last agreed on, if known
     * @param local the row here
     * @param remote the row there
     * @return the difference
     */
    public static Comparison of(List<ColumnMapping> columns, @Nullable RowImage base, RowImage local, RowImage remote) {
        Set<String> localChanges = new TreeSet<>();
        Set<String> remoteChanges = new TreeSet<>();
        Set<String> colliding = new TreeSet<>();
        for (ColumnMapping mapping : columns) {
            String column = mapping.column();
            Object here = local.get(column);
            Object there = remote.get(column);
            boolean differ = !mapping.same(here, there);
            boolean changedHere = base == null ? differ : !mapping.same(base.get(column), here);
            boolean changedThere = base == null ? differ : !mapping.same(base.get(column), there);
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
     * @return the local row with what only the remote side changed
     */
    public RowImage merge(RowImage local, RowImage remote) {
        RowImage merged = local;
        for (String column : remote()) {
            if (!local().contains(column)) {
                merged = merged.with(column, remote.get(column));
            }
        }
        return merged;
    }

    /** Stamps and private fields follow the edit they belong to; they never make a conflict by themselves. */
    private static boolean isBookkeeping(String column) {
        return BOOKKEEPING.contains(column) || column.startsWith("_");
    }
}
