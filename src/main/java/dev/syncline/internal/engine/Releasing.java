package dev.syncline.internal.engine;

import dev.syncline.internal.record.ApplyOutcome;
import dev.syncline.internal.record.BoundTable;
import dev.syncline.internal.record.EndingRecord;
import dev.syncline.internal.store.TransactionManager;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** How records that waited are let go: each few in a unit of their own, or all of them as part of a larger one. */
interface Releasing {
    /** Writes some. */
    ApplyOutcome write(Isolation.Work work);

    /** Whether a unit that the host's tables end leaves the others as they are. */
    boolean isAlone();

    /** Takes in what became of some; nobody is told of it before it is stored. */
    void note(BoundTable table, ApplyOutcome outcome);

    /** In units of their own, so that no write of the host's waits long. */
    static Releasing alone(TransactionManager transactions, SyncRun run) {
        return new Releasing() {
            @Override
            public ApplyOutcome write(Isolation.Work work) {
                return Isolation.write(transactions, work);
            }

            @Override
            public boolean isAlone() {
                return true;
            }

            @Override
            public void note(BoundTable table, ApplyOutcome outcome) {
                run.noteOutcome(table, outcome);
            }
        };
    }

    /**
     * As part of a unit, whose end decides about all of it.
     *
     * @param transactions the unit is open in it, on this thread
     * @param ending as for {@link Isolation.Work}
     * @param noting hears what happened, before it is stored
     */
    static Releasing within(
            TransactionManager transactions,
            @Nullable Set<EndingRecord> ending,
            BiConsumer<BoundTable, ApplyOutcome> noting) {
        return new Releasing() {
            @Override
            public ApplyOutcome write(Isolation.Work work) {
                return transactions.write(unit -> work.in(unit, ending));
            }

            @Override
            public boolean isAlone() {
                return false;
            }

            @Override
            public void note(BoundTable table, ApplyOutcome outcome) {
                noting.accept(table, outcome);
            }
        };
    }
}
