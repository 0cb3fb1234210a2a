package dev.syncline.internal.record;

import dev.syncline.conflict.Decision;
import dev.syncline.conflict.ResolutionStrategy;
import dev.syncline.internal.capture.Identifiers;
import dev.syncline.internal.capture.RowImage;
import dev.syncline.internal.record.ConflictResolver.Settled;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The row that a host's decision makes of two sides. Pure. */
final class DecidedRow {
    private final BoundTable table;
    private final Collision sides;

    DecidedRow(BoundTable table, Collision sides) {
        this.table = table;
        this.sides = sides;
    }

    /**
     * Makes the row.
     *
     * @param decision the decision
     * @return the row and the strategy that the journal names
     * @throws IllegalArgumentException if nothing was decided
     * @throws UnstorableValueException if a value does not fit its column, a column in dispute is left out, or one is named that
     *     does not travel
     */
    Settled by(Decision decision) {
        if (decision instanceof Decision.ByStrategy one) {
            return ConflictResolver.settle(one.strategy(), sides);
        }
        if (decision instanceof Decision.ByColumn columns) {
            return byColumn(columns);
        }
        throw new IllegalArgumentException("to defer decides nothing; the conflict stays open");
    }

    private Settled byColumn(Decision.ByColumn decided) {
        Map<String, ResolutionStrategy> strategies = new TreeMap<>();
        decided.strategies()
                .forEach((name, strategy) -> strategies.put(column(name).column(), strategy));
        Map<String, @Nullable Object> values = stored(decided.values());
        RowImage outcome = under(strategies, values);
        for (Map.Entry<String, @Nullable Object> value : values.entrySet()) {
            outcome = outcome.with(value.getKey(), value.getValue());
        }
        return new Settled(ResolutionStrategy.MERGE, outcome);
    }

    /**
     * Brings values into the form in which their columns store them.
     *
     * @param given columns with values as hosts see them
     * @return columns, as the table spells them, with stored values
     * @throws UnstorableValueException if a value does not fit its column, or one is named that does not travel
     */
    Map<String, @Nullable Object> stored(Map<String, @Nullable Object> given) {
        Map<String, @Nullable Object> values = new TreeMap<>();
        for (Map.Entry<String, @Nullable Object> value : given.entrySet()) {
            ColumnMapping column = column(value.getKey());
            values.put(column.column(), column.fromJson(value.getValue()));
        }
        return values;
    }

    /** A row that one side has deleted lives on as the other has it. */
    private RowImage under(Map<String, ResolutionStrategy> strategies, Map<String, @Nullable Object> values) {
        RowImage local = sides.local();
        RowImage remote = sides.remote();
        if (local == null || remote == null) {
            RowImage alive = local == null ? remote : local;
            if (alive == null) {
                throw new IllegalStateException(
                        "both sides have deleted the row; synchronize, then nothing is left to" + " decide");
            }
            return alive;
        }
        for (String column : sides.columns()) {
            if (!strategies.containsKey(column) && !values.containsKey(column)) {
                throw new UnstorableValueException(
                        column, "the column is in dispute and was not decided", "name a strategy or a value for it");
            }
        }
        return Objects.requireNonNull(ConflictResolver.columnByColumn(strategies, ResolutionStrategy.MERGE, sides)
                .outcome());
    }

    private ColumnMapping column(String name) {
        return table.columns().stream()
                .filter(column -> Identifiers.same(column.column(), name) && !column.derived())
                .findFirst()
                .orElseThrow(() -> new UnstorableValueException(
                        name,
                        "the table has no such column that is sent",
                        "name columns of " + table.spec().name() + " that are neither key, local-only nor derived"));
    }
}
