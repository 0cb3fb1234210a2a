package dev.syncline.internal.record;

import dev.syncline.config.ConflictRules;
import dev.syncline.conflict.Merger;
import dev.syncline.conflict.ResolutionStrategy;
import dev.syncline.internal.capture.RowImage;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Decides collisions by the table's rules. Pure: what it decides is carried out by {@link ConflictHandler}.
 *
 * <p>{@code LOCAL_WINS}, {@code REMOTE_WINS} and {@code LAST_WRITE_WINS} take one side's row whole; {@code MERGE} keeps every
 * change that one side made alone, joins what has a merger and settles the columns in dispute by the later edit. Where a column has a
 * strategy or merger of its own, all are settled one by one.
 */
final class ConflictResolver {

    private ConflictResolver() {}

    /**
     * Decides a collision without asking, if the table's rules allow it.
     *
     * @param rules the rules
     * @param collision what met
     * @return the decision, or empty if a person is to decide
     */
    static Optional<Settled> auto(ConflictRules rules, Collision collision) {
        // A rule of the host's is asked later, outside of the transaction.
        return !asksHost(rules, collision) && mayDecideAlone(rules, collision) && !asksSomeone(rules, collision)
                ? Optional.of(byRules(rules, collision))
                : Optional.empty();
    }

    private static boolean asksHost(ConflictRules rules, Collision collision) {
        return rules.mergeRule() != null || (collision.hasBothRows() && rules.asksHost(collision.columns()));
    }

    /**
     * Decides what the host's rules for single columns have left of a collision.
     *
     * @param rules the rules
     * @param collision what met, with the columns that the host joined
     * @return the decision, or empty if a person is to decide
     */
    static Optional<Settled> rest(ConflictRules rules, Collision collision) {
        if (!collision.certain()) {
            return Optional.empty();
        }
        if (collision.columns().isEmpty()) {
            return Optional.of(columnByColumn(Map.of(), ResolutionStrategy.MERGE, collision));
        }
        // A rule for whole conflicts that has decided nothing wants a person.
        return rules.mergeRule() == null && mayDecideAlone(rules, collision) && !asksSomeone(rules, collision)
                ? Optional.of(byRules(rules, collision))
                : Optional.empty();
    }

    /** Whether the rules let it be settled without asking, if they say how. */
    private static boolean mayDecideAlone(ConflictRules rules, Collision collision) {
        return collision.certain()
                && (everyColumnHasItsOwn(rules, collision)
                        || rules.byType().containsKey(collision.type())
                        || rules.autoResolve().contains(collision.severity(rules)));
    }

    /**
     * Tells whether the rules name a person.
     *
     * @param rules the rules
     * @param collision what met
     * @return whether a strategy that applies is {@code MANUAL}
     */
    static boolean asksSomeone(ConflictRules rules, Collision collision) {
        boolean columnAsks = collision.columns().stream()
                .anyMatch(column -> rules.byColumn().get(column) == ResolutionStrategy.MANUAL);
        return columnAsks
                || (!everyColumnHasItsOwn(rules, collision)
                        && rules.strategyOf(collision.type()) == ResolutionStrategy.MANUAL);
    }

    /** What is said of a column settles its value, not whether the row lives. */
    private static boolean everyColumnHasItsOwn(ConflictRules rules, Collision collision) {
        return collision.hasBothRows()
                && !collision.columns().isEmpty()
                && rules.byColumn().keySet().containsAll(collision.columns());
    }

    /**
     * Decides a collision by the rules, whether they may decide alone or not.
     *
     * @param rules the rules; none that applies is {@code MANUAL}
     * @param collision what met
     * @return the decision
     */
    static Settled byRules(ConflictRules rules, Collision collision) {
        return isByColumn(rules, collision)
                ? columnByColumn(rules.byColumn(), rules.strategyOf(collision.type()), collision)
                : settle(rules.strategyOf(collision.type()), collision);
    }

    private static boolean isByColumn(ConflictRules rules, Collision collision) {
        return collision.hasBothRows()
                && (!collision.merged().isEmpty()
                        || collision.columns().stream().anyMatch(rules.byColumn()::containsKey));
    }

    /**
     * Names the rules that decide a collision.
     *
     * @param rules the rules
     * @param collision what met
     * @return words for the journal
     */
    static String reason(ConflictRules rules, Collision collision) {
        StringJoiner reason = new StringJoiner(", ");
        boolean byColumn = isByColumn(rules, collision);
        if (byColumn && !collision.merged().isEmpty()) {
            reason.add(mergers(rules, collision));
        }
        boolean rest = !byColumn;
        for (String column : collision.columns()) {
            ResolutionStrategy own = byColumn ? rules.byColumn().get(column) : null;
            if (own == null) {
                rest = true;
            } else {
                reason.add(column + " by " + own);
            }
        }
        if (rest) {
            boolean ofType = rules.byType().containsKey(collision.type());
            reason.add((ofType ? "the strategy for " + collision.type() : "the table's strategy") + " "
                    + rules.strategyOf(collision.type()));
        }
        return reason.toString();
    }

    /**
     * Names the mergers that joined columns.
     *
     * @param rules the rules
     * @param sides what met
     * @return words for the journal
     */
    static String mergers(ConflictRules rules, Collision sides) {
        return sides.merged().keySet().stream()
                .map(column -> column + " by "
                        + rules.mergerOf(column).map(Merger::name).orElse("the host's rule for it"))
                .collect(Collectors.joining(", "));
    }

    /**
     * Decides a collision by one strategy.
     *
     * @param strategy any but {@code MANUAL}
     * @param collision what met
     * @return the decision
     * @throws IllegalArgumentException for {@code MANUAL}, which decides nothing
     */
    static Settled settle(ResolutionStrategy strategy, Collision collision) {
        return switch (strategy) {
            case LOCAL_WINS -> new Settled(strategy, collision.local());
            case REMOTE_WINS -> new Settled(strategy, collision.remote());
            case LAST_WRITE_WINS ->
                new Settled(strategy, collision.times().localIsLater() ? collision.local() : collision.remote());
            case MERGE -> columnByColumn(Map.of(), ResolutionStrategy.MERGE, collision);
            case MANUAL ->
                throw new IllegalArgumentException(
                        "MANUAL decides nothing; name the strategy that shall hold, such as LOCAL_WINS");
        };
    }

    /**
     * Decides a collision column by column; what only one side changed stays.
     *
     * @param own what holds for single columns
     * @param rest what holds for the others, and for a row that one side deleted
     * @param collision what met
     * @return the decision
     */
    static Settled columnByColumn(Map<String, ResolutionStrategy> own, ResolutionStrategy rest, Collision collision) {
        RowImage local = collision.local();
        RowImage remote = collision.remote();
        if (local == null || remote == null) {
            // There is no field to merge with a row that is gone: the later of edit and deletion holds.
            return rest == ResolutionStrategy.MERGE
                    ? new Settled(rest, collision.times().localIsLater() ? local : remote)
                    : settle(rest, collision);
        }
        RowImage outcome = collision.comparison().merge(local, remote, collision.merged());
        for (String column : collision.columns()) {
            if (takesRemote(own.getOrDefault(column, rest), collision)) {
                outcome = outcome.with(column, remote.get(column));
            }
        }
        return new Settled(ResolutionStrategy.MERGE, outcome);
    }

    private static boolean takesRemote(ResolutionStrategy strategy, Collision collision) {
        return switch (strategy) {
            case LOCAL_WINS -> false;
            case REMOTE_WINS -> true;
            case LAST_WRITE_WINS, MERGE, MANUAL -> !collision.times().localIsLater();
        };
    }

    /**
     * A decision.
     *
     * @param strategy what decided
     * @param outcome the row that shall hold on both sides; null if it shall be deleted
     */
    record Settled(ResolutionStrategy strategy, @Nullable RowImage outcome) {}
}
