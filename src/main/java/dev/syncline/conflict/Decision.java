package dev.syncline.conflict;

import dev.syncline.internal.json.JsonValue;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What shall become of one conflict. Immutable values, made by the factories. */
public sealed interface Decision {

    /**
     * One strategy for the whole record.
     *
     * @param strategy the strategy; not {@link ResolutionStrategy#MANUAL}
     */
    record ByStrategy(ResolutionStrategy strategy) implements Decision {
        /**
         * Checks the strategy.
         *
         * @param strategy as above
         * @throws IllegalArgumentException for {@code MANUAL}, which decides nothing
         */
        public ByStrategy {
            refuseManual(strategy);
        }
    }

    /**
     * Column by column: what one side changed alone stays, and every column in dispute takes one side's value or one of its own. A
     * record that one side has deleted lives on.
     *
     * @param strategies columns that take the value of a side
     * @param values columns that take these values, in the form of {@link Conflict#localData()}; also such as are not in dispute
     */
    record ByColumn(Map<String, ResolutionStrategy> strategies, Map<String, @Nullable Object> values)
            implements Decision {
        /**
         * Copies what was decided.
         *
         * @param strategies as above
         * @param values as above
         * @throws IllegalArgumentException if a strategy is {@code MANUAL} or a value is no JSON value
         */
        public ByColumn {
            strategies = Map.copyOf(strategies);
            values = JsonValue.copyOf(values);
            strategies.values().forEach(Decision::refuseManual);
        }

        /** Names the columns without their values. */
        @Override
        public String toString() {
            return "ByColumn[strategies=" + strategies + ", values of " + values.keySet() + "]";
        }
    }

    /** None yet: the conflict stays open for a person. */
    record Defer() implements Decision {}

    /**
     * Keeps the local version.
     *
     * @return the decision
     */
    static Decision keepLocal() {
        return new ByStrategy(ResolutionStrategy.LOCAL_WINS);
    }

    /**
     * Takes the remote version.
     *
     * @return the decision
     */
    static Decision takeRemote() {
        return new ByStrategy(ResolutionStrategy.REMOTE_WINS);
    }

    /**
     * Lets a strategy decide.
     *
     * @param strategy the strategy
     * @return the decision
     * @throws IllegalArgumentException for {@code MANUAL}, which decides nothing
     */
    static Decision by(ResolutionStrategy strategy) {
        return new ByStrategy(strategy);
    }

    /**
     * Lets a side decide for each column in dispute.
     *
     * @param strategies every column in dispute with its strategy
     * @return the decision
     * @throws IllegalArgumentException if a strategy is {@code MANUAL}
     */
    static Decision byColumn(Map<String, ResolutionStrategy> strategies) {
        return new ByColumn(strategies, Map.of());
    }

    /**
     * Takes own values.
     *
     * @param values at least every column in dispute with its value
     * @return the decision
     * @throws IllegalArgumentException if a value is no JSON value
     */
    static Decision merged(Map<String, ? extends @Nullable Object> values) {
        return new ByColumn(Map.of(), JsonValue.copyOf(values));
    }

    /**
     * Leaves the conflict open.
     *
     * @return the decision
     */
    static Decision defer() {
        return new Defer();
    }

    private static void refuseManual(ResolutionStrategy strategy) {
        if (strategy == ResolutionStrategy.MANUAL) {
            throw new IllegalArgumentException(
                    "MANUAL decides nothing; name the strategy that shall hold, such as LOCAL_WINS");
        }
    }
}
