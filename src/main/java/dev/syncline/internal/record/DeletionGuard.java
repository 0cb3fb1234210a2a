package dev.syncline.internal.record;

import dev.syncline.internal.store.DeletionRepository;
import dev.syncline.internal.store.Unit;

/**
 * Keeps a backend from emptying a table unasked. Only as many rows as may always go are let go at once; where
 * there are more, they wait until the pull has told of all, so that they are weighed together and either all go or none. Lives within one unit of work.
 */
final class DeletionGuard {
    private final Unit unit;
    private final BoundTable table;
    private final ApplyContext context;
    private final DeletionRepository deletions;
    private long left = -1;
    private boolean allowed;
    private long uncounted;

    DeletionGuard(Unit unit, BoundTable table, ApplyContext context) {
        this.unit = unit;
        this.table = table;
        this.context = context;
        deletions = new DeletionRepository(context.clock());
    }

    /** So many deletions come: where they are more than may go unasked, none of them goes before all are weighed together. */
    void announce(long rows) {
        if (!admits(rows)) {
            left = 0;
        }
    }

    /** Whether so many rows more may go now. */
    boolean admits(long rows) {
        if (context.deletions().weighed().contains(table.id())) {
            return true;
        }
        if (left < 0) {
            allowed = DeletionRepository.isAllowed(unit.handle(), table.id());
            left = Math.max(0, context.deletions().rows() - deletions.recent(unit.handle(), table.id()));
        }
        return allowed || rows <= left;
    }

    /** A row went. */
    void deleted() {
        left--;
        if (!allowed) {
            uncounted++;
        }
    }

    /** Stores what went. */
    void flush() {
        if (uncounted > 0) {
            deletions.add(unit.handle(), table.id(), uncounted);
            uncounted = 0;
        }
    }
}
