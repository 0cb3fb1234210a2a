package dev.syncline.demo;

import dev.syncline.config.SyncedTable;
import dev.syncline.config.SyncedTableBuilder;
import dev.syncline.conflict.ConflictSeverity;
import dev.syncline.conflict.ConflictType;
import dev.syncline.conflict.Merger;
import dev.syncline.conflict.ResolutionStrategy;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A mix of rules for one table, drawn at random, and what it makes of two sides: the documented rules, written down a second time
 * without the library's code.
 *
 * @param table the table's name
 * @param strategy the table's strategy
 * @param byColumn strategies of single columns
 * @param byType strategies of single types
 * @param counts whether amounts add up
 */
record StrategyMix(
        String table,
        ResolutionStrategy strategy,
        Map<String, ResolutionStrategy> byColumn,
        Map<ConflictType, ResolutionStrategy> byType,
        boolean counts) {
    static final String AMOUNT = "amount";
    static final List<String> COLUMNS = List.of("account_id", "bank_to", "account_to", AMOUNT, "k_symbol");
    static final List<ResolutionStrategy> DECIDING = List.of(
            ResolutionStrategy.LOCAL_WINS,
            ResolutionStrategy.REMOTE_WINS,
            ResolutionStrategy.LAST_WRITE_WINS,
            ResolutionStrategy.MERGE);

    /** A mix with a strategy of its own for some columns and types. */
    static StrategyMix drawn(String table, SplittableRandom random) {
        Map<String, ResolutionStrategy> byColumn = new LinkedHashMap<>();
        Map<ConflictType, ResolutionStrategy> byType = new LinkedHashMap<>();
        for (String column : COLUMNS) {
            if (random.nextInt(3) == 0) {
                byColumn.put(column, any(random));
            }
        }
        for (ConflictType type : ConflictType.values()) {
            if (random.nextInt(3) == 0) {
                byType.put(type, any(random));
            }
        }
        boolean counts = !byColumn.containsKey(AMOUNT) && random.nextBoolean();
        return new StrategyMix(table, any(random), byColumn, byType, counts);
    }

    static ResolutionStrategy any(SplittableRandom random) {
        return DECIDING.get(random.nextInt(DECIDING.size()));
    }

    SyncedTable spec() {
        SyncedTableBuilder spec = SyncedTable.named(table)
                .key("order_id")
                .decimal(AMOUNT)
                .strategy(strategy)
                .autoResolve(ConflictSeverity.values());
        byColumn.forEach((column, own) -> spec.strategy(own, column));
        byType.forEach((type, own) -> spec.strategy(own, type));
        return (counts ? spec.merge(Merger.COUNTER, AMOUNT) : spec).build();
    }

    /** Whether two values of a column mean the same. */
    static boolean same(String column, @Nullable String a, @Nullable String b) {
        return column.equals(AMOUNT) && a != null && b != null
                ? new BigDecimal(a).compareTo(new BigDecimal(b)) == 0
                : Objects.equals(a, b);
    }

    /** Whether two rows mean the same. */
    static boolean same(@Nullable Map<String, @Nullable String> a, @Nullable Map<String, @Nullable String> b) {
        return a == null || b == null
                ? a == b
                : COLUMNS.stream().allMatch(column -> same(column, a.get(column), b.get(column)));
    }

    /**
     * Two sides of one row.
     *
     * @param base what both last agreed on; null if there was no row
     * @param here the row here; null if there is none
     * @param there the row there; null if there is none
     */
    record Sides(
            @Nullable Map<String, @Nullable String> base,
            @Nullable Map<String, @Nullable String> here,
            @Nullable Map<String, @Nullable String> there) {

        ConflictType type() {
            if (there == null) {
                return ConflictType.UPDATE_DELETE;
            }
            if (here == null) {
                return ConflictType.DELETE_UPDATE;
            }
            return base == null ? ConflictType.CREATE_EXISTS : ConflictType.UPDATE_UPDATE;
        }

        boolean bothMoved() {
            return !StrategyMix.same(base, here) && !StrategyMix.same(base, there) && !StrategyMix.same(here, there);
        }

        private boolean moved(String column, Map<String, @Nullable String> side) {
            return base == null || !StrategyMix.same(column, base.get(column), side.get(column));
        }
    }

    /** The columns that both changed to different values and that do not add up. */
    private Set<String> disputed(Sides sides) {
        Map<String, @Nullable String> here = Objects.requireNonNull(sides.here());
        Map<String, @Nullable String> there = Objects.requireNonNull(sides.there());
        Set<String> disputed = new TreeSet<>();
        for (String column : COLUMNS) {
            boolean adds = counts && column.equals(AMOUNT) && sides.base() != null;
            if (!adds
                    && sides.moved(column, here)
                    && sides.moved(column, there)
                    && !same(column, here.get(column), there.get(column))) {
                disputed.add(column);
            }
        }
        return disputed;
    }

    /** Whether the sides are a conflict. */
    boolean isConflict(Sides sides) {
        return sides.bothMoved()
                && (sides.here() == null
                        || sides.there() == null
                        || !disputed(sides).isEmpty());
    }

    /** What the rules make of the sides; a person's strategy, if there is one, instead of the table's. */
    @Nullable
    Map<String, @Nullable String> outcome(Sides sides, boolean localIsLater, @Nullable ResolutionStrategy person) {
        Map<String, @Nullable String> here = sides.here();
        Map<String, @Nullable String> there = sides.there();
        if (!sides.bothMoved()) {
            return same(sides.base(), here) ? there : here;
        }
        ResolutionStrategy rule = person != null ? person : byType.getOrDefault(sides.type(), strategy);
        if (here == null || there == null) {
            return takesLocal(rule, localIsLater) ? here : there;
        }
        Set<String> disputed = disputed(sides);
        boolean byColumns = person == null && (added(sides) || disputed.stream().anyMatch(byColumn::containsKey));
        if (!disputed.isEmpty() && !byColumns && rule != ResolutionStrategy.MERGE) {
            return takesLocal(rule, localIsLater) ? here : there;
        }
        Map<String, @Nullable String> row = new LinkedHashMap<>();
        for (String column : COLUMNS) {
            ResolutionStrategy own = person == null ? byColumn.getOrDefault(column, rule) : rule;
            boolean local = disputed.contains(column) ? takesLocal(own, localIsLater) : sides.moved(column, here);
            row.put(column, local ? here.get(column) : there.get(column));
        }
        if (added(sides)) {
            row.put(AMOUNT, sum(sides));
        }
        return row;
    }

    private static boolean takesLocal(ResolutionStrategy rule, boolean localIsLater) {
        return rule == ResolutionStrategy.LOCAL_WINS || (rule != ResolutionStrategy.REMOTE_WINS && localIsLater);
    }

    private boolean added(Sides sides) {
        Map<String, @Nullable String> here = Objects.requireNonNull(sides.here());
        Map<String, @Nullable String> there = Objects.requireNonNull(sides.there());
        return counts
                && sides.base() != null
                && sides.moved(AMOUNT, here)
                && sides.moved(AMOUNT, there)
                && !same(AMOUNT, here.get(AMOUNT), there.get(AMOUNT));
    }

    private static String sum(Sides sides) {
        return amount(sides.here())
                .add(amount(sides.there()))
                .subtract(amount(sides.base()))
                .toPlainString();
    }

    private static BigDecimal amount(@Nullable Map<String, @Nullable String> row) {
        return new BigDecimal(Objects.requireNonNull(Objects.requireNonNull(row).get(AMOUNT)));
    }
}
