package dev.syncline.internal.engine;

import dev.syncline.internal.record.BoundTable;
import dev.syncline.internal.store.MetadataRepository;
import dev.syncline.internal.store.TransactionManager;
import java.time.Clock;

/** Remembers that the rows of a table are being taken in, so that a process that dies in the middle goes on when it opens. */
final class AdoptionMark {
    private final BoundTable table;
    private final TransactionManager transactions;
    private final Clock clock;
    private final String key;

    AdoptionMark(BoundTable table, TransactionManager transactions, Clock clock) {
        this.clock = clock;
        this.table = table;
        this.transactions = transactions;
        key = "adopting:" + table.id();
    }

    void adoptIf(boolean wanted) {
        boolean interrupted = transactions.read(unit ->
                MetadataRepository.get(unit.handle(), key).filter("1"::equals).isPresent());
        if (!wanted && !interrupted) {
            return;
        }
        set("1");
        new ExistingRows(table, transactions).adopt();
        set("0");
    }

    private void set(String value) {
        transactions.perform(unit -> new MetadataRepository(clock).put(unit.handle(), key, value));
    }
}
