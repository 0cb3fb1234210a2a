package dev.syncline.internal.record;

import dev.syncline.internal.capture.RowImage;
import dev.syncline.internal.record.ConflictResolver.Settled;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Settles a row that may come back, together with what it refers to: that may have been deleted here too, which nobody but this device
 * knows. It may come back under another number, and then the row refers to it by that. Lives within one unit of work.
 */
final class WithParents {
    private final BoundTable table;
    private final OrphanKeeper keeper;
    private final Emptiness known;

    /**
     * Prepares the settling of rows of one table.
     *
     * @param table the table
     * @param keeper brings back what they refer to
     * @param known what is empty in this unit
     */
    WithParents(BoundTable table, OrphanKeeper keeper, Emptiness known) {
        this.table = table;
        this.keeper = keeper;
        this.known = known;
    }

    /** One way to bring a row to its outcome. */
    interface Settling {
        Optional<SQLException> settle(Collision collision, Settled settled) throws SQLException;
    }

    /**
     * What came of it.
     *
     * @param refused why the host's table refused; empty if the row is settled
     * @param collision the row's sides, as they were settled
     * @param settled the outcome
     */
    record Attempt(Optional<SQLException> refused, Collision collision, Settled settled) {}

    /** Settles a row; if its table refuses it, once more with what it refers to. */
    Attempt settle(RowIdentity row, Collision collision, Settled settled, Settling settling) throws SQLException {
        Attempt alone = new Attempt(settling.settle(collision, settled), collision, settled);
        RowImage kept = settled.outcome();
        if (alone.refused().isEmpty() || kept == null) {
            return alone;
        }
        Numbers numbers = new Numbers();
        boolean allAreBack = keeper.bringBackParents(table, row.key(), kept, numbers);
        // They may be of this very table.
        known.journaled();
        known.parked();
        if (!allAreBack) {
            return alone;
        }
        Collision now = numbers.follow(table, collision);
        Settled outcome = new Settled(settled.strategy(), numbers.follow(table, kept));
        return new Attempt(settling.settle(now, outcome), now, outcome);
    }

    /** The numbers under which rows have come back. */
    static final class Numbers {
        private final Map<BoundTable, Map<Object, Object>> moved = new HashMap<>();

        void note(BoundTable parent, Object from, Object to) {
            moved.computeIfAbsent(parent, any -> new HashMap<>()).put(from, to);
        }

        private Collision follow(BoundTable child, Collision collision) {
            return new Collision(
                    collision.type(),
                    follow(child, collision.base()),
                    follow(child, collision.local()),
                    follow(child, collision.remote()),
                    collision.comparison(),
                    collision.merged(),
                    collision.times(),
                    collision.certain());
        }

        private @Nullable RowImage follow(BoundTable child, @Nullable RowImage image) {
            return image == null
                    ? null
                    : child.references()
                            .renamed(
                                    image,
                                    (parent, key) ->
                                            moved.getOrDefault(parent, Map.of()).get(key));
        }
    }
}
