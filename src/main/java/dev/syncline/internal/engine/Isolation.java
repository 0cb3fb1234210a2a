package dev.syncline.internal.engine;

import dev.syncline.exception.StorageException;
import dev.syncline.internal.record.ApplyOutcome;
import dev.syncline.internal.record.EndingRecord;
import dev.syncline.internal.record.UnitEndedException;
import dev.syncline.internal.store.TransactionManager;
import dev.syncline.internal.store.Unit;
import dev.syncline.internal.store.Unit.UnitLostException;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a record that ends the whole transaction, by a constraint or trigger with ROLLBACK, from holding up all others: the unit is
 * done again record by record, and once more without each that ended it. Either the unit is stored with those put aside, or nothing.
 */
final class Isolation {
    private static final Logger log = LoggerFactory.getLogger(Isolation.class);

    /** Where so many rows of one unit are refused like this, the table takes none; the run then fails as a whole. */
    private static final int MOST = 50;

    private Isolation() {}

    /**
     * Does a unit.
     *
     * @param transactions units of work
     * @param work applies records; may run several times
     * @return what it did
     * @throws StorageException if it could not be stored even so
     */
    static ApplyOutcome write(TransactionManager transactions, Work work) {
        try {
            return transactions.write(unit -> work.in(unit, null));
        } catch (StorageException failure) {
            if (!isByTheHost(failure)) {
                throw failure;
            }
            log.warn("A record ends the transaction in which it is written; they are written one by one", failure);
        }
        Set<EndingRecord> ending = new HashSet<>();
        while (true) {
            try {
                return transactions.write(unit -> work.in(unit, Set.copyOf(ending)));
            } catch (StorageException failure) {
                EndingRecord ended = record(failure);
                if (ended == null || !isByTheHost(failure) || !ending.add(ended) || ending.size() > MOST) {
                    throw failure;
                }
            }
        }
    }

    /** Whether a constraint or trigger of the host's ended the transaction. */
    static boolean isByTheHost(Throwable failure) {
        for (Throwable t = failure; t != null; t = t.getCause()) {
            if (t instanceof UnitLostException lost) {
                return lost.isByTheHost();
            }
        }
        return false;
    }

    private static @Nullable EndingRecord record(Throwable failure) {
        for (Throwable t = failure; t != null; t = t.getCause()) {
            if (t instanceof UnitEndedException ended) {
                return ended.record();
            }
        }
        return null;
    }

    /** Work that applies records. */
    @FunctionalInterface
    interface Work {
        /**
         * Applies them.
         *
         * @param unit the unit
         * @param ending null to write them together; else they are written one by one, and these are put aside
         */
        ApplyOutcome in(Unit unit, @Nullable Set<EndingRecord> ending) throws SQLException;
    }
}
