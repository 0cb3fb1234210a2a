package dev.syncline.internal.engine;

import dev.syncline.internal.record.BoundTable;
import dev.syncline.internal.store.IdMappingRepository;
import dev.syncline.internal.store.MetadataRepository;
import dev.syncline.internal.store.TransactionManager;
import dev.syncline.internal.store.Unit;
import java.time.Clock;

/**
 * Remembers that the rows of a table have yet to be taken in. Set in the unit that makes it so, that is with the triggers or with
 * the end of what was agreed before, so that a process that dies anywhere later goes on when it opens. Rows that are taken for the
 * backend's by their number are on trial until the first walk over the table has ended.
 */
final class AdoptionMark {
    private static final String WANTED = "1";
    private static final String MATCHING = "2";
    private static final String DONE = "0";

    private final TransactionManager transactions;
    private final MetadataRepository metadata;

    AdoptionMark(TransactionManager transactions, Clock clock) {
        this.transactions = transactions;
        metadata = new MetadataRepository(clock);
    }

    /** Asks for it, in the caller's unit. */
    void want(Unit unit, long table) {
        metadata.put(unit.handle(), key(table), WANTED);
    }

    /** Takes the rows in if that was asked for and is not done. */
    void adopt(BoundTable table) {
        boolean wanted = transactions.read(unit -> MetadataRepository.get(unit.handle(), key(table.id()))
                .filter(WANTED::equals)
                .isPresent());
        if (wanted) {
            new ExistingRows(table, transactions).adopt();
            transactions.perform(unit ->
                    metadata.put(unit.handle(), key(table.id()), ExistingRows.matchByNumber(table) ? MATCHING : DONE));
        }
    }

    /** Ends the trial, in the unit that ends the walk: rows the backend did not tell of are not its own, but new to it. */
    void endMatching(Unit unit, BoundTable table) {
        boolean matching = MetadataRepository.get(unit.handle(), key(table.id()))
                .filter(MATCHING::equals)
                .isPresent();
        if (matching) {
            IdMappingRepository.removeUnknown(unit.handle(), table.id());
            metadata.put(unit.handle(), key(table.id()), DONE);
        }
    }

    private static String key(long table) {
        return "adopting:" + table;
    }
}
