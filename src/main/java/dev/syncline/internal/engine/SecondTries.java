package dev.syncline.internal.engine;

import dev.syncline.exception.ValidationException;
import dev.syncline.internal.capture.PendingChange;
import dev.syncline.internal.capture.RowImage;
import dev.syncline.internal.capture.RowImageCodec;
import dev.syncline.internal.queue.Refusal;
import dev.syncline.internal.record.BoundTable;
import dev.syncline.internal.record.ColumnMapping;
import dev.syncline.internal.store.SyncOperation;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The refusals of one run. A change may be refused because another row still holds the value that it needs: it is tried again
 * once that row, sent after it, has let go of the value. Only what is refused in the end is a failure.
 */
final class SecondTries {
    private final Map<String, Entry> entries = new LinkedHashMap<>();

    void clear() {
        entries.clear();
    }

    void refused(BoundTable table, Refusal refusal) {
        entries.put(key(table, refusal.operation()), new Entry(table, refusal));
    }

    void accepted(BoundTable table, SyncOperation operation) {
        if (entries.isEmpty()) {
            return;
        }
        entries.remove(key(table, operation));
        if (operation.base() == null) {
            return;
        }
        RowImage before = RowImageCodec.fromJson(operation.base());
        RowImage after = operation.image() == null ? null : RowImageCodec.fromJson(operation.image());
        for (Entry entry : entries.values()) {
            entry.freed |= entry.isFreedBy(table, before, after);
        }
    }

    /** A change that this run leaves to the next may let go of what a refused one needs. */
    void leftForLater(BoundTable table, PendingChange change) {
        RowImage before = change.base();
        if (before != null) {
            for (Entry entry : entries.values()) {
                entry.freedLater |= entry.isFreedBy(table, before, change.now());
            }
        }
    }

    /** Takes out the refused changes whose value the next run lets go of: they are that run's. */
    List<Entry> takeFreedLater() {
        List<Entry> freed =
                entries.values().stream().filter(entry -> entry.freedLater).toList();
        entries.values().removeAll(freed);
        return freed;
    }

    /** The refused changes whose value was let go of; each is given once for each time that happens. */
    List<Entry> takeFreed() {
        List<Entry> freed =
                entries.values().stream().filter(entry -> entry.freed).toList();
        freed.forEach(entry -> entry.freed = false);
        return freed;
    }

    Collection<Entry> all() {
        return entries.values();
    }

    private static String key(BoundTable table, SyncOperation operation) {
        return table.id() + "/" + operation.rowId();
    }

    /** One refused change. */
    static final class Entry {
        private final BoundTable table;
        private final Refusal refusal;
        private boolean freed;
        private boolean freedLater;

        private Entry(BoundTable table, Refusal refusal) {
            this.table = table;
            this.refusal = refusal;
        }

        BoundTable table() {
            return table;
        }

        Refusal refusal() {
            return refusal;
        }

        /** The columns that the backend found fault with, or all if it named none that this table has. */
        private List<ColumnMapping> needed() {
            if (!(refusal.reason() instanceof ValidationException)
                    || refusal.operation().image() == null) {
                return List.of();
            }
            List<ColumnMapping> columns = named();
            return columns.isEmpty() ? table.columns() : columns;
        }

        /** The columns that the backend found fault with by name. */
        List<ColumnMapping> named() {
            if (!(refusal.reason() instanceof ValidationException invalid)) {
                return List.of();
            }
            Set<String> named =
                    invalid.faults().stream().map(fault -> fault.field()).collect(Collectors.toSet());
            return table.columns().stream()
                    .filter(column -> named.contains(column.field()))
                    .toList();
        }

        private boolean isFreedBy(BoundTable other, RowImage before, @Nullable RowImage after) {
            return table.equals(other)
                    && needed().stream().anyMatch(c -> wants(c, before) && (after == null || !wants(c, after)));
        }

        private boolean wants(ColumnMapping column, RowImage held) {
            RowImage sent = RowImageCodec.fromJson(
                    Objects.requireNonNull(refusal.operation().image()));
            String name = column.column();
            return sent.has(name)
                    && held.has(name)
                    && sent.get(name) != null
                    && column.same(sent.get(name), held.get(name));
        }
    }
}
