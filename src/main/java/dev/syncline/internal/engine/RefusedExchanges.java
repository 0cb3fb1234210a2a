package dev.syncline.internal.engine;

import dev.syncline.internal.capture.RowImage;
import dev.syncline.internal.capture.RowImageCodec;
import dev.syncline.internal.queue.Omissions;
import dev.syncline.internal.record.BoundTable;
import dev.syncline.internal.record.ColumnMapping;
import dev.syncline.internal.store.SyncOperation;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Finds refused updates that hand values on to each other in a circle, each refused because the next one still holds what it needs.
 * One of them is sent with that column empty first, which lets the others go; its own value follows. Once in a run for each row:
 * if that is refused as well, so is the exchange.
 */
final class RefusedExchanges {
    private final Set<String> tried = new HashSet<>();

    /** Begins a run. */
    void clear() {
        tried.clear();
    }

    /** Gives the refused updates that can go as the omissions say. */
    List<SecondTries.Entry> find(Collection<SecondTries.Entry> refused, Omissions omissions) {
        List<Update> updates = refused.stream().flatMap(Update::of).toList();
        Map<String, Update> holders = new HashMap<>();
        for (Update update : updates) {
            for (ColumnMapping column : update.entry.table().columns()) {
                if (update.givesUp(column)) {
                    holders.put(update.valueName(column, update.before), update);
                }
            }
        }
        List<SecondTries.Entry> armed = new ArrayList<>();
        for (Update update : updates) {
            circleFrom(update, holders).stream()
                    .filter(link -> Omissions.isPossible(link.holder.entry.table(), link.column.column())
                            && tried.add(link.holder.name()))
                    .findFirst()
                    .ifPresent(link -> {
                        Update first = link.holder;
                        omissions.add(first.entry.table(), first.operation().rowId(), Set.of(link.column.column()));
                        armed.add(first.entry);
                        holders.values().removeIf(first::equals);
                    });
        }
        return armed;
    }

    /** Follows who holds what until that leads back to the start; empty if it leads elsewhere. */
    private static List<Link> circleFrom(Update start, Map<String, Update> holders) {
        Set<Link> way = new LinkedHashSet<>();
        Optional<Link> next = start.need(holders);
        while (next.isPresent() && way.add(next.get())) {
            if (next.get().holder.equals(start)) {
                return List.copyOf(way);
            }
            next = next.get().holder.need(holders);
        }
        return List.of();
    }

    /**
     * What an update needs.
     *
     * @param holder the update whose row holds the value
     * @param column the column
     */
    private record Link(Update holder, ColumnMapping column) {}

    /** A refused update: its row before and after. */
    private static final class Update {
        private final SecondTries.Entry entry;
        private final RowImage before;
        private final RowImage after;

        private Update(SecondTries.Entry entry, RowImage before, RowImage after) {
            this.entry = entry;
            this.before = before;
            this.after = after;
        }

        static Stream<Update> of(SecondTries.Entry entry) {
            String before = entry.refusal().operation().base();
            String after = entry.refusal().operation().image();
            return before == null || after == null
                    ? Stream.empty()
                    : Stream.of(new Update(entry, RowImageCodec.fromJson(before), RowImageCodec.fromJson(after)));
        }

        SyncOperation operation() {
            return entry.refusal().operation();
        }

        String name() {
            BoundTable table = entry.table();
            return table.id() + "/" + operation().rowId();
        }

        /** Whether the row at the backend holds a value in the column that it shall not hold any longer. */
        boolean givesUp(ColumnMapping column) {
            return value(before, column) != null && !column.same(value(before, column), value(after, column));
        }

        String valueName(ColumnMapping column, RowImage image) {
            return entry.table().id() + "/" + column.column() + "/" + value(image, column);
        }

        Optional<Link> need(Map<String, Update> holders) {
            for (ColumnMapping column : entry.named()) {
                Update holder = givesUp(column) ? holders.get(valueName(column, after)) : null;
                if (holder != null && column.same(value(after, column), value(holder.before, column))) {
                    return Optional.of(new Link(holder, column));
                }
            }
            return Optional.empty();
        }

        private static @Nullable Object value(RowImage image, ColumnMapping column) {
            return image.has(column.column()) ? image.get(column.column()) : null;
        }
    }
}
