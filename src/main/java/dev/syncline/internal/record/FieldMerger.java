package dev.syncline.internal.record;

import dev.syncline.config.ValueType;
import dev.syncline.conflict.Merger;
import dev.syncline.internal.capture.RowImage;
import dev.syncline.internal.json.Json;
import dev.syncline.internal.json.JsonFormatException;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Joins one column from the changes of both sides, by the laws of {@link Merger}. Pure and symmetric. */
final class FieldMerger {
    private final ColumnMapping column;

    FieldMerger(ColumnMapping column) {
        this.column = column;
    }

    /**
     * Joins.
     *
     * @param merger the law
     * @param base the row that both last agreed on; null if there is none
     * @param local the stored value here
     * @param remote the stored value there
     * @return the value to store; empty where the law does not apply
     */
    Optional<Object> merge(Merger merger, @Nullable RowImage base, @Nullable Object local, @Nullable Object remote) {
        if (local == null || remote == null) {
            return Optional.empty();
        }
        Object before = base != null && base.has(column.column()) ? base.get(column.column()) : null;
        return switch (merger) {
            case COUNTER -> sum(before, local, remote);
            case SET -> union(before, local, remote);
            case TEXT -> lines(before, local, remote);
            case MAX -> compare(local, remote).map(order -> order >= 0 ? local : remote);
            case MIN -> compare(local, remote).map(order -> order <= 0 ? local : remote);
        };
    }

    private Optional<Object> sum(@Nullable Object base, Object local, Object remote) {
        BigDecimal from = number(base);
        BigDecimal here = number(local);
        BigDecimal there = number(remote);
        if (from == null || here == null || there == null) {
            return Optional.empty();
        }
        BigDecimal sum = here.add(there).subtract(from);
        Long whole = local instanceof Long && remote instanceof Long ? Decimals.whole(sum) : null;
        try {
            return Optional.ofNullable(column.fromJson(whole == null ? sum : whole));
        } catch (UnstorableValueException beyondWhatTheColumnHolds) {
            return Optional.empty();
        }
    }

    private Optional<Object> union(@Nullable Object base, Object local, Object remote) {
        List<?> from = base == null ? List.of() : elements(base);
        List<?> here = elements(local);
        List<?> there = elements(remote);
        return from == null || here == null || there == null
                ? Optional.empty()
                : Optional.of(Json.write(new ElementSets(from, here, there).merged()));
    }

    private Optional<Object> lines(@Nullable Object base, Object local, Object remote) {
        return column.type() == ValueType.PLAIN
                        && base instanceof String from
                        && local instanceof String here
                        && remote instanceof String there
                ? new LineMerge(from).merge(here, there).map(text -> text)
                : Optional.empty();
    }

    private @Nullable List<?> elements(Object stored) {
        if (column.type() != ValueType.JSON || !(stored instanceof String text)) {
            return null;
        }
        try {
            return Json.parse(text) instanceof List<?> list ? list : null;
        } catch (JsonFormatException e) {
            return null;
        }
    }

    private Optional<Integer> compare(Object local, Object remote) {
        if (column.type() == ValueType.INSTANT) {
            Instant here = Instants.of(local);
            Instant there = Instants.of(remote);
            return here == null || there == null ? Optional.empty() : Optional.of(here.compareTo(there));
        }
        BigDecimal here = number(local);
        BigDecimal there = number(remote);
        if (here != null && there != null) {
            return Optional.of(here.compareTo(there));
        }
        boolean texts = column.type() == ValueType.PLAIN && local instanceof String && remote instanceof String;
        return texts ? Optional.of(((String) local).compareTo((String) remote)) : Optional.empty();
    }

    /** Text counts as a number only where it was declared to be one. */
    private @Nullable BigDecimal number(@Nullable Object stored) {
        return switch (column.type()) {
            case DECIMAL, BOOL -> Decimals.of(stored);
            case PLAIN -> stored instanceof Number ? Decimals.of(stored) : null;
            case INSTANT, BLOB, JSON -> null;
        };
    }
}
