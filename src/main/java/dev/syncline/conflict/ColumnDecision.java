package dev.syncline.conflict;

import dev.syncline.internal.json.JsonValue;
import org.jspecify.annotations.Nullable;

/** What a {@link ColumnRule} makes of one column. Immutable values, made by the factories. */
public sealed interface ColumnDecision {

    /**
     * The column takes a value.
     *
     * @param value the value, in the form of {@link Conflict#localData()}; null empties the column
     */
    record Value(@Nullable Object value) implements ColumnDecision {
        /**
         * Copies the value.
         *
         * @param value as above
         * @throws IllegalArgumentException if it is no JSON value
         */
        public Value {
            value = JsonValue.copy(value);
        }

        /** Tells that there is a value without showing it. */
        @Override
        public String toString() {
            return "Value";
        }
    }

    /** The column stays in dispute, and what else the table says of conflicts decides it. */
    record Undecided() implements ColumnDecision {}

    /**
     * Gives the column a value.
     *
     * @param value the value, in the form of {@link Conflict#localData()}; null empties the column
     * @return the decision
     * @throws IllegalArgumentException if it is no JSON value
     */
    static ColumnDecision value(@Nullable Object value) {
        return new Value(value);
    }

    /**
     * Leaves the column to what else the table says of conflicts.
     *
     * @return the decision
     */
    static ColumnDecision undecided() {
        return new Undecided();
    }
}
