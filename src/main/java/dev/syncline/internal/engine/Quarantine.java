package dev.syncline.internal.engine;

import dev.syncline.internal.record.BoundTable;
import dev.syncline.internal.store.HoldingRepository;
import dev.syncline.internal.store.HoldingRepository.Reason;
import dev.syncline.internal.store.HostSchema;
import dev.syncline.internal.store.MetadataRepository;
import dev.syncline.internal.store.TransactionManager;
import dev.syncline.internal.store.Unit;
import java.time.Clock;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Records that the host's tables cannot hold, the newest of each id. Those that were merely refused are tried after each pull anyway;
 * those that end the whole transaction are tried again when there is a reason to: another schema, or the host's word.
 */
final class Quarantine {
    private static final Logger log = LoggerFactory.getLogger(Quarantine.class);
    private static final String KEY = "quarantine:schema";

    private final List<BoundTable> tables;
    private final TransactionManager transactions;
    private final MetadataRepository metadata;

    Quarantine(List<BoundTable> tables, TransactionManager transactions, Clock clock) {
        this.tables = tables;
        this.transactions = transactions;
        metadata = new MetadataRepository(clock);
    }

    /** Has records tried again with the next pull if the schema of the file is another one than when they were put aside. */
    void followSchema() {
        boolean waiting = transactions.read(unit -> tables.stream()
                .anyMatch(table -> HoldingRepository.isWaiting(unit.handle(), table.id(), Reason.QUARANTINED)));
        if (!waiting) {
            return;
        }
        transactions.perform(unit -> {
            String now = HostSchema.print(unit.handle());
            if (!MetadataRepository.get(unit.handle(), KEY).filter(now::equals).isPresent()) {
                log.info("The schema has changed; records that its tables could not hold are tried again");
                rearm(unit);
                metadata.put(unit.handle(), KEY, now);
            }
        });
    }

    /**
     * Has everything that is put aside tried again with the next pull.
     *
     * @return how many records that are
     */
    int replay() {
        return transactions.write(unit -> {
            rearm(unit);
            long waiting = 0;
            for (BoundTable table : tables) {
                waiting += HoldingRepository.count(unit.handle(), table.id(), Reason.UNSTORABLE);
            }
            return Math.toIntExact(waiting);
        });
    }

    private void rearm(Unit unit) {
        for (BoundTable table : tables) {
            HoldingRepository.change(unit.handle(), table.id(), Reason.QUARANTINED, Reason.UNSTORABLE);
        }
    }
}
