package dev.syncline.internal.record;

import dev.syncline.internal.capture.JournalRows;
import dev.syncline.internal.store.ConflictRepository;
import dev.syncline.internal.store.OperationRepository;
import dev.syncline.internal.store.RowStateRepository;
import dev.syncline.internal.store.SyncOperation.Status;
import dev.syncline.internal.store.Unit;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The rows whose key holds the number of another row, where the backend assigns that one's id. If the other row outlives its
 * record, and so gets another id, the ids that theirs were made of mean nothing any more: no tombstone of the backend's would find
 * them, and they are as new to the backend as the row that they belong to.
 *
 * <p>Lives within one unit of work in which capture is silenced.
 */
final class KeyedChildren {
    private final Unit unit;
    private final BoundTable parent;

    KeyedChildren(Unit unit, BoundTable parent) {
        this.unit = unit;
        this.parent = parent;
    }

    /**
     * Lets the rows that belong to a row be new.
     *
     * @param key the row's key
     * @throws SQLException if the library's tables cannot be written
     */
    void makeNew(Object[] key) throws SQLException {
        Object number = Objects.requireNonNull(key[0]);
        for (BoundTable child : List.copyOf(parent.children())) {
            for (Map.Entry<String, BoundTable> reference : child.parents().entrySet()) {
                String column = reference.getKey();
                boolean inKey =
                        child.columns().stream().noneMatch(c -> c.column().equals(column));
                if (reference.getValue() == parent && inKey) {
                    makeNew(child, column, number);
                }
            }
        }
    }

    private void makeNew(BoundTable child, String column, Object number) throws SQLException {
        try (HostTable host = new HostTable(unit.connection(), child);
                JournalRows journal = child.journal().rows(unit.connection());
                RowStateRepository states = new RowStateRepository(unit.connection(), child.id())) {
            List<Object[]> present = host.keysReferring(List.of(column), number);
            for (Object[] key : present) {
                if (forget(child, key, states)) {
                    journal.put(key, null);
                }
            }
            List<Object[]> deleted =
                    new ArrayList<>(child.journal().keysWith(unit.connection(), child.keyIndex(column), number));
            deleted.removeIf(key -> present.stream().anyMatch(other -> Arrays.equals(other, key)));
            for (Object[] key : deleted) {
                if (forget(child, key, states)) {
                    journal.remove(key);
                }
            }
        }
    }

    /** A row that is on its way, or waits for a decision, is told by the answer or the decision that its record is gone. */
    private boolean forget(BoundTable child, Object[] key, RowStateRepository states) throws SQLException {
        String rowId = child.keys().encode(key).orElseThrow();
        boolean busy =
                ConflictRepository.openOf(unit.handle(), child.id(), rowId).isPresent()
                        || OperationRepository.find(unit.handle(), child.id(), rowId)
                                .filter(operation -> operation.status() == Status.PROCESSING)
                                .isPresent();
        Object compact = child.keys().compact(rowId);
        if (busy || states.find(compact).isEmpty()) {
            return false;
        }
        states.remove(compact);
        return true;
    }
}
