package dev.syncline.internal.capture;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What has become of a captured table since its triggers were made.
 *
 * @param table its name now; null if it is gone
 * @param renames for each registered column that is still there its name now
 * @param stale why triggers have to be rebuilt though nothing was missed
 * @param gap why writes may have been missed
 * @param gapFull whether any row may have been changed in the gap, not only vanished ones
 */
record Drift(
        @Nullable String table, Map<String, String> renames, List<String> stale, List<String> gap, boolean gapFull) {
    /** Nothing has changed. */
    static Drift none(Registered registered) {
        Map<String, String> names = new HashMap<>();
        registered.columns().stream()
                .filter(column -> !column.dropped())
                .forEach(column -> names.put(column.name(), column.name()));
        return new Drift(registered.name(), names, List.of(), List.of(), false);
    }

    Drift alsoStale(String reason) {
        List<String> reasons = new ArrayList<>(stale);
        reasons.add(reason);
        return new Drift(table, renames, reasons, gap, gapFull);
    }

    CaptureState state() {
        if (!gap.isEmpty()) {
            return new CaptureState(CaptureState.Kind.GAP, String.join("; ", gap), gapFull);
        }
        return stale.isEmpty()
                ? CaptureState.intact()
                : new CaptureState(CaptureState.Kind.STALE, String.join("; ", stale), false);
    }

    /** The name a registered column has now; null if the column is gone. */
    @Nullable
    String now(Registered.Column column) {
        return renames.get(column.name());
    }
}
