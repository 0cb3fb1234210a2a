package dev.syncline.internal.queue;

import dev.syncline.internal.capture.JournalRows;
import dev.syncline.internal.record.BoundTable;
import dev.syncline.internal.store.SyncOperation;
import dev.syncline.internal.store.Unit;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Freezes rows of several tables that take effect together: what is made and edited parents first, what is deleted children first. If one
 * of them has to wait, the others go back as if they had not been claimed. Belongs to one unit of work.
 */
final class TogetherClaim {
    private final Freezing.Means means;
    private final Unit unit;
    private final PushWindow window;
    private final Omissions omissions = Omissions.none();

    TogetherClaim(Freezing.Means means, Unit unit, PushWindow window) {
        this.means = means;
        this.unit = unit;
        this.window = window;
    }

    Map<BoundTable, List<SyncOperation>> claim(Map<BoundTable, List<String>> rows) throws SQLException {
        rows.forEach((table, rowIds) -> rowIds.forEach(rowId -> {
            omissions.sendTogether(table, rowId);
            window.sendAgain(table, rowId);
        }));
        Map<BoundTable, List<SyncOperation>> claimed = new LinkedHashMap<>();
        List<BoundTable> tables = new ArrayList<>(rows.keySet());
        for (BoundTable table : tables) {
            add(claimed, table, rows.getOrDefault(table, List.of()), false);
        }
        Collections.reverse(tables);
        for (BoundTable table : tables) {
            add(claimed, table, rows.getOrDefault(table, List.of()), true);
        }
        if (isComplete(rows)) {
            return claimed;
        }
        for (Map.Entry<BoundTable, List<SyncOperation>> frozen : claimed.entrySet()) {
            SyncQueueManager.thaw(unit, frozen.getKey(), frozen.getValue());
        }
        return Map.of();
    }

    private void add(
            Map<BoundTable, List<SyncOperation>> claimed, BoundTable table, List<String> rowIds, boolean deletes)
            throws SQLException {
        try (Claiming claiming = new Claiming(means, unit, table, deletes, window, omissions)) {
            claimed.computeIfAbsent(table, first -> new ArrayList<>()).addAll(claiming.run(rowIds));
        }
    }

    private boolean isComplete(Map<BoundTable, List<String>> rows) throws SQLException {
        for (Map.Entry<BoundTable, List<String>> entry : rows.entrySet()) {
            BoundTable table = entry.getKey();
            try (JournalRows journal = table.journal().rows(unit.connection())) {
                for (String rowId : entry.getValue()) {
                    if (journal.isPending(table.keys().decode(rowId).orElseThrow())) {
                        return false;
                    }
                }
            }
        }
        return true;
    }
}
