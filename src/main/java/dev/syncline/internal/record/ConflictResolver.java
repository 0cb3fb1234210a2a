package dev.syncline.internal.record;

import dev.syncline.config.SyncedTable;
import dev.syncline.conflict.ResolutionStrategy;
import dev.syncline.internal.capture.RowImage;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Decides collisions by the table's rules. Pure: what it decides is carried out by {@link ConflictHandler}.
 *
 * <p>{@code LOCAL_WINS}, {@code REMOTE_WINS} and {@code LAST_WRITE_WINS} take one side's row whole; {@code MERGE} keeps every
 * change that one side made alone and settles the columns in dispute by the later edit.
 */
public final class ConflictResolver {

    private ConflictResolver() {}

    /**
     * Decides a collision without asking, if the table's rules allow it.
     *
     * @param table the rules
     * @param collision what met
     * @return the decision, or empty if a person is to decide
     */
    public static Optional<Settled> auto(SyncedTable table, Collision collision) {
        Map<String, ResolutionStrategy> own = table.columnStrategies();
        // What is said of a column settles its value, not whether the row lives.
        boolean everyColumnHasItsOwn = collision.hasBothRows()
                && !collision.columns().isEmpty()
                && own.keySet().containsAll(collision.columns());
        boolean alone = everyColumnHasItsOwn || table.autoResolve().contains(collision.severity(table));
        boolean someoneIsToAsk = everyColumnHasItsOwn
                ? collision.columns().stream().anyMatch(c -> own.get(c) == ResolutionStrategy.MANUAL)
                : table.strategy() == ResolutionStrategy.MANUAL
                        || collision.columns().stream().anyMatch(c -> own.get(c) == ResolutionStrategy.MANUAL);
        if (!alone || someoneIsToAsk) {
            return Optional.empty();
        }
        boolean byColumn = collision.columns().stream().anyMatch(own::containsKey);
        return Optional.of(byColumn ? columnByColumn(table, collision) : settle(table.strategy(), collision));
    }

    /**
     * Decides a collision by one strategy.
     *
     * @param strategy any but {@code MANUAL}
     * @param collision what met
     * @return the decision
     * @throws IllegalArgumentException for {@code MANUAL}, which decides nothing
     */
    public static Settled settle(ResolutionStrategy strategy, Collision collision) {
        return switch (strategy) {
            case LOCAL_WINS -> new Settled(strategy, collision.local());
            case REMOTE_WINS -> new Settled(strategy, collision.remote());
            case LAST_WRITE_WINS ->
                new Settled(strategy, localIsLater(collision) ? collision.local() : collision.remote());
            case MERGE -> new Settled(strategy, merge(collision));
            case MANUAL ->
                throw new IllegalArgumentException(
                        "MANUAL decides nothing; name the strategy that shall hold, such as LOCAL_WINS");
        };
    }

    private static Settled columnByColumn(SyncedTable table, Collision collision) {
        RowImage local = collision.local();
        RowImage remote = collision.remote();
        if (local == null || remote == null) {
            return settle(table.strategy(), collision);
        }
        RowImage outcome = collision.comparison().merge(local, remote);
        for (String column : collision.columns()) {
            ResolutionStrategy strategy = table.columnStrategies().getOrDefault(column, table.strategy());
            if (takesRemote(strategy, collision)) {
                outcome = outcome.with(column, remote.get(column));
            }
        }
        return new Settled(ResolutionStrategy.MERGE, outcome);
    }

    private static @Nullable RowImage merge(Collision collision) {
        RowImage local = collision.local();
        RowImage remote = collision.remote();
        if (local == null || remote == null) {
            // There is no field to merge with a row that is gone: the later of edit and deletion holds.
            return localIsLater(collision) ? local : remote;
        }
        RowImage outcome = collision.comparison().merge(local, remote);
        if (!localIsLater(collision)) {
            for (String column : collision.columns()) {
                outcome = outcome.with(column, remote.get(column));
            }
        }
        return outcome;
    }

    private static boolean takesRemote(ResolutionStrategy strategy, Collision collision) {
        return switch (strategy) {
            case LOCAL_WINS -> false;
            case REMOTE_WINS -> true;
            case LAST_WRITE_WINS, MERGE, MANUAL -> !localIsLater(collision);
        };
    }

    /** Equal or unknown times: the remote side wins, so that two devices that both ask reach the same answer. */
    private static boolean localIsLater(Collision collision) {
        return collision.editedAt() != null
                && collision.changedAt() != null
                && collision.editedAt().isAfter(collision.changedAt());
    }

    /**
     * A decision.
     *
     * @param strategy what decided
     * @param outcome the row that shall hold on both sides; null if it shall be deleted
     */
    public record Settled(
            ResolutionStrategy strategy, @Nullable RowImage outcome) {}
}
